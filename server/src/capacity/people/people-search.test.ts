import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { createTestDatabase, makeTestAuthority } from '../../../test/kit.ts'
import { foldForSearch, searchKeyOf } from './names.ts'
import { changePerson, createPerson, listPeople } from './people.ts'
import type { PersonForm } from './people.ts'
import type { Person } from './people.api.ts'
import { createUnit } from './units.ts'

const database = await createTestDatabase()
const authority = await makeTestAuthority(database)

interface Named {
  staffCode: string | null
  name: string
  reading: string | null
}

/** Names in which what is searched for occurs once, twice or within a word, and staff codes that are like names. */
const named: Named[] = [
  ...['Nguyễn Văn An', 'Nguyễn An', 'An An An', 'Nguyễn Nguyên', 'Đặng Thị Anh Ngọc', 'Lê Ánh', 'N', 'Ng', 'Ôn Như Ý'].map(
    (name, number) => ({
      staffCode: number % 2 === 0 ? `CODE-${number}` : null,
      name,
      reading: null,
    }),
  ),
  { staffCode: 'An', name: 'Trần Văn An', reading: null },
  { staffCode: 'NG', name: 'Lý Thu', reading: null },
  { staffCode: '100%_\\', name: '100%_\\ %', reading: null },
  { staffCode: null, name: '山田 太郎', reading: 'ヤマダ タロウ' },
  { staffCode: null, name: '山山 花子', reading: 'やまやま はなこ' },
  { staffCode: null, name: 'Tanaka 花', reading: null },
  { staffCode: null, name: '김 안', reading: null },
  { staffCode: null, name: 'x'.repeat(150), reading: null },
]

let unitId = ''
const formOf = ({ staffCode, name, reading }: Named): PersonForm => ({
  staffCode,
  name,
  reading,
  nameCulture: 'vi',
  email: null,
  post: { unitId, title: 'Chuyên viên', supervisorId: null, roleCode: null, startsOn: '2024-01-01' },
})
const create = (person: Named): Promise<Person> => authority.as({}, work => createPerson(work, formOf(person)))
const find = async (search: string): Promise<string[]> => {
  const { people, total } = await authority.as({}, work => listPeople(work, { search, limit: 200 }))
  expect(total).toBe(people.length)
  return people.map(({ name }) => name)
}

beforeAll(async () => {
  unitId = (await authority.as({}, work => createUnit(work, { code: 'U', name: { vi: 'Đơn vị' }, parentId: null }))).id
  for (const person of named) await create(person)
})

/** What a search means, without an index. */
function isFound({ staffCode, name, reading }: Named, search: string): boolean {
  if (search.trim() === '') return true
  if (staffCode?.toLowerCase() === search.trim().toLowerCase()) return true
  const key = searchKeyOf(name, reading)
  const text = [...foldForSearch(search)].slice(0, 128).join('')
  if (text === '') return false
  return /[\p{Script=Han}\p{Script=Hiragana}]/u.test(text) ? key.includes(text) : ` ${key}`.includes(` ${text}`)
}

const keys = named.map(({ name, reading }) => searchKeyOf(name, reading))
const cut = fc
  .tuple(fc.constantFrom(...keys, ...named.flatMap(({ staffCode }) => staffCode ?? [])), fc.nat(20), fc.integer({ min: 1, max: 20 }))
  .map(([key, from, length]) => key.slice(from, from + length))

test('a search finds, each once, whose name holds it from the start of a word, whose Japanese name holds it anywhere, or whose staff code it is', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(cut, fc.constantFrom('an', 'ng', 'n', '山', 'やま', 'a 花', '안', '%', '_', 'x'.repeat(140))),
      async search => {
        const wanted = named.filter(person => isFound(person, search)).map(({ name }) => name)
        expect((await find(search)).toSorted()).toEqual(wanted.toSorted())
      },
    ),
    { numRuns: 150 },
  )
})

test('a page of a search goes on behind the one before', async () => {
  const first = await authority.as({}, work => listPeople(work, { search: 'n', limit: 3 }))
  const second = await authority.as({}, work => listPeople(work, { search: 'n', limit: 200, after: first.next! }))
  expect([...first.people, ...second.people].map(({ name }) => name)).toEqual(await find('n'))
})

test('whoever is renamed or gets another code is found by the new one alone', async () => {
  const person = await create({ staffCode: 'OLD-1', name: 'Phùng Cũ', reading: null })
  const changed = formOf({ staffCode: 'NEW-1', name: 'Phùng Mới', reading: null })
  await authority.as({}, work => changePerson(work, person.id, person.version, changed))
  expect(await find('phung')).toEqual(['Phùng Mới'])
  expect(await find('cu')).toEqual([])
  expect(await find('old-1')).toEqual([])
  expect(await find('new-1')).toEqual(['Phùng Mới'])
})

test('what is kept for searching ends with the person', async () => {
  const person = await create({ staffCode: null, name: 'Quách Tạm', reading: null })
  await database.asOwner('delete from post where person_id = $1', [person.id])
  await database.asOwner('delete from person where id = $1', [person.id])
  expect(await database.asOwner('select from person_search where person_id = $1', [person.id])).toEqual([])
  expect(await find('quach')).toEqual([])
})

test("the server's role cannot write what is kept for searching", async () => {
  const attempt = authority.as({}, work => work.db.deleteFrom('personSearch').execute())
  await expect(attempt).rejects.toMatchObject({ code: '42501' })
})

test('more than a thousand who are found are many; without a search everybody is counted', async () => {
  await database.asOwner(
    `insert into person (id, organisation_id, name, name_culture, sort_key, search_key)
     select gen_random_uuid(), $1, 'Quách Đông', 'vi', 'q' || n, 'quach dong' from generate_series(1, 1001) as n`,
    [authority.organisationId],
  )
  const list = (search?: string) => authority.as({}, work => listPeople(work, { search, limit: 1 }))
  expect((await list('quach')).total).toBeNull()
  expect((await list()).total).toBeGreaterThan(1001)
  await database.asOwner(`delete from person where sort_key = 'q1'`)
  expect((await list('quach')).total).toBe(1000)
})

test('page by page a search finds everybody once, be they the first of all by name or the last', async () => {
  // More than are looked through first, before those who match and between them.
  await database.asOwner(
    `insert into person (id, organisation_id, name, name_culture, sort_key, search_key)
     select gen_random_uuid(), $1, 'Mạc ' || n, 'vi', 'zm' || to_char(n, 'FM00000'), 'mac ' || case when n % 600 in (7, 8, 599) then 'la' else 'thuong' end
     from generate_series(1, 1900) as n`,
    [authority.organisationId],
  )
  const found: string[] = []
  let after: string | undefined
  do {
    const page = await authority.as({}, work => listPeople(work, { search: 'mac la', after, limit: 2 }))
    found.push(...page.people.map(({ name }) => name))
    after = page.next ?? undefined
  } while (after !== undefined)
  expect(found).toEqual([7, 8, 599, 607, 608, 1199, 1207, 1208, 1799, 1807, 1808].map(n => `Mạc ${n}`))
})
