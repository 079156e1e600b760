import { fragmentBit } from '../flow/flow-batch.ts'
import { assumedTraffic } from './assumed-traffic.ts'
import { hasPortsToSee, packetLengthOf } from './match-flow.ts'
import { keyOfSource, sourceCodeOf } from './source-tree.ts'
import type { Rows } from './target-rows.ts'
import { absentCode, fragmentCode, kindOf } from './vocabulary.ts'
import type { Vocabulary } from './vocabulary.ts'

// Flows that look alike to every rule, put together: a cell is a combination of codes with the volume that attack, usual and
// assumed traffic have in it. A hundred thousand flows are some hundred to some thousand cells.

/** Fields in the order in which a cell's key holds them, five bits each and two for the last. */
export const fieldAt = { protocol: 0, source: 1, sourcePort: 2, destinationPort: 3, kind: 4, length: 5, fragment: 6 } as const
export const fieldCount = 7

export interface FlowCells {
  readonly count: number
  /** Seven codes a cell, in the order of `fieldAt`. */
  readonly codes: Uint8Array
  readonly attackPackets: Float64Array
  readonly attackBytes: Float64Array
  readonly usualPackets: Float64Array
  readonly usualBytes: Float64Array
  /** Share of the assumed traffic. */
  readonly assumed: Float64Array
}

/** Cells by key, in an open table that doubles; there are no more than rows. */
class CellTable {
  count = 0
  private keys = new Uint32Array(1024)
  private slots = new Int32Array(4096).fill(-1)
  values: Record<'attackPackets' | 'attackBytes' | 'usualPackets' | 'usualBytes' | 'assumed', Float64Array> = {
    attackPackets: new Float64Array(1024),
    attackBytes: new Float64Array(1024),
    usualPackets: new Float64Array(1024),
    usualBytes: new Float64Array(1024),
    assumed: new Float64Array(1024),
  }

  find(key: number): number {
    const mask = this.slots.length - 1
    let slot = (Math.imul(key ^ (key >>> 15), 0x9e37_79b1) >>> 12) & mask
    for (let cell = this.slots[slot]!; cell >= 0; cell = this.slots[slot]!) {
      if (this.keys[cell] === key) return cell
      slot = (slot + 1) & mask
    }
    if (this.count === this.keys.length) {
      this.double()
      return this.find(key)
    }
    this.slots[slot] = this.count
    this.keys[this.count] = key
    return this.count++
  }

  private double(): void {
    const grow = (column: Float64Array): Float64Array => {
      const larger = new Float64Array(column.length * 2)
      larger.set(column)
      return larger
    }
    const keys = this.keys
    this.keys = new Uint32Array(keys.length * 2)
    this.slots = new Int32Array(this.slots.length * 2).fill(-1)
    const { attackPackets, attackBytes, usualPackets, usualBytes, assumed } = this.values
    this.values = {
      attackPackets: grow(attackPackets),
      attackBytes: grow(attackBytes),
      usualPackets: grow(usualPackets),
      usualBytes: grow(usualBytes),
      assumed: grow(assumed),
    }
    this.count = 0
    for (const key of keys) this.find(key)
  }

  done(): FlowCells {
    const codes = new Uint8Array(this.count * fieldCount)
    for (let cell = 0; cell < this.count; cell++)
      for (let field = 0; field < fieldCount; field++) codes[cell * fieldCount + field] = (this.keys[cell]! >>> (field * 5)) & 31
    return { count: this.count, codes, ...this.values }
  }
}

const keyOf = (
  protocol: number,
  source: number,
  sourcePort: number,
  destinationPort: number,
  kind: number,
  length: number,
  fragment: number,
): number =>
  (protocol | (source << 5) | (sourcePort << 10) | (destinationPort << 15) | (kind << 20) | (length << 25) | (fragment << 30)) >>> 0

/** Every row, by codes of the vocabulary. */
export function countCells(vocabulary: Vocabulary, attack: Rows, usual: Rows): FlowCells {
  const table = new CellTable()
  addRows(table, vocabulary, attack, 'attack')
  addRows(table, vocabulary, usual, 'usual')
  addAssumed(table, vocabulary)
  return table.done()
}

function addRows(table: CellTable, vocabulary: Vocabulary, { batch, rows }: Rows, kindOfRows: 'attack' | 'usual'): void {
  const { protocolCodeOf, sources, sourcePorts, destinationPorts, lengths, kindCodeOf } = vocabulary
  const hasNetworks = sources.networks.length > 0
  for (let index = 0; index < rows.length; index++) {
    const row = rows[index]!
    const protocol = batch.protocol[row]!
    const bits = batch.fragment[row]!
    const isLater = (bits & fragmentBit.isFragment) !== 0
    const seesPorts = hasPortsToSee(protocol, bits)
    const kind = kindOf(protocol, batch.tcpFlags[row]!, batch.icmpType[row]!, isLater)
    const cell = table.find(
      keyOf(
        protocolCodeOf[protocol]!,
        hasNetworks ? sourceCodeOf(sources, keyOfSource(batch, row)) : 0,
        seesPorts ? sourcePorts.codeOf[batch.sourcePort[row]!]! : absentCode,
        seesPorts ? destinationPorts.codeOf[batch.destinationPort[row]!]! : absentCode,
        kind < 0 ? absentCode : kindCodeOf[kind]!,
        lengths.codeOf[packetLengthOf(batch, row)]!,
        isLater ? fragmentCode.later : (bits & fragmentBit.firstFragment) !== 0 ? fragmentCode.first : fragmentCode.whole,
      ),
    )
    const { attackPackets, attackBytes, usualPackets, usualBytes } = table.values
    if (kindOfRows === 'attack') {
      attackPackets[cell]! += batch.packets[row]!
      attackBytes[cell]! += batch.bytes[row]!
    } else {
      usualPackets[cell]! += batch.packets[row]!
      usualBytes[cell]! += batch.bytes[row]!
    }
  }
}

function addAssumed(table: CellTable, vocabulary: Vocabulary): void {
  const { protocolCodeOf, sourcePorts, destinationPorts, lengths, kindCodeOf } = vocabulary
  for (const packet of assumedTraffic) {
    const seesPorts = hasPortsToSee(packet.protocol, packet.isLaterFragment ? fragmentBit.isFragment : 0)
    const kind = kindOf(packet.protocol, packet.tcpFlags, packet.icmpType, packet.isLaterFragment)
    const cell = table.find(
      keyOf(
        protocolCodeOf[packet.protocol]!,
        0,
        seesPorts ? sourcePorts.codeOf[packet.sourcePort]! : absentCode,
        seesPorts ? destinationPorts.codeOf[packet.destinationPort]! : absentCode,
        kind < 0 ? absentCode : kindCodeOf[kind]!,
        lengths.codeOf[packet.length]!,
        packet.isLaterFragment ? fragmentCode.later : fragmentCode.whole,
      ),
    )
    table.values.assumed[cell]! += packet.weight
  }
}
