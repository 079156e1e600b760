import { parseArgs } from 'node:util'
import { createAttackDetector } from '#detect/attack-detector.ts'
import { createProtectedNetworks } from '#detect/protected-networks.ts'
import { columnsOfOneNumber, createFlowBatch } from '#flow/flow-batch.ts'
import type { FlowBatch } from '#flow/flow-batch.ts'
import { parsePrefix } from '#flow/prefix-table.ts'

// What counting and judging cost without receiving and decoding: batches made before go to a detector at the times at which
// traffic of so many hosts would bring them. A process a case; it prints one JSON value with time a flow and memory.

const countingCases = {
  // Hosts, flows a second of all, whether they are IPv6, share that goes to one of them.
  'hosts-200': { hosts: 200, flowsPerSecond: 20_000, ipv6: 0, flood: 0 },
  'hosts-10k': { hosts: 10_000, flowsPerSecond: 500_000, ipv6: 0, flood: 0 },
  'hosts-10k-ipv6': { hosts: 10_000, flowsPerSecond: 500_000, ipv6: 1, flood: 0 },
  'hosts-1M': { hosts: 1_048_576, flowsPerSecond: 2_000_000, ipv6: 0, flood: 0 },
  'flood-of-one': { hosts: 10_000, flowsPerSecond: 500_000, ipv6: 0, flood: 0.5 },
} as const

const rows = 4096
const batches = 32
const startMs = 1_700_000_000_000

/** xorshift32: the same flows every time. */
function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return state >>> 0
  }
}

const columns = [...columnsOfOneNumber, 'source'] as const
const ports = [443, 443, 443, 443, 443, 443, 80, 80, 53, 22, 25, 993]
const flags = [27, 27, 27, 27, 24, 16, 31, 19]

function makeBatch(random: () => number, { ipv6 }: { ipv6: number }): FlowBatch {
  const batch = createFlowBatch(rows)
  for (let row = 0; row < rows; row++) {
    batch.family[row] = ipv6 === 1 ? 6 : 4
    batch.source[row * 4] = ipv6 === 1 ? 0x2a00_0000 : random()
    if (ipv6 === 1) batch.source[row * 4 + 3] = random()
    batch.protocol[row] = random() % 6 === 0 ? 17 : 6
    batch.sourcePort[row] = ports[random() % ports.length]!
    batch.destinationPort[row] = 32_768 + (random() % 28_000)
    batch.tcpFlags[row] = flags[random() % flags.length]!
    batch.packets[row] = 1 + (random() % 3)
    batch.bytes[row] = batch.packets[row]! * (64 + (random() % 1300))
    batch.end[row] = startMs
    batch.start[row] = startMs - (random() % 2 === 0 ? random() % 900 : random() % 30_000)
  }
  batch.length = rows
  return batch
}

function run(name: keyof typeof countingCases, seconds: number): object {
  const { hosts, flowsPerSecond, ipv6, flood } = countingCases[name]
  const random = createRandom(0x2545_f491)
  const ring = Array.from({ length: batches }, () => makeBatch(random, { ipv6 }))
  let attacks = 0
  const prefixes = ['10.0.0.0/8', '2001:db8::/32']
  const detector = createAttackDetector({
    networks: createProtectedNetworks(
      prefixes.map(prefix => ({ prefix: parsePrefix(prefix)!, name: prefix, owner: '', profile: 'standard' })),
    ),
    onAttack: () => void attacks++,
  })
  let nowMs = startMs
  // One batch, used again and again, as a decoder does.
  const batch = createFlowBatch(rows)
  batch.length = rows
  const destinations = batch.destination

  // A flow's part of each batch's time. Half a millisecond is seldom interrupted: the median of many is the detector's alone.
  const nanoseconds: number[] = []
  function turn(): void {
    for (const made of ring) {
      for (const column of columns) batch[column].set(made[column])
      for (let row = 0; row < rows; row++) {
        const host = random() % hosts
        const isFlood = flood > 0 && random() % 1000 < flood * 1000
        const at = row * 4
        if (ipv6 === 1) {
          destinations[at] = 0x2001_0db8
          destinations[at + 1] = host >>> 8
          destinations[at + 3] = isFlood ? 1 : host
        } else destinations[at] = 0x0a00_0000 + (isFlood ? 1 : host)
      }
      nowMs += (rows * 1000) / flowsPerSecond
      const before = performance.now()
      detector.take(batch, nowMs)
      nanoseconds.push(((performance.now() - before) * 1e6) / rows)
    }
  }

  // Until every host has its place and the code is compiled.
  for (let warm = 0; warm < Math.max(20, (hosts * 4) / (rows * batches)); warm++) turn()
  nanoseconds.length = 0
  for (const until = performance.now() + seconds * 1000; performance.now() < until;) turn()
  const sorted = nanoseconds.toSorted((one, other) => one - other)
  return {
    case: name,
    ns_per_flow: Math.round(sorted[sorted.length >> 1]!),
    least_ns_per_flow: Math.round(sorted[Math.floor(sorted.length / 20)]!),
    targets: detector.window.targets.counters.targets,
    hot: detector.window.hot.size,
    attacks,
    flows: nanoseconds.length * rows,
    peak_resident_mb: Math.round(process.resourceUsage().maxRSS / 1024),
  }
}

const { values } = parseArgs({ options: { case: { type: 'string' }, seconds: { type: 'string', default: '1' } } })
console.log(JSON.stringify(run(values.case as keyof typeof countingCases, Number(values.seconds))))
