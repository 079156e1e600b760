import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { importFrameworkFile, readFrameworkFile } from '#capacity/frameworks/framework-imports.ts'
import { getFramework, getRole, getRoleNeeds, listElements } from '#capacity/frameworks/frameworks.ts'
import type { ElementKind } from '#capacity/frameworks/frameworks.api.ts'
import { createTestDatabase, makeTestAuthority } from '../kit.ts'

// The NICE Framework v2.1.0 as NIST publishes it. The file is not part of the repository:
// npm run test:conformance -- <folder with workforce/cprt_SP_800_181_2_1_0.json>

const folder = process.env['LUYTRE_TEST_CONFORMANCE_DATA']
if (!folder) throw new Error('conformance: name the folder of the reference data: npm run test:conformance -- <folder>')
const file = path.resolve(folder, 'workforce/cprt_SP_800_181_2_1_0.json')

interface Row {
  source_element_identifier: string
  dest_element_identifier: string
}
interface Element {
  element_type: string
  element_identifier: string
  title: string
  text: string
}
const published = JSON.parse(await readFile(file, 'utf8')) as { response: { elements: { elements: Element[]; relationships: Row[] } } }
const { elements, relationships } = published.response.elements
const typeOf = new Map(elements.map(one => [one.element_identifier, one.element_type]))
/** Codes that a work role points to in the file, in order of code. */
const linksOf = (code: string, ...types: string[]): string[] =>
  relationships
    .filter(one => one.source_element_identifier === code && types.includes(typeOf.get(one.dest_element_identifier)!))
    .map(one => one.dest_element_identifier)
    .sort()

const database = await createTestDatabase()
const authority = await makeTestAuthority(database)
const read = await readFrameworkFile(file)
const imported = await authority.as({}, work => importFrameworkFile(work, read))
const { frameworkId } = imported

async function listAll(kind: ElementKind) {
  const found = []
  let after: number | undefined
  do {
    const page = await authority.as({}, work => listElements(work, frameworkId, { kind, limit: 200, after }))
    found.push(...page.elements)
    after = page.next ?? undefined
  } while (after !== undefined)
  return found
}

test('NICE 2.1.0 has exactly 41 roles, 946 tasks, 662 knowledge, 540 skills and 5,334 links', async () => {
  const framework = await authority.as({}, work => getFramework(work, frameworkId))
  expect(framework).toMatchObject({
    publisher: 'NIST',
    key: 'nice',
    version: '2.1.0',
    sourceLanguage: 'en',
    licence: 'US Government work (public domain in the USA)',
  })
  expect(framework.counts).toEqual({
    category: 5,
    role: 41,
    competency: 11,
    statement: 0,
    task: 946,
    knowledge: 662,
    skill: 540,
    relation: 5334,
  })
})

test('what is left aside or assumed is said', () => {
  expect(imported.notes).toEqual(
    expect.arrayContaining([
      { code: 'order-only', params: { count: 45 } },
      { code: 'element-left-aside', params: { type: 'opm_code', count: 40 } },
      { code: 'relation-left-aside', params: { from: 'work_role', to: 'opm_code', count: 40 } },
      { code: 'need-level-assumed', params: { level: 2, count: 3905 } },
      { code: 'without-role', params: { count: 327 } },
    ]),
  )
  // What is kept and what is left aside make up the whole file.
  expect(5 + 41 + 11 + 946 + 662 + 540 + 45 + 40).toBe(elements.length)
})

test('every role has its links as in the file, and no others', async () => {
  const roles = await listAll('role')
  const needs = await authority.as({}, work =>
    getRoleNeeds(
      work,
      roles.map(({ id }) => id),
    ),
  )
  let links = 0
  for (const { id, code } of roles) {
    const { tasks } = await authority.as({}, work => getRole(work, frameworkId, id))
    const needed = needs.get(id)!.needs
    expect(tasks.map(task => task.code).sort(), code).toEqual(linksOf(code, 'task'))
    expect(needed.map(need => need.element.code).sort(), code).toEqual(linksOf(code, 'knowledge', 'skill'))
    expect(new Set(needed.map(need => `${need.importance} ${need.level}`)), code).toEqual(new Set(['required 2']))
    links += tasks.length + needed.length
  }
  expect(links).toBe(5334)
})

test('every role is in its category, in the order that the publisher gives', async () => {
  const categories = new Map((await listAll('category')).map(({ id, code }) => [id, code]))
  expect([...categories.values()]).toEqual(['OG', 'DD', 'IO', 'PD', 'IN'])
  const roles = await listAll('role')
  for (const { code, parentId } of roles) expect(categories.get(parentId!)).toBe(code.slice(0, 2))
  const sortOf = new Map(elements.filter(one => one.element_type === 'sort').map(one => [one.element_identifier, one.title]))
  const sorted = roles.map(({ code }) => sortOf.get(`S-${code}`)).filter(sort => sort !== undefined)
  expect(sorted).toEqual([...sorted].sort())
  expect(sorted).toHaveLength(40)
})

test('every statement is kept word by word, the 327 that belong to no role too', async () => {
  const linked = new Set(
    relationships.filter(one => typeOf.get(one.source_element_identifier) === 'work_role').map(one => one.dest_element_identifier),
  )
  let withoutRole = 0
  for (const kind of ['task', 'knowledge', 'skill'] as const) {
    const inFile = elements.filter(one => one.element_type === kind)
    const kept = await listAll(kind)
    expect(Object.fromEntries(kept.map(one => [one.code, one.text.en]))).toEqual(
      Object.fromEntries(inFile.map(one => [one.element_identifier, one.text.trim()])),
    )
    withoutRole += kept.filter(({ code }) => !linked.has(code)).length
  }
  expect(withoutRole).toBe(327)
})

test('importing it twice changes nothing', async () => {
  const tables = ['framework', 'framework_element', 'framework_relation', 'ledger_line']
  const count = () => database.asOwner(`select ${tables.map(table => `(select count(*) from ${table}) as ${table}`).join(', ')}`)
  const before = await count()
  expect(await authority.as({}, work => importFrameworkFile(work, read))).toMatchObject({ frameworkId, fate: 'already-imported' })
  expect(await count()).toEqual(before)
})
