import { spawn, spawnSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { expect, test } from 'vitest'
import { ByteWriter } from '#generate/byte-writer.ts'
import { encodeNetflow5 } from '#generate/encode-netflow5.ts'
import { encodeEthernet, encodeIp, encodeTcp, encodeUdp } from '#generate/encode-packet.ts'
import { encodePcap } from '#generate/encode-pcap.ts'
import { encodeSflow5, sampledHeader } from '#generate/encode-sflow5.ts'

// The command as an engineer types it: the fixtures' captures, standard input, a socket, and what is written wrongly.

const command = path.resolve(import.meta.dirname, 'luytre-engine.mjs')
const capture = path.resolve(import.meta.dirname, '../fixtures/softflowd-netflow9/export.pcap')
type Line = Record<string, unknown>

function run(words: string[], input?: Uint8Array): { lines: Line[]; status: number | null; stderr: string; stdout: string } {
  const { stdout, stderr, status } = spawnSync(process.execPath, [command, ...words], { input, encoding: 'utf8' })
  const lines = stdout.startsWith('{')
    ? stdout
        .trim()
        .split('\n')
        .map(line => JSON.parse(line) as Line)
    : []
  return { lines, status, stderr, stdout }
}

test('decode prints the flows of a capture and closes with a summary', () => {
  const { lines, status, stderr } = run(['decode', capture])
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  expect(lines.map(line => line['type'])).toEqual([...Array.from({ length: 13 }, () => 'flow'), 'summary'])
  expect(lines[1]).toMatchObject({
    exporter: '127.0.0.1',
    sourceIPv4Address: '192.0.2.10',
    destinationTransportPort: 443,
    octetDeltaCount: 160,
    tcpControlBits: 27,
  })
  expect(lines.at(-1)).toMatchObject({
    datagrams: 1,
    decoded: 1,
    flows: 13,
    datagramsBy: { netflow9: 1 },
    rejectedBy: {},
    capture: { packets: 1, datagrams: 1, fragments: 0, cutShort: 0, others: 0 },
    domains: [{ exporter: '127.0.0.1', protocol: 'netflow9', templates: 5, lost: 0, lossUnit: 'datagrams' }],
  })
})

test('a capture comes by standard input too, and only the wanted ports of it', () => {
  expect(run(['decode', '-'], readFileSync(capture)).lines).toHaveLength(14)
  const { lines, stderr } = run(['decode', '-', '--port', '2055', '--port', '2056'], readFileSync(capture))
  expect(lines).toMatchObject([{ type: 'summary', datagrams: 0, capture: { others: 1 } }])
  expect(stderr).toContain('- has no datagram to port 2055, 2056; without --port all are read')
})

test('each command takes a capture by its place or by --pcap', () => {
  expect(run(['decode', '--pcap', capture]).stdout).toBe(run(['decode', capture]).stdout)
  expect(run(['detect', capture]).stdout).toBe(run(['detect', '--pcap', capture]).stdout)
  expect(run(['rules', '--pcap', capture]).stdout).toBe(run(['rules', capture]).stdout)
})

const datagramsTo = (port: number, ...payloads: Uint8Array[]): Uint8Array =>
  encodePcap(
    payloads.map((payload, index) => ({
      timeMs: 1_700_000_000_000 + index,
      bytes: encodeEthernet(
        0x0800,
        encodeIp({ source: '192.0.2.1', destination: '192.0.2.2', protocol: 17 }, encodeUdp(4000, port, payload)),
      ),
    })),
  )

test('of sFlow the counters of interfaces are lines of their own, and the rate is told with the domain', () => {
  const [ethernet, ifCountersBytes] = [6, 88]
  const counters = new ByteWriter()
    .u32(12, ethernet)
    .raw(new Uint8Array(ifCountersBytes - 8))
    .done()
  const packet = encodeEthernet(0x0800, encodeIp({ source: '192.0.2.7', destination: '192.0.2.8', protocol: 6 }, encodeTcp(1, 2, 2)))
  const datagram = encodeSflow5({ agent: '203.0.113.250', sequence: 1 }, [
    { kind: 'counters', parts: [{ kind: 1, content: counters }] },
    { kind: 'flow', rate: 1000, parts: [sampledHeader(packet)] },
  ])
  const { lines, stderr } = run(['decode', '-'], datagramsTo(6343, datagram))
  expect(stderr).toBe('')
  expect(lines).toMatchObject([
    { type: 'interface', exporter: '203.0.113.250', interface: 12, interfaceType: ethernet },
    { type: 'flow', samplingInterval: 1000 },
    { type: 'summary', domains: [{ protocol: 'sflow5', samplingRate: 1000 }] },
  ])
})

test('a capture of traffic is said to be one; one of exports that are broken is not', () => {
  const says = 'looks like traffic itself, not like exports of flows: detect --pcap reads it'
  const question = Uint8Array.from([0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 7, 101, 120, 97, 109, 112, 108, 101, 0, 0, 1, 0, 1])
  const flow = { source: '192.0.2.7', destination: '192.0.2.8', packets: 3, bytes: 90, firstMs: 1, lastMs: 2 }
  const flows = encodeNetflow5({ uptimeMs: 5, exportSeconds: 1_700_000_000 }, [flow])
  const tcp = encodeIp({ source: '192.0.2.1', destination: '192.0.2.2', protocol: 6 }, encodeTcp(1, 2, 2))
  const traffic = run(['decode', '-'], datagramsTo(53, question, question, flows))
  expect(traffic).toMatchObject({ status: 0, lines: [{ type: 'rejected' }, { type: 'rejected' }, { type: 'flow' }, { type: 'summary' }] })
  expect(traffic.stderr).toContain(says)
  expect(run(['decode', '-'], encodePcap([{ timeMs: 1, bytes: encodeEthernet(0x0800, tcp) }])).stderr).toContain(says)
  expect(run(['decode', '-'], datagramsTo(2055, flows, question, flows)).stderr).toBe('')
  expect(run(['decode', '-'], datagramsTo(2055, flows.subarray(0, 40))).stderr).toBe('')
  // Whoever names a port knows what comes there.
  expect(run(['decode', '-', '--port', '53'], datagramsTo(53, question)).stderr).toBe('')
})

test('a capture that breaks off is decoded as far as it goes, and that is said', () => {
  const file = readFileSync(capture)
  const { lines, status, stderr } = run(['decode', '-'], new Uint8Array([...file, ...file.subarray(24, 80)]))
  expect(status).toBe(1)
  expect(lines).toHaveLength(14)
  expect(stderr).toContain(`broken at byte ${file.length} (cut-short)`)
})

test.each<[string[], number, string]>([
  [['decode'], 2, 'expected one capture file, or --listen'],
  [['decode', 'a', 'b'], 2, 'expected one capture file'],
  [['decode', 'a', '--pcap', 'b'], 2, 'expected one capture file'],
  [['decode', 'a', '--listen', '2055'], 2, 'expected one capture file'],
  [['decode', '--listen', '2055', '--port', '2055'], 2, '--port is for a capture'],
  [['decode', '--listen', 'router'], 2, '--listen takes PORT, ADDRESS:PORT or [ADDRESS]:PORT'],
  [['decode', '--nothing'], 2, '--nothing'],
  [['decode', capture, '--sampling', '0'], 2, '--sampling takes a whole number from 1'],
  [['enrich'], 2, 'no command "enrich"'],
  [['decode', '/nowhere.pcap'], 1, 'ENOENT'],
  [['decode', command], 1, 'is no pcap or pcapng file'],
])('%j ends with %i: %s', (words, code, says) => {
  const { status, stderr, stdout } = run(words)
  expect({ status, stdout }).toEqual({ status: code, stdout: '' })
  expect(stderr).toContain(says)
})

test('help lists the commands, and the options of one', () => {
  expect(run(['--help']).stdout).toContain('decode FILE | --listen [ADDRESS:]PORT')
  expect(run(['decode', '--help']).stdout).toContain('--sampling N')
})

test('what comes by UDP is printed as it comes; the end of the command says the sum', async () => {
  const child = spawn(process.execPath, [command, 'decode', '--listen', '0'], { stdio: ['ignore', 'pipe', 'pipe'] })
  const said = createInterface({ input: child.stderr })
  const [line] = (await once(said, 'line')) as [string]
  const port = Number(/127\.0\.0\.1 port (\d+)/.exec(line)?.[1])
  const socket = createSocket('udp4')
  const flow = { source: '192.0.2.7', destination: '192.0.2.8', packets: 3, bytes: 90, firstMs: 1, lastMs: 2 }
  socket.send(encodeNetflow5({ uptimeMs: 5, exportSeconds: 1_700_000_000 }, [flow]), port, '127.0.0.1')
  socket.send(new Uint8Array([1, 2, 3]), port, '127.0.0.1')
  const lines: Line[] = []
  for await (const text of createInterface({ input: child.stdout })) {
    lines.push(JSON.parse(text) as Line)
    if (lines.length === 2) child.kill('SIGINT')
  }
  socket.close()
  expect(lines.slice(0, 2)).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ type: 'flow', sourceIPv4Address: '192.0.2.7', octetDeltaCount: 90 }),
      { type: 'rejected', exporter: '127.0.0.1', reason: 'unknown-version', offset: 0 },
    ]),
  )
  expect(lines[2]).toMatchObject({ type: 'summary', datagrams: 2, decoded: 1, rejected: 1, flows: 1 })
})
