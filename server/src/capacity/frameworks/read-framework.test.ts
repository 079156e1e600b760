import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Problem } from '#platform/http/problem.ts'
import { asBytes, cprtElement, cprtRelationship, makeCprtDocument } from '../../../test/cprt-document.ts'
import type { CprtDocument } from '../../../test/cprt-document.ts'
import { defaultLevels } from './default-levels.ts'
import { countDraft } from './framework-draft.ts'
import { listBuiltInPacks, readBuiltInPack } from './pack.ts'
import { readFramework } from './read-framework.ts'

function problemOf(value: unknown): Problem {
  try {
    readFramework(value instanceof Uint8Array ? value : asBytes(value))
  } catch (error) {
    if (error instanceof Problem) return error
    throw error
  }
  throw new Error('it was accepted')
}

const faultsOf = (value: unknown): string[] => problemOf(value).details.fields?.map(({ path, code }) => `${path}: ${code}`) ?? []

function changed(change: (content: CprtDocument['response']['elements']) => void): CprtDocument {
  const document = makeCprtDocument()
  change(document.response.elements)
  return document
}

// CPRT -------------------------------------------------------------------------

test('a CPRT document becomes a draft in the order that its publisher gives', () => {
  const { draft } = readFramework(asBytes(makeCprtDocument()))
  expect(draft).toMatchObject({
    publisher: 'NIST',
    key: 'nice',
    version: '9.9.0',
    sourceLanguage: 'en',
    title: { en: 'An invented framework' },
  })
  expect(draft.translationStatus).toEqual({ vi: 'missing', en: 'original', ja: 'missing' })
  expect(draft.elements.map(({ code, parentCode }) => [code, parentCode])).toEqual([
    ['BB', null],
    ['AA', null],
    ['BB-WRL-002', 'BB'],
    ['BB-WRL-001', 'BB'],
    ['AA-WRL-001', 'AA'],
    ['T1', null],
    ['T2', null],
    ['K1', null],
    ['K2', null],
    ['S1', null],
  ])
})

test('a role performs its tasks and needs knowledge and skills at the assumed level', () => {
  const { draft } = readFramework(asBytes(makeCprtDocument()))
  expect(
    draft.relations.map(({ kind, roleCode, elementCode, importance, level }) => [kind, roleCode, elementCode, importance, level]),
  ).toEqual([
    ['needs', 'AA-WRL-001', 'K1', 'required', 2],
    ['needs', 'AA-WRL-001', 'S1', 'required', 2],
    ['performs', 'AA-WRL-001', 'T1', 'required', null],
    ['needs', 'BB-WRL-002', 'K1', 'required', 2],
    ['performs', 'BB-WRL-002', 'T2', 'required', null],
  ])
})

test('everything that is left aside or assumed is said, with its count', () => {
  const document = changed(content => {
    content.elements.push(cprtElement('task', 'T9', '', 'Withdrawn: now part of T1'), {
      ...cprtElement('odd_type', 'O1', 'x', ''),
      colour: 'green',
    } as never)
    content.relationships.push(cprtRelationship('AA-WRL-001', 'T9'), cprtRelationship('AA-WRL-001', 'T1'), cprtRelationship('T1', 'T2'))
    content.relationships.push({ ...cprtRelationship('T1', 'ELSEWHERE'), relationship_identifier: 'mapping' })
    content.relationships.push({ ...cprtRelationship('T1', 'ELSEWHERE'), dest_doc_identifier: 'OTHER' })
  })
  expect(readFramework(asBytes(document)).notes).toEqual([
    { code: 'order-only', params: { count: 4 } },
    { code: 'element-left-aside', params: { type: 'opm_code', count: 1 } },
    { code: 'withdrawn-element', params: { type: 'task', count: 1 } },
    { code: 'unknown-field', params: { field: 'colour', count: 1 } },
    { code: 'element-left-aside', params: { type: 'odd_type', count: 1 } },
    { code: 'relationship-type-left-aside', params: { type: 'mapping', count: 1 } },
    { code: 'other-document-relation', params: { count: 1 } },
    { code: 'relation-left-aside', params: { from: 'work_role', to: 'opm_code', count: 1 } },
    { code: 'withdrawn-relation', params: { count: 1 } },
    { code: 'relation-left-aside', params: { from: 'task', to: 'task', count: 1 } },
    { code: 'need-level-assumed', params: { level: 2, count: 3 } },
    { code: 'duplicate-relation', params: { count: 1 } },
    { code: 'without-role', params: { count: 1 } },
    { code: 'language-incomplete', params: { language: 'vi', count: 16 } },
    { code: 'language-incomplete', params: { language: 'ja', count: 16 } },
  ])
})

test('the digest is over what the file says, not over its layout', () => {
  const digest = (value: unknown): string => readFramework(asBytes(value)).draft.sha256
  const original = digest(makeCprtDocument())
  expect(digest(JSON.stringify(makeCprtDocument(), null, 4))).toBe(original)
  const reversed = changed(content => {
    content.elements.reverse()
    content.relationships.reverse()
  })
  expect(digest(reversed)).toBe(original)
  expect(digest(changed(content => void (content.elements[0]!.text += '.')))).not.toBe(original)
  expect(digest(changed(content => void content.relationships.pop()))).not.toBe(original)
})

test.each<[string, (content: CprtDocument['response']['elements']) => void, string]>([
  [
    'an id that occurs twice',
    content => content.elements.push(content.elements[0]!),
    'response.elements.elements.15.element_identifier: duplicate',
  ],
  [
    'a relation to an unknown element',
    content => content.relationships.push(cprtRelationship('AA-WRL-001', 'K404')),
    'response.elements.relationships.13.dest_element_identifier: unknown',
  ],
  [
    'a relation from an unknown element',
    content => content.relationships.push(cprtRelationship('XX', 'K1')),
    'response.elements.relationships.13.source_element_identifier: unknown',
  ],
  [
    'an element without text',
    content => content.elements.push(cprtElement('task', 'T3', ' ', '')),
    'response.elements.elements.15.text: required',
  ],
  [
    'an id with a space',
    content => void (content.elements[3]!.element_identifier = 'T 1'),
    'response.elements.elements.3.element_identifier: invalid',
  ],
  ['text that is a number', content => void (content.elements[0]!.text = 5 as never), 'response.elements.elements.0.text: invalid'],
  [
    'a missing field',
    content => void delete (content.elements[0] as Partial<CprtDocument['response']['elements']['elements'][0]>).title,
    'response.elements.elements.0.title: required',
  ],
  [
    'an element of another document',
    content => void (content.elements[1]!.doc_identifier = 'OTHER'),
    'response.elements.elements.1.doc_identifier: unknown',
  ],
  ['text with NUL', content => void (content.elements[0]!.text = 'a\u0000b'), 'response.elements.elements.0.text: unreadable-text'],
  ['half a surrogate pair', content => void (content.elements[0]!.text = 'a\ud800b'), 'response.elements.elements.0.text: unreadable-text'],
  ['a text without end', content => void (content.elements[0]!.text = 'a'.repeat(20_001)), 'response.elements.elements.0.text: too-long'],
])('%s is refused with its place', (_, change, fault) => {
  expect(faultsOf(changed(change))).toContain(fault)
})

test('relations in a circle are no matter', () => {
  const document = changed(content =>
    content.relationships.push(cprtRelationship('T1', 'T1'), cprtRelationship('T1', 'AA'), cprtRelationship('AA-WRL-001', 'AA')),
  )
  expect(readFramework(asBytes(document)).draft.relations).toHaveLength(5)
})

test.each([
  ['no documents', changed(content => void (content.documents = [])), 'framework.one-document'],
  ['another document', JSON.stringify(makeCprtDocument()).replaceAll('SP_800_181', 'SP_800_53'), 'framework.other-document'],
  ['no roles', changed(content => void Object.assign(content, { elements: [], relationships: [] })), 'framework.without-roles'],
  ['neither format', { hello: 1 }, 'framework.unknown-format'],
  ['a bare list', [], 'framework.unknown-format'],
  ['null', null, 'framework.unknown-format'],
  ['nothing', '', 'import.unreadable'],
  ['half a file', JSON.stringify(makeCprtDocument()).slice(0, -5), 'import.unreadable'],
  ['bytes that are not UTF-8', new Uint8Array([0x22, 0xff, 0x22]), 'import.unreadable'],
  ['a key into the prototype', '{"response":{"__proto__":{"isAdministrator":true}}}', 'request.invalid'],
  ['a key "constructor"', '{"pack":{"constructor":{}}}', 'request.invalid'],
  ['a tower of brackets', '['.repeat(100), 'framework.too-complex'],
  ['a sea of values', `[${'0,'.repeat(3_100_000)}0]`, 'framework.too-complex'],
  ['more elements than any framework has', changed(content => void (content.elements = Array(50_001).fill(0))), 'framework.too-large'],
  [
    'more relations than any framework has',
    changed(content => void (content.relationships = Array(200_001).fill(0))),
    'framework.too-large',
  ],
  ['too many bytes', new Uint8Array(20_000_001), 'request.too-large'],
])('%s is refused as a whole', (_, value, code) => {
  expect(problemOf(value).code).toBe(code)
  expect(({} as Record<string, unknown>)['isAdministrator']).toBeUndefined()
})

test('a refusal names at most twenty faults', () => {
  expect(problemOf(changed(content => void (content.elements = Array(1000).fill(0)))).details.fields).toHaveLength(20)
})

// Packs ------------------------------------------------------------------------

const { draft: secbok, notes: secbokNotes } = await readBuiltInPack('secbok-aligned')

test('the built-in pack holds 19 roles, 17 competencies and 51 statements, no two equal', () => {
  expect(countDraft(secbok)).toMatchObject({ role: 19, competency: 17, statement: 51, task: 81, knowledge: 0, skill: 0, relation: 299 })
  const statements = secbok.elements.filter(({ kind }) => kind === 'statement')
  for (const language of ['vi', 'en', 'ja'] as const) expect(new Set(statements.map(({ text }) => text[language])).size).toBe(51)
  const byParent = Map.groupBy(statements, ({ parentCode }) => parentCode)
  expect(byParent.size).toBe(17)
  for (const levels of byParent.values()) expect(levels.map(({ level }) => level)).toEqual([1, 2, 3])
})

test('the built-in pack is complete in every language and says what it leaves aside', () => {
  expect(secbok.translationStatus).toEqual({ vi: 'original', en: 'original', ja: 'original' })
  expect(secbokNotes).toEqual([{ code: 'role-number-left-aside', params: { count: 19 } }])
})

test('every built-in pack can be read', async () => {
  for (const key of await listBuiltInPacks()) expect((await readBuiltInPack(key)).draft.key).toBe(key)
})

test('a framework without levels uses the scale of the built-in pack', () => {
  expect(defaultLevels).toEqual(secbok.levels)
})

test.each(['no-such-pack', '..', '../packs/secbok-aligned', 'secbok-aligned/../secbok-aligned', ''])(
  '%j is no built-in pack',
  async key => {
    await expect(readBuiltInPack(key)).rejects.toMatchObject({ status: 404 })
  },
)

const text = (words: string) => ({ vi: words, en: words, ja: words })
const smallPack = () => ({
  pack: {
    key: 'small',
    publisher: 'An authority',
    version: '1.0',
    sourceLanguage: 'vi',
    title: text('Small'),
    description: text('Small'),
    licence: 'CC0-1.0',
    source: text('Here'),
    levels: [
      { level: 0, name: text('None'), description: {} },
      { level: 1, name: text('Some'), description: {} },
    ],
  },
  competencies: [
    {
      code: 'C1',
      name: text('Weaving'),
      description: text('Weaves'),
      statements: [{ code: 'C1.1', level: 1, text: text('Weaves a mat') }],
    },
  ],
  roles: [
    {
      code: 'R1',
      name: text('Weaver'),
      description: text('Weaves'),
      tasks: [{ code: 'R1.T1', text: text('Weave') }],
      needs: [{ competency: 'C1', importance: 'required', level: 1 }],
    },
  ],
})

test('a pack may be one document', () => {
  const { draft, notes } = readFramework(asBytes(smallPack()))
  expect(countDraft(draft)).toMatchObject({ role: 1, competency: 1, statement: 1, task: 1, relation: 2 })
  expect(notes).toEqual([])
})

test.each<[string, (pack: ReturnType<typeof smallPack>) => void, string]>([
  ['a need of an unknown competency', pack => void (pack.roles[0]!.needs[0]!.competency = 'C9'), 'roles.0.needs.0.element: unknown'],
  ['a need of a role', pack => void (pack.roles[0]!.needs[0]!.competency = 'R1'), 'roles.0.needs.0.element: unknown'],
  ['a need stated twice', pack => void pack.roles[0]!.needs.push(pack.roles[0]!.needs[0]!), 'roles.0.needs.1.competency: duplicate'],
  ['a level beside the scale', pack => void (pack.roles[0]!.needs[0]!.level = 5), 'roles.0.needs.0.level: unknown'],
  ['a need at level 0', pack => void (pack.roles[0]!.needs[0]!.level = 0), 'roles.0.needs.0.level: too-small'],
  ['levels out of order', pack => void pack.pack.levels.reverse(), 'pack.levels: invalid'],
  ['a code used twice', pack => void (pack.roles[0]!.code = 'C1'), 'roles.0.code: duplicate'],
  ['an unknown field', pack => void Object.assign(pack.roles[0]!, { salary: 1 }), 'roles.0.salary: unknown'],
  ['a name in no language', pack => void (pack.roles[0]!.name = {} as never), 'roles.0.name: invalid'],
  ['a line to an unknown role', pack => void Object.assign(pack.roles[0]!, { reportsTo: 'R9' }), 'roles.0.reportsTo.element: unknown'],
  ['a line to a task', pack => void Object.assign(pack.roles[0]!, { reportsTo: 'R1.T1' }), 'roles.0.reportsTo.element: unknown'],
  ['a role that reports to itself', pack => void Object.assign(pack.roles[0]!, { reportsTo: 'R1' }), 'roles.0.reportsTo: cycle'],
  [
    'lines in a circle',
    pack =>
      void pack.roles.splice(
        0,
        1,
        ...['R1', 'R2', 'R3'].map((code, i, all) => ({ ...pack.roles[0]!, code, tasks: [], needs: [], reportsTo: all[(i + 1) % 3] })),
      ),
    'roles.1.reportsTo: cycle',
  ],
  ['a key with a path', pack => void (pack.pack.key = '../x'), 'pack.key: invalid'],
])('a pack with %s is refused with its place', (_, change, fault) => {
  const pack = smallPack()
  change(pack)
  expect(faultsOf(pack)).toContain(fault)
})

test('text in NFD is kept in NFC', () => {
  const pack = smallPack()
  pack.roles[0]!.name.vi = 'Điều phối viên'.normalize('NFD')
  expect(readFramework(asBytes(pack)).draft.elements.find(({ code }) => code === 'R1')!.name.vi).toBe('Điều phối viên'.normalize('NFC'))
})

// Whatever comes -----------------------------------------------------------------

const refusesAsProblem = (bytes: Uint8Array): boolean => {
  try {
    readFramework(bytes)
    return true
  } catch (error) {
    return error instanceof Problem
  }
}

test('random bytes and random JSON never raise anything but a Problem', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), refusesAsProblem))
  fc.assert(
    fc.property(
      fc.json({ maxDepth: 8 }),
      json =>
        refusesAsProblem(asBytes(json)) &&
        refusesAsProblem(asBytes(`{"response":${json}}`)) &&
        refusesAsProblem(asBytes(`{"pack":${json}}`)),
    ),
  )
})

test('a real layout with anything in any place never raises anything but a Problem', () => {
  const places: (string | number)[][] = []
  const walk = (value: unknown, place: (string | number)[]): void => {
    places.push(place)
    if (typeof value === 'object' && value !== null) for (const [key, child] of Object.entries(value)) walk(child, [...place, key])
  }
  const samples = [makeCprtDocument(), smallPack()]
  samples.forEach((sample, i) => walk(sample, [i]))
  const anything = fc.oneof(
    fc.jsonValue({ maxDepth: 3 }),
    fc.constantFrom('__proto__', 'AA', 'K1', 'C1', -1, 1e308, '\u0000', '\ud800', {}, []),
  )
  fc.assert(
    fc.property(fc.constantFrom(...places.filter(place => place.length > 1)), anything, ([sample, ...place], value) => {
      const document = structuredClone(samples[sample as number]) as unknown
      let parent = document as Record<string | number, unknown>
      for (const key of place.slice(0, -1)) parent = parent[key] as Record<string | number, unknown>
      parent[place.at(-1)!] = value
      return refusesAsProblem(asBytes(document))
    }),
    { numRuns: 500 },
  )
})
