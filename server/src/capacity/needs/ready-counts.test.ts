import fc from 'fast-check'
import { beforeEach, expect, test } from 'vitest'
import { listUnits } from '#capacity/people/people.ts'
import { makeTestFramework, makeTestUnit } from '../../../test/capacity-kit.ts'
import { createTestDatabase, makeTestAuthority } from '../../../test/kit.ts'
import { foldReadyCounts } from './needs.ts'
import { getReadyCounts } from './ready-counts.ts'
import { selectUnitTree } from './readiness.store.ts'

// What is kept of heads and of who is ready (migrations 0016 and 0018) always says what the posts themselves say, whatever is
// changed and whether or not it was counted anew since.

const database = await createTestDatabase()
const authority = await makeTestAuthority(database)
const framework = await makeTestFramework(database, authority.organisationId)

/** A tree: two units below the first, one below the second. */
const codes = ['A', 'B', 'C', 'D']
const parents = [null, 0, 0, 1]
const units: string[] = []
for (const code of codes) units.push(await makeTestUnit(database, authority.organisationId, code))
for (const [index, parent] of parents.entries())
  await database.asOwner('update unit_state set parent_id = $1, valid = $3 where unit_id = $2', [
    parent === null ? null : units[parent]!,
    units[index]!,
    '[2020-01-01,)',
  ])

interface Held {
  unit: number
  /** Days after 2026-01-01; null for one without an end. */
  starts: number
  ends: number | null
}
interface Somebody {
  /** The highest level that the person is ready at for the role; 0 for nobody ready. */
  level: number
  posts: Held[]
}

const dayOf = (days: number): string => new Date(Date.UTC(2026, 0, 1 + days)).toISOString().slice(0, 10)
const holds = ({ starts, ends }: Held, day: number): boolean => starts <= day && (ends === null || day < ends)
const isBelow = (unit: number, root: number): boolean => {
  for (let at: number | null = unit; at !== null; at = parents[at]!) if (at === root) return true
  return false
}

/** Posts of one person follow each other. */
const anyPosts = fc.uniqueArray(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 4 }).chain(days => {
  const sorted = days.toSorted((one, other) => one - other)
  return fc
    .tuple(fc.array(fc.nat(codes.length - 1), { minLength: sorted.length, maxLength: sorted.length }), fc.boolean())
    .map(([places, isOpen]) =>
      sorted.map((starts, index): Held => ({ unit: places[index]!, starts, ends: sorted[index + 1] ?? (isOpen ? null : starts + 5) })),
    )
})
const anybody: fc.Arbitrary<Somebody> = fc.record({ level: fc.nat(3), posts: anyPosts })

async function place(people: readonly Somebody[]): Promise<string[]> {
  const ids = people.map(() => crypto.randomUUID())
  for (const [index, { level, posts }] of people.entries()) {
    const id = ids[index]!
    await database.asOwner(
      `insert into person (id, organisation_id, name, name_culture, sort_key, search_key) values ($1, $2, 'P', 'vi', 'p', 'p')`,
      [id, authority.organisationId],
    )
    const missing = Array.from({ length: 9 }, (_, step) => (step < level ? 0 : 1))
    await database.asOwner('insert into role_readiness (role_id, person_id, organisation_id, missing) values ($1, $2, $3, $4)', [
      framework.analyst,
      id,
      authority.organisationId,
      missing,
    ])
    for (const { unit, starts, ends } of posts)
      await database.asOwner(
        `insert into post (id, organisation_id, person_id, unit_id, title, valid) values (gen_random_uuid(), $1, $2, $3, '', daterange($4, $5))`,
        [authority.organisationId, id, units[unit]!, dayOf(starts), ends === null ? null : dayOf(ends)],
      )
  }
  await database.asOwner('select place_ready($1)', [ids])
  return ids
}

const asked = [1, 2, 3].map(level => ({ roleId: framework.analyst, level }))
const fold = (): Promise<unknown> => authority.as({}, foldReadyCounts)

async function expectRight(people: readonly Somebody[], day: number, roots: readonly number[]): Promise<void> {
  const held = people.flatMap(({ level, posts }) => posts.filter(post => holds(post, day)).map(({ unit }) => ({ level, unit })))
  const heads = await authority.as({}, work => listUnits(work, { asOf: dayOf(day) }))
  expect(Object.fromEntries(heads.map(({ code, people: count }) => [code, count]))).toEqual(
    Object.fromEntries(codes.map((code, unit) => [code, held.filter(one => one.unit === unit).length])),
  )
  const expected = (root: number | null): number[] =>
    asked.map(({ level }) => held.filter(one => one.level >= level && (root === null || isBelow(one.unit, root))).length)
  const tree = await authority.as({}, work => selectUnitTree(work, dayOf(day)))
  const all = await authority.as({}, work => getReadyCounts(work, dayOf(day), asked, tree))
  const some = await authority.as({}, work => getReadyCounts(work, dayOf(day), asked, tree, new Set(roots.map(root => units[root]!))))
  expect([all.of(null), some.of(null)]).toEqual([expected(null), expected(null)])
  expect(codes.map((_, unit) => all.of(units[unit]!))).toEqual(codes.map((_, unit) => expected(unit)))
  expect(roots.map(root => some.of(units[root]!))).toEqual(roots.map(expected))
}

beforeEach(async () => {
  await database.asOwner('delete from post')
  await database.asOwner('delete from role_readiness')
  await database.asOwner('select place_ready(array(select id from person))')
})

test('heads and ready people of every unit are what their posts say, before and after they are counted anew', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(anybody, { maxLength: 6 }),
      fc.array(anybody, { maxLength: 3 }),
      fc.nat(50),
      fc.uniqueArray(fc.nat(codes.length - 1), { maxLength: 3 }),
      async (first, second, day, roots) => {
        await database.asOwner('delete from post')
        await database.asOwner('delete from role_readiness')
        const ids = await place(first)
        await expectRight(first, day, roots)
        await fold()
        await expectRight(first, day, roots)
        // Some units are marked again now, others are not.
        await place(second)
        await expectRight([...first, ...second], day, roots)
        await database.asOwner('delete from post where person_id = $1', [ids[0] ?? null])
        await expectRight([...first.slice(1), ...second], day, roots)
        await fold()
        await expectRight([...first.slice(1), ...second], day, roots)
      },
    ),
    { numRuns: 25 },
  )
})

test('a post that moves or ends counts where it is now; one that changes its title alone moves nothing', async () => {
  const [id] = await place([{ level: 2, posts: [{ unit: 2, starts: 0, ends: null }] }])
  await fold()
  const version = () => database.asOwner('select xmin::text from unit_head_count order by unit_id')
  const before = await version()
  await database.asOwner(`update post set title = 'Analyst' where person_id = $1`, [id])
  expect(await version()).toEqual(before)
  expect(await database.asOwner('select from unit_ready_mark')).toEqual([])
  await database.asOwner(`update post set unit_id = $2 where person_id = $1`, [id, units[3]])
  await expectRight([{ level: 2, posts: [{ unit: 3, starts: 0, ends: null }] }], 10, [0, 2])
  await database.asOwner(`update post set valid = '[2026-01-01,2026-01-08)' where person_id = $1`, [id])
  await expectRight([{ level: 2, posts: [{ unit: 3, starts: 0, ends: 7 }] }], 7, [0, 3])
})

test('what is committed while units are counted anew keeps its mark', async () => {
  await place([{ level: 1, posts: [{ unit: 0, starts: 0, ends: null }] }])
  const later: Somebody = { level: 3, posts: [{ unit: 0, starts: 0, ends: null }] }
  await authority.as({}, async work => {
    await foldReadyCounts(work)
    // Another connection, before this one commits.
    await place([later])
  })
  await expectRight([{ level: 1, posts: [{ unit: 0, starts: 0, ends: null }] }, later], 1, [0])
  expect(await database.asOwner('select from unit_ready_mark')).not.toEqual([])
})

test.each(['unitHeadCount', 'unitReadyCount', 'unitReadyMark'] as const)("the server's role cannot write %s", async table => {
  await place([{ level: 1, posts: [{ unit: 0, starts: 0, ends: null }] }])
  await expect(authority.as({}, work => work.db.deleteFrom(table).execute())).rejects.toMatchObject({ code: '42501' })
})
