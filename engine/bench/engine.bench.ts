import { spawnSync } from 'node:child_process'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { calibrateCpu, printRow, rounded } from './bench-rows.ts'
import type { BenchRow } from './bench-rows.ts'
import { engine, installPeers } from './collectors.ts'
import { measureDetection, measureQuiet } from './detection-times.ts'
import { measureThreads } from './drain-threads.ts'
import { protocols } from './load-flows.ts'
import { measure } from './lossless-rate.ts'
import type { Measured } from './lossless-rate.ts'

// How many flow records a second does the engine receive, decode and count on one core without losing one, and how many do
// the C collectors? How soon is an attack named, and its rules made? README.md has the method.

const parts = [...protocols, 'counting', 'detection', 'rules'] as const
type Part = (typeof parts)[number]

/** `npm run bench -- engine netflow9 detection --seconds 2 --peers nfcapd,sfcapd`: some parts, other trials, some peers. */
function readWords(): { wanted: readonly Part[]; seconds: number; peers: readonly string[] | undefined } {
  const { values, positionals } = parseArgs({
    args: process.argv.slice(3),
    allowPositionals: true,
    options: { seconds: { type: 'string', default: '2' }, peers: { type: 'string' } },
  })
  const unknown = positionals.find(word => !parts.some(part => part === word))
  if (unknown !== undefined) throw new RangeError(`bench engine takes ${parts.join(', ')}, not "${unknown}"`)
  const named = parts.filter(part => positionals.includes(part))
  return { wanted: named.length > 0 ? named : parts, seconds: Number(values.seconds), peers: values.peers?.split(',') }
}

const attacksForRules = ['udp-flood', 'dns-amplification', 'syn-and-ntp']
const countingCases = ['hosts-200', 'hosts-10k', 'hosts-10k-ipv6', 'hosts-1M', 'flood-of-one']

/** What is told of the engine's own process. */
const figuresOf = ({ records_per_s, saturated_per_s, cpu_s_per_million, offered_per_s, resident_mb }: Measured) =>
  ({ records_per_s, saturated_per_s, cpu_s_per_million, offered_per_s, resident_mb }) as const

/** How many times the peer's rate; null where the peer lost something at every rate. */
const ratioOf = (own: number, peers: number): number | null => (peers > 0 ? rounded(own / peers, 2) : null)

/** The row that a script of this folder prints, in a process of its own. */
function rowOf(script: string, words: readonly string[]): BenchRow {
  const { stdout, stderr } = spawnSync(process.execPath, [path.join(import.meta.dirname, script), ...words], { encoding: 'utf8' })
  if (!stdout) throw new Error(`${script}: ${stderr.slice(-2000)}`)
  return JSON.parse(stdout) as BenchRow
}

/** What counting alone costs, and how many times as much as the traffic of few hosts. */
function measureCounting(seconds: number): BenchRow[] {
  const rows = countingCases.map(name => rowOf('count-flows.ts', ['--case', name, '--seconds', String(seconds)]))
  return rows.map((row, index) => ({
    ...row,
    case: `counting-${countingCases[index]!}`,
    ratio: rounded(Number(row['ns_per_flow']) / Math.max(1, Number(rows[0]!['ns_per_flow'])), 2),
  }))
}

export default async function bench(): Promise<{ bench: 'engine'; rows: BenchRow[] }> {
  const { wanted, seconds, peers } = readWords()
  console.log(`engine: ${os.cpus().length} cores, load ${os.loadavg()[0]!.toFixed(2)} before the start, ${seconds} s a trial`)
  const rows: BenchRow[] = []
  const tell = (row: BenchRow): void => {
    rows.push(row)
    printRow(row)
  }
  tell(calibrateCpu())
  const { found, missing } = installPeers(peers)
  for (const name of missing) console.log(`  left out: ${name}`)
  for (const protocol of protocols.filter(one => wanted.includes(one))) {
    const own = await measure(engine(), protocol, seconds)
    // The load's pieces come to the engine uncut; what it does when each datagram comes by itself is a row of its own.
    const apart = await measure(engine({ isApart: true }), protocol, seconds)
    const figures = figuresOf(own)
    tell({ case: `${protocol}-apart`, ...figuresOf(apart) })
    const competing = found.filter(peer => peer.protocols.includes(protocol))
    if (competing.length === 0) tell({ case: protocol, ...figures })
    for (const collector of competing) {
      const peer = await measure(collector, protocol, seconds).catch((error: Error) => error)
      if (peer instanceof Error) {
        console.log(`  left out: ${collector.name} (${peer.message})`)
        continue
      }
      tell({
        case: protocol,
        ...figures,
        peer: collector.name,
        peer_records_per_s: peer.records_per_s,
        peer_socket_records_per_s: peer.socket_records_per_s,
        peer_saturated_per_s: peer.saturated_per_s,
        peer_cpu_s_per_million: peer.cpu_s_per_million,
        ratio: ratioOf(own.records_per_s, peer.records_per_s),
        ratio_apart: ratioOf(apart.records_per_s, peer.records_per_s),
        ratio_at_socket: ratioOf(own.records_per_s, peer.socket_records_per_s),
        ratio_saturated: ratioOf(own.saturated_per_s, peer.saturated_per_s),
      })
    }
  }
  if (wanted.includes('counting')) {
    for (const row of measureCounting(seconds)) tell(row)
    tell(await measureThreads())
  }
  if (wanted.includes('detection')) {
    const withPeer = found.some(({ name }) => name === 'fastnetmon')
    for await (const row of measureDetection({ tries: 3, withPeer })) tell(row)
    tell(await measureQuiet())
  }
  if (wanted.includes('rules'))
    for (const name of attacksForRules) for (const words of [[name], [name, 'prepared']]) tell(rowOf('synthesize.ts', words))
  tell({ ...calibrateCpu(), case: 'calibration-cpu-loop-after' })
  return { bench: 'engine', rows }
}
