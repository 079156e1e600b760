import { expect, test } from 'vitest'
import { createTestDatabase, makeTestAuthority } from '../../../test/kit.ts'
import { asBytes, makeCprtDocument } from '../../../test/cprt-document.ts'
import { getReportingChain, searchElements } from './browse.ts'
import type { ElementSearch } from './browse.store.ts'
import * as elementSearch from './element-search.api.ts'
import { importFrameworkFile, importPack, readFrameworkUpload } from './framework-imports.ts'
import { getRole, listElements } from './frameworks.ts'
import * as reportingChain from './reporting-chain.api.ts'
import * as comparisonApi from './role-comparison.api.ts'
import { compareRoles, getRoleComparisonFile } from './role-comparison.ts'

const database = await createTestDatabase()
const authority = await makeTestAuthority(database)
const agency = await makeTestAuthority(database, 'agency')
const { frameworkId: secbokId } = await authority.as({}, work => importPack(work, 'secbok-aligned'))

async function bring(version: string, change: (elements: ReturnType<typeof makeCprtDocument>['response']['elements']) => void = () => {}) {
  const document = makeCprtDocument()
  document.response.elements.documents[0]!.version = version
  change(document.response.elements)
  const read = await readFrameworkUpload({ fileName: 'framework.json', bytes: asBytes(document) })
  return (await authority.as({}, work => importFrameworkFile(work, read))).frameworkId
}
const older = await bring('1.0')
const newer = await bring('1.1', ({ elements, relationships }) => {
  elements.find(one => one.element_identifier === 'T1')!.text = 'Plants two stems'
  relationships.splice(
    relationships.findIndex(one => one.dest_element_identifier === 'S1'),
    1,
  )
})

const search = (words: string, query: Partial<ElementSearch> = {}) =>
  authority.as({}, work => searchElements(work, { search: words, limit: 50, ...query }))
const codes = async (words: string, query: Partial<ElementSearch> = {}) => (await search(words, query)).elements.map(({ code }) => code)
const roleId = async (frameworkId: string, code: string): Promise<string> =>
  (await authority.as({}, work => listElements(work, frameworkId, { kind: 'role', limit: 200 }))).elements.find(one => one.code === code)!
    .id

// Search -------------------------------------------------------------------------

test('a search reads all frameworks at once, in every language, with and without accents', async () => {
  const expected = (await search('Lãnh đạo phụ trách')).elements
  expect(expected[0]).toMatchObject({ code: 'CISO', kind: 'role', framework: { id: secbokId, version: '1.1.0' } })
  for (const words of ['lanh dao phu trach', 'LÃNH ĐẠO PHỤ TRÁCH', 'Lãnh đạo phụ trách'.normalize('NFD')])
    expect((await search(words)).elements).toEqual(expected)
  expect(await codes('最高情報セキュリティ責任者')).toEqual(['CISO'])
  expect(await codes('ＩＮＣＩＤＥＮＴ－ＨＡＮＤＬＥＲ')).toContain('INCIDENT-HANDLER')
  expect(await codes('knows bamboo')).toEqual(['K1'])
  expect(await codes('bamboo no-such-word')).toEqual([])
})

test('a code comes before a name, a name before a text, the beginning of a word before its middle', async () => {
  const [first, ...others] = await codes('triage')
  expect(first).toBe('TRIAGE')
  expect(others.slice(0, 3)).toEqual(['TRIAGE.T1', 'TRIAGE.T2', 'TRIAGE.T3'])
  // "Incident manager" begins so; the text of others speaks of it.
  expect((await codes('incident man', { kind: 'role' }))[0]).toBe('INCIDENT-MANAGER')
  const found = await codes('plant')
  expect(found.indexOf('AA-WRL-001')).toBeLessThan(found.indexOf('K2'))
})

test('of each framework the version imported last is searched, and any version when it is named', async () => {
  expect((await search('bamboo')).elements.every(one => one.framework.id !== older)).toBe(true)
  expect((await search('plants', { kind: 'task' })).elements.map(({ text, framework }) => [text.en, framework.id])).toContainEqual([
    'Plants two stems',
    newer,
  ])
  expect((await search('plants', { kind: 'task', frameworkId: older })).elements.map(({ text }) => text.en)).toEqual(['Plants a stem'])
})

test('a filter by kind or role keeps what belongs to it, and every kind is counted', async () => {
  const all = await search('', { frameworkId: secbokId })
  expect(all.counts).toEqual({ category: 0, role: 19, competency: 17, statement: 51, task: 81, knowledge: 0, skill: 0 })
  expect((await search('', { frameworkId: secbokId, kind: 'role' })).counts).toEqual(all.counts)
  const id = await roleId(secbokId, 'CISO')
  const role = await authority.as({}, work => getRole(work, secbokId, id))
  const ofRole = await search('', { roleId: id, limit: 200 })
  expect(ofRole.elements.map(one => one.id).sort()).toEqual(
    [...role.tasks, ...role.needs.flatMap(({ element, statements }) => [element, ...statements])].map(one => one.id).sort(),
  )
  expect((await search('', { roleId: await roleId(older, 'BB-WRL-002') })).elements.map(({ code }) => code)).toEqual(['T2', 'K1'])
})

test('what is found comes page by page, each once and in the order of the whole', async () => {
  for (const words of ['', 'incident']) {
    const whole = await search(words, { limit: 200 })
    const paged: string[] = []
    let after: string | undefined
    do {
      const page = await search(words, { limit: 7, after })
      expect(page.counts).toEqual(whole.counts)
      expect(elementSearch.searchElements.returns!.parse(page)).toEqual(page)
      paged.push(...page.elements.map(({ id }) => id))
      after = page.next ?? undefined
    } while (after !== undefined && paged.length < whole.elements.length)
    expect(paged.slice(0, whole.elements.length)).toEqual(whole.elements.map(({ id }) => id))
  }
})

test.each(['%', '_', "'; drop table framework; --", '\\', '"en":'])('%j is searched as it is typed', async words => {
  expect(await codes(words)).toEqual([])
})

test('another organisation finds nothing', async () => {
  expect((await agency.as({}, work => searchElements(work, { search: 'ciso', limit: 50 }))).elements).toEqual([])
  const id = await roleId(secbokId, 'CISO')
  expect((await agency.as({}, work => searchElements(work, { roleId: id, limit: 50 }))).elements).toEqual([])
})

// Reporting chain -----------------------------------------------------------------

test('the chain of the built-in pack leads from the handler over manager and commander to the CISO', async () => {
  const chain = await authority.as({}, work => getReportingChain(work, secbokId))
  expect(reportingChain.getReportingChain.returns!.parse(chain)).toEqual(chain)
  const byId = new Map(chain.roles.map(role => [role.id, role]))
  const way: string[] = []
  for (let at = chain.roles.find(({ code }) => code === 'INCIDENT-HANDLER'); at; at = byId.get(at.reportsToId ?? '')) way.push(at.code)
  expect(way).toEqual(['INCIDENT-HANDLER', 'INCIDENT-MANAGER', 'COMMANDER', 'CISO'])
  expect(chain.roles).toHaveLength(18)
  expect(chain.outside.map(({ code }) => code)).toEqual(['AUDITOR'])
})

test('a role names whom it reports to and who reports to it', async () => {
  const id = await roleId(secbokId, 'INCIDENT-MANAGER')
  const { reportsTo, reporting, needs, tasks } = await authority.as({}, work => getRole(work, secbokId, id))
  expect(reportsTo?.code).toBe('COMMANDER')
  expect(reporting.map(({ code }) => code)).toEqual(['TRIAGE', 'INCIDENT-HANDLER', 'FORENSIC-ENGINEER'])
  expect([...needs.map(({ element }) => element.kind), ...tasks.map(({ kind }) => kind)]).not.toContain('role')
})

test('a framework without lines has an empty chain, and a foreign one none', async () => {
  const chain = await authority.as({}, work => getReportingChain(work, newer))
  expect(chain.roles).toEqual([])
  expect(chain.outside).toHaveLength(3)
  await expect(agency.as({}, work => getReportingChain(work, secbokId))).rejects.toMatchObject({ status: 404 })
})

// Comparison ------------------------------------------------------------------------

const compare = (leftId: string, rightId: string) => authority.as({}, work => compareRoles(work, { leftId, rightId }))

test('two roles of one framework: what both need with both levels, then what only one needs', async () => {
  const [handler, manager] = [await roleId(secbokId, 'INCIDENT-HANDLER'), await roleId(secbokId, 'INCIDENT-MANAGER')]
  const comparison = await compare(handler, manager)
  expect(comparisonApi.roleComparison.parse(comparison)).toEqual(comparison)
  expect(comparison.matchedBy).toBe('element')
  for (const [side, id] of [
    ['left', handler],
    ['right', manager],
  ] as const) {
    const role = await authority.as({}, work => getRole(work, secbokId, id))
    expect(
      comparison.needs
        .flatMap(need => (need[side] ? [`${need[side].element.code} ${need[side].level} ${need[side].importance}`] : []))
        .toSorted(),
    ).toEqual(role.needs.map(({ element, level, importance }) => `${element.code} ${level} ${importance}`).toSorted())
  }
  const both = comparison.needs.filter(({ left, right }) => left && right)
  expect(both.length).toBeGreaterThan(0)
  expect(both.every(({ left, right }) => left!.element.id === right!.element.id)).toBe(true)
  expect(comparison.needs.slice(0, both.length)).toEqual(both)
})

test('two versions of one framework are compared by code, two frameworks by words', async () => {
  const versions = await compare(await roleId(older, 'AA-WRL-001'), await roleId(newer, 'AA-WRL-001'))
  expect(versions.matchedBy).toBe('code')
  expect(versions.needs.map(({ left, right }) => [left?.element.code, right?.element.code])).toEqual([
    ['K1', 'K1'],
    ['S1', undefined],
  ])
  expect(versions.tasks.map(({ left, right }) => [left?.text.en, right?.text.en])).toEqual([['Plants a stem', 'Plants two stems']])
  const frameworks = await compare(await roleId(secbokId, 'CISO'), await roleId(newer, 'AA-WRL-001'))
  expect(frameworks.matchedBy).toBe('words')
  expect(frameworks.needs.every(({ left, right }) => !left || !right)).toBe(true)
})

test('a role beside itself differs in nothing', async () => {
  const id = await roleId(secbokId, 'CISO')
  const comparison = await compare(id, id)
  expect([...comparison.needs, ...comparison.tasks].every(({ left, right }) => left && right)).toBe(true)
})

test('the comparison as a file has a row for each need and task, in the language asked for', async () => {
  const [leftId, rightId] = [await roleId(secbokId, 'INCIDENT-HANDLER'), await roleId(secbokId, 'INCIDENT-MANAGER')]
  const { needs, tasks } = await compare(leftId, rightId)
  const file = await (await authority.as({}, work => getRoleComparisonFile(work, { leftId, rightId, format: 'csv', language: 'ja' })))()
  const lines = Buffer.from(file.bytes).toString('utf8').trim().split('\r\n')
  expect(lines).toHaveLength(1 + needs.length + tasks.length)
  expect(lines[0]).toContain('インシデントハンドラー：レベル')
  expect(file.fileName).toBe('比較-INCIDENT-HANDLER-INCIDENT-MANAGER.csv')
})

test('a role of another organisation is not found', async () => {
  const id = await roleId(secbokId, 'CISO')
  await expect(agency.as({}, work => compareRoles(work, { leftId: id, rightId: id }))).rejects.toMatchObject({ status: 404 })
})
