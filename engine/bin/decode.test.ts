import { spawn, spawnSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { expect, test } from 'vitest'
import { encodeNetflow5 } from '#generate/encode-netflow5.ts'

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
  const { lines } = run(['decode', '-', '--port', '2055', '--port', '2056'], readFileSync(capture))
  expect(lines).toMatchObject([{ type: 'summary', datagrams: 0, capture: { others: 1 } }])
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
  [['decode', 'a', '--listen', '2055'], 2, 'expected one capture file'],
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
