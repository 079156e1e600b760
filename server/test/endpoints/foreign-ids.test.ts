import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AnyEndpoint } from '#platform/http/endpoint.ts'
import { firstWall } from '#platform/permissions/reach.ts'
import type { TestCall } from '../http-kit.ts'
import { allowedCallers, bestCaller, expectNothingOf, expectRefusal, isDone, reachOf, said, sampleOf, subjectFor } from './cases.ts'
import { findIds, findOptional, valueAt, withValueAt } from './schema-walk.ts'
import { counterpartOf } from './house.ts'
import { makeWorld } from './world.ts'
import type { CallerName, House } from './house.ts'

// Route × role × id of another organisation, in path, query and body, one at a time: such an id is answered like one that
// nobody has. Once with both walls, and once with each of them alone.

const world = await makeWorld()

interface Swap {
  call: TestCall
  place: readonly string[]
  foreign: string
}

/** Every place of the call that holds an id, with the id that stands in its place in the other house. */
function swapsOf(endpoint: AnyEndpoint, calls: readonly [TestCall, ...TestCall[]], home: House, away: House): Swap[] {
  const [right] = calls
  const places = [
    ...Object.keys(right.params ?? {})
      .filter(name => name.endsWith('Id'))
      .map(name => ['params', name]),
    ...findIds(endpoint.query).map(path => ['query', ...path]),
    ...findIds(endpoint.body).map(path => ['body', ...path]),
  ]
  return places.map(place => {
    // What only one kind of thing has stands in a variant.
    const call = calls.find(one => typeof valueAt(one, place) === 'string') ?? right
    const id = valueAt(call, place)
    const foreign = typeof id === 'string' ? counterpartOf(id, home, away) : undefined
    if (!foreign) throw new Error(`samples.ts: ${endpoint.name} leaves ${place.join('.')} without an id of the world`)
    return { call, place, foreign }
  })
}

async function tryForeignIds(endpoint: AnyEndpoint, name: CallerName, home: House, away: House): Promise<void> {
  const subject = subjectFor(endpoint, home, name)
  const sample = sampleOf(endpoint)
  const calls = [sample, ...Object.values(sample.variants ?? {})].map(one => one.call(subject)) as [TestCall, ...TestCall[]]
  const reach = reachOf(endpoint, subject.caller)
  // Who reaches some people only is refused before it is looked who the other is.
  const statuses = reach === 'organisation' ? [404, 422] : [403, 404, 422]
  for (const { call, place, foreign } of swapsOf(endpoint, calls, home, away)) {
    const what = `${endpoint.name} by ${name} with a foreign ${place.join('.')}`
    const withId = (id: string) => () => world.callAs(subject.caller, endpoint, withValueAt(call, place, () => id) as TestCall)
    if (place[0] === 'query' && sample.filters?.includes(place[1]!)) {
      const { result, records } = await world.observe(withId(foreign))
      expect(isDone(result) || statuses.includes(result.status), what).toBe(true)
      expect(records).toEqual([])
      expectNothingOf(world, away, { ...result, text: result.text.replaceAll(foreign, '') }, what)
      continue
    }
    const answer = await expectRefusal(world, statuses, withId(foreign), what)
    expectNothingOf(world, away, answer, what)
    if (!firstWall.isUp) continue
    const unknown = await withId(randomUUID())()
    expect(answer.body, `${what}: told apart from an id that nobody has`).toEqual(unknown.body)
  }
}

const withIds = world.endpoints.filter(
  endpoint =>
    endpoint.needs !== 'public' &&
    (/:\w+Id\b/.test(endpoint.path) || findIds(endpoint.query).length > 0 || findIds(endpoint.body).length > 0),
)

const reading = world.endpoints.filter(endpoint => endpoint.needs !== 'public' && endpoint.method === 'GET')

/** What only narrows is left out, so that everything is there that anybody of the house could ask for. */
function widestCall(endpoint: AnyEndpoint, house: House, name: CallerName): TestCall {
  const call = sampleOf(endpoint).call(subjectFor(endpoint, house, name))
  const optional = new Set(findOptional(endpoint.query).filter(field => field !== 'limit'))
  return { ...call, query: Object.fromEntries(Object.entries(call.query ?? {}).filter(([field]) => !optional.has(field))) }
}

const rowSecurity = (verb: 'enable' | 'disable') => async (): Promise<void> => {
  const tables = await world.database.asOwner<{ name: string }>(
    `select tablename as name from pg_policies where schemaname = 'public' group by 1`,
  )
  for (const { name } of tables) await world.database.asOwner(`alter table ${name} ${verb} row level security`)
}

const walls = [
  { walls: 'both walls', up: () => {}, down: () => {} },
  { walls: 'row-level security alone', up: () => void (firstWall.isUp = false), down: () => void (firstWall.isUp = true) },
  { walls: "the queries' own filters alone", up: rowSecurity('disable'), down: rowSecurity('enable') },
]

describe.each(walls)('$walls', ({ up, down }) => {
  beforeAll(up)
  afterAll(down)
  describe.each([
    { to: 'the agency', home: world.authority, away: world.agency, callers: allowedCallers },
    // The other way round the widest reach is enough: who reaches less is refused more.
    {
      to: 'the authority',
      home: world.agency,
      away: world.authority,
      callers: (...of: Parameters<typeof bestCaller>) => [bestCaller(...of)],
    },
  ])('ids of $to', ({ home, away, callers }) => {
    test.each(withIds)('$name', async endpoint => {
      for (const name of callers(endpoint, home)) await tryForeignIds(endpoint, name, home, away)
    })
  })

  describe('asked for everything', () => {
    test.each(reading)('$name', async endpoint => {
      for (const [home, away] of [
        [world.authority, world.agency],
        [world.agency, world.authority],
      ] as const) {
        for (const name of allowedCallers(endpoint, home)) {
          const answer = await world.callAs(home.callers[name], endpoint, widestCall(endpoint, home, name))
          expect(isDone(answer), said(answer)).toBe(true)
          expectNothingOf(world, away, answer, `${endpoint.name} by ${name}`)
        }
      }
    })
  })
})

test('with both walls down foreign ids are found: the matrix would see it', async () => {
  const endpoint = world.endpoints.find(one => one.name === 'getFramework')!
  firstWall.isUp = false
  await rowSecurity('disable')()
  const { authority, agency } = world
  const answer = await world.callAs(authority.callers[bestCaller(endpoint, authority)], endpoint, {
    params: { frameworkId: agency.framework.id },
  })
  expect(answer.text).toContain(agency.marker)
  await rowSecurity('enable')()
  firstWall.isUp = true
})
