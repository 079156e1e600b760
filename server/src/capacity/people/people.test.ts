import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Work } from '#platform/database/work.ts'
import { makeTestFramework } from '../../../test/capacity-kit.ts'
import { createTestDatabase, makeTestAccount, makeTestAuthority } from '../../../test/kit.ts'
import { changePerson, createPerson, getPerson, getPersonSummary, listPeople, listPeopleOfUnit, listReportIds } from './people.ts'
import type { PersonForm } from './people.ts'
import type { Person } from './people.api.ts'
import { planPost, presentPost } from './posts.ts'
import type { HeldPost } from './posts.ts'
import { findCircles, supervisorsOf } from './supervision.ts'
import { changeUnit, createUnit, listUnits } from './units.ts'

const database = await createTestDatabase()
const authority = await makeTestAuthority(database)
const agency = await makeTestAuthority(database, 'agency')
const as = <T>(run: (work: Work) => Promise<T>): Promise<T> => authority.as({}, run)
const foreign = <T>(run: (work: Work) => Promise<T>): Promise<T> => agency.as({}, run)
const linesOf = async (recordId: string): Promise<string[]> =>
  (await database.asOwner<{ verb: string }>('select verb from ledger_line where record_id = $1 order by id', [recordId])).map(
    ({ verb }) => verb,
  )
const fieldsOf = async (attempt: Promise<unknown>): Promise<unknown> =>
  attempt.then(
    () => 'done',
    (error: { details?: { fields?: { path: string; code: string }[] } }) =>
      error.details?.fields?.map(({ path, code }) => `${path} ${code}`) ?? error,
  )

const root = await as(work => createUnit(work, { code: 'R', name: { vi: 'Gốc' }, parentId: null }))
const form = (more: Partial<Omit<PersonForm, 'post'>> & { post?: Partial<PersonForm['post']> } = {}): PersonForm => ({
  staffCode: null,
  name: 'Nguyễn Văn A',
  reading: null,
  nameCulture: 'vi',
  email: null,
  ...more,
  post: { unitId: root.id, title: 'Chuyên viên', supervisorId: null, roleCode: null, startsOn: '2024-01-01', ...more.post },
})
const create = (more: Parameters<typeof form>[0] = {}): Promise<Person> => as(work => createPerson(work, form(more)))
const change = (person: Person, more: Parameters<typeof form>[0]): Promise<Person> => {
  const { staffCode, name, reading, nameCulture, email } = person
  const post = {
    unitId: person.unit!.id,
    title: person.title!,
    supervisorId: person.supervisor?.id ?? null,
    roleCode: person.roleCode,
    startsOn: person.startsOn!,
  }
  return as(work =>
    changePerson(
      work,
      person.id,
      person.version,
      form({ staffCode, name, reading, nameCulture, email, ...more, post: { ...post, ...more?.post } }),
    ),
  )
}

// Units -----------------------------------------------------------------------------

test('units are listed parents before children, siblings by code, with the people who are there today', async () => {
  const b = await as(work => createUnit(work, { code: 'B', name: { vi: 'B' }, parentId: root.id }))
  const a = await as(work => createUnit(work, { code: 'Z-A', name: { vi: 'A' }, parentId: b.id }))
  await as(work => createUnit(work, { code: 'A', name: { vi: 'Khác' }, parentId: root.id }))
  await create({ post: { unitId: a.id } })
  await create({ post: { unitId: a.id, startsOn: '2027-01-01' } })
  const units = await as(listUnits)
  expect(units.map(({ code, people }) => `${code} ${people}`)).toEqual(['R 0', 'A 0', 'B 0', 'Z-A 1'])
})

test('a unit has a code of its own and no place below itself', async () => {
  const top = await as(work => createUnit(work, { code: 'TOP', name: { vi: 'Trên' }, parentId: null }))
  const below = await as(work => createUnit(work, { code: 'BELOW', name: { vi: 'Dưới' }, parentId: top.id }))
  const body = { code: 'TOP', name: { vi: 'Trên' }, parentId: null }
  expect(await fieldsOf(as(work => createUnit(work, body)))).toEqual(['code taken'])
  expect(await fieldsOf(as(work => changeUnit(work, below.id, 1, { ...body, parentId: top.id })))).toEqual(['code taken'])
  expect(await fieldsOf(as(work => changeUnit(work, top.id, 1, { ...body, parentId: below.id })))).toEqual(['parentId cycle'])
  expect(await fieldsOf(as(work => changeUnit(work, top.id, 1, { ...body, parentId: top.id })))).toEqual(['parentId cycle'])
  const changed = await as(work => changeUnit(work, top.id, 1, { ...body, name: { vi: 'Trên'.normalize('NFD'), en: 'Top' } }))
  expect(changed).toMatchObject({ version: 2, name: { vi: 'Trên'.normalize('NFC'), en: 'Top' } })
  await expect(as(work => changeUnit(work, top.id, 1, body))).rejects.toMatchObject({ status: 412, details: { current: { version: 2 } } })
  expect(await as(work => changeUnit(work, top.id, 2, { ...body, name: { en: 'Top', vi: 'Trên' } }))).toMatchObject({ version: 2 })
  expect(await linesOf(top.id)).toEqual(['unit.created', 'unit.changed'])
})

test('a unit of another organisation does not exist', async () => {
  await expect(foreign(work => createUnit(work, { code: 'X', name: { vi: 'X' }, parentId: root.id }))).rejects.toMatchObject({
    status: 404,
  })
  await expect(foreign(work => changeUnit(work, root.id, 1, { code: 'X', name: { vi: 'X' }, parentId: null }))).rejects.toMatchObject({
    status: 404,
  })
  await expect(foreign(work => listPeopleOfUnit(work, root.id))).rejects.toMatchObject({ status: 404 })
  await expect(foreign(work => listPeople(work, { unitId: root.id, limit: 5 }))).rejects.toMatchObject({ status: 404 })
  await expect(foreign(work => createPerson(work, form()))).rejects.toMatchObject({ status: 404 })
  expect(await foreign(listUnits)).toEqual([])
})

// People -------------------------------------------------------------------------------

test('a role is shown with its name in the list and on the page, one that no framework has by its code alone', async () => {
  const unit = await as(work => createUnit(work, { code: 'ROLES', name: { vi: 'Vai trò' }, parentId: null }))
  await makeTestFramework(database, authority.organisationId)
  const known = await create({ name: 'Nguyễn An', post: { unitId: unit.id, roleCode: 'ANALYST' } })
  await create({ name: 'Nguyễn Bình', post: { unitId: unit.id, roleCode: 'UNHEARD-OF' } })
  await create({ name: 'Nguyễn Châu', post: { unitId: unit.id } })
  expect(known).toMatchObject({ roleCode: 'ANALYST', roleName: { en: 'Role ANALYST' } })
  const { people } = await as(work => listPeople(work, { unitId: unit.id, limit: 10 }))
  expect(people.map(({ roleCode, roleName }) => [roleCode, roleName])).toEqual([
    ['ANALYST', { en: 'Role ANALYST' }],
    ['UNHEARD-OF', null],
    [null, null],
  ])
})

test('a person is created with the post, composed and tidied, with two ledger lines', async () => {
  const supervisor = await create({ name: 'Trưởng Phòng' })
  const person = await create({
    staffCode: ' K1 ',
    name: '  Trần  Thị Bưởi '.normalize('NFD'),
    email: 'Buoi@Example.org',
    post: { supervisorId: supervisor.id, roleCode: 'TRIAGE' },
  })
  expect(person).toMatchObject({
    staffCode: 'K1',
    name: 'Trần Thị Bưởi'.normalize('NFC'),
    email: 'buoi@example.org',
    version: 1,
    hasAccount: false,
    startsOn: '2024-01-01',
    roleCode: 'TRIAGE',
    unit: { code: 'R' },
    supervisor: { id: supervisor.id, name: 'Trưởng Phòng' },
  })
  expect(await linesOf(person.id)).toEqual(['person.created'])
  const [post] = await database.asOwner<{ id: string }>('select id from post where person_id = $1', [person.id])
  expect(await linesOf(post!.id)).toEqual(['post.started'])
  expect((await as(work => getPerson(work, supervisor.id))).supervises).toEqual([{ id: person.id, name: person.name }])
  await makeTestAccount(database, authority.organisationId, 'staff', person.id)
  expect(await as(work => getPerson(work, person.id))).toMatchObject({ hasAccount: true })
})

test('a change writes only what is different: person, post, or nothing', async () => {
  let person = await create({ name: 'Lê Đổi' })
  const [post] = await database.asOwner<{ id: string }>('select id from post where person_id = $1', [person.id])
  expect((await change(person, {})).version).toBe(1)
  person = await change(person, { reading: 'Lê' })
  person = await change(person, { post: { title: 'Trưởng phòng' } })
  expect([person.version, person.title, person.startsOn]).toEqual([3, 'Trưởng phòng', '2024-01-01'])
  expect([await linesOf(person.id), await linesOf(post!.id)]).toEqual([
    ['person.created', 'person.changed'],
    ['post.started', 'post.changed'],
  ])
  person = await change(person, { post: { title: 'Phó giám đốc', startsOn: '2026-05-01' } })
  expect([person.title, person.startsOn, await linesOf(post!.id)]).toEqual([
    'Phó giám đốc',
    '2026-05-01',
    ['post.started', 'post.changed', 'post.changed'],
  ])
  const posts = await database.asOwner(
    `select title, upper(valid)::text as ends, version from post where person_id = $1 order by lower(valid)`,
    [person.id],
  )
  expect(posts).toEqual([
    { title: 'Trưởng phòng', ends: '2026-05-01', version: 3 },
    { title: 'Phó giám đốc', ends: null, version: 1 },
  ])
  expect(await fieldsOf(change(person, { post: { startsOn: '2025-01-01' } }))).toEqual(['post.startsOn overlaps-earlier-post'])
  await expect(change({ ...person, version: 1 }, { name: 'Khác' })).rejects.toMatchObject({
    status: 412,
    details: { current: { version: person.version } },
  })
})

test('staff code and e-mail belong to one person; nobody stands above himself', async () => {
  const a = await create({ staffCode: 'U1', email: 'u1@example.org' })
  const b = await create({ post: { supervisorId: a.id } })
  const c = await create({ post: { supervisorId: b.id } })
  expect(await fieldsOf(create({ staffCode: 'U1', email: 'U1@example.org' }))).toEqual(['staffCode taken', 'email taken'])
  expect(await fieldsOf(change(b, { staffCode: 'U1', email: 'u1@example.org' }))).toEqual(['staffCode taken', 'email taken'])
  expect(await fieldsOf(change(a, { post: { supervisorId: c.id } }))).toEqual(['post.supervisorId cycle'])
  expect(await fieldsOf(change(a, { post: { supervisorId: a.id } }))).toEqual(['post.supervisorId cycle'])
  expect(await fieldsOf(create({ name: 'A\u202eB', post: { title: 'x\u0000' } }))).toEqual(['name invalid', 'post.title invalid'])
  await expect(change(c, { post: { supervisorId: root.id } })).rejects.toMatchObject({ status: 404 })
  expect(await fieldsOf(change(c, { post: { supervisorId: a.id } }))).toBe('done')
})

test('two changes at once that would close a circle together do not both happen', async () => {
  const [a, b] = [await create({ name: 'Vòng Một' }), await create({ name: 'Vòng Hai' })]
  const outcomes = await Promise.all([
    fieldsOf(change(a, { post: { supervisorId: b.id } })),
    fieldsOf(change(b, { post: { supervisorId: a.id } })),
  ])
  expect(outcomes).toHaveLength(2)
  expect(outcomes).toEqual(expect.arrayContaining(['done', ['post.supervisorId cycle']]))
})

test('people are paged by name in Vietnamese order, each once, and found without accents', async () => {
  const unit = await as(work => createUnit(work, { code: 'PAGES', name: { vi: 'Trang' }, parentId: null }))
  const inOrder = ['Bùi An', 'Lê Văn An', 'Võ Ân', 'Phạm Bình', 'Trần Đào', 'Đỗ Hoà', 'Đỗ Hoá', 'Hồ Hạnh', 'Ngô Ý'].toSorted((a, b) =>
    a === 'Hồ Hạnh' ? -1 : b === 'Hồ Hạnh' ? 1 : 0,
  )
  for (const name of inOrder) await create({ name, post: { unitId: unit.id } })
  const seen: string[] = []
  let after: string | undefined
  do {
    const page = await as(work => listPeople(work, { unitId: unit.id, limit: 2, after }))
    expect(page.total).toBe(after ? null : inOrder.length)
    seen.push(...page.people.map(({ name }) => name))
    after = page.next ?? undefined
  } while (after)
  expect(seen).toEqual(['Bùi An', 'Lê Văn An', 'Võ Ân', 'Phạm Bình', 'Trần Đào', 'Hồ Hạnh', 'Đỗ Hoà', 'Đỗ Hoá', 'Ngô Ý'])
  const names = async (search: string): Promise<string[]> =>
    (await as(work => listPeople(work, { unitId: unit.id, search, limit: 20 }))).people.map(({ name }) => name)
  expect(await names('van an')).toEqual(['Lê Văn An'])
  expect(await names('Văn'.normalize('NFD'))).toEqual(['Lê Văn An'])
  expect(await names('DAO')).toEqual(['Trần Đào'])
  expect(await names('do h')).toEqual(['Đỗ Hoà', 'Đỗ Hoá'])
  expect(await names('oa')).toEqual([])
  expect(await names('%')).toEqual([])
  expect(await names(' ')).toHaveLength(inOrder.length)
})

test.each(['', 'x', 'AAAA', Buffer.from(`${'0'.repeat(36)}\u0000`).toString('base64url')])(
  'a cursor %j that no page gave is refused',
  async after => {
    await expect(as(work => listPeople(work, { limit: 2, after }))).rejects.toMatchObject({ status: 422 })
  },
)

test('staff see themselves, supervisors their reports, and nobody another organisation', async () => {
  const supervisor = await create({ name: 'Tầm Trên' })
  const staff = await create({ name: 'Tầm Dưới', post: { supervisorId: supervisor.id } })
  const own = await authority.as({ roles: ['staff'], personId: staff.id }, work => listPeople(work, { limit: 200 }))
  expect(own).toMatchObject({ total: 1, people: [{ id: staff.id }] })
  await expect(authority.as({ roles: ['staff'], personId: staff.id }, work => getPerson(work, supervisor.id))).rejects.toMatchObject({
    status: 403,
  })
  const reportIds = await authority.as({}, work => listReportIds(work.db, authority.organisationId, supervisor.id, '2026-11-22'))
  expect(reportIds).toEqual([staff.id])
  expect(await authority.as({}, work => listReportIds(work.db, authority.organisationId, supervisor.id, '2023-01-01'))).toEqual([])
  const team = await authority.as({ roles: ['staff', 'supervisor'], personId: supervisor.id, reportIds }, work =>
    listPeople(work, { search: 'tam', limit: 200 }),
  )
  expect(team.people.map(({ id }) => id)).toEqual([staff.id, supervisor.id])
  await expect(authority.as({ roles: ['auditor'] }, work => listPeople(work, { limit: 1 }))).rejects.toMatchObject({ status: 403 })
  await expect(foreign(work => getPerson(work, staff.id))).rejects.toMatchObject({ status: 404 })
  await expect(foreign(work => changePerson(work, staff.id, 1, form()))).rejects.toMatchObject({ status: 404 })
  await expect(foreign(work => getPersonSummary(work, staff.id))).rejects.toMatchObject({ status: 404 })
  expect(await foreign(work => listPeople(work, { limit: 5 }))).toEqual({ people: [], total: 0, next: null })
})

test('other modules get the post of today, else the next one', async () => {
  const unit = await as(work => createUnit(work, { code: 'SUM', name: { vi: 'Tổng' }, parentId: null }))
  const today = await create({ name: 'Có Mặt', post: { unitId: unit.id } })
  const later = await create({ name: 'Sắp Đến', post: { unitId: unit.id, startsOn: '2027-01-01', supervisorId: today.id } })
  expect((await as(work => listPeopleOfUnit(work, unit.id))).map(({ id }) => id)).toEqual([today.id])
  expect(await as(work => getPersonSummary(work, later.id))).toEqual({
    id: later.id,
    name: 'Sắp Đến',
    staffCode: null,
    title: 'Chuyên viên',
    unitId: unit.id,
    unitName: { vi: 'Tổng' },
    roleCode: null,
    supervisorId: today.id,
    supervisorName: 'Có Mặt',
  })
  expect((await as(work => listPeople(work, { unitId: unit.id, limit: 5 }))).total).toBe(2)
})

// Rules ----------------------------------------------------------------------------------

const day = fc.integer({ min: 0, max: 40 }).map(offset => new Date(Date.UTC(2026, 0, 1 + offset)).toISOString().slice(0, 10))

test('whatever is wanted in whatever order, nobody has two posts on a day, and what is wanted twice changes nothing', () => {
  const wanted = fc.record({
    unitId: fc.constantFrom('u1', 'u2'),
    title: fc.constantFrom('a', 'b'),
    startsOn: fc.option(day, { nil: undefined }),
  })
  fc.assert(
    fc.property(fc.array(wanted, { minLength: 1, maxLength: 8 }), day, (steps, today) => {
      let posts: HeldPost[] = []
      let next = 0
      for (const step of steps) {
        const plan = planPost(posts, step, today, () => `p${next++}`)
        if (plan === 'overlaps-earlier-post') continue
        const changed = new Map(plan.changed.map(({ after }) => [after.id, after]))
        posts = [...posts.map(post => changed.get(post.id) ?? post), ...plan.started].toSorted((a, b) => (a.startsOn < b.startsOn ? -1 : 1))
        posts.forEach((post, index) => {
          expect(post.endsBefore === null || post.endsBefore > post.startsOn).toBe(true)
          const following = posts[index + 1]
          if (following) expect(post.endsBefore !== null && post.endsBefore <= following.startsOn).toBe(true)
        })
        expect(planPost(posts, step, today, () => 'again')).toEqual({ changed: [], started: [] })
        if (step.startsOn !== undefined)
          expect(posts.find(post => post.startsOn === step.startsOn)).toMatchObject({ unitId: step.unitId, title: step.title })
        expect(presentPost(posts, today)).toBeDefined()
      }
    }),
    { numRuns: 1000 },
  )
})

test('circles are found wherever they hang, each once', () => {
  const edge = (personId: string, supervisorId: string | null, startsOn = '2020-01-01', endsBefore: string | null = null) => ({
    personId,
    supervisorId,
    startsOn,
    endsBefore,
  })
  const today = '2026-11-22'
  const circlesOf = (...edges: ReturnType<typeof edge>[]): string[][] => {
    const people = [...Map.groupBy(edges, ({ personId }) => personId)].map(([id, posts]) => [id, supervisorsOf(posts, today)] as const)
    const of = (moment: 'now' | 'last') => new Map(people.map(([id, supervisors]) => [id, supervisors[moment] ?? null]))
    return findCircles({ now: of('now'), last: of('last') })
  }
  expect(circlesOf(edge('a', 'b'), edge('b', 'c'), edge('c', null))).toEqual([])
  expect(circlesOf(edge('t', 'a'), edge('a', 'b'), edge('b', 'a'), edge('s', 's'))).toEqual([['a', 'b'], ['s']])
  expect(circlesOf(edge('a', 'b'), edge('b', null, '2020-01-01', '2027-01-01'), edge('b', 'a', '2027-01-01'))).toEqual([['a', 'b']])
  expect(circlesOf(edge('a', 'b', '2020-01-01', '2026-11-22'), edge('b', 'a'))).toEqual([])
})
