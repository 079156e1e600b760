import { spawn, spawnSync } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { closeSync, existsSync, openSync } from 'node:fs'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { expect, test } from 'vitest'
import { encodeNetflow5 } from '#generate/encode-netflow5.ts'

// What Prometheus and a log see of an engine that listens.

const command = path.resolve(import.meta.dirname, 'luytre-engine.mjs')
type Samples = Map<string, number>

/** Prometheus' text format 0.0.4, strictly: help, then type, then samples of that name; nothing twice. */
function parseMetrics(text: string): { samples: Samples; types: Map<string, string> } {
  const samples: Samples = new Map()
  const types = new Map<string, string>()
  const helped = new Set<string>()
  expect(text.endsWith('\n')).toBe(true)
  for (const line of text.trimEnd().split('\n')) {
    const [, kind, about, rest] = /^# (HELP|TYPE) ([a-z_:][\w:]*) (.+)$/i.exec(line) ?? []
    if (kind === 'HELP') {
      expect(helped.has(about!)).toBe(false)
      helped.add(about!)
    } else if (kind === 'TYPE') {
      expect(helped.has(about!) && !types.has(about!)).toBe(true)
      expect(rest).toMatch(/^(counter|gauge)$/)
      // Counters end in _total, and only they do.
      expect(about!.endsWith('_total')).toBe(rest === 'counter')
      types.set(about!, rest!)
    } else {
      const sample = /^([a-z_:][\w:]*)(\{(?:[a-z_]\w*="(?:[^"\\\n]|\\[\\"n])*",?)*\})? (-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/i.exec(line)
      expect(sample, line).not.toBeNull()
      expect([...types.keys()].at(-1)).toBe(sample![1])
      const series = sample![1]! + (sample![2] ?? '')
      expect(samples.has(series)).toBe(false)
      samples.set(series, Number(sample![3]))
    }
  }
  expect(new Set(types.keys())).toEqual(helped)
  return { samples, types }
}

const startMs = 1_700_000_000_000
/** Twenty flows of NTP's answers; two datagrams are missing after the tenth. */
const datagramAt = (number: number): Uint8Array<ArrayBuffer> =>
  encodeNetflow5(
    { uptimeMs: 100_000 + number * 20, exportSeconds: startMs / 1000, sequence: (number + (number >= 10 ? 2 : 0)) * 20 },
    Array.from({ length: 20 }, (_, flow) => ({
      source: `203.0.113.${flow}`,
      destination: '192.0.2.9',
      protocol: 17,
      sourcePort: 123,
      destinationPort: 4444,
      packets: 100,
      bytes: 46_800,
      firstMs: 99_900 + number * 20,
      lastMs: 100_000 + number * 20,
    })),
  )

interface Listening {
  child: ChildProcess
  port: number
  metricsPort: number
  said: string[]
}

async function listen(...words: string[]): Promise<Listening> {
  const child = spawn(process.execPath, [command, ...words, '--listen', '0', '--metrics', '0'], { stdio: ['ignore', 'pipe', 'pipe'] })
  const said: string[] = []
  const ready = Promise.withResolvers<void>()
  createInterface({ input: child.stderr }).on('line', line => {
    said.push(line)
    if (said.length === 2) ready.resolve()
  })
  await ready.promise
  return {
    child,
    said,
    port: Number(/127\.0\.0\.1 port (\d+)/.exec(said[0]!)?.[1]),
    metricsPort: Number(/http:\/\/127\.0\.0\.1:(\d+)\/metrics/.exec(said[1]!)?.[1]),
  }
}

async function scrape(port: number): Promise<Samples> {
  return parseMetrics(await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()).samples
}

test('detect serves what it counts, and a log has a summary', async () => {
  const { child, port, metricsPort, said } = await listen('detect', '--live')
  const before = await scrape(metricsPort)
  expect(before.get('luytre_engine_datagrams_total')).toBe(0)
  const socket = createSocket('udp4')
  for (let number = 0; number < 50; number++) socket.send(datagramAt(number), port, '127.0.0.1')
  socket.send(Uint8Array.of(1, 2, 3), port, '127.0.0.1')
  const [line] = (await once(createInterface({ input: child.stdout! }), 'line')) as [string]
  expect(JSON.parse(line)).toMatchObject({ type: 'attack', event: 'start', name: 'ntp-reflection' })
  // The attack is told with its first second; the rest was received before or comes at once.
  let samples = await scrape(metricsPort)
  while (samples.get('luytre_engine_datagrams_total') !== 51 || samples.get('luytre_engine_traffic_packets_total{kind="ntp"}') !== 100_000)
    samples = await scrape(metricsPort)
  socket.close()
  const exporter = '{exporter="127.0.0.1",protocol="netflow5",domain="0"}'
  for (const [series, value] of Object.entries({
    decoded_datagrams_total: 50,
    'rejected_datagrams_total{reason="unknown-version"}': 1,
    'messages_total{protocol="netflow5"}': 50,
    'records_total{protocol="netflow5"}': 1000,
    'records_total{protocol="ipfix"}': 0,
    kernel_drops_total: 0,
    [`exporter_lost_records_total${exporter}`]: 40,
    protected_flows_total: 1000,
    'traffic_bytes_total{kind="ntp"}': 46_800_000,
    attacks: 1,
    'attacks_active{kind="ntp-reflection"}': 1,
    'attacks_started_total{kind="ntp-reflection"}': 1,
    waiting_sets: 0,
    exporters: 1,
  }))
    expect([series, samples.get(`luytre_engine_${series}`)]).toEqual([series, value])
  expect(samples.get('luytre_engine_lag_seconds')).toBeGreaterThanOrEqual(0)
  const ended = once(child, 'exit')
  child.kill('SIGINT')
  expect(await ended).toEqual([0, null])
  expect(said.at(-1)).toMatch(/1 attack: 192\.0\.2\.9 ntp-reflection for .*40 records lost, 1 rejected$/)
  expect(said.join('')).not.toContain('\u001b')
})

test('decode serves the same of what it receives', async () => {
  const { child, port, metricsPort } = await listen('decode')
  const socket = createSocket('udp4')
  socket.send(datagramAt(0), port, '127.0.0.1')
  await once(createInterface({ input: child.stdout! }), 'line')
  socket.close()
  const samples = await scrape(metricsPort)
  expect(samples.get('luytre_engine_records_total{protocol="netflow5"}')).toBe(20)
  expect([...samples.keys()].some(series => series.includes('attacks'))).toBe(false)
  const ended = once(child, 'exit')
  child.kill('SIGINT')
  expect(await ended).toEqual([0, null])
})

test.each<[string[], number, string]>([
  [['detect', '--pcap', 'a', '--metrics', '9100'], 2, '--metrics is for --listen'],
  [['detect', '--pcap', 'a', '--live'], 2, '--live is for --listen'],
  [['decode', 'a', '--metrics', '9100'], 2, '--metrics is for --listen'],
  [['detect', '--listen', '0', '--metrics', 'port'], 2, '--metrics takes PORT, ADDRESS:PORT or [ADDRESS]:PORT'],
  [['decode', '--listen', '0', '--metrics', '192.0.2.1:9100'], 1, 'EADDRNOTAVAIL'],
])('%j ends with %i: %s', (words, code, says) => {
  const { status, stderr, stdout } = spawnSync(process.execPath, [command, ...words], { encoding: 'utf8' })
  expect({ status, stdout }).toEqual({ status: code, stdout: '' })
  expect(stderr).toContain(says)
})

test('detection goes on when nobody reads standard error any more', async () => {
  const child = spawn(process.execPath, [command, 'detect', '--listen', '0', '--metrics', '0', '--live'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let port = ''
  for await (const line of createInterface({ input: child.stderr })) {
    port = /metrics at http:\/\/127\.0\.0\.1:(\d+)/.exec(line)?.[1] ?? ''
    if (port !== '') break
  }
  child.stderr.destroy()
  // Its last line is drawn at the end, into the pipe that nobody reads.
  const asked = await fetch(`http://127.0.0.1:${port}/metrics`)
  expect(asked.status).toBe(200)
  child.kill('SIGTERM')
  let told = ''
  for await (const piece of child.stdout) told += String(piece)
  expect(JSON.parse(told)).toMatchObject({ type: 'summary' })
  if (child.exitCode === null) await once(child, 'exit')
  expect(child.exitCode).toBe(0)
})

test.skipIf(!existsSync('/dev/full'))('a full disk behind standard output is said in a line', () => {
  const full = openSync('/dev/full', 'w')
  const { status, stderr } = spawnSync(process.execPath, [command, '--help'], { stdio: ['ignore', full, 'pipe'], encoding: 'utf8' })
  closeSync(full)
  expect({ status, lines: stderr.trim().split('\n') }).toEqual({
    status: 1,
    lines: [expect.stringMatching(/^luytre-engine: standard output: .*ENOSPC/)],
  })
})

test('what is wrong with --metrics is said before anything listens', () => {
  const { stderr } = spawnSync(process.execPath, [command, 'detect', '--listen', '0', '--metrics', '999.1.1.1:9100'], { encoding: 'utf8' })
  expect(stderr).toContain('--metrics takes PORT')
  expect(stderr).not.toContain('listening on')
})
