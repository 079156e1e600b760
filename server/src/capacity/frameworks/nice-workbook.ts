import { Problem } from '#platform/http/problem.ts'
import { readSheets } from '#platform/imports/sheets.ts'
import type { Sheet, SheetCell, SheetRow } from '#platform/imports/sheets.ts'
import { Unreadable } from '#platform/imports/table.ts'
import { assertText } from './bounded-json.ts'
import { defaultLevels } from './default-levels.ts'
import { DraftBuilder, Faults, elementCode, maxElements, tooLarge } from './framework-draft.ts'
import type { DraftElement, ReadFramework } from './framework-draft.ts'
import { addLinks, addedToNice, niceHead, withdrawn } from './nice.ts'
import type { NiceKind, NiceLink } from './nice.ts'
import { NoteCounts } from './note-counts.ts'

// The NICE Framework as the workbook that NIST publishes: a sheet of roles by category, one of statements, one of competency
// areas, and one for each role that lists its statements. Sheets and columns are found by their names.

const bounds = { maxSheets: 500, maxRows: 20_000, columns: 12 }
const maxTitleLength = 1000

const rolesSheet = /^v(\d+\.\d+\.\d+) work roles \+ categories$/i
const statementsSheet = /^v\d+\.\d+\.\d+ tks statements$/i
const areasSheet = /^competency area catalog$/i

/** "OVERSIGHT and GOVERNANCE (OG) – Provides …": name, code and text of a category in one cell. */
const categoryCell = /^(?<name>.+?)\s*\((?<code>[A-Z]{2})\)\s*[–—-]\s*(?<text>.+)$/s
const kindOf: Record<string, NiceKind> = { T: 'task', K: 'knowledge', S: 'skill' }
const statementCode = /^[TKS]\d{1,6}$/

export function readNiceWorkbook(bytes: Uint8Array): ReadFramework {
  const reading = new Reading(openWorkbook(bytes))
  const { faults, notes } = reading
  const [roleCatalogue, version] = reading.find(rolesSheet, 'v… Work Roles + Categories')
  const [statementCatalogue] = reading.find(statementsSheet, 'v… TKS Statements')
  const [areaCatalogue] = reading.find(areasSheet, 'Competency Area Catalog')

  const { categories, roles } = readRoles(reading, roleCatalogue)
  const areas = readAreas(reading, areaCatalogue)
  const statements = readStatements(reading, statementCatalogue)
  faults.throwIfAny()
  const links = roles.flatMap(({ element: { code } }) => readLinks(reading, code, statements))
  for (const { name } of reading.unread()) notes.add('sheet-left-aside', { sheet: name.slice(0, 100) })
  faults.throwIfAny()

  const builder = new DraftBuilder(faults, defaultLevels)
  const inOrder = [...statements.values()].sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1))
  for (const { place, element } of [...categories, ...roles, ...areas, ...inOrder]) builder.addElement(place, element)
  addLinks(builder, notes, links, statements.keys())
  const head = niceHead('Workforce Framework for Cybersecurity (NICE Framework)', version, {
    vi: `NIST, bảng tính thành phần của Khung NICE, phiên bản ${version}`,
    en: `NIST, workbook of NICE Framework components, version ${version}`,
    ja: `NIST、NICEフレームワーク構成要素のワークブック、${version}版`,
  })
  return builder.finish('workbook', head, notes.list(), addedToNice)
}

function openWorkbook(bytes: Uint8Array): Sheet[] {
  try {
    return readSheets(bytes, bounds)
  } catch (error) {
    // Some other archive, such as a text document.
    if (error instanceof Unreadable && error.reason === 'not-a-table') throw new Problem(422, 'framework.unknown-format')
    throw error
  }
}

interface Placed {
  place: string
  element: DraftElement
}

const kindOrder = ['task', 'knowledge', 'skill']
const orderOf = ({ element: { kind, code } }: Placed): string => `${kindOrder.indexOf(kind)}\n${code}`

const oneLine = (text: string): string => text.trim().replaceAll(/\s+/g, ' ')
const placeOf = (sheet: Sheet, row: number, column = 0): string => `${sheet.name}!${String.fromCodePoint(65 + column)}${row}`.slice(0, 300)

/** The sheets with what has been found wrong and left aside in them. */
class Reading {
  readonly faults = new Faults()
  readonly notes = new NoteCounts()
  readonly #byName = new Map<string, Sheet>()
  readonly #sheets: readonly Sheet[]
  readonly #read = new Set<Sheet>()

  constructor(sheets: readonly Sheet[]) {
    this.#sheets = sheets
    for (const sheet of sheets) this.#byName.set(sheet.name, sheet)
  }

  /** The first sheet of this name, and what the name's brackets hold. `label` is what a refusal calls it. */
  find(name: RegExp, label: string): [Sheet, string] {
    for (const sheet of this.#sheets) {
      const found = name.exec(sheet.name)
      if (!found) continue
      this.#read.add(sheet)
      return [sheet, found[1] ?? '']
    }
    throw missing(label)
  }

  get(name: string): Sheet {
    const sheet = this.#byName.get(name)
    if (!sheet) throw missing(name)
    this.#read.add(sheet)
    return sheet
  }

  unread(): Sheet[] {
    return this.#sheets.filter(sheet => !this.#read.has(sheet) && sheet.rows.length > 0)
  }

  /** The text of a cell that a framework is made of; a formula is refused, as what it would say today is unknown. */
  text(sheet: Sheet, { row, cells }: SheetRow, column: number, maxLength = 20_000): string {
    const cell: SheetCell | undefined = cells[column]
    if (!cell) return ''
    const place = placeOf(sheet, row, column)
    if (cell.isUncertain) this.faults.add(place, 'formula')
    const text = oneLine(cell.text)
    assertText(text, place)
    if (text.length > maxLength) this.faults.add(place, 'too-long', { maximum: maxLength })
    return text
  }

  /** Rows below the headings. A column is the one that its heading says; another order is another file. */
  *below(sheet: Sheet, headings: readonly RegExp[], names: readonly string[]): Generator<SheetRow> {
    const at = sheet.rows.findIndex(({ cells }) => headings[0]!.test(oneLine(cells[0]?.text ?? '')))
    const found = sheet.rows[Math.max(at, 0)]
    for (const [column, heading] of headings.entries()) {
      if (!heading.test(oneLine(found?.cells[column]?.text ?? '')))
        this.faults.add(placeOf(sheet, found?.row ?? 1, column), 'heading-expected', { heading: names[column]! })
    }
    this.faults.throwIfAny()
    yield* sheet.rows.slice(at + 1)
  }
}

const missing = (sheet: string): Problem => new Problem(422, 'framework.sheet-missing', { params: { sheet: sheet.slice(0, 100) } })

const roleHeadings = [/^work role$/i, /^work role description$/i, /^work role id$/i]
const statementHeadings = [/^tks id$/i, /^tks description$/i]
const areaHeadings = [/^competency area name$/i, /^competency area description$/i, /^competency area id$/i]
const linkHeadings = [/^v\d+\.\d+\.\d+ tks id$/i, /^v\d+\.\d+\.\d+ tks description$/i]

function addElement(reading: Reading, place: string, element: DraftElement, seen: Set<string>): Placed[] {
  const { faults } = reading
  if (!elementCode.safeParse(element.code).success) faults.add(place, 'invalid', { value: element.code.slice(0, 100) })
  else if (seen.has(element.code)) faults.add(place, 'duplicate', { value: element.code })
  else if (!element.text.en && !element.name.en) faults.add(place, 'required')
  else {
    if (seen.size >= maxElements) throw tooLarge()
    seen.add(element.code)
    return [{ place, element }]
  }
  return []
}

const inEnglish = (words: string): { en?: string } => (words ? { en: words } : {})

function readRoles(reading: Reading, sheet: Sheet): { categories: Placed[]; roles: Placed[] } {
  const categories: Placed[] = []
  const roles: Placed[] = []
  const seen = new Set<string>()
  let parentCode: string | null = null
  for (const row of reading.below(sheet, roleHeadings, ['Work Role', 'Work Role Description', 'Work Role ID'])) {
    const name = reading.text(sheet, row, 0, maxTitleLength)
    const text = reading.text(sheet, row, 1)
    const code = reading.text(sheet, row, 2, 100)
    if (!name && !text && !code) continue
    if (code) {
      if (parentCode === null) reading.faults.add(placeOf(sheet, row.row), 'category-expected')
      roles.push(
        ...addElement(
          reading,
          placeOf(sheet, row.row, 2),
          { kind: 'role', code, parentCode, level: null, name: inEnglish(name), text: inEnglish(text) },
          seen,
        ),
      )
      if (row.cells[3]) reading.notes.add('column-left-aside', { column: 'OPM Code (Fed Use)' })
      continue
    }
    const category = categoryCell.exec(name)?.groups
    if (!category) {
      reading.faults.add(placeOf(sheet, row.row), 'category-expected')
      continue
    }
    parentCode = category['code']!
    categories.push(
      ...addElement(
        reading,
        placeOf(sheet, row.row),
        {
          kind: 'category',
          code: parentCode,
          parentCode: null,
          level: null,
          name: inEnglish(category['name']!),
          text: inEnglish(category['text']!),
        },
        seen,
      ),
    )
  }
  return { categories, roles }
}

function readAreas(reading: Reading, sheet: Sheet): Placed[] {
  const areas: Placed[] = []
  const seen = new Set<string>()
  for (const row of reading.below(sheet, areaHeadings, ['Competency Area Name', 'Competency Area Description', 'Competency Area ID'])) {
    const name = reading.text(sheet, row, 0, maxTitleLength)
    const text = reading.text(sheet, row, 1)
    const code = reading.text(sheet, row, 2, 100)
    if (!name && !text && !code) continue
    const element = { kind: 'competency', code, parentCode: null, level: null, name: inEnglish(name), text: inEnglish(text) } as const
    areas.push(...addElement(reading, placeOf(sheet, row.row, 2), element, seen))
  }
  return areas.sort((a, b) => (a.element.code < b.element.code ? -1 : 1))
}

function readStatements(reading: Reading, sheet: Sheet): Map<string, Placed> {
  const statements = new Map<string, Placed>()
  const seen = new Set<string>()
  const further = oneLine(sheet.rows[0]?.cells[2]?.text ?? '').slice(0, 100)
  for (const row of reading.below(sheet, statementHeadings, ['TKS ID', 'TKS Description'])) {
    const code = reading.text(sheet, row, 0, 100)
    const text = reading.text(sheet, row, 1)
    if (!code && !text) continue
    const place = placeOf(sheet, row.row)
    if (!statementCode.test(code)) {
      reading.faults.add(place, 'invalid', { value: code })
      continue
    }
    if (row.cells[2]) reading.notes.add('column-left-aside', { column: further })
    const kind = kindOf[code[0]!]!
    if (withdrawn.test(text)) {
      reading.notes.withdrawn.add(code)
      reading.notes.add('withdrawn-element', { type: kind })
      continue
    }
    for (const placed of addElement(reading, place, { kind, code, parentCode: null, level: null, name: {}, text: inEnglish(text) }, seen))
      statements.set(code, placed)
  }
  return statements
}

/** The statements that a role's own sheet lists. The sheet says again whose it is: one under a wrong name would go unseen. */
function readLinks(reading: Reading, role: string, statements: ReadonlyMap<string, Placed>): NiceLink[] {
  const sheet = reading.get(role)
  const { faults, notes } = reading
  const links: NiceLink[] = []
  const [title] = sheet.rows
  if (!title || !reading.text(sheet, title, 1).includes(`(${role})`))
    faults.add(placeOf(sheet, title?.row ?? 1, 1), 'heading-expected', { heading: `(${role})` })
  for (const row of reading.below(sheet, linkHeadings, ['TKS ID', 'TKS Description'])) {
    const to = reading.text(sheet, row, 0, 100)
    const text = reading.text(sheet, row, 1)
    if (!to && !text) continue
    const place = placeOf(sheet, row.row)
    const element = statements.get(to)?.element
    if (notes.withdrawn.has(to)) notes.add('withdrawn-relation')
    else if (!element) faults.add(place, 'unknown', { value: to })
    else {
      if (element.text.en !== text) notes.add('sheet-wording-left-aside')
      links.push({ role, to, kind: element.kind as NiceKind, place })
    }
  }
  return links
}
