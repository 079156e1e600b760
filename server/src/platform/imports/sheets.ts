import { read } from '@e965/xlsx'
import type { CellObject, WorkSheet } from '@e965/xlsx'
import { Unreadable } from './table.ts'
import { cellsOf, isBlank, keepCellParts } from './workbook.ts'
import { storeZip } from './zip.ts'

// A workbook whose sheets all matter, as texts. Under the same bounds as a single table: nothing but cells reaches the
// parser, what unpacks too large is refused before.

export interface SheetBounds {
  maxSheets: number
  /** Rows with content, of one sheet. */
  maxRows: number
  /** Columns that are read; what lies beyond is not. */
  columns: number
}

export interface SheetCell {
  text: string
  /** From a formula, or an error value: what it says is not certain, as nothing is ever calculated here. */
  isUncertain: boolean
}

export interface SheetRow {
  /** As the file's own program numbers it, from 1. */
  row: number
  cells: (SheetCell | undefined)[]
}

export interface Sheet {
  name: string
  /** Rows with content, in order. */
  rows: SheetRow[]
}

export function readSheets(bytes: Uint8Array, bounds: SheetBounds): Sheet[] {
  const archive = storeZip(keepCellParts(bytes))
  let workbook
  try {
    // Stubs: without them a formula that was never calculated would be taken for an empty cell.
    workbook = read(archive, { type: 'buffer', dense: true, cellFormula: true, cellText: false, cellHTML: false, sheetStubs: true })
  } catch {
    throw new Unreadable('damaged')
  }
  if (workbook.SheetNames.length > bounds.maxSheets) throw new Unreadable('too-many-entries', { maximum: bounds.maxSheets })
  return workbook.SheetNames.map(name => ({ name: name.trim(), rows: readRows(workbook.Sheets[name], bounds) }))
}

function readRows(sheet: WorkSheet | undefined, { maxRows, columns }: SheetBounds): SheetRow[] {
  const rows = new Map<number, SheetRow>()
  for (const [index, column, cell] of cellsOf(sheet)) {
    if (column >= columns || isBlank(cell)) continue
    let row = rows.get(index)
    if (!row) {
      if (rows.size >= maxRows) throw new Unreadable('too-many-rows', { maximum: maxRows })
      row = { row: index + 1, cells: [] }
      rows.set(index, row)
    }
    row.cells[column] = readCell(cell)
  }
  return [...rows.values()].sort((a, b) => a.row - b.row)
}

const readCell = (cell: CellObject): SheetCell => ({
  text: String(cell.v ?? ''),
  isUncertain: cell.f !== undefined || (cell as { F?: string }).F !== undefined || cell.t === 'e',
})
