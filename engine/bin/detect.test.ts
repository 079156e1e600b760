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

/** NTP's answers that nobody asked for. */
const answerAt = (timeMs: number, number: number) => ({
  timeMs,
  bytes: encodeEthernet(
    0x0800,
    encodeIp({ source: source(number), destination: '192.0.2.9', protocol: 17 }, encodeUdp(123, 4444, new Uint8Array(440))),
  ),
})
/** Of them 8000 in 800 ms. */
const answers = Array.from({ length: 8000 }, (_, number) => answerAt(startMs + number / 10, number))
const packets = encodePcap(answers)

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
const exported = Array.from({ length: 100 }, (_, number) => ({
  timeMs: startMs + number * 20,
  bytes: encodeEthernet(
    0x0800,
    encodeIp({ source: '198.51.100.1', destination: '198.51.100.2', protocol: 17 }, encodeUdp(5000, 2055, datagramAt(number))),
  ),
}))
const exports = encodePcap(exported)

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

test('a few exports among the first packets of traffic are traffic, and are spoken of', () => {
  const { lines, stderr } = run(['--pcap', '-'], encodePcap([...exported.slice(0, 3), ...answers]))
  expect(lines[0]).toMatchObject({ event: 'start', name: 'ntp-reflection', target: '192.0.2.9' })
  expect(lines.at(-1)).toMatchObject({ holds: 'packets', packets: 8003 })
  expect(stderr).toBe(
    'luytre-engine: - is taken for traffic, though 3 of its first 64 packets look like exports; --port PORT reads these\n',
  )
})

test('of exports with more traffic behind them than there are exports, that is said', () => {
  const { lines, stderr } = run(['--pcap', '-'], encodePcap([...exported, ...Array.from({ length: 200 }, () => icmp)]))
  expect(lines.at(-1)).toMatchObject({ holds: 'exports' })
  expect(stderr).toBe(
    'luytre-engine: - is taken for exports by its first packets, and 200 of its 300 are none; --packets counts them as traffic\n',
  )
})

const icmp = {
  timeMs: startMs + 2000,
  bytes: encodeEthernet(0x0800, encodeIp({ source: source(1), destination: '192.0.2.9', protocol: 1 }, new Uint8Array(8))),
}

test.each<[string, Uint8Array, string[], string[]]>([
  [
    'what came nearest to its limit',
    encodePcap(Array.from({ length: 3000 }, (_, number) => answerAt(startMs + number, number))),
    [],
    [
      'no attack was named in -: 3,000 flows of 3,000 packets in 3 s',
      'nearest to a limit came 192.0.2.9: 1,001 packets/s of ntp, of 5,000 packets/s by the profile "standard"',
      'to try: --sampling N if one packet in N was captured; --network PREFIX for what is spread over a network; lower limits in --networks FILE',
    ],
  ],
  [
    'that no host came near',
    encodePcap([icmp]),
    [],
    [
      'no attack was named in -: 1 flow of 1 packet in 0 s',
      'no host came near a quarter of any limit',
      'to try: --sampling N if one packet in N was captured; --network PREFIX for what is spread over a network; lower limits in --networks FILE',
    ],
  ],
  [
    'what is no IP',
    encodePcap([{ timeMs: startMs, bytes: encodeEthernet(0x0806, new Uint8Array(28)) }]),
    [],
    ['1 of the 1 packets of - are no IP'],
  ],
  ['that there is nothing', encodePcap([]), [], ['- has no packet']],
])('where no attack is named, standard error says %s', (_, capture, words, says) => {
  const { status, stderr } = run(['--pcap', '-', ...words], capture)
  expect({ status, stderr }).toEqual({ status: 0, stderr: says.map(line => `luytre-engine: ${line}\n`).join('') })
})

test('packets that have one time are an attack of the first 100 ms', () => {
  const { lines, stderr } = run(['--pcap', '-'], encodePcap(answers.map(({ bytes }) => ({ timeMs: 0, bytes }))))
  expect(lines[0]).toMatchObject({ event: 'start', name: 'ntp-reflection', startMs: 0, detectedMs: 0 })
  expect(stderr).toBe('luytre-engine: all packets of - have one time; rates are as if they had come within 100 ms\n')
})

test('of packets that are out of order none begins after it was found', () => {
  const shuffled = answers.map(({ bytes }, number) => ({ timeMs: startMs + ((number * 7919) % 8000) / 10, bytes }))
  const { lines } = run(['--pcap', '-'], encodePcap(shuffled))
  const [{ startMs: began, detectedMs }] = lines as [Record<string, number>]
  expect(lines[0]).toMatchObject({ name: 'ntp-reflection' })
  expect(detectedMs).toBeGreaterThanOrEqual(began!)
})

test('two cards whose clocks are apart see one attack', () => {
  const mixed = answers.map(({ timeMs, bytes }, number) => ({ timeMs: timeMs - (number % 2) * 8000, bytes }))
  const { lines, stderr } = run(['--pcap', '-'], encodePcap(mixed))
  expect(lines[0]).toMatchObject({ event: 'start', name: 'ntp-reflection' })
  expect(lines.at(-1)).toMatchObject({ packets: 8000, clockLeaps: 0 })
  expect(stderr).toBe(
    'luytre-engine: 4,000 packets of - are more than five seconds earlier than one before them, and counted when they were met\n',
  )
})

test("a short capture's peak is its packets by the time that they took", () => {
  for (const packetsPer of [5880, 6000, 6120]) {
    const { lines } = run(
      ['--pcap', '-'],
      encodePcap(answers.slice(0, packetsPer).map((one, number) => ({ ...one, timeMs: startMs + number / 40 }))),
    )
    const { peak } = lines[0] as { peak: { packetsPerSecond: number } }
    expect(peak.packetsPerSecond).toBeGreaterThan(34_000)
    expect((lines.at(-2) as { peak: { packetsPerSecond: number } }).peak.packetsPerSecond).toBeLessThan(44_000)
  }
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
