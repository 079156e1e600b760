import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { Collector } from './collectors.ts'
import { recordsOf } from './load-flows.ts'
import type { LoadProtocol } from './load-flows.ts'
import { isListening, readPort } from './measured-process.ts'

// The highest rate at which a collector loses nothing, and what it takes when it is offered all that can be sent. A trial is
// one run of the collector: started, warmed up, loaded at one rate, ended, and asked what came out.

const collectorCore = 0
const loadCore = 1
const port = 20_550
const warmRate = 300_000
const warmSeconds = 1
/** At the trial's own rate: until the hot path is compiled for it. */
const warmOwnSeconds = 2
/** Parts of the saturated rate that are tried, highest first, each twice: a neighbour's burst is not the collector's loss. */
const parts = [1, 0.95, 0.9, 0.85, 0.8, 0.7, 0.6, 0.5, 0.35, 0.2, 0.1, 0.05]
const triesEach = 2

export interface Trial {
  offeredPerSecond: number
  countedPerSecond: number
  /** Counted at the collector's end. */
  lost: number
  /** At the socket alone. */
  lostAtSocket: number
  cpuSecondsPerMillion: number
  residentMb: number
}

export interface Measured {
  records_per_s: number
  saturated_per_s: number
  offered_per_s: number
  cpu_s_per_million: number
  resident_mb: number
  /** At the socket, where the collector loses inside before it loses there. */
  socket_records_per_s: number
}

/** Datagrams a second from which on the load is sent in segments: one core sends no more one by one. */
const segmentedFrom = 80_000

const run = promisify(execFile)

/** What was sent; each piece held so many datagrams. */
interface Load {
  datagrams: number
  records: number
  seconds: number
  segments: number
}

async function sendLoad(protocol: LoadProtocol, rate: number, seconds: number): Promise<Load> {
  const script = path.join(import.meta.dirname, 'send-load.ts')
  const options = ['--protocol', protocol, '--port', String(port), '--rate', String(Math.round(rate)), '--seconds', String(seconds)]
  if (rate === 0 || rate / recordsOf[protocol] > segmentedFrom) options.push('--segmented')
  const { stdout } = await run('taskset', ['-c', String(loadCore), process.execPath, script, ...options])
  return JSON.parse(stdout) as Load
}

async function tryRate(collector: Collector, protocol: LoadProtocol, rate: number, seconds: number): Promise<Trial> {
  if (readPort(port).sockets > 0) throw new Error(`Somebody listens on port ${port} already`)
  const directory = mkdtempSync(path.join(os.tmpdir(), 'luytre-bench-'))
  const receiver = collector.start(collectorCore, port, directory, protocol)
  try {
    if (!(await isListening(port, 10_000))) throw new Error(`${collector.name} does not listen: ${receiver.output().slice(-500)}`)
    await sleep(300)
    // What is dropped with one drop: of those who have datagrams joined, a whole piece (but templates, one in 512).
    const recordsOfDrop = ({ records, datagrams, segments }: Load): number =>
      (records / datagrams) * (collector.joinsDatagrams ? segments : 1)
    // Slowly first, then at the rate itself: what is lost meanwhile at the socket is not of the trial.
    let warmRecords = 0
    let drops = 0
    for (const [warmingRate, warmingSeconds] of [
      [warmRate, warmSeconds],
      [rate, warmOwnSeconds],
    ] as const) {
      const warm = await sendLoad(protocol, warmingRate, warmingSeconds)
      await sleep(300)
      const dropped = readPort(port).drops - drops
      drops += dropped
      warmRecords += warm.records - dropped * recordsOfDrop(warm)
    }
    const cpuBefore = receiver.usedCpuSeconds()
    const load = await sendLoad(protocol, rate, seconds)
    await sleep(400)
    if (receiver.ended() !== '')
      throw new Error(`${collector.name} ended by itself (${receiver.ended()}): ${receiver.output().slice(-2000)}`)
    const cpu = receiver.usedCpuSeconds() - cpuBefore
    const dropped = (readPort(port).drops - drops) * recordsOfDrop(load)
    const residentMb = receiver.residentMb()
    await receiver.end(collector.signal)
    await sleep(100)
    const arrivedAtSocket = load.records - dropped
    const counted = collector.countRecords ? collector.countRecords(directory, receiver.output()) - warmRecords : arrivedAtSocket
    return {
      offeredPerSecond: load.records / load.seconds,
      countedPerSecond: counted / load.seconds,
      lost: load.records - counted,
      lostAtSocket: dropped,
      cpuSecondsPerMillion: cpu / (Math.max(1, counted) / 1e6),
      residentMb,
    }
  } finally {
    await receiver.end('SIGKILL')
    rmSync(directory, { recursive: true, force: true })
  }
}

export async function measure(collector: Collector, protocol: LoadProtocol, wantedSeconds: number): Promise<Measured> {
  const seconds = Math.max(wantedSeconds, collector.leastSeconds ?? 0)
  const saturated = await tryRate(collector, protocol, 0, seconds)
  const trials = [saturated]
  let [lossless, losslessAtSocket] = [0, 0]
  // A collector that stalls when it is overrun is still tried at what the socket took.
  const top = Math.max(saturated.countedPerSecond, (saturated.offeredPerSecond * seconds - saturated.lostAtSocket) / seconds)
  for (const part of parts) {
    for (let tries = 0; tries < triesEach && lossless === 0; tries++) {
      const trial = await tryRate(collector, protocol, top * part, seconds)
      trials.push(trial)
      if (trial.lostAtSocket <= 0) losslessAtSocket = Math.max(losslessAtSocket, trial.offeredPerSecond)
      if (trial.lost <= 0) lossless = trial.offeredPerSecond
    }
    if (lossless > 0) break
  }
  return {
    records_per_s: Math.round(lossless),
    saturated_per_s: Math.round(Math.max(...trials.map(trial => trial.countedPerSecond))),
    offered_per_s: Math.round(saturated.offeredPerSecond),
    cpu_s_per_million: Number(Math.min(...trials.map(trial => trial.cpuSecondsPerMillion)).toFixed(3)),
    resident_mb: Math.round(Math.max(...trials.map(trial => trial.residentMb))),
    socket_records_per_s: Math.round(losslessAtSocket),
  }
}
