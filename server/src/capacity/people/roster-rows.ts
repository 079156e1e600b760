import { z } from 'zod'
import { Problem } from '#platform/http/problem.ts'
import type { Language } from '#platform/i18n/languages.ts'
import { mendLegacyText } from '#platform/imports/imports.ts'
import type { Cell, Table, TableRow } from '#platform/imports/imports.ts'
import { cultureShown, hasControlCharacters, tidyText } from './names.ts'
import { rosterColumns } from './people.api.ts'
import type { RosterColumn, RowFinding } from './people.api.ts'
import { readDateText } from './roster-dates.ts'
import type { DateReading } from './roster-dates.ts'
import { findHeadings, searchedRows } from './roster-headings.ts'
import type { Headings } from './roster-headings.ts'

// From cells to values, row by row, without looking at what is known already. Whatever is read differently from what is
// written leaves a finding.

export interface DraftRow {
  row: number
  values: Partial<Record<RosterColumn, string>>
  findings: RowFinding[]
  /** What only the whole file can tell (`settleDraft`). */
  open?: { ambiguousDate?: { date: string; written: string }; codeNumber?: string }
}

/** What the file as a whole says. */
export interface RosterFacts {
  encoding: string
  /** The language of its headings. */
  language: Language
  unknownHeadings: string[]
  notices: RowFinding[]
  rows: number
  /** What most names are, as far as names tell. */
  culture: Language | null
  /** Dates show that the day comes first, and none the other order. */
  isDayFirst: boolean
  /** Some staff codes are kept as numbers, and others as text. */
  hasMixedCodes: boolean
}

/** As large as an installation's people; a file of that many rows has 10 to 20 MB. */
export const maxRows = 100_000
/** Rows handed over at a time. */
const batchRows = 500

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

const unreadable = (reason: string, params: Record<string, string | number> = {}): Problem =>
  new Problem(422, 'import.unreadable', { params: { ...params, reason } })

export const finding = (
  severity: RowFinding['severity'],
  code: string,
  column: RosterColumn | null,
  params: RowFinding['params'] = {},
): RowFinding => ({ severity, code, column, params })

/** Characters without width, which come with text copied from web pages and documents. */
const invisible = /[\u00ad\u200b-\u200f\u2060\ufeff]/gu
// Written into findings, so that the person sees what was there; never longer than a line.
export const shown = (text: string): string =>
  text
    .replace(/\p{Cc}/gu, ' ')
    .slice(0, 120)
    .toWellFormed()

/** Reads the rows below the headings, and says in the end what the file as a whole says. Throws 422 when it is no roster. */
export function* readDrafts(table: Table): Generator<DraftRow[], RosterFacts, undefined> {
  const rows = table.rows[Symbol.iterator]()
  const first = [...takeRows(rows, searchedRows)]
  const headings = findHeadings(first)
  if (!headings) throw unreadable('no-headings')
  const without = countEmptyRows(first[headings.index]!.row)
  const dates = new Set<string | undefined>()
  const codes = { all: 0, asNumbers: 0 }
  const cultures = new Map<Language, number>()
  let batch: DraftRow[] = []
  let count = 0
  for (const source of [first.slice(headings.index + 1), { [Symbol.iterator]: () => rows }].values().flatMap(some => some)) {
    without.pass(source.row)
    if (rosterColumns.every(column => isEmpty(cellOf(source, headings, column)))) {
      without.add(source.row)
      continue
    }
    if (++count > maxRows) throw unreadable('too-many-rows', { maximum: maxRows })
    const { draft, shows, isCode } = readRow(source, headings)
    dates.add(shows)
    if (isCode) codes.all++
    if (draft.open?.codeNumber !== undefined) codes.asNumbers++
    const culture = cultureShown(draft.values.name ?? '', draft.values.reading ?? null)
    if (culture) cultures.set(culture, (cultures.get(culture) ?? 0) + 1)
    if (batch.push(draft) === batchRows) {
      yield batch
      batch = []
    }
  }
  if (count === 0) throw unreadable('no-rows')
  yield batch
  return {
    encoding: table.encoding,
    language: headings.language,
    unknownHeadings: headings.unknown,
    notices: [
      ...noteTitles(table, headings, first),
      // A staff code kept as a number has lost its leading zeros, if it had any.
      ...(codes.all > 0 && codes.asNumbers === codes.all
        ? [finding('notice', 'codes-are-numbers', 'staffCode', { count: codes.all })]
        : []),
      ...without.notices(),
    ],
    rows: count,
    culture: [...cultures].toSorted(([, a], [, b]) => b - a)[0]?.[0] ?? null,
    isDayFirst: dates.has('day-first') && !dates.has('month-first'),
    hasMixedCodes: codes.asNumbers > 0 && codes.asNumbers < codes.all,
  }
}

function* takeRows(rows: Iterator<TableRow>, count: number): Generator<TableRow, void, undefined> {
  for (let taken = 0; taken < count; taken++) {
    const { done, value } = rows.next()
    if (done) return
    yield value
  }
}

/** Rows without content, below the headings in `headingsRow`. */
function countEmptyRows(headingsRow: number) {
  let expected = headingsRow + 1
  let count = 0
  const listed: number[] = []
  const add = (row: number): void => {
    count++
    if (listed.length < listedRows) listed.push(row)
  }
  return {
    add,
    /** `row` is the next one of the file: those before it, since the last one, are empty. */
    pass(row: number): void {
      while (expected < row && listed.length < listedRows) add(expected++)
      count += Math.max(0, row - expected)
      expected = row + 1
    },
    notices: (): RowFinding[] =>
      count > 0 ? [finding('notice', 'empty-rows', null, { count, rows: listed.join(', ') + (count > listed.length ? ', …' : '') })] : [],
  }
}

/** `shows`: the order of day and month that its date shows; `isCode`: it has a staff code that can be read. */
function readRow(source: TableRow, headings: Headings): { draft: DraftRow; shows: string | undefined; isCode: boolean } {
  const draft: DraftRow = { row: source.row, values: {}, findings: [] }
  let shows
  let isCode = false
  for (const column of rosterColumns) {
    const cell = cellOf(source, headings, column)
    if (!cell || !isUsable(draft, column, cell)) continue
    if (column === 'startsOn') shows = readDate(draft, cell)
    else readText(draft, column, cell)
    if (column !== 'staffCode') continue
    isCode = true
    if (cell.number !== null && !cell.text.startsWith('0')) draft.open = { ...draft.open, codeNumber: cell.text }
  }
  if (!draft.values.name && !draft.findings.some(({ severity, column }) => severity === 'error' && column === 'name')) {
    draft.findings.push(finding('error', 'name-missing', 'name'))
  }
  return { draft, shows, isCode }
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
  draft.values[column] = text.slice(0, limit).toWellFormed()
  if (hasControlCharacters(text)) {
    draft.values[column] = shown(text)
    add('error', 'control-characters')
  } else if (text.length > limit) add('error', 'too-long', { maximum: limit })
  else if (column === 'email' && !emailPattern.safeParse(text).success) add('error', 'bad-email', { written: shown(text) })
}

/** Returns which order of day and month the date shows. */
function readDate(draft: DraftRow, cell: Cell): string | undefined {
  if (cell.isDate) {
    draft.values.startsOn = cell.text
    return undefined
  }
  const written = shown(cell.text.trim())
  draft.values.startsOn = written.slice(0, maxLength.startsOn)
  // A bare number could be a day's number, a year or a slip: nobody can know.
  const reading: DateReading = cell.number === null ? readDateText(cell.text) : { kind: 'unreadable' }
  if (reading.kind === 'unreadable') draft.findings.push(finding('error', 'date-unreadable', 'startsOn', { written }))
  if (reading.kind === 'ambiguous') draft.open = { ...draft.open, ambiguousDate: { date: reading.date, written } }
  if (reading.kind !== 'clear') return undefined
  draft.values.startsOn = reading.date
  if (!reading.isExact) draft.findings.push(finding('mended', 'date-as-text', 'startsOn', { written, read: reading.date }))
  return reading.shows
}

/** Settles what only the whole file could tell. `today` is the day on which the file was read. */
export function settleDraft(draft: DraftRow, facts: Pick<RosterFacts, 'isDayFirst' | 'hasMixedCodes'>, today: string): void {
  const { ambiguousDate, codeNumber } = draft.open ?? {}
  if (ambiguousDate) {
    const { date, written } = ambiguousDate
    // `03/04/2021` is read day first when other dates of the file show that order, and none the other.
    if (facts.isDayFirst) {
      draft.values.startsOn = date
      draft.findings.push(finding('mended', 'date-as-text', 'startsOn', { written, read: date }))
    } else draft.findings.push(finding('error', 'date-ambiguous', 'startsOn', { written }))
    checkDate(draft, today)
  }
  if (codeNumber !== undefined && facts.hasMixedCodes)
    draft.findings.push(finding('notice', 'code-is-number', 'staffCode', { read: codeNumber }))
}

/** A date that can be read, but lies too far back or ahead, or in the future. */
export function checkDate(draft: DraftRow, today: string): void {
  const { startsOn } = draft.values
  if (startsOn === undefined || draft.findings.some(({ severity, column }) => severity === 'error' && column === 'startsOn')) return
  const year = Number(startsOn.slice(0, 4))
  const isDate = /^\d{4}-\d{2}-\d{2}$/.test(startsOn)
  if (!isDate || year < earliestYear || year > Number(today.slice(0, 4)) + latestYearsAhead) {
    draft.findings.push(finding('error', 'date-implausible', 'startsOn', { written: shown(startsOn) }))
  } else if (startsOn > today) draft.findings.push(finding('notice', 'starts-in-future', 'startsOn', { date: startsOn }))
}

function noteTitles(table: Table, headings: Headings, first: readonly TableRow[]): RowFinding[] {
  const notices: RowFinding[] = []
  if (headings.index > 0) notices.push(finding('notice', 'title-rows', null, { count: headings.index, row: first[headings.index]!.row }))
  if (table.otherSheets.length > 0)
    notices.push(
      finding('notice', 'other-sheets', null, { count: table.otherSheets.length, names: table.otherSheets.map(shown).join(', ') }),
    )
  return notices
}
