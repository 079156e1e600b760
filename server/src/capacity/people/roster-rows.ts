import { z } from 'zod'
import { mendLegacyText } from '#platform/imports/imports.ts'
import type { Cell, Table, TableRow } from '#platform/imports/imports.ts'
import { hasControlCharacters, tidyText } from './names.ts'
import { rosterColumns } from './people.api.ts'
import type { RosterColumn, RowFinding } from './people.api.ts'
import { readDateText } from './roster-dates.ts'
import type { DateReading } from './roster-dates.ts'
import type { Headings } from './roster-headings.ts'

// From cells to values, row by row, without looking at what is known already. Whatever is read differently from what is
// written leaves a finding.

export interface DraftRow {
  row: number
  values: Partial<Record<RosterColumn, string>>
  findings: RowFinding[]
}

export interface RosterDraft {
  rows: DraftRow[]
  notices: RowFinding[]
}

/** As in the forms (people.api.ts). */
const maxLength: Record<RosterColumn, number> = {
  staffCode: 40,
  name: 200,
  reading: 200,
  unitCode: 40,
  title: 200,
  roleCode: 100,
  supervisorCode: 40,
  email: 254,
  startsOn: 40,
}
/** A unit may be given by its name. */
const maxUnitName = 300
const earliestYear = 1950
const latestYearsAhead = 5
/** Row numbers listed in a notice; the count is always given. */
const listedRows = 20
const emailPattern = z.email()

export const finding = (
  severity: RowFinding['severity'],
  code: string,
  column: RosterColumn | null,
  params: RowFinding['params'] = {},
): RowFinding => ({ severity, code, column, params })

const listRows = (rows: readonly number[]): string => rows.slice(0, listedRows).join(', ') + (rows.length > listedRows ? ', …' : '')

/** Characters without width, which come with text copied from web pages and documents. */
const invisible = /[\u00ad\u200b-\u200f\u2060\ufeff]/gu
// Written into findings, so that the person sees what was there; never longer than a line.
const shown = (text: string): string => text.replace(/\p{Cc}/gu, ' ').slice(0, 120)

interface Typed {
  draft: DraftRow
  cell: Cell
}

export function readRows(table: Table, headings: Headings, today: string): RosterDraft {
  const rows: DraftRow[] = []
  const dates: (Typed & { reading: DateReading })[] = []
  const codes: Typed[] = []
  const without: number[] = []
  let expected = table.rows[headings.index]!.row + 1
  for (const source of table.rows.slice(headings.index + 1)) {
    for (; expected < source.row && without.length < 100_000; expected++) without.push(expected)
    expected = source.row + 1
    if (rosterColumns.every(column => isEmpty(cellOf(source, headings, column)))) {
      without.push(source.row)
      continue
    }
    const draft: DraftRow = { row: source.row, values: {}, findings: [] }
    rows.push(draft)
    for (const column of rosterColumns) {
      const cell = cellOf(source, headings, column)
      if (!cell || !isUsable(draft, column, cell)) continue
      if (column === 'startsOn') readDate(draft, cell, dates)
      else readText(draft, column, cell)
      if (column === 'staffCode') codes.push({ draft, cell })
    }
    if (!draft.values.name && !draft.findings.some(({ severity, column }) => severity === 'error' && column === 'name')) {
      draft.findings.push(finding('error', 'name-missing', 'name'))
    }
  }
  settleAmbiguousDates(dates)
  for (const draft of rows) checkDate(draft, today)
  const notices = [
    ...noteTitles(table, headings),
    ...noteCodes(codes),
    ...(without.length > 0 ? [finding('notice', 'empty-rows', null, { count: without.length, rows: listRows(without) })] : []),
  ]
  return { rows, notices }
}

const cellOf = (row: TableRow, headings: Headings, column: RosterColumn): Cell | undefined => {
  const position = headings.columns.get(column)
  return position === undefined ? undefined : row.cells[position]
}

const isEmpty = (cell: Cell | undefined): boolean => !cell || (cell.text.trim() === '' && !cell.isFormula && !cell.isMerged)

/** Whether the cell says for itself what its value is. */
function isUsable(draft: DraftRow, column: RosterColumn, cell: Cell): boolean {
  const code = cell.isMerged
    ? 'merged-cell'
    : cell.isFormula
      ? 'formula'
      : cell.isError
        ? 'cell-error'
        : cell.isDate && column !== 'startsOn'
          ? 'date-instead-of-text'
          : undefined
  if (code === undefined) return cell.text.trim() !== ''
  draft.findings.push(finding('error', code, column, { written: shown(cell.text) }))
  if (cell.text.trim() !== '') draft.values[column] = shown(tidyText(cell.text))
  return false
}

function readText(draft: DraftRow, column: RosterColumn, cell: Cell): void {
  const add = (severity: RowFinding['severity'], code: string, params: RowFinding['params'] = {}): void =>
    void draft.findings.push(finding(severity, code, column, params))
  let text = cell.text.trim()
  const legacy = mendLegacyText(text)
  if (legacy) {
    add('mended', 'legacy-encoding', { encoding: legacy.encoding, written: shown(text), read: shown(legacy.text) })
    text = legacy.text
  } else if (text.normalize('NFC') !== text) {
    add('mended', 'decomposed-accents', { read: shown(text.normalize('NFC')) })
  }
  const visible = text.replace(invisible, '')
  if (visible !== text) {
    text = visible
    add('mended', 'invisible-characters', { read: shown(text) })
  }
  text = tidyText(text)
  if (column === 'email') text = text.toLowerCase()
  const limit = column === 'unitCode' ? maxUnitName : maxLength[column]
  draft.values[column] = text.slice(0, limit)
  if (hasControlCharacters(text)) {
    draft.values[column] = shown(text)
    add('error', 'control-characters')
  } else if (text.length > limit) add('error', 'too-long', { maximum: limit })
  else if (column === 'email' && !emailPattern.safeParse(text).success) add('error', 'bad-email', { written: shown(text) })
}

function readDate(draft: DraftRow, cell: Cell, dates: (Typed & { reading: DateReading })[]): void {
  if (cell.isDate) {
    draft.values.startsOn = cell.text
    return
  }
  const written = shown(cell.text.trim())
  draft.values.startsOn = written.slice(0, maxLength.startsOn)
  // A bare number could be a day's number, a year or a slip: nobody can know.
  const reading: DateReading = cell.number === null ? readDateText(cell.text) : { kind: 'unreadable' }
  dates.push({ draft, cell, reading })
  if (reading.kind === 'unreadable') draft.findings.push(finding('error', 'date-unreadable', 'startsOn', { written }))
  if (reading.kind === 'clear') {
    draft.values.startsOn = reading.date
    if (!reading.isExact) draft.findings.push(finding('mended', 'date-as-text', 'startsOn', { written, read: reading.date }))
  }
}

/** `03/04/2021` is read day first when other dates of the file show that order, and none the other. */
function settleAmbiguousDates(dates: readonly (Typed & { reading: DateReading })[]): void {
  const shows = new Set(dates.map(({ reading }) => (reading.kind === 'clear' ? reading.shows : undefined)))
  const isDayFirst = shows.has('day-first') && !shows.has('month-first')
  for (const { draft, cell, reading } of dates) {
    if (reading.kind !== 'ambiguous') continue
    const written = shown(cell.text.trim())
    if (isDayFirst) {
      draft.values.startsOn = reading.date
      draft.findings.push(finding('mended', 'date-as-text', 'startsOn', { written, read: reading.date }))
    } else draft.findings.push(finding('error', 'date-ambiguous', 'startsOn', { written }))
  }
}

function checkDate(draft: DraftRow, today: string): void {
  const { startsOn } = draft.values
  if (startsOn === undefined || draft.findings.some(({ severity, column }) => severity === 'error' && column === 'startsOn')) return
  const year = Number(startsOn.slice(0, 4))
  const isDate = /^\d{4}-\d{2}-\d{2}$/.test(startsOn)
  if (!isDate || year < earliestYear || year > Number(today.slice(0, 4)) + latestYearsAhead) {
    draft.findings.push(finding('error', 'date-implausible', 'startsOn', { written: shown(startsOn) }))
  } else if (startsOn > today) draft.findings.push(finding('notice', 'starts-in-future', 'startsOn', { date: startsOn }))
}

function noteTitles(table: Table, headings: Headings): RowFinding[] {
  const notices: RowFinding[] = []
  if (headings.index > 0)
    notices.push(finding('notice', 'title-rows', null, { count: headings.index, row: table.rows[headings.index]!.row }))
  if (table.otherSheets.length > 0)
    notices.push(
      finding('notice', 'other-sheets', null, { count: table.otherSheets.length, names: table.otherSheets.map(shown).join(', ') }),
    )
  return notices
}

/** A staff code kept as a number has lost its leading zeros, if it had any. */
function noteCodes(codes: readonly Typed[]): RowFinding[] {
  const asNumbers = codes.filter(({ cell }) => cell.number !== null && !cell.text.startsWith('0'))
  if (asNumbers.length === 0) return []
  if (asNumbers.length === codes.length) return [finding('notice', 'codes-are-numbers', 'staffCode', { count: codes.length })]
  for (const { draft, cell } of asNumbers) draft.findings.push(finding('notice', 'code-is-number', 'staffCode', { read: cell.text }))
  return []
}
