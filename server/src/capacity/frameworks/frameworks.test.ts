import { randomUUID } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Work } from '#platform/database/work.ts'
import { Problem } from '#platform/http/problem.ts'
import { threadLimits } from '#platform/imports/reading-thread.ts'
import { createTestDatabase, makeTestAuthority } from '../../../test/kit.ts'
import type { TestAuthority } from '../../../test/kit.ts'
import { asBytes, makeCprtDocument } from '../../../test/cprt-document.ts'
import {
  applyFrameworkImport,
  importFrameworkFile,
  importPack,
  listPacks,
  previewFramework,
  readFrameworkFile,
  readFrameworkUpload,
} from './framework-imports.ts'
import * as api from './frameworks.api.ts'
import {
  findRoleByCode,
  getFramework,
  getRole,
  getRoleNames,
  getRoleNeeds,
  listElements,
  listFrameworks,
  listRoles,
  listRolesByCode,
} from './frameworks.ts'

const database = await createTestDatabase()
const authority = await makeTestAuthority(database)
const agency = await makeTestAuthority(database, 'agency')

const { frameworkId: secbokId } = await authority.as({}, work => importPack(work, 'secbok-aligned'))

const upload = (value: unknown, fileName = 'framework.json') => ({ fileName, bytes: value instanceof Uint8Array ? value : asBytes(value) })

/** What is in the database of one organisation, without what a preview itself leaves. */
async function contentOf({ organisationId }: TestAuthority): Promise<unknown> {
  return database.asOwner(
    `select (select jsonb_agg(f order by id) from framework f where organisation_id = $1) as frameworks,
      (select jsonb_agg(e order by id) from framework_element e where organisation_id = $1) as elements,
      (select jsonb_agg(r order by id) from framework_relation r where organisation_id = $1) as relations,
      (select count(*) from ledger_line where organisation_id = $1 and verb = 'framework.imported') as lines`,
    [organisationId],
  )
}

const linesOf = (recordId: string): Promise<{ verb: string }[]> =>
  database.asOwner('select verb from ledger_line where record_id = $1 order by id', [recordId])

const importOf = async (of: TestAuthority, document: unknown) => {
  const read = await readFrameworkUpload(upload(document))
  return of.as({}, work => importFrameworkFile(work, read))
}
const previewOf = async (file: ReturnType<typeof upload>) => {
  const read = await readFrameworkUpload(file)
  return authority.as({}, work => previewFramework(work, read))
}

function nextVersion(version: string) {
  const document = makeCprtDocument()
  document.response.elements.documents[0]!.version = version
  return document
}

// Bringing in --------------------------------------------------------------------

test('the built-in pack is in with its counts, and a second import changes nothing', async () => {
  const framework = await authority.as({}, work => getFramework(work, secbokId))
  expect(framework.counts).toEqual({
    category: 0,
    role: 19,
    competency: 17,
    statement: 51,
    task: 81,
    knowledge: 0,
    skill: 0,
    relation: 299,
  })
  expect(framework).toMatchObject({ publisher: 'luytre', key: 'secbok-aligned', licence: 'Apache-2.0' })
  expect(api.frameworkSummary.parse(framework)).toEqual(framework)

  const before = await contentOf(authority)
  expect(await authority.as({}, work => importPack(work, 'secbok-aligned'))).toEqual({ frameworkId: secbokId, fate: 'already-imported' })
  expect(await contentOf(authority)).toEqual(before)
  expect(await linesOf(secbokId)).toEqual([{ verb: 'framework.imported' }])
})

test('packs are listed with the framework that they have become', async () => {
  expect(await authority.as({}, listPacks)).toMatchObject([{ key: 'secbok-aligned', frameworkId: secbokId }])
  expect(await agency.as({}, listPacks)).toMatchObject([{ key: 'secbok-aligned', frameworkId: null }])
})

test('a previewed file is imported when it is applied, not before, and only once', async () => {
  const preview = await previewOf(upload(nextVersion('1.0'), '../../tmp/NICE.json'))
  expect(api.frameworkPreview.parse(preview)).toEqual(preview)
  expect(preview).toMatchObject({
    version: 1,
    fileName: 'NICE.json',
    fate: 'new',
    framework: { key: 'nice', counts: { role: 3, task: 2, knowledge: 2, skill: 1, relation: 5 } },
  })
  expect((await authority.as({}, listFrameworks)).map(({ version }) => version)).not.toContain('1.0')

  const { previewId } = preview
  await expect(authority.as({}, work => applyFrameworkImport(work, previewId, 7))).rejects.toMatchObject({
    status: 412,
    details: { current: { previewId, status: 'open', version: 1 } },
  })
  expect((await authority.as({}, listFrameworks)).map(({ version }) => version)).not.toContain('1.0')

  const first = await authority.as({}, work => applyFrameworkImport(work, previewId, 1))
  expect(first.fate).toBe('new')
  expect(await authority.as({}, work => applyFrameworkImport(work, previewId, 1))).toEqual({ ...first, fate: 'already-imported' })
  expect(await linesOf(previewId)).toEqual([{ verb: 'import.previewed' }, { verb: 'import.applied' }])
  expect(await linesOf(first.frameworkId)).toEqual([{ verb: 'framework.imported' }])

  const again = await previewOf(upload(nextVersion('1.0')))
  expect(again.fate).toBe('already-imported')
  expect(await authority.as({}, work => applyFrameworkImport(work, again.previewId, 1))).toEqual({ ...first, fate: 'already-imported' })
  expect(await linesOf(again.previewId)).toEqual([{ verb: 'import.previewed' }, { verb: 'import.applied' }])
})

test('two who apply the same preview at once import it once', async () => {
  const { previewId } = await previewOf(upload(nextVersion('1.1')))
  const both = await Promise.all([1, 2].map(() => authority.as({}, work => applyFrameworkImport(work, previewId, 1))))
  expect(both.map(({ fate }) => fate).sort()).toEqual(['already-imported', 'new'])
  expect(both[0]!.frameworkId).toBe(both[1]!.frameworkId)
})

test('two who import the same file at once import it once', async () => {
  const both = await Promise.all([1, 2].map(() => importOf(authority, nextVersion('1.2'))))
  expect(both.map(({ fate }) => fate).sort()).toEqual(['already-imported', 'new'])
  expect(await linesOf(both[0]!.frameworkId)).toHaveLength(1)
})

test('the same version with other content is refused, since versions are immutable', async () => {
  await importOf(authority, nextVersion('1.3'))
  const before = await contentOf(authority)
  const other = nextVersion('1.3')
  other.response.elements.elements[0]!.text = 'Mends two fences of bamboo'
  const refusal = { status: 409, code: 'framework.differs', details: { params: { publisher: 'NIST', key: 'nice', version: '1.3' } } }
  await expect(importOf(authority, other)).rejects.toMatchObject(refusal)
  await expect(previewOf(upload(other))).rejects.toMatchObject(refusal)
  expect(await contentOf(authority)).toEqual(before)
})

test('a preview of somebody else, of nobody, or of another kind cannot be applied', async () => {
  const { previewId } = await previewOf(upload(nextVersion('1.4')))
  await expect(agency.as({}, work => applyFrameworkImport(work, previewId, 1))).rejects.toMatchObject({ status: 404 })
  await expect(authority.as({}, work => applyFrameworkImport(work, randomUUID(), 1))).rejects.toMatchObject({ status: 404 })
  await database.asOwner(`update import_preview set kind = 'roster' where id = $1`, [previewId])
  await expect(authority.as({}, work => applyFrameworkImport(work, previewId, 1))).rejects.toMatchObject({ status: 404 })
})

test('a large file is read in a thread of its own, to the same framework or the same refusal', async () => {
  const document = nextVersion('1.7')
  const small = await importOf(authority, document)
  const padded = Buffer.concat([asBytes(document), Buffer.alloc(threadLimits.hereBytes, ' ')])
  expect(await importOf(authority, padded)).toMatchObject({ frameworkId: small.frameworkId, fate: 'already-imported', notes: small.notes })
  document.response.elements.elements[0]!.text = ''
  document.response.elements.elements[0]!.title = ''
  const faulty = await readFrameworkUpload(upload(document)).catch((error: unknown) => error)
  const inThread = readFrameworkUpload(upload(Buffer.concat([asBytes(document), Buffer.alloc(threadLimits.hereBytes, ' ')])))
  expect(faulty).toBeInstanceOf(Problem)
  await expect(inThread).rejects.toMatchObject({ ...(faulty as Problem) })
})

test('while a large file is read, the server goes on with other work', async () => {
  const bytes = Buffer.concat([asBytes(nextVersion('1.8')), Buffer.alloc(threadLimits.hereBytes, ' ')])
  const reading = readFrameworkUpload({ fileName: 'large.json', bytes })
  const first = await Promise.race([
    reading.then(() => 'read'),
    new Promise(resolve => {
      setImmediate(resolve, 'other work')
    }),
  ])
  expect(first).toBe('other work')
  expect(await reading).toMatchObject({ fileName: 'large.json', draft: { version: '1.8' } })
})

test('an import that fails leaves nothing', async () => {
  const before = await contentOf(agency)
  const read = await readFrameworkUpload(upload(nextVersion('1.5')))
  const failing = agency.as({}, async work => {
    await importFrameworkFile(work, read)
    throw new Problem(422, 'test.failure')
  })
  await expect(failing).rejects.toThrow('test.failure')
  expect(await contentOf(agency)).toEqual(before)
})

test('the operator imports a file, or the folder of a pack, by its path', async () => {
  const directory = await mkdtemp(path.join(os.tmpdir(), 'luytre-framework-'))
  const file = path.join(directory, 'nice.json')
  await writeFile(file, asBytes(nextVersion('1.6')))
  const bring = async (name: string) => {
    const read = await readFrameworkFile(name)
    return authority.as({ userId: null, roles: [] }, work => importFrameworkFile(work, read))
  }
  expect(await bring(file)).toMatchObject({ fate: 'new', framework: { version: '1.6' } })
  const pack = path.resolve(import.meta.dirname, '../../../../packs/secbok-aligned')
  expect(await bring(pack)).toMatchObject({
    fate: 'already-imported',
    frameworkId: secbokId,
  })
  await expect(bring(path.join(directory, 'missing.json'))).rejects.toMatchObject({
    code: 'import.unreadable',
  })
  await rm(directory, { recursive: true })
})

test('whatever pack is imported, importing it twice changes nothing', async () => {
  const words = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }).filter(text => /\S/.test(text) && !/\p{Cc}|\p{Cs}/u.test(text))
  const text = fc.record({ vi: words, en: words, ja: words }, { requiredKeys: ['vi'] })
  const level = fc.integer({ min: 1, max: 3 })
  const levels = [0, 1, 2, 3].map(one => ({ level: one, name: { en: `${one}` }, description: {} }))
  const competencies = fc.array(
    fc.record({ name: text, description: text, statements: fc.array(fc.record({ level, text }), { maxLength: 3 }) }),
    { maxLength: 4 },
  )
  const need = fc.record({ competency: fc.nat({ max: 3 }), importance: fc.constantFrom('required', 'helpful'), level })
  const needs = fc.uniqueArray(need, { maxLength: 4, selector: one => one.competency })
  const roles = fc.array(fc.record({ name: text, description: text, tasks: fc.array(fc.record({ text }), { maxLength: 3 }), needs }), {
    minLength: 1,
    maxLength: 3,
  })
  let count = 0
  const property = fc.asyncProperty(competencies, roles, text, async (someCompetencies, someRoles, title) => {
    const document = {
      pack: {
        key: `generated-${count++}`,
        publisher: 'test',
        version: '1',
        sourceLanguage: 'vi',
        title,
        description: {},
        licence: 'CC0-1.0',
        source: {},
        levels,
      },
      competencies: someCompetencies.map((one, i) => ({
        code: `C${i}`,
        ...one,
        statements: one.statements.map((statement, j) => ({ code: `C${i}.${j}`, ...statement })),
      })),
      roles: someRoles.map((one, i) => ({
        code: `R${i}`,
        ...one,
        tasks: one.tasks.map((task, j) => ({ code: `R${i}.T${j}`, ...task })),
        needs: one.needs
          .filter(({ competency }) => competency < someCompetencies.length)
          .map(other => ({ ...other, competency: `C${other.competency}` })),
      })),
    }
    const first = await importOf(agency, document)
    const before = await contentOf(agency)
    expect(first.fate).toBe('new')
    expect(await importOf(agency, JSON.stringify(document, null, 2))).toMatchObject({
      frameworkId: first.frameworkId,
      fate: 'already-imported',
    })
    expect(await contentOf(agency)).toEqual(before)
    expect((await agency.as({}, work => getFramework(work, first.frameworkId))).counts).toEqual(first.framework.counts)
  })
  await fc.assert(property, { numRuns: 25 })
})

// Reading ------------------------------------------------------------------------

const search = (words: string, kind: api.ElementKind = 'role') =>
  authority.as({}, async work => (await listElements(work, secbokId, { kind, search: words, limit: 200 })).elements.map(({ code }) => code))

test('a search without accents and case finds Vietnamese text', async () => {
  expect(await search('lanh dao phu trach AN TOAN')).toContain('CISO')
  expect(await search('Lãnh đạo phụ trách')).toContain('CISO')
  expect(await search('Lãnh đạo phụ trách'.normalize('NFD'))).toContain('CISO')
  expect(await search('LÃNH ĐẠO PHỤ TRÁCH')).toContain('CISO')
  expect(await search('du kien', 'task')).toEqual(await search('dữ kiện', 'task'))
})

test('a search finds code, English and Japanese text, and every word must be there', async () => {
  expect(await search('incident-manager')).toEqual(['INCIDENT-MANAGER'])
  expect(await search('ＣＩＳＯ')).toContain('CISO')
  expect(await search('最高情報セキュリティ責任者')).toEqual(['CISO'])
  expect(await search('ciso no-such-word')).toEqual([])
  expect(await search('   ')).toHaveLength(19)
})

test.each(['%', '_', "'; drop table framework; --", '\\', '"en":'])('%j is searched as it is typed', async words => {
  expect(await search(words)).toEqual([])
})

test('elements come page by page in the order of the framework', async () => {
  const codes: string[] = []
  let after: number | undefined
  do {
    const page = await authority.as({}, work => listElements(work, secbokId, { kind: 'competency', limit: 5, after }))
    codes.push(...page.elements.map(({ code }) => code))
    after = page.next ?? undefined
  } while (after !== undefined)
  expect(codes).toEqual(Array.from({ length: 17 }, (_, i) => `C${String(i + 1).padStart(2, '0')}`))
})

test('a role has its tasks and what it needs, with the statements of each competency by level', async () => {
  const ciso = await authority.as({}, work => findRoleByCode(work, secbokId, 'CISO'))
  const found = await authority.as({}, work => getRole(work, secbokId, ciso!.id))
  expect(api.getRole.returns!.parse(found)).toEqual(found)
  expect(found.tasks.map(({ code }) => code)).toEqual(['CISO.T1', 'CISO.T2', 'CISO.T3', 'CISO.T4', 'CISO.T5'])
  expect(found.needs.length).toBeGreaterThan(0)
  for (const { element, level, statements } of found.needs) {
    expect(element.kind).toBe('competency')
    expect(level).toBeGreaterThanOrEqual(1)
    expect(statements.map(one => [one.level, one.parentId])).toEqual([1, 2, 3].map(one => [one, element.id]))
  }
})

test('other modules read the needs of many roles at once, and the scale that they use', async () => {
  await authority.as({}, async work => {
    const roles = (await listElements(work, secbokId, { kind: 'role', limit: 200 })).elements
    const needs = await getRoleNeeds(work, [...roles.map(({ id }) => id), roles[0]!.id, randomUUID()])
    expect([...needs.keys()].sort()).toEqual(roles.map(({ id }) => id).sort())
    expect([...needs.values()].reduce((sum, one) => sum + one.needs.length, 0)).toBe(201)
    const { framework, role } = needs.get(roles[0]!.id)!
    expect(role.code).toBe('CISO')
    expect(framework.id).toBe(secbokId)
    expect(framework.levels.map(({ level }) => level)).toEqual([0, 1, 2, 3])
    expect((await getRoleNeeds(work, [])).size).toBe(0)
  })
})

test('the needs of a role are read once, and kept from those who may not see the role', async () => {
  const ciso = await authority.as({}, work => findRoleByCode(work, secbokId, 'CISO'))
  const needsOf = async (who: typeof authority) => (await who.as({}, work => getRoleNeeds(work, [ciso!.id]))).get(ciso!.id)?.needs
  const first = await needsOf(authority)
  expect(first?.length).toBeGreaterThan(5)
  expect(await needsOf(authority)).toBe(first)
  expect(await needsOf(agency)).toBeUndefined()
})

test('a role is found by code in every framework that has it, the one imported last first', async () => {
  const { frameworkId: older } = await importOf(authority, nextVersion('2.0'))
  const { frameworkId: newer } = await importOf(authority, nextVersion('2.1'))
  const found = await authority.as({}, work => listRolesByCode(work, ['BB-WRL-002', 'K1', 'nobody', 'CISO']))
  const frameworks = found.filter(({ role }) => role.code === 'BB-WRL-002').map(({ framework }) => framework.id)
  expect(frameworks.indexOf(newer)).toBeLessThan(frameworks.indexOf(older))
  expect(found.filter(({ role }) => role.code === 'CISO')).toHaveLength(1)
  expect(found.some(({ role }) => role.code === 'K1')).toBe(false)
  expect(await authority.as({}, work => findRoleByCode(work, older, 'CISO'))).toBeUndefined()
})

test('a role to choose is found by code or name in every language, once, as the newest version of its framework has it', async () => {
  const find = (words: string, limit = 50) => authority.as({}, work => listRoles(work, { search: words, limit }))
  const [ciso] = (await find('lanh dao phu trach')).roles
  expect(ciso).toMatchObject({ code: 'CISO', framework: { id: secbokId } })
  expect((await find('最高情報セキュリティ責任者')).roles).toEqual([ciso])
  expect((await find('ciso')).roles).toContainEqual(ciso)
  expect((await find('ciso no-such-word')).roles).toEqual([])
  const { frameworkId: newest } = await importOf(authority, nextVersion('2.5'))
  expect((await find('BB-WRL-002')).roles.map(({ framework }) => framework.id)).toEqual([newest])
  const all = await find('', 200)
  expect(new Set(all.roles.map(({ code }) => code)).size).toBe(all.roles.length)
  expect(all.hasMore).toBe(false)
  expect(await find('', 2)).toEqual({ roles: all.roles.slice(0, 2), hasMore: true })
  expect(api.listRoles.returns!.parse(all)).toEqual(all)
})

test('a role that only an older version has is still named, but no longer offered', async () => {
  const { frameworkId } = await importOf(authority, nextVersion('2.6'))
  await database.asOwner(`update framework_element set code = 'GONE' where framework_id = $1 and code = 'BB-WRL-002'`, [frameworkId])
  expect((await authority.as({}, work => getRoleNames(work, ['GONE', 'nobody', null]))).size).toBe(1)
  await importOf(authority, nextVersion('2.7'))
  expect((await authority.as({}, work => getRoleNames(work, ['GONE']))).has('GONE')).toBe(true)
  expect((await authority.as({}, work => listRoles(work, { search: 'GONE', limit: 50 }))).roles).toEqual([])
})

test('another organisation sees nothing of a framework', async () => {
  const ciso = await authority.as({}, work => findRoleByCode(work, secbokId, 'CISO'))
  const attempts: ((work: Work) => Promise<unknown>)[] = [
    work => getFramework(work, secbokId),
    work => listElements(work, secbokId, { kind: 'role', limit: 10 }),
    work => getRole(work, secbokId, ciso!.id),
  ]
  expect((await agency.as({}, work => listRoles(work, { limit: 200 }))).roles.map(({ code }) => code)).not.toContain('CISO')
  expect((await agency.as({}, work => getRoleNames(work, ['CISO']))).size).toBe(0)
  for (const attempt of attempts) await expect(agency.as({}, attempt)).rejects.toMatchObject({ status: 404 })
  expect((await agency.as({}, listFrameworks)).map(({ id }) => id)).not.toContain(secbokId)
  expect((await agency.as({}, work => getRoleNeeds(work, [ciso!.id]))).size).toBe(0)
  expect(await agency.as({}, work => findRoleByCode(work, secbokId, 'CISO'))).toBeUndefined()
  expect(await agency.as({}, work => listRolesByCode(work, ['CISO']))).toEqual([])
})

test('a role is not found through another framework', async () => {
  const { frameworkId } = await importOf(authority, nextVersion('3.0'))
  const ciso = await authority.as({}, work => findRoleByCode(work, secbokId, 'CISO'))
  await expect(authority.as({}, work => getRole(work, frameworkId, ciso!.id))).rejects.toMatchObject({ status: 404 })
})
