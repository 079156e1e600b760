import { Problem } from '#platform/http/problem.ts'

// A table as a person made it in a spreadsheet: text of cells, and what is odd about them. Nothing here knows what the
// table is about.

/** Rows with content, title and heading rows included: a roster of the largest authority that the product is made for. */
export const maxTableRows = 100_050
export const maxTableColumns = 60
/** Excel's own limit of text in a cell. */
export const maxCellCharacters = 32_767
/** Kept of a cell's text; no field is that long, so a longer text is refused by its field in any case. */
export const keptCellCharacters = 1_000

export interface Cell {
  /** As the reader of the sheet sees it: a date as `YYYY-MM-DD`, a number with the zeros that its format shows. */
  text: string
  /** Set for number cells that are not dates. */
  number: number | null
  isDate: boolean
  /** The value comes from a formula: what it would be today is unknown, as nothing is ever calculated here. */
  isFormula: boolean
  /** Lies in a merged range, but not at its beginning: the sheet shows the first cell's value here. */
  isMerged: boolean
  /** `#REF!` and the like. */
  isError: boolean
}

export interface TableRow {
  /** As the file's own program numbers it, from 1. */
  row: number
  cells: (Cell | undefined)[]
}

export interface Table {
  /** `xlsx`, or the encoding of the text: `utf-8`, `utf-16le`, `utf-16be`, `tcvn3`, `vni`, `windows-1258`, `shift_jis`. */
  encoding: string
  /** Rows with content, in order, made as they are asked for, once. Rows without any are absent. */
  rows: Iterable<TableRow>
  /** Names of further sheets with content, which were not read. */
  otherSheets: string[]
}

/** Why a file is no table for us; texts under `roster.unreadable.<reason>`. */
export const unreadableReasons = [
  'empty',
  'old-excel',
  'encrypted',
  'not-a-table',
  'damaged',
  'too-large',
  'too-slow',
  'too-many-entries',
  'too-many-rows',
  'too-many-columns',
  'cell-too-long',
  'unsafe-xml',
  'data-table',
  'no-sheet',
  'unknown-encoding',
  'binary',
  'unbalanced-quotes',
] as const
export type UnreadableReason = (typeof unreadableReasons)[number]

/** Thrown while reading. */
export class Unreadable extends Problem {
  readonly reason: UnreadableReason

  constructor(reason: UnreadableReason, params: Record<string, string | number> = {}) {
    super(422, 'import.unreadable', { params: { ...params, reason } })
    this.reason = reason
  }
}

export const textCell = (text: string): Cell => ({ text, number: null, isDate: false, isFormula: false, isMerged: false, isError: false })
