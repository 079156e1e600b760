import { spawn, spawnSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { expect, test } from 'vitest'
import { encodeEthernet, encodeIp, encodeUdp } from '#generate/encode-packet.ts'
import { encodeNetflow5 } from '#generate/encode-netflow5.ts'
import { encodePcap } from '#generate/encode-pcap.ts'

const command = path.resolve(import.meta.dirname, 'luytre-engine.mjs')

/** Two exporters, two flows each; the last datagram is for another port. */
const capture = encodePcap(
  [
    ['192.0.2.1', 2055, 10],
    ['192.0.2.1', 2055, 20],
    ['2001:db8::1', 2055, 30],
    ['192.0.2.1', 9996, 40],
  ].map(([source, port, bytes], index) => {
    const flow = { source: '192.0.2.7', destination: '192.0.2.8', packets: 1, bytes: bytes as number, firstMs: 1, lastMs: 2 }
    const payload = encodeNetflow5({ uptimeMs: 5, exportSeconds: 1_700_000_000 }, [flow])
    const is6 = (source as string).includes(':')
    const packet = encodeIp(
      { source: source as string, destination: is6 ? '2001:db8::2' : '192.0.2.2', protocol: 17 },
      encodeUdp(4000, port as number, payload),
    )
    return { timeMs: 1_700_000_000_000 + index * 20, bytes: encodeEthernet(is6 ? 0x86dd : 0x0800, packet) }
  }),
)

const replay = (...words: string[]) => spawnSync(process.execPath, [command, 'replay', ...words], { input: capture, encoding: 'utf8' })

test.each([['max'], ['1']])('a capture is sent again at speed %s, its exporters told apart', async speed => {
  const collector = spawn(process.execPath, [command, 'decode', '--listen', '0'], { stdio: ['ignore', 'pipe', 'pipe'] })
  const [said] = (await once(createInterface({ input: collector.stderr }), 'line')) as [string]
  const port = /port (\d+)/.exec(said)![1]!
  const { stdout, status } = replay('-', '--to', port, '--port', '2055', '--speed', speed)
  expect(status).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({ type: 'summary', sent: 3, refused: 0, senders: 2, capture: { datagrams: 3, others: 1 } })
  const lines: Record<string, unknown>[] = []
  for await (const text of createInterface({ input: collector.stdout })) {
    lines.push(JSON.parse(text) as Record<string, unknown>)
    if (lines.length === 3) collector.kill('SIGINT')
  }
  expect(lines.slice(0, 3).map(({ exporter, octetDeltaCount }) => [exporter, octetDeltaCount])).toEqual([
    ['127.0.0.1', 10],
    ['127.0.0.1', 20],
    ['127.0.0.2', 30],
  ])
  expect(lines[3]).toMatchObject({ type: 'summary', receiver: { datagrams: 3, droppedByKernel: 0 } })
})

test.each<[string[], number, string]>([
  [['-'], 2, 'expected one capture file, and --to'],
  [['-', '--to', 'router'], 2, '--to takes PORT, ADDRESS:PORT or [ADDRESS]:PORT, not "router"'],
  [['-', '--to', '999.1.1.1:2055'], 2, '--to takes PORT'],
  [['-', '--to', '2001:db8::1:2055'], 2, '--to takes PORT'],
  [['-', '--to', '[192.0.2.1]:2055'], 2, '--to takes PORT'],
  [['-', '--to', 'collector.invalid:2055'], 1, '--to: collector.invalid is no address and no name that leads to one'],
  [['-', '--to', '2055', '--speed', '1', '--speed', '2'], 2, '--speed was given twice'],
  [['-', '--to', 'localhost:2055', '--speed', 'fast'], 2, '--speed takes'],
  [['-', '--to', '0'], 2, '--to takes a whole number from 1'],
  [['-', '--to', '2055', '--speed', 'fast'], 2, '--speed takes a number above 0, or max'],
  [['-', '--to', '198.51.100.1:2055'], 1, '--beyond-loopback'],
  [['-', '--to', '[2001:db8::1]:2055'], 1, '--beyond-loopback'],
  [[command, '--to', '2055'], 1, 'is no pcap or pcapng file'],
])('replay %j ends with %i: %s', (words, code, says) => {
  const { status, stderr, stdout } = replay(...words)
  expect({ status, stdout }).toEqual({ status: code, stdout: '' })
  expect(stderr).toContain(says)
})

test('it says when nobody listens', async () => {
  // A port that was free a moment ago.
  const socket = createSocket('udp4').bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const { port } = socket.address()
  await new Promise<void>(resolve => socket.close(resolve))
  const { status, stderr, stdout } = replay('-', '--to', String(port), '--speed', 'max')
  expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringContaining(`nobody listens at ${port}`) })
  expect(stdout).toMatch(/"seconds":\d+(?:\.\d{1,3})?\}/)
})
