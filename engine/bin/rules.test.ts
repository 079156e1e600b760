import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { encodeEthernet, encodeIp, encodeTcp, encodeUdp } from '#generate/encode-packet.ts'
import { encodePcap } from '#generate/encode-pcap.ts'
import { exportFormats } from '#generate/flow-exporter.ts'
import { decodeNlri } from '#mitigate/decode-nlri.ts'

// The command as an engineer types it, on captures made here.

const command = path.resolve(import.meta.dirname, 'luytre-engine.mjs')
const folder = mkdtempSync(path.join(tmpdir(), 'luytre-rules-'))
afterAll(() => rmSync(folder, { recursive: true }))

function capture(name: string, packets: readonly Uint8Array[]): string {
  const file = path.join(folder, name)
  writeFileSync(file, encodePcap(packets.map((bytes, index) => ({ timeMs: 1_700_000_000_000 + index, bytes }))))
  return file
}

const answer = (index: number): Uint8Array =>
  encodeEthernet(
    0x0800,
    encodeIp(
      { source: `198.51.100.${index % 250}`, destination: '192.0.2.10', protocol: 17 },
      encodeUdp(123, 20_000 + index, new Uint8Array(440)),
    ),
  )
const client = (index: number): Uint8Array =>
  encodeEthernet(
    0x0800,
    encodeIp({ source: `203.0.113.${index % 250}`, destination: '192.0.2.10', protocol: 6 }, encodeTcp(40_000 + index, 443, 0x10)),
  )
const attack = capture(
  'attack.pcap',
  Array.from({ length: 300 }, (_, index) => answer(index)),
)
const usual = capture(
  'usual.pcap',
  Array.from({ length: 300 }, (_, index) => client(index)),
)

function run(...words: string[]): { lines: Record<string, unknown>[]; status: number | null; stderr: string } {
  const { stdout, stderr, status } = spawnSync(process.execPath, [command, 'rules', ...words], { encoding: 'utf8' })
  const lines = stdout
    .split('\n')
    .filter(line => line.startsWith('{'))
    .map(line => JSON.parse(line) as Record<string, unknown>)
  return { lines, status, stderr }
}

test('an attack in a capture becomes a rule, a last resort and a summary', () => {
  const { lines, status, stderr } = run(attack, '--usual', usual, '--life', '60')
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  expect(lines).toMatchObject([
    {
      type: 'rule',
      match: 'destination 192.0.2.10/32 protocol =17 source-port =123 packet-length =468',
      actions: [{ kind: 'drop' }],
      fromMs: 1_700_000_000_299,
      untilMs: 1_700_000_060_299,
      expected: { coverage: 1, collateral: 0 },
      reason: { key: 'amplification-ports', actionKey: 'no-collateral-seen' },
      communities: '8006000000000000',
    },
    { type: 'blackhole', prefix: '192.0.2.10/32', community: 0xffff_029a, communityText: '65535:666', expected: { collateral: 1 } },
    {
      type: 'summary',
      target: '192.0.2.10/32',
      measure: 'packets',
      rules: 1,
      coverage: 1,
      collateral: 0,
      attackFlows: 300,
      usualFlows: 300,
    },
  ])
  const nlri = Buffer.from(lines[0]!['nlri'] as string, 'hex')
  expect(decodeNlri(nlri, 0, nlri.length, 4)).toMatchObject({ match: { sourcePorts: [{ value: 123 }] }, next: nlri.length })
})

test('what may not be touched passes by a rule of its own', () => {
  const { lines } = run(attack, '--never-source', '198.51.100.7', '--owned', '192.0.2.0/24')
  expect(lines.filter(line => line['type'] === 'rule')).toMatchObject([
    { match: 'destination 192.0.2.10/32 source 198.51.100.7/32', actions: [], communities: '' },
    { actions: [{ kind: 'drop' }] },
  ])
})

test("a target that is not the owner's has no rules, and the summary says why", () => {
  expect(run(attack, '--owned', '198.51.100.0/24').lines).toMatchObject([{ type: 'summary', rules: 0, withheld: 'target-not-owned' }])
})

test.each(exportFormats)('from an export in %s come rules against the attack that it tells of, not against its collector', format => {
  const file = path.join(folder, `${format}.pcap`)
  const words = [
    '--format',
    format,
    '--pcap',
    file,
    '--seconds',
    '20',
    '--rate',
    '50',
    '--sampling',
    '100',
    '--scenario',
    'ntp-amplification',
  ]
  spawnSync(process.execPath, [command, 'generate', ...words, '--start', '2026-03-01T12:00:00Z'])
  const { lines, status, stderr } = run(file)
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  expect(lines.at(-1)).toMatchObject({ type: 'summary', holds: 'exports', target: '192.0.2.10/32' })
  expect(lines[0]).toMatchObject({
    type: 'rule',
    match: expect.stringMatching(/^destination 192\.0\.2\.10\/32 protocol =17 source-port =123 packet-length =468/),
    fromMs: expect.toSatisfy(Number.isInteger),
  })
  // Whoever wants rules against the exporter's own datagrams says so.
  expect(run(file, '--packets').lines.at(-1)).toMatchObject({ type: 'summary', holds: 'packets', target: '198.51.100.2/32' })
})

test('the target is the busiest host of the owner, and what is missing is said', () => {
  const back = (index: number): Uint8Array =>
    encodeEthernet(
      0x0800,
      encodeIp({ source: '192.0.2.10', destination: '203.0.113.5', protocol: 6 }, encodeTcp(443, 40_000 + index, 0x10)),
    )
  const both = capture(
    'both.pcap',
    Array.from({ length: 900 }, (_, index) => (index % 3 === 0 ? answer(index) : back(index))),
  )
  expect(run(both).lines.at(-1)).toMatchObject({ target: '203.0.113.5/32' })
  expect(run(both, '--owned', '192.0.2.0/24').lines.at(-1)).toMatchObject({ target: '192.0.2.10/32', rules: 1 })
  const foreign = run(both, '--owned', '198.18.0.0/15')
  expect(foreign.lines.at(-1)).toMatchObject({ target: '203.0.113.5/32', rules: 0, withheld: 'target-not-owned' })
  expect(foreign.stderr).toContain('rules for 203.0.113.5/32 are missing: target-not-owned')
})

test('when no host receives most of a capture, it is said', () => {
  const to = (host: number): Uint8Array =>
    encodeEthernet(
      0x0800,
      encodeIp({ source: '198.51.100.1', destination: `192.0.2.${host}`, protocol: 17 }, encodeUdp(123, 20_000, new Uint8Array(440))),
    )
  const spread = capture(
    'spread.pcap',
    Array.from({ length: 402 }, (_, index) => to(10 + (index % 4))),
  )
  expect(run(spread).stderr).toContain('only 25 % of the packets of')
  expect(run(spread, '--target', '192.0.2.0/24', '--owned', '192.0.2.0/24').stderr).toBe('')
})

test('of one packet in ten captured, limits are ten times as high', () => {
  // Some of what is usual looks like the attack, so that it is limited and not dropped.
  const mixed = capture(
    'mixed.pcap',
    Array.from({ length: 600 }, (_, index) => (index % 100 === 0 ? answer(index) : client(index))),
  )
  const limitOf = (...words: string[]): number => {
    const [rule] = run(attack, '--usual', mixed, ...words).lines as { actions?: { bytesPerSecond?: number }[] }[]
    return rule?.actions?.[0]?.bytesPerSecond ?? NaN
  }
  expect(limitOf('--sampling', '10') / limitOf()).toBeCloseTo(10, 1)
})

test('times are whole milliseconds, whatever the clock of the capture', () => {
  const file = path.join(folder, 'fine.pcap')
  writeFileSync(file, encodePcap(Array.from({ length: 300 }, (_, index) => ({ timeMs: 1_623_699_901_412.157, bytes: answer(index) }))))
  expect(run(file).lines[0]).toMatchObject({ fromMs: 1_623_699_901_412 })
})

test.each([
  [['nowhere.pcap'], 1, 'nowhere.pcap'],
  [[attack, '--port', '2055'], 1, 'has no flow of IP in datagrams to these ports'],
  [[attack, '--sampling', '0'], 2, '--sampling takes a whole number from 1'],
  [[], 2, 'expected one capture file'],
  [[attack, '--target', '192.0.2.1/24'], 2, '--target takes an address or a network'],
  [[attack, '--measure', 'flows'], 2, '--measure takes packets or bytes'],
  [[attack, '--max-rules', '0'], 2, '--max-rules takes a whole number from 1 to 100'],
  [[attack, '--packets', '--port', '2055'], 2, '--packets and --port exclude each other'],
  [[command], 1, 'is no pcap or pcapng file'],
])('%j ends with %d and says what is wrong', (words, status, said) => {
  const result = run(...words)
  expect(result.status).toBe(status)
  expect(result.stderr).toContain(said)
})
