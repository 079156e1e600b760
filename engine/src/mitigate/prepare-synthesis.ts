import { createFlowBatch, fragmentBit } from '../flow/flow-batch.ts'
import type { FlowBatch } from '../flow/flow-batch.ts'
import { bitsOf, prefixOf } from './prefix.ts'
import { synthesizeRules } from './synthesize-rules.ts'

// The first synthesis of a process takes several times as long as those after it, because its code is not compiled yet; and the
// first attack after a restart is no less urgent. So a process that will make rules has some made at its start, of flows that are
// made up: a flood of SYN, answers of DNS in fragments, datagrams to many ports, ordinary connections beside them.

const rounds = 20
const flows = 500
/** 192.0.2.10 of TEST-NET-1, 198.18.0.0/15 and 2001:db8::10 (RFC 5737, 2544, 3849). */
const [target4, others4, network6] = [0xc000_020a, 0xc612_0000, 0x2001_0db8]

interface Shape {
  protocol: number
  length: number
  sourcePort?: number
  destinationPort?: number
  tcpFlags?: number
  /** Every other flow is a later fragment. */
  hasFragments?: boolean
}

const attacks: readonly Shape[] = [
  { protocol: 6, length: 60, destinationPort: 443, tcpFlags: 2 },
  { protocol: 17, length: 1400, sourcePort: 53, hasFragments: true },
  { protocol: 17, length: 900 },
  { protocol: 1, length: 1000 },
]
const ordinary: readonly Shape[] = [
  { protocol: 6, length: 700, sourcePort: 443, tcpFlags: 0x18 },
  { protocol: 17, length: 180, sourcePort: 53 },
]

/** Numbers without a pattern that matters, the same every time. */
const scatter = (row: number): number => Math.imul(row + 1, 0x9e37_79b1) >>> 0

function makeFlows(shapes: readonly Shape[], family: 4 | 6): FlowBatch {
  const batch = createFlowBatch(flows)
  for (let row = 0; row < flows; row++) {
    const shape = shapes[row % shapes.length]!
    const isFragment = shape.hasFragments === true && (row & 4) > 0
    batch.family[row] = family
    batch.source.set(family === 4 ? [others4 + (scatter(row) >>> 15)] : [network6, scatter(row), 0, row], row * 4)
    batch.destination.set(family === 4 ? [target4] : [network6, 0, 0, 0x10], row * 4)
    batch.protocol[row] = shape.protocol
    batch.fragment[row] = isFragment ? fragmentBit.isFragment : 0
    const hasPorts = shape.protocol !== 1 && !isFragment
    batch.sourcePort[row] = hasPorts ? (shape.sourcePort ?? 1024 + (scatter(row) >>> 17)) : 0
    batch.destinationPort[row] = hasPorts ? (shape.destinationPort ?? 1024 + (scatter(row) >>> 18)) : 0
    batch.tcpFlags[row] = shape.tcpFlags ?? 0
    batch.samplingRate[row] = 1
    batch.packets[row] = 1 + (row % 5)
    batch.bytes[row] = shape.length * (1 + (row % 5))
  }
  batch.length = flows
  return batch
}

/** Takes some tenths of a second, once; changes nothing. */
export function prepareSynthesis(): void {
  const usual = { 4: makeFlows(ordinary, 4), 6: makeFlows(ordinary, 6) }
  for (let round = 0; round < rounds; round++) {
    const family = round % 4 === 3 ? 6 : 4
    const attack = makeFlows([attacks[round % attacks.length]!, ...(round % 2 === 0 ? [attacks[0]!, attacks[1]!] : [])], family)
    const target = prefixOf(family, family === 4 ? [target4] : [network6, 0, 0, 0x10], bitsOf(family))
    synthesizeRules(attack, round % 5 === 4 ? createFlowBatch(1) : usual[family], {
      target,
      owned: [target],
      measure: round % 3 === 0 ? 'bytes' : 'packets',
      fromMs: 0,
    })
  }
}
