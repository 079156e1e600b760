import { spawn, spawnSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, expect, test } from 'vitest'
import { exportFormats } from '#generate/flow-exporter.ts'

// `generate` as a trainer types it, and whether `detect` finds what its labels say: over a socket and in a capture.

const command = path.resolve(import.meta.dirname, 'luytre-engine.mjs')
const folder = mkdtempSync(path.join(tmpdir(), 'luytre-generate-'))
afterAll(() => rmSync(folder, { recursive: true }))
type Line = Record<string, unknown>

const linesOf = (text: string): Line[] =>
  text
    .split('\n')
    .filter(line => line.startsWith('{'))
    .map(line => JSON.parse(line) as Line)

function run(...words: string[]): { lines: Line[]; status: number | null; stderr: string; stdout: string } {
  const { stdout, stderr, status } = spawnSync(process.execPath, [command, ...words], { encoding: 'utf8', maxBuffer: 1 << 28 })
  return { lines: linesOf(stdout), status, stderr, stdout }
}

/** Whether something told is what a label says: the target, and its vector among those named. */
const isFound = (label: Line, told: readonly Line[]): boolean =>
  told.some(
    one =>
      one['type'] === 'attack' &&
      one['target'] === label['target'] &&
      (one['name'] === label['name'] || (one['vectors'] as Line[]).some(({ name }) => name === label['name'])),
  )

test.each(exportFormats)('%s: what is sent over loopback, detect names by the label', async format => {
  const detector = spawn(process.execPath, [command, 'detect', '--listen', '0'], { stdio: ['ignore', 'pipe', 'pipe'] })
  const told: string[] = []
  createInterface({ input: detector.stdout }).on('line', line => told.push(line))
  const [said] = (await once(createInterface({ input: detector.stderr }), 'line')) as [string]
  const port = /port (\d+)/.exec(said)![1]!
  const words = ['--format', format, '--to', `localhost:${port}`, '--scenario', 'ntp-amplification@1+4', '--seconds', '5', '--rate', '100']
  const { lines, status } = run('generate', ...words, '--sampling', '20', '--labels', '-')
  const ended = once(detector, 'exit')
  detector.kill('SIGINT')
  await ended
  expect(status).toBe(0)
  const [label, summary] = lines as [Line, Line]
  expect(label).toMatchObject({ type: 'label', target: '192.0.2.10', name: 'ntp-reflection' })
  expect(summary).toMatchObject({ type: 'summary', format, refused: 0, leftOut: 0, sent: summary['datagrams'] })
  const found = linesOf(told.join('\n'))
  expect(isFound(label, found)).toBe(true)
  expect(new Set(found.filter(({ type }) => type === 'attack').map(({ target }) => target))).toEqual(new Set(['192.0.2.10']))
  expect(found.at(-1)).toMatchObject({ type: 'summary', rejected: 0, decoded: summary['datagrams'] })
})

test('it says when nobody listens', async () => {
  // A port that was free a moment ago.
  const socket = createSocket('udp4').bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const { port } = socket.address()
  await new Promise<void>(resolve => socket.close(resolve))
  const { status, stderr, lines } = run('generate', '--to', String(port), '--seconds', '1', '--rate', '2000')
  expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringContaining(`nobody listens at ${port}`) })
  // Whether the last one was refused is never told.
  expect(lines[0]).toMatchObject({ sent: 1, refused: (lines[0]!['datagrams'] as number) - 1 })
})

test('it ends early when it is told to, with its summary', async () => {
  const words = ['generate', '--to', '9', '--seconds', '3600', '--scenario', 'syn-flood@3000', '--labels', '-']
  const child = spawn(process.execPath, [command, ...words], { stdio: ['ignore', 'pipe', 'pipe'] })
  const lines: string[] = []
  const said = createInterface({ input: child.stdout }).on('line', line => lines.push(line))
  await once(said, 'line')
  const ended = once(child, 'exit')
  child.kill('SIGINT')
  expect(await ended).toEqual([0, null])
  const [label, summary] = linesOf(lines.join('\n')) as [Line, Line]
  expect(summary['untilMs']).toBeLessThan(label['startMs'] as number)
})

const start = ['--start', '2026-03-01T12:00:00Z']

test('a capture holds attacks one after the other and at once; detect finds all of them, and nothing else', () => {
  const [capture, labelsFile] = [path.join(folder, 'course.pcap'), path.join(folder, 'course.labels')]
  const scenarios = ['syn-and-ntp@5+20', 'carpet-bombing@70+20', 'outgoing-scan@5+20'].flatMap(one => ['--scenario', one])
  const targets = ['192.0.2.10', '2001:db8:1:2::10', '203.0.113.7'].flatMap(one => ['--target', one])
  const output = ['--pcap', capture, '--labels', labelsFile, '--seconds', '100', '--sampling', '10']
  const { status } = run('generate', ...output, ...scenarios, ...targets, ...start)
  expect(status).toBe(0)
  const labels = linesOf(readFileSync(labelsFile, 'utf8'))
  expect(labels.map(({ of: kind }) => kind)).toEqual(['attack', 'attack', 'scan'])
  const { lines } = run(
    'detect',
    '--pcap',
    capture,
    '--network',
    '192.0.2.0/24',
    '--network',
    '203.0.113.0/24',
    '--network',
    '2001:db8:1::/48',
  )
  for (const label of labels.slice(0, 2)) {
    expect(isFound(label, lines)).toBe(true)
    const detected = lines.find(({ event, target }) => event === 'start' && target === label['target'])!['detectedMs'] as number
    expect(detected).toBeGreaterThan(label['startMs'] as number)
    expect(detected).toBeLessThan(label['endMs'] as number)
  }
  expect(lines.filter(({ type }) => type === 'scan')).toMatchObject([{ source: '203.0.113.7' }])
  expect(lines.filter(({ type }) => type === 'attack').every(({ target }) => labels.some(label => label['target'] === target))).toBe(true)
})

test.each(exportFormats)('%s: a day without an attack stays silent, and a capture is the same every time', format => {
  const captures = ['one.pcap', 'other.pcap'].map(name => path.join(folder, `${format}-${name}`))
  const summaries = captures.map(
    capture =>
      run('generate', '--format', format, '--pcap', capture, '--seconds', '30', '--sampling', '100', '--seed', '9', ...start).lines[0],
  )
  expect(readFileSync(captures[0]!).equals(readFileSync(captures[1]!))).toBe(true)
  expect(summaries[0]).toEqual(summaries[1])
  const decoded = run('decode', captures[0]!).lines
  expect(decoded.at(-1)).toMatchObject({
    decoded: summaries[0]!['datagrams'],
    flows: summaries[0]!['records'],
    rejected: 0,
    domains: [{ lost: 0, samplingRate: 100 }],
  })
  expect(run('detect', '--pcap', captures[0]!).lines).toMatchObject([{ type: 'summary', holds: 'exports' }])
})

test('the scenarios are listed, each with its rate', () => {
  expect(run('generate', '--list').stdout).toMatch(/^dns-amplification +60,000 packets\/s/m)
})

const far = ['generate', '--to', '192.0.2.1:2055']
test.each<[string[], number, string]>([
  [['generate'], 2, 'expected --to, or --pcap'],
  [['generate', '--to', '1', '--pcap', 'a'], 2, 'expected --to, or --pcap'],
  [far, 1, "192.0.2.1 is not this machine's loopback; --beyond-loopback allows it"],
  [['generate', '--to', '[2001:db8::1]:2055'], 1, '--beyond-loopback allows it'],
  [['generate', '--to', '0.0.0.0:2055'], 1, '--beyond-loopback allows it'],
  [['generate', '--to', '[::ffff:192.0.2.1]:2055'], 1, '--beyond-loopback allows it'],
  [['generate', '--to', 'collector.invalid:2055'], 1, 'no address and no name'],
  [['generate', '--to', '127.0.0.1:0'], 2, '--to takes a whole number from 1 to 65535'],
  [['generate', '--to', '127.0.0.1'], 2, '--to takes PORT'],
  [['generate', '--to', '999.1.1.1:3400'], 2, '--to takes PORT'],
  [['generate', '--pcap', '-', '--seed', '1', '--seed', '2'], 2, '--seed was given twice'],
  [[...far, '--format', 'netflow6'], 2, '--format takes netflow5, netflow9, ipfix, sflow5'],
  [[...far, '--rate', '50001'], 2, '--rate takes a whole number from 0 to 50000'],
  [[...far, '--seconds', '0'], 2, '--seconds takes a whole number from 1 to 604800'],
  [[...far, '--format', 'netflow5', '--sampling', '16384'], 2, '--sampling takes a whole number from 1 to 16383'],
  [[...far, '--format', 'netflow5', '--target', '2001:db8::1'], 2, 'it knows IPv4 only'],
  [['generate', '--pcap', '-', '--scenario', 'flood'], 2, '--scenario takes dns-amplification'],
  [['generate', '--pcap', '-', '--scenario', 'syn-flood@120'], 2, 'would begin at second 120'],
  [
    ['generate', '--pcap', '-', '--scenario', 'syn-flood', '--target', '192.0.2.1', '--target', '192.0.2.2'],
    2,
    '2 targets and 1 scenarios',
  ],
  ...[
    ['0.0.0.0', 'unspecified'],
    ['::', 'unspecified'],
    ['224.0.0.251', 'multicast'],
    ['ff02::1', 'multicast'],
    ['255.255.255.255', 'reserved'],
    ['198.18.0.1', 'where the generated clients'],
    ['198.19.255.255', 'where the generated clients'],
    ['3fff:fff::1', 'where the generated clients'],
  ].map(([target, says]): [string[], number, string] => [['generate', '--pcap', '-', '--target', target!], 2, `${target} is ${says}`]),
  [['generate', '--pcap', '-', '--target', 'router'], 2, '--target takes an address'],
  [['generate', '--pcap', '-', '--start', '2026-03-01'], 2, '--start takes a time'],
  [['generate', '--pcap', '-', '--start', '2026-02-30T00:00:00Z'], 2, '--start takes a time'],
  [['generate', '--pcap', '-', '--start', '2026-13-01T00:00:00+07:00'], 2, '--start takes a time'],
  [['generate', '--pcap', 'same.pcap', '--labels', './same.pcap'], 2, 'cannot both write to same.pcap'],
  [['generate', '--pcap', '-', '--format', 'sflow5', '--sampling', '1', '--scenario', 'ack-flood'], 2, '--sampling takes at least 5'],
  [['generate', '--pcap', '-', '--labels', '-'], 2, 'cannot both write'],
  [['generate', '--pcap', '/nowhere/a.pcap', '--seconds', '1'], 1, 'ENOENT'],
])('%j ends with %i: %s', (words, code, says) => {
  const { status, stderr, stdout } = run(...words)
  expect({ status, stdout }).toEqual({ status: code, stdout: '' })
  expect(stderr).toContain(says)
})

test('clients of IPv6 lie in a range for documentation where no example has its hosts', () => {
  const capture = path.join(folder, 'six.pcap')
  run('generate', '--pcap', capture, '--seconds', '5', '--target', '2001:db8::10', ...start)
  const flows = run('decode', capture).lines.filter(({ type }) => type === 'flow')
  const outside = flows.flatMap(flow => [flow['sourceIPv6Address'], flow['destinationIPv6Address']].map(String))
  expect(new Set(outside.map(address => /^(?:2001:db8:|3fff:)/.exec(address)?.[0]))).toEqual(new Set(['2001:db8:', '3fff:']))
  expect(outside.filter(address => address.startsWith('3fff:'))).toHaveLength(flows.length)
})
