import { columnsOfOneNumber, noLabel } from '#flow/flow-batch.ts'
import type { FlowBatch } from '#flow/flow-batch.ts'
import { hold } from './fuzz-target.ts'
import type { Note } from './fuzz-target.ts'

// What flow-batch.ts promises of rows, whoever wrote them.

const familyIndex = [0, 0, 0, 0, 1, 0, 2]

/** Zero, small, or with its high bits set: what a column's value is told apart by, for each family. */
const sizeOf = (value: number): number => (value === 0 ? 0 : value < 0x8000 ? 1 : 2)

/** Judges the rows of a batch and notes what the first one looks like, in kinds from `firstKind` on, one a column. */
export function checkRows(batch: FlowBatch, exporters: number, note: Note, firstKind: number): void {
  const { length, family, source, destination, packets, bytes, samplingRate, start, end, mplsLabel, exporter } = batch
  for (let row = 0; row < length; row++) {
    const of = family[row]!
    hold(of === 4 || of === 6 || of === 0, 'family is 4, 6 or 0')
    if (of !== 6) {
      const at = row * 4
      const rest = source[at + 1]! | source[at + 2]! | source[at + 3]! | destination[at + 1]! | destination[at + 2]! | destination[at + 3]!
      hold(rest === 0, 'an address that is not of IPv6 has one word')
    }
    hold(packets[row]! >= 0 && packets[row]! < Infinity, 'packets are a number from 0 on')
    hold(bytes[row]! >= 0 && bytes[row]! < Infinity, 'bytes are a number from 0 on')
    hold(samplingRate[row]! >= 1 && samplingRate[row]! < Infinity, 'the sampling rate is a number from 1 on')
    hold(Math.abs(start[row]!) < Infinity && Math.abs(end[row]!) < Infinity, 'times are numbers')
    hold(start[row]! <= end[row]!, 'a flow starts before it ends')
    const label = mplsLabel[row]!
    hold(label === noLabel || label < 2 ** 20, 'a label has 20 bits')
    hold(exporter[row]! < exporters, 'the exporter is one of the table')
  }
  if (length > 0)
    for (const [index, column] of columnsOfOneNumber.entries())
      note(firstKind + index, familyIndex[family[0]!]! * 3 + sizeOf(batch[column][0]!))
}

/** A row that is not taken is blank: decoders write only what an exporter tells. */
export function checkBlank(batch: FlowBatch): void {
  const row = batch.length
  if (row >= batch.capacity) return
  for (const column of columnsOfOneNumber) {
    const blank = column === 'mplsLabel' ? noLabel : column === 'samplingRate' ? 1 : 0
    if (batch[column][row] !== blank) throw new Error(`${column} of a row that is not taken is blank`)
  }
  for (let word = row * 4; word < row * 4 + 4; word++)
    hold(batch.source[word] === 0 && batch.destination[word] === 0, 'addresses of a row that is not taken are blank')
}
