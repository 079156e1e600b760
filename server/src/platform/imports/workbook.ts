import { read, SSF } from '@e965/xlsx'
import type { CellObject, Range, WorkBook, WorkSheet } from '@e965/xlsx'
import { isSheet, sliceWorkbook } from './workbook-slices.ts'
import type { Part } from './workbook-slices.ts'
import { keptCellCharacters, maxTableColumns, maxTableRows, Unreadable } from './table.ts'
import type { Cell, Table, TableRow } from './table.ts'
import { listZip, storeZip } from './zip.ts'

// Reads the first visible sheet of an xlsx file. Macros, links to other files, drawings and comments never reach the
// parser: it gets a new archive that holds only the parts that make up the cells.

const wantedPart =
  /^(\[Content_Types\]\.xml|_rels\/\.rels|xl\/(_rels\/workbook\.xml\.rels|workbook\.xml|sharedStrings\.xml|styles\.xml|worksheets\/[^/]+\.xml))$/i
const maxMerges = 5_000
/** Rows parsed at a time. */
const sliceRows = 2_000
/** Cells and rows of one sheet, empty ones with a format included, beyond which it is not parsed at all. */
const maxCells = 25 * maxTableRows
const maxSheetRows = 2 * maxTableRows

export function readWorkbook(bytes: Uint8Array): Table {
  const parts = keepCellParts(bytes)
  // A workbook parsed whole takes ten times its XML; so it is parsed slice by slice, each with the strings that it names.
  const rounds = sliceWorkbook(parts, sliceRows)
  const first = parse(rounds.next().value!)
  const isVisible = (index: number): boolean => !first.Workbook?.Sheets?.[index]?.Hidden
  const visible = first.SheetNames.filter((_, index) => isVisible(index))
  // What of the first sheet lies far below nothing is found by parsing all of it.
  const isWhole = visible.length > 0 && !hasContent(first.Sheets[visible[0]!])
  const workbook = isWhole ? parse(parts) : first
  const [name, ...others] = visible.filter(sheet => hasContent(workbook.Sheets[sheet]))
  if (name === undefined) throw new Unreadable(workbook.SheetNames.length === 0 ? 'no-sheet' : 'empty')
  function* slices(): Generator<WorkSheet | undefined, void, undefined> {
    yield workbook.Sheets[name!]
    if (!isWhole) for (const round of rounds) yield parse(round).Sheets[name!]
  }
  const uses1904 = workbook.Workbook?.WBProps?.date1904 === true
  return {
    encoding: 'xlsx',
    rows: readSheet(slices(), workbook.Sheets[name]!['!merges'] ?? [], uses1904),
    otherSheets: others.slice(0, 20),
  }
}

function parse(parts: readonly Part[]): WorkBook {
  let workbook: WorkBook
  try {
    // Stubs: without them a formula that was never calculated would be taken for an empty cell.
    workbook = read(storeZip(parts), {
      type: 'buffer',
      dense: true,
      cellFormula: true,
      cellNF: true,
      cellText: true,
      cellDates: false,
      cellHTML: false,
      sheetStubs: true,
    })
  } catch {
    throw new Unreadable('damaged')
  }
  // The parser leaves a sheet out that it cannot read, and says nothing. Sheets of charts are left out rightly: no part of theirs is here.
  const wanted = Math.min(workbook.SheetNames.length, parts.filter(isSheet).length)
  if (workbook.SheetNames.filter(name => workbook.Sheets[name]).length < wanted) throw new Unreadable('damaged')
  return workbook
}

export function keepCellParts(bytes: Uint8Array): Part[] {
  const entries = listZip(bytes)
  const parts: Part[] = []
  const seen = new Set<string>()
  for (const entry of entries) {
    if (!wantedPart.test(entry.name)) continue
    // Two parts of one name: programs disagree on which one counts.
    if (seen.has(entry.name.toLowerCase())) throw new Unreadable('damaged')
    seen.add(entry.name.toLowerCase())
    const content = entry.read()
    // OPC (ECMA-376 part 2) forbids document types; entities are the way to make a small XML large or to read files.
    if (content.includes('<!DOCTYPE') || content.includes('<!ENTITY')) throw new Unreadable('unsafe-xml')
    // UTF-16 would hide both from the test above.
    if (content.length > 1 && (content[0] === 0xfe || content[0] === 0xff || content.subarray(0, 4).includes(0)))
      throw new Unreadable('unsafe-xml')
    if (isSheet(entry)) boundCells(content)
    parts.push({
      name: entry.name,
      content: entry.name.toLowerCase() === '[content_types].xml' ? withoutOtherParts(content, entries) : content,
    })
  }
  if (!seen.has('xl/workbook.xml')) throw new Unreadable('not-a-table')
  return parts
}

function boundCells(sheet: Buffer): void {
  // The cells of a data table look like values, and are calculated.
  if (sheet.includes('"dataTable"')) throw new Unreadable('data-table')
  for (const [tag, maximum] of [
    ['<c', maxCells],
    ['<row', maxSheetRows],
  ] as const) {
    let count = 0
    for (let at = sheet.indexOf(tag); at >= 0; at = sheet.indexOf(tag, at + tag.length)) {
      if (++count > maximum) throw new Unreadable('too-many-rows', { maximum: maxTableRows })
    }
  }
}

/** The list of parts, without those that were left out. */
function withoutOtherParts(content: Buffer, entries: readonly { name: string }[]): Buffer {
  const kept = new Set(entries.filter(({ name }) => wantedPart.test(name)).map(({ name }) => `/${name.toLowerCase()}`))
  const text = content.toString('utf8').replace(/<(?:\w+:)?Override\b[^<>]*>/g, tag => {
    const name = /PartName\s*=\s*["']([^"']*)/.exec(tag)?.[1]
    return name !== undefined && kept.has(name.toLowerCase()) ? tag : ''
  })
  return Buffer.from(text)
}

export function* cellsOf(sheet: WorkSheet | undefined): Generator<[number, number, CellObject]> {
  const data = (sheet as { '!data'?: (CellObject | undefined)[][] } | undefined)?.['!data'] ?? []
  // `in` order of an array's own keys: rows that a hostile file puts far out cost nothing.
  for (const row of Object.keys(data)) {
    const cells = data[Number(row)] ?? []
    for (const column of Object.keys(cells)) {
      const cell = cells[Number(column)]
      if (cell) yield [Number(row), Number(column), cell]
    }
  }
}

function* slicesCells(slices: Iterable<WorkSheet | undefined>): Generator<[number, number, CellObject], void, undefined> {
  for (const slice of slices) yield* cellsOf(slice)
}

export const isBlank = (cell: CellObject): boolean =>
  cell.f === undefined && (cell.t === 'z' || cell.v === undefined || (typeof cell.v === 'string' && cell.v.trim() === ''))

function hasContent(sheet: WorkSheet | undefined): boolean {
  for (const [, , cell] of cellsOf(sheet)) if (!isBlank(cell)) return true
  return false
}

function* readSheet(
  slices: Iterable<WorkSheet | undefined>,
  allMerges: readonly Range[],
  uses1904: boolean,
): Generator<TableRow, void, undefined> {
  const merges = allMerges.toSorted((a, b) => a.s.r - b.s.r)
  if (merges.length > maxMerges) throw new Unreadable('damaged')
  let row: TableRow | undefined
  let rows = 0
  let nextMerge = 0
  let reaching: Range[] = []
  /** Marks the covered cells of a row that has content; a row that only a merge reaches stays empty. */
  const finish = (ended: TableRow): TableRow => {
    const index = ended.row - 1
    while (nextMerge < merges.length && merges[nextMerge]!.s.r <= index) reaching.push(merges[nextMerge++]!)
    reaching = reaching.filter(merge => merge.e.r >= index)
    for (const merge of reaching) markMerged(ended, merge)
    return ended
  }
  for (const [rowIndex, column, cell] of slicesCells(slices)) {
    if (isBlank(cell)) continue
    if (column >= maxTableColumns) throw new Unreadable('too-many-columns', { maximum: maxTableColumns })
    if (row?.row !== rowIndex + 1) {
      if (row) yield finish(row)
      if (++rows > maxTableRows) throw new Unreadable('too-many-rows', { maximum: maxTableRows })
      row = { row: rowIndex + 1, cells: [] }
    }
    row.cells[column] = readCell(cell, uses1904)
  }
  if (row) yield finish(row)
}

function markMerged(row: TableRow, merge: Range): void {
  for (let column = merge.s.c; column <= Math.min(merge.e.c, maxTableColumns - 1); column++) {
    if (row.row - 1 === merge.s.r && column === merge.s.c) continue
    row.cells[column] = { ...(row.cells[column] ?? readCell({ t: 's', v: '' }, false)), isMerged: true }
  }
}

/** ECMA-376 part 1 §18.17.4.1: 1899-12-30 is day 0 of the 1900 system (from 1 March 1900 on), 1904-01-01 that of the other. */
function dateOfSerial(serial: number, uses1904: boolean): string {
  const day0 = uses1904 ? Date.UTC(1904, 0, 1) : Date.UTC(1899, 11, 30)
  const time = day0 + Math.floor(serial) * 86_400_000
  return Number.isFinite(time) && Math.abs(time) < 8e15 ? new Date(time).toISOString().slice(0, 10) : String(serial)
}

function readCell(cell: CellObject, uses1904: boolean): Cell {
  const format = typeof cell.z === 'string' ? cell.z : 'General'
  const isNumber = cell.t === 'n' && typeof cell.v === 'number'
  const isDate = isNumber && SSF.is_date(format)
  const value = cell.v as number | string | boolean | undefined
  let text
  if (isDate) text = dateOfSerial(value as number, uses1904)
  // A format of zeros is how people keep the leading zeros of a code.
  else if (isNumber) text = /^0+$/.test(format) && cell.w ? cell.w : String(value)
  else if (cell.t === 'e') text = cell.w ?? '#ERROR'
  else text = String(value ?? '')
  return {
    text: text.slice(0, keptCellCharacters),
    number: isNumber && !isDate ? (value as number) : null,
    isDate,
    isFormula: cell.f !== undefined || (cell as { F?: string }).F !== undefined,
    isMerged: false,
    isError: cell.t === 'e',
  }
}
