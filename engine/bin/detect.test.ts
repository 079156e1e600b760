import { spawn, spawnSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, expect, test } from 'vitest'
import { encodeNetflow5 } from '#generate/encode-netflow5.ts'
import { encodeEthernet, encodeIp, encodeUdp } from '#generate/encode-packet.ts'
import { learnedValues } from '#detect/baselines.ts'
import { encodePcap } from '#generate/encode-pcap.ts'
import { openBaselines } from '#source/keep-baselines.ts'

// `detect` as an engineer types it: on captures of traffic, on captures of exports, from a socket.

const command = path.resolve(import.meta.dirname, 'luytre-engine.mjs')
type Line = Record<string, unknown>
const startMs = 1_700_000_000_000
const folder = mkdtempSync(path.join(tmpdir(), 'luytre-detect-'))
afterAll(() => rmSync(folder, { recursive: true }))

function run(words: string[], input?: Uint8Array): { lines: Line[]; status: number | null; stderr: string } {
  const { stdout, stderr, status } = spawnSync(process.execPath, [command, 'detect', ...words], { input, encoding: 'utf8' })
  return {
    lines: stdout
      .split('\n')
      .filter(Boolean)
      .map(line => JSON.parse(line) as Line),
    status,
    stderr,
  }
}

const source = (number: number): string => `203.0.113.${number % 250}`

/** NTP's answers that nobody asked for: 8000 packets in 800 ms. */
const packets = encodePcap(
  Array.from({ length: 8000 }, (_, number) => ({
    timeMs: startMs + number / 10,
    bytes: encodeEthernet(
      0x0800,
      encodeIp({ source: source(number), destination: '192.0.2.9', protocol: 17 }, encodeUdp(123, 4444, new Uint8Array(440))),
    ),
  })),
)

/** The same as a router tells it, in a datagram of 20 flows every 20 ms, towards port 2055. */
const datagramAt = (number: number): Uint8Array<ArrayBuffer> =>
  encodeNetflow5(
    { uptimeMs: 100_000 + number * 20, exportSeconds: startMs / 1000, sequence: number * 20 },
    Array.from({ length: 20 }, (_, flow) => ({
      source: source(number * 20 + flow),
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
const exports = encodePcap(
  Array.from({ length: 100 }, (_, number) => ({
    timeMs: startMs + number * 20,
    bytes: encodeEthernet(
      0x0800,
      encodeIp({ source: '198.51.100.1', destination: '198.51.100.2', protocol: 17 }, encodeUdp(5000, 2055, datagramAt(number))),
    ),
  })),
)

test.each([
  ['the traffic itself', packets, 'packets', []],
  ['what exporters sent', exports, 'exports', []],
  ['what exporters sent to a port', exports, 'exports', ['--port', '2055']],
] as const)('names the attack in a capture of %s', (_, capture, holds, words) => {
  const { lines, status, stderr } = run(['--pcap', '-', ...words], capture)
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  expect(lines[0]).toMatchObject({ type: 'attack', event: 'start', target: '192.0.2.9', scope: 'host', name: 'ntp-reflection' })
  expect(lines.at(-2)).toMatchObject({ type: 'attack', event: 'end', id: 1 })
  expect(lines.at(-1)).toMatchObject({ type: 'summary', holds })
})

test("exporters' datagrams are traffic too, when that is asked", () => {
  const { lines } = run(['--pcap', '-', '--packets'], exports)
  expect(lines).toMatchObject([{ type: 'summary', holds: 'packets', flows: 100 }])
})

test('a capture of one packet in so many stands for all of them', () => {
  const { lines } = run(['--pcap', '-', '--sampling', '100'], packets)
  expect(lines.at(-1)).toMatchObject({ type: 'summary', packets: 800_000, packetsByKind: { ntp: 800_000 } })
  expect((lines[0]!['vectors'] as { name: string; rate: number }[]).find(({ name }) => name === 'ntp-reflection')!.rate).toBeGreaterThan(
    500_000,
  )
})

test('an attack on a protected network says whose it is, and holds its profile; others are none of ours', () => {
  const file = path.join(folder, 'networks.json')
  const networks = [{ prefix: '192.0.2.0/25', owner: 'Ministry of Examples', profile: 'tough' }]
  writeFileSync(file, JSON.stringify({ profiles: { tough: { kinds: { ntp: { packetsPerSecond: 4000 } } } }, networks }))
  expect(run(['--pcap', '-', '--networks', file], packets).lines[0]).toMatchObject({
    owner: 'Ministry of Examples',
    network: '192.0.2.0/25',
    profile: 'tough',
    vectors: [{ name: 'ntp-reflection', limit: 4000, unit: 'packets/s' }],
  })
  const elsewhere = run(['--pcap', '-', '--network', '198.51.100.0/24'], packets)
  expect(elsewhere.lines).toMatchObject([{ type: 'summary', flows: 0, flowsElsewhere: 8000 }])
  expect(elsewhere.stderr).toContain('none of the 8000 flows of - goes to a protected network')
})

test('when nothing is named, it is said what was looked at and what else may be tried', () => {
  const file = path.join(folder, 'wide.json')
  const wide = { packetsPerSecond: 1e9, bitsPerSecond: 1e12 }
  const profiles = { wide: { total: { ...wide, flowsPerSecond: 1e9 }, kinds: { ntp: wide } } }
  writeFileSync(file, JSON.stringify({ profiles, networks: [{ prefix: '192.0.2.0/24', profile: 'wide' }] }))
  const { lines, stderr, status } = run(['--pcap', '-', '--networks', file], packets)
  expect(lines).toMatchObject([{ type: 'summary', flows: 8000 }])
  expect(stderr).toContain('no attack in the 8000 packets of -')
  expect(status).toBe(0)
  const arp = encodePcap([{ timeMs: startMs, bytes: encodeEthernet(0x0806, new Uint8Array(28)) }])
  expect(run(['--pcap', '-'], arp).stderr).toContain('none of the 1 packets of - is of IP')
  expect(run(['--pcap', '-'], packets).stderr).toBe('')
})

test('traffic stays traffic when a datagram of an exporter is in it', () => {
  const [head, first] = [24, 24 + 16 + new DataView(exports.buffer, exports.byteOffset).getUint32(32)]
  const mixed = Buffer.concat([packets.subarray(0, head), exports.subarray(head, first), packets.subarray(head)])
  expect(run(['--pcap', '-'], mixed).lines.at(-1)).toMatchObject({ type: 'summary', holds: 'packets', flows: 8001 })
})

test.each<[string[], number, string]>([
  [[], 2, 'expected one capture file, or --listen'],
  [['--pcap', 'a', '--listen', '1'], 2, 'expected one capture file, or --listen'],
  [['--listen', '1', '--port', '2055'], 2, '--port is for a capture'],
  [['--listen', '1', '--packets'], 2, '--packets is for a capture'],
  [['--pcap', '-', '--network', '192.0.2.1/24'], 2, '"192.0.2.1/24" is no prefix such as 192.0.2.0/24, without bits beyond its length'],
  [['--pcap', '-', '--networks', command], 1, `--networks ${command}: `],
  [['--pcap', path.dirname(command)], 1, 'is a directory'],
  [['--pcap', '-', '--packets', '--port', '1'], 2, 'exclude each other'],
  [['--pcap', '/nowhere.pcap'], 1, 'ENOENT'],
  [['--pcap', command], 1, 'is no pcap or pcapng file'],
])('%j ends with %i: %s', (words, code, says) => {
  const { status, stderr, lines } = run(words, new Uint8Array())
  expect({ status, lines }).toEqual({ status: code, lines: [] })
  expect(stderr).toContain(says)
})

test('from a socket an attack is told while it goes on', async () => {
  const child = spawn(process.execPath, [command, 'detect', '--listen', '0'], { stdio: ['ignore', 'pipe', 'pipe'] })
  const [line] = (await once(createInterface({ input: child.stderr }), 'line')) as [string]
  const port = Number(/127\.0\.0\.1 port (\d+)/.exec(line)?.[1])
  const socket = createSocket('udp4')
  for (let number = 0; number < 50; number++) socket.send(datagramAt(number), port, '127.0.0.1')
  const lines: Line[] = []
  for await (const text of createInterface({ input: child.stdout })) {
    lines.push(JSON.parse(text) as Line)
    if (lines.length === 1) child.kill('SIGINT')
  }
  socket.close()
  expect(lines[0]).toMatchObject({ type: 'attack', event: 'start', name: 'ntp-reflection', target: '192.0.2.9' })
  expect(lines.at(-1)).toMatchObject({ type: 'summary', rejected: 0 })
})

test('what is usual outlives a restart, and a damaged file of it is kept aside', async () => {
  const file = path.join(folder, 'usual.baselines')
  const listen = async (): Promise<{ stderr: string; code: unknown }> => {
    const child = spawn(process.execPath, [command, 'detect', '--listen', '0', '--baselines', file], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let stderr = ''
    for await (const line of createInterface({ input: child.stderr })) {
      stderr += `${line}\n`
      if (line.includes('listening')) child.kill('SIGTERM')
    }
    if (child.exitCode === null) await once(child, 'exit')
    return { stderr, code: child.exitCode }
  }
  expect(await listen()).toMatchObject({ code: 0 })
  const kept = await openBaselines(file)
  kept.baselines.restore({ target: '192.0.2.9', usual: new Float32Array(learnedValues).fill(5) })
  await kept.stop()
  expect((await listen()).stderr).toContain(`${file} tells what is usual for 1 target`)
  expect((await openBaselines(file)).baselines.findUsual('192.0.2.9', 0)).toEqual({ packetsPerSecond: 5, bitsPerSecond: 5 })
  writeFileSync(file, 'nothing')
  expect(await listen()).toMatchObject({
    code: 0,
    stderr: expect.stringContaining(`${file} is damaged at byte 0 and is now ${file}.damaged`),
  })
  expect(run(['--listen', '0', '--baselines', path.join(folder, 'no', 'where')])).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('cannot be written'),
  })
  expect(run(['--pcap', file, '--baselines', file])).toMatchObject({ status: 2, stderr: expect.stringContaining('goes with --listen') })
})
