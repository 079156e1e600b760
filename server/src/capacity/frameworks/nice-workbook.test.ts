import { expect, test } from 'vitest'
import { Problem } from '#platform/http/problem.ts'
import { storeZip } from '#platform/imports/zip.ts'
import { asBytes, makeCprtDocument } from '../../../test/cprt-document.ts'
import { createTestDatabase, makeTestAuthority } from '../../../test/kit.ts'
import { areasSheet, makeNiceSheets, rolesSheet, statementsSheet, writeSheets } from '../../../test/nice-workbook.ts'
import type { Sheets } from '../../../test/nice-workbook.ts'
import type { ReadFramework } from './framework-draft.ts'
import { applyFrameworkImport, importFrameworkFile, previewFramework, readFrameworkUpload } from './framework-imports.ts'
import { readFramework, readFrameworkHere } from './read-framework.ts'

const read = (sheets: Sheets): Promise<ReadFramework> => readFrameworkHere(writeSheets(sheets))

function changed(change: (sheets: Sheets) => void): Sheets {
  const sheets = makeNiceSheets()
  change(sheets)
  return sheets
}

const problemOf = (bytes: Uint8Array): Promise<Problem> =>
  readFrameworkHere(bytes).then(
    () => {
      throw new Error('it was accepted')
    },
    (error: unknown) => {
      if (error instanceof Problem) return error
      throw error
    },
  )

// Reading --------------------------------------------------------------------------

test('the workbook of a framework says the same as its CPRT document', async () => {
  const { draft } = await read(makeNiceSheets())
  const other = readFramework(asBytes(makeCprtDocument())).draft
  expect(draft.elements).toEqual(other.elements)
  expect(draft.relations).toEqual(other.relations)
  expect(draft).toMatchObject({ publisher: 'NIST', key: 'nice', version: '9.9.0', sourceLanguage: 'en', sourceForm: 'workbook' })
})

test('what a workbook holds beyond the framework is said, with its count', async () => {
  const sheets = changed(all => {
    all.get('AA-WRL-001')![3]![1] = 'Knows the kinds of reed'
    all.get(statementsSheet)!.push(['T3', 'Withdrawn: now part of T1'])
    all.get('BB-WRL-002')!.push(['T3', 'Withdrawn: now part of T1'], ['K1', 'Knows the kinds of bamboo'])
  })
  expect((await read(sheets)).notes).toEqual([
    { code: 'column-left-aside', params: { column: 'OPM Code (Fed Use)', count: 1 } },
    { code: 'column-left-aside', params: { column: 'New for v9.9.0', count: 5 } },
    { code: 'withdrawn-element', params: { type: 'task', count: 1 } },
    { code: 'withdrawn-relation', params: { count: 1 } },
    { code: 'sheet-wording-left-aside', params: { count: 1 } },
    { code: 'sheet-left-aside', params: { sheet: 'NF-COM-001', count: 1 } },
    { code: 'need-level-assumed', params: { level: 2, count: 3 } },
    { code: 'duplicate-relation', params: { count: 1 } },
    { code: 'without-role', params: { count: 1 } },
    { code: 'language-incomplete', params: { language: 'vi', count: 16 } },
    { code: 'language-incomplete', params: { language: 'ja', count: 16 } },
  ])
})

test.each<[string, (sheets: Sheets) => void, string]>([
  ['roles', sheets => sheets.delete(rolesSheet), 'v… Work Roles + Categories'],
  ['statements', sheets => sheets.delete(statementsSheet), 'v… TKS Statements'],
  ['competency areas', sheets => sheets.delete(areasSheet), areasSheet],
  ['one role', sheets => sheets.delete('BB-WRL-001'), 'BB-WRL-001'],
])('a workbook without the sheet of %s is refused with the name of the sheet', async (_, change, sheet) => {
  expect(await problemOf(writeSheets(changed(change)))).toMatchObject({
    status: 422,
    code: 'framework.sheet-missing',
    details: { params: { sheet } },
  })
})

test.each<[string, (sheets: Sheets) => void, string]>([
  ['a heading that is another', sheets => void (sheets.get(statementsSheet)![0]![1] = 'Task'), `${statementsSheet}!B1: heading-expected`],
  ['columns in another order', sheets => void sheets.get(rolesSheet)![0]!.reverse(), `${rolesSheet}!A1: heading-expected`],
  [
    'a role under another name',
    sheets => void (sheets.get('BB-WRL-002')![0]![1] = 'Planter (AA-WRL-001)'),
    'BB-WRL-002!B1: heading-expected',
  ],
  [
    'a formula',
    sheets => void (sheets.get(statementsSheet)![2]![1] = { t: 's', v: 'Knows', f: 'CONCATENATE("Kn","ows")' }),
    `${statementsSheet}!B3: formula`,
  ],
  ['an error', sheets => void (sheets.get(statementsSheet)![2]![1] = { t: 'e', v: 0x17 }), `${statementsSheet}!B3: formula`],
  ['an unknown statement', sheets => void sheets.get('BB-WRL-002')!.push(['K404', 'Knows']), 'BB-WRL-002!A6: unknown'],
  ['a code that is none', sheets => void (sheets.get(statementsSheet)![1]![0] = 'X 1'), `${statementsSheet}!A2: invalid`],
  ['a code twice', sheets => void (sheets.get(statementsSheet)![2]![0] = 'K1'), `${statementsSheet}!A3: duplicate`],
  ['a statement without words', sheets => void (sheets.get(statementsSheet)![1]![1] = ' '), `${statementsSheet}!A2: required`],
  ['a role above every category', sheets => void sheets.get(rolesSheet)!.splice(1, 1), `${rolesSheet}!A2: category-expected`],
  ['a category without a code', sheets => void (sheets.get(rolesSheet)![1]![0] = 'WATCHING'), `${rolesSheet}!A2: category-expected`],
  ['a title without end', sheets => void (sheets.get(rolesSheet)![2]![0] = 'a'.repeat(1001)), `${rolesSheet}!A3: too-long`],
])('a workbook with %s is refused with its place', async (_, change, fault) => {
  const { details } = await problemOf(writeSheets(changed(change)))
  expect(details.fields?.map(({ path, code }) => `${path}: ${code}`)).toContain(fault)
})

// Archives -------------------------------------------------------------------------

/** A ZIP whose directory declares `size` for parts that hold something else, as a bomb does. */
function withDeclaredSize(bytes: Uint8Array, size: number): Uint8Array {
  const file = Buffer.from(bytes)
  for (let at = file.indexOf('PK\u0001\u0002', 0, 'latin1'); at >= 0; at = file.indexOf('PK\u0001\u0002', at + 1, 'latin1'))
    file.writeUInt32LE(size, at + 24)
  return file
}

test.each<[string, () => Uint8Array, string, string?]>([
  [
    'a part that unpacks to gigabytes',
    () => withDeclaredSize(writeSheets(makeNiceSheets()), 4_000_000_000),
    'import.unreadable',
    'too-large',
  ],
  ['a part that unpacks to more than it says', () => withDeclaredSize(writeSheets(makeNiceSheets()), 10), 'import.unreadable', 'damaged'],
  ['half an archive', () => writeSheets(makeNiceSheets()).subarray(0, 2000), 'import.unreadable', 'damaged'],
  ['another archive', () => storeZip([{ name: 'word/document.xml', content: Buffer.from('<x/>') }]), 'framework.unknown-format'],
  [
    'an entity that unfolds',
    () => storeZip([{ name: 'xl/workbook.xml', content: Buffer.from('<!DOCTYPE x [<!ENTITY a "aaaa">]><workbook/>') }]),
    'import.unreadable',
    'unsafe-xml',
  ],
  ['the old format', () => Buffer.concat([Buffer.from([0xd0, 0xcf, 0x11, 0xe0]), Buffer.alloc(600)]), 'import.unreadable', 'old-excel'],
  [
    'more sheets than any framework has roles',
    () => writeSheets(new Map(Array.from({ length: 501 }, (_, i) => [`Sheet ${i}`, [['a']]]))),
    'import.unreadable',
    'too-many-entries',
  ],
  [
    'more rows than any framework has statements',
    () =>
      writeSheets(
        changed(sheets => void sheets.get(statementsSheet)!.push(...Array.from({ length: 20_001 }, (_, i) => [`T${i + 10}`, 'a']))),
      ),
    'import.unreadable',
    'too-many-rows',
  ],
])('%s is refused', async (_, make, code, reason) => {
  expect(await problemOf(make())).toMatchObject({ status: 422, code, details: reason ? { params: { reason } } : {} })
})

// Beside the other form --------------------------------------------------------------

const database = await createTestDatabase()
const workbook = await readFrameworkUpload({ fileName: 'nice.xlsx', bytes: writeSheets(makeNiceSheets()) })
const document = await readFrameworkUpload({ fileName: 'nice.json', bytes: asBytes(makeCprtDocument()) })
const content = () =>
  database.asOwner(
    `select (select jsonb_agg(f order by id) from framework f) as frameworks, (select jsonb_agg(e order by id) from framework_element e) as elements,
      (select jsonb_agg(r order by id) from framework_relation r) as relations`,
  )

test.each([
  ['agency', [workbook, document]],
  ['authority', [document, workbook]],
] as const)('whichever form comes second changes nothing (%s)', async (kind, [first, second]) => {
  const authority = await makeTestAuthority(database, kind)
  const imported = await authority.as({}, work => importFrameworkFile(work, first))
  expect(imported.fate).toBe('new')
  const before = await content()
  const preview = await authority.as({}, work => previewFramework(work, second))
  expect(preview).toMatchObject({ fate: 'already-imported', notes: second.notes })
  expect(await authority.as({}, work => applyFrameworkImport(work, preview.previewId, 1))).toEqual({
    frameworkId: imported.frameworkId,
    fate: 'already-imported',
  })
  expect(await content()).toEqual(before)
})

test('other words in the other form are said and not taken, other links are refused', async () => {
  const authority = await makeTestAuthority(database, 'agency')
  await authority.as({}, work => importFrameworkFile(work, document))
  const before = await content()
  const bring = async (change: (sheets: Sheets) => void) => {
    const file = await readFrameworkUpload({ fileName: 'nice.xlsx', bytes: writeSheets(changed(change)) })
    return authority.as({}, work => importFrameworkFile(work, file))
  }
  const reworded = await bring(sheets => void (sheets.get(statementsSheet)![2]![1] = 'Knows when to plant'))
  expect(reworded).toMatchObject({ fate: 'already-imported' })
  expect(reworded.notes[0]).toEqual({ code: 'worded-otherwise', params: { count: 1, codes: 'K2' } })
  const differs = { status: 409, code: 'framework.differs' }
  await expect(bring(sheets => void sheets.get('BB-WRL-002')!.pop())).rejects.toMatchObject(differs)
  await expect(bring(sheets => void sheets.get('BB-WRL-002')!.push(['K2', 'Knows the seasons of planting']))).rejects.toMatchObject(differs)
  await expect(bring(sheets => void sheets.get(statementsSheet)!.push(['K9', 'Knows more']))).rejects.toMatchObject(differs)
  expect(await content()).toEqual(before)
})
