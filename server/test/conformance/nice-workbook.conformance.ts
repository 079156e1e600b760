import path from 'node:path'
import { expect, test } from 'vitest'
import { importFrameworkFile, readFrameworkFile } from '#capacity/frameworks/framework-imports.ts'
import { getFramework } from '#capacity/frameworks/frameworks.ts'
import { createTestDatabase, makeTestAuthority } from '../kit.ts'

// The NICE Framework v2.1.0 as the workbook that NIST publishes beside the CPRT document. Neither is part of the repository:
// npm run test:conformance -- <folder with workforce/NICE_Framework_Components_v2.1.0.xlsx>

const folder = process.env['LUYTRE_TEST_CONFORMANCE_DATA']
if (!folder) throw new Error('conformance: name the folder of the reference data: npm run test:conformance -- <folder>')
const workbookFile = path.resolve(folder, 'workforce/NICE_Framework_Components_v2.1.0.xlsx')
const documentFile = path.resolve(folder, 'workforce/cprt_SP_800_181_2_1_0.json')

const workbook = await readFrameworkFile(workbookFile)
const document = await readFrameworkFile(documentFile)
const counts = { category: 5, role: 41, competency: 11, statement: 0, task: 946, knowledge: 662, skill: 540, relation: 5334 }
/** Seven elements that NIST words differently in the two files, found by comparing them word by word. */
const reworded = ['K0176', 'K0720', 'K0844', 'K0931', 'K1103', 'OG-WRL-003', 'T1246']

test('the workbook has the elements of the CPRT document, in the same order and under the same categories', () => {
  const parts = ({ draft }: typeof workbook) =>
    draft.elements.map(({ kind, code, parentCode, level }) => ({ kind, code, parentCode, level }))
  expect(parts(workbook)).toEqual(parts(document))
})

test('the workbook has the 5,334 links of the CPRT document', () => {
  expect(workbook.draft.relations).toHaveLength(5334)
  expect(workbook.draft.relations).toEqual(document.draft.relations)
})

test('every element says the same but for seven that NIST words differently', () => {
  const words = (text: string | undefined): string => (text ?? '').replaceAll('’', "'").replaceAll(/\s+/g, ' ').trim()
  const others = new Map(document.draft.elements.map(element => [element.code, element]))
  const differing = workbook.draft.elements.filter(({ code, name, text }) => {
    const other = others.get(code)!
    return words(name.en) !== words(other.name.en) || words(text.en) !== words(other.text.en)
  })
  expect(differing.map(({ code }) => code).sort()).toEqual(reworded)
})

test('what the workbook holds beyond the framework is said', () => {
  expect(workbook.notes).toEqual(
    expect.arrayContaining([
      { code: 'column-left-aside', params: { column: 'OPM Code (Fed Use)', count: 41 } },
      { code: 'column-left-aside', params: { column: 'New for v2.1.0', count: 2148 } },
      { code: 'sheet-left-aside', params: { sheet: 'NF-COM-002', count: 1 } },
      { code: 'sheet-left-aside', params: { sheet: 'NF-COM-007', count: 1 } },
      { code: 'need-level-assumed', params: { level: 2, count: 3905 } },
      { code: 'without-role', params: { count: 327 } },
    ]),
  )
})

const database = await createTestDatabase()
const tables = ['framework', 'framework_element', 'framework_relation', 'ledger_line']
const countRows = () => database.asOwner(`select ${tables.map(table => `(select count(*) from ${table}) as ${table}`).join(', ')}`)

test.each([
  ['the workbook first', 'authority', [workbook, document]],
  ['the CPRT document first', 'agency', [document, workbook]],
] as const)('%s: the other one changes nothing and says what it words otherwise', async (_, kind, [first, second]) => {
  const organisation = await makeTestAuthority(database, kind)
  const { frameworkId, fate } = await organisation.as({}, work => importFrameworkFile(work, first))
  expect(fate).toBe('new')
  expect((await organisation.as({}, work => getFramework(work, frameworkId))).counts).toEqual(counts)
  const before = await countRows()
  const again = await organisation.as({}, work => importFrameworkFile(work, second))
  expect(again).toMatchObject({ frameworkId, fate: 'already-imported' })
  expect(again.notes[0]).toMatchObject({ code: 'worded-otherwise', params: { count: 7 } })
  expect(await countRows()).toEqual(before)
})
