import { execFile, spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { kindNames } from '#window/kinds.ts'
import { rounded } from './bench-rows.ts'
import type { BenchRow } from './bench-rows.ts'
import { fastnetmonPackage, startFastnetmon } from './fastnetmon.ts'
import { isListening, startOnCore } from './measured-process.ts'
import type { MeasuredProcess } from './measured-process.ts'

// How long after an attack's first packet is it named? The commands themselves, over loopback: `generate` sends NetFlow v9 with
// an attack at a known time, `detect` or FastNetMon receives, both with a limit of 20,000 packets a second to a host and no other.

const command = path.join(import.meta.dirname, '../bin/main.ts')
const port = 20_560
const limit = 20_000
const target = '10.10.0.77'
/** Ordinary traffic before, in which whoever averages fills his window; and how long an attack is waited for. */
const beforeSeconds = 6
const givenUpAfterSeconds = 20

interface DetectionCase {
  name: string
  scenario: string
  packetsPerSecond: number
}

const cases: readonly DetectionCase[] = [
  { name: '1.1x', scenario: 'udp-flood', packetsPerSecond: 1.1 * limit },
  { name: '2x', scenario: 'udp-flood', packetsPerSecond: 2 * limit },
  { name: '20x', scenario: 'udp-flood', packetsPerSecond: 20 * limit },
  { name: 'carpet', scenario: 'carpet-bombing', packetsPerSecond: 256 * 8000 },
  { name: 'pulses', scenario: 'pulses', packetsPerSecond: 2 * limit },
]

interface Finder {
  process: MeasuredProcess
  /** When it first named an attack, milliseconds since 1970. */
  foundMs(): number | undefined
}

const networksFile = {
  networks: [{ prefix: '10.10.0.0/16', profile: 'packets' }],
  profiles: {
    packets: {
      total: { packetsPerSecond: limit, bitsPerSecond: 1e13, flowsPerSecond: 1e10 },
      kinds: Object.fromEntries(kindNames.map(name => [name, { packetsPerSecond: 1e9, bitsPerSecond: 1e13 }])),
      newSources: 1e9,
    },
  },
}

function startEngine(directory: string): Finder {
  const networks = path.join(directory, 'networks.json')
  writeFileSync(networks, JSON.stringify(networksFile))
  const receiver = startOnCore(0, [process.execPath, command, 'detect', '--listen', `127.0.0.1:${port}`, '--networks', networks])
  let found: number | undefined
  return {
    process: receiver,
    // The clock of the line's arrival, to some milliseconds, as somebody would see it who reads along.
    foundMs: () => (found ??= /"type":"attack"/.test(receiver.output()) ? Date.now() : undefined),
  }
}

function startFinder(directory: string): Finder {
  const found = path.join(directory, 'found')
  const script = path.join(directory, 'notify')
  writeFileSync(script, `#!/bin/sh\n[ -e ${found} ] || date +%s%3N > ${found}\n`)
  chmodSync(script, 0o755)
  const settings = {
    enable_ban: 'on',
    notify_script_path: script,
    threshold_pps: String(limit),
    ban_for_bandwidth: 'off',
    ban_for_flows: 'off',
  }
  return {
    process: startFastnetmon(0, port, directory, settings),
    foundMs: () => (existsSync(found) ? Number(readFileSync(found, 'utf8')) || undefined : undefined),
  }
}

/** Seconds from the attack's first packet to its name; undefined when it is not named in time. */
async function timeOnce(start: (directory: string) => Finder, { scenario, packetsPerSecond }: DetectionCase): Promise<number | undefined> {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'luytre-bench-'))
  const finder = start(directory)
  const options = { to: `127.0.0.1:${port}`, format: 'netflow9', target, rate: 300, 'attack-rate': packetsPerSecond, labels: '-' }
  const words = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)])
  try {
    if (!(await isListening(port, 10_000))) throw new Error(`nobody listens: ${finder.process.output().slice(-500)}`)
    const seconds = beforeSeconds + givenUpAfterSeconds
    words.push('--scenario', `${scenario}@${beforeSeconds}+${givenUpAfterSeconds}`, '--seconds', String(seconds))
    const sender = spawn('taskset', ['-c', '1', process.execPath, command, 'generate', ...words], { stdio: ['ignore', 'pipe', 'inherit'] })
    try {
      const [first] = await Array.fromAsync(takeLines(sender.stdout, 1))
      const { startMs } = JSON.parse(first!) as { startMs: number }
      while (Date.now() < startMs + givenUpAfterSeconds * 1000) {
        const foundMs = finder.foundMs()
        if (foundMs !== undefined) return (foundMs - startMs) / 1000
        await sleep(5)
      }
      return undefined
    } finally {
      sender.kill('SIGTERM')
    }
  } finally {
    await finder.process.end('SIGTERM')
    rmSync(directory, { recursive: true, force: true })
  }
}

async function* takeLines(stream: NodeJS.ReadableStream, count: number): AsyncGenerator<string> {
  for await (const line of createInterface({ input: stream })) {
    yield line
    if (--count === 0) return
  }
}

export async function* measureDetection({ tries, withPeer }: { tries: number; withPeer: boolean }): AsyncGenerator<BenchRow> {
  const hasPeer = withPeer && existsSync(fastnetmonPackage.program) && process.getuid?.() === 0
  for (const one of cases) {
    const times: (number | undefined)[] = []
    for (let attempt = 0; attempt < tries; attempt++) times.push(await timeOnce(startEngine, one))
    const found = times.filter(time => time !== undefined).sort((a, b) => a - b)
    const row = {
      case: `detection-${one.name}`,
      limit_packets_per_s: limit,
      attack_packets_per_s: one.packetsPerSecond,
      tries,
      found: found.length,
      found_s: found.length > 0 ? rounded(found[found.length >> 1]!, 2) : null,
      most_found_s: found.length > 0 ? rounded(found.at(-1)!, 2) : null,
    }
    if (!hasPeer) yield row
    else {
      const peer = await timeOnce(startFinder, one)
      yield { ...row, peer: 'fastnetmon', peer_found_s: peer === undefined ? `none in ${givenUpAfterSeconds} s` : rounded(peer, 2) }
    }
  }
}

const run = promisify(execFile)

/** Long flows of ordinary traffic, one packet in a thousand looked at, told each five minutes: what is named in ten is a false alarm. */
export async function measureQuiet(): Promise<BenchRow> {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'luytre-bench-'))
  try {
    const [file, networks] = [path.join(directory, 'quiet.pcap'), path.join(directory, 'networks.json')]
    writeFileSync(networks, JSON.stringify(networksFile))
    const options = { pcap: file, format: 'netflow9', target, rate: 2000, sampling: 1000, 'active-timeout': 300, seconds: 600 }
    const words = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)])
    await run(process.execPath, [command, 'generate', ...words, '--start', '2026-03-02T12:00:00Z'])
    const alarms = async (more: string[]): Promise<{ alarms: number; flows: number }> => {
      const { stdout } = await run(process.execPath, [command, 'detect', '--pcap', file, ...more], { maxBuffer: 100_000_000 })
      const lines = stdout
        .trim()
        .split('\n')
        .map(line => JSON.parse(line) as { type: string; flows?: number })
      return { alarms: lines.filter(({ type }) => type !== 'summary').length, flows: lines.at(-1)!.flows ?? 0 }
    }
    const [strict, standard] = [await alarms(['--networks', networks]), await alarms(['--network', '10.10.0.0/16'])]
    return { case: 'quiet-ten-minutes', flows: strict.flows, false_alarms: strict.alarms, false_alarms_standard: standard.alarms }
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}
