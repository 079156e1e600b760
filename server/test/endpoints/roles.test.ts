import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { firstWall } from '#platform/permissions/reach.ts'
import { expectNothingOf, expectRefusal, isDone, reachOf, roleCallers, said, sampleOf, subjectFor } from './cases.ts'
import { counterpartOf } from './house.ts'
import { makeWorld } from './world.ts'
import type { House } from './house.ts'
import { findIds, valueAt, withValueAt } from './schema-walk.ts'

// Route × role, from the endpoints' declarations and the table of permissions: whoever holds the permission may call
// about those whom it reaches; nobody else may.

const world = await makeWorld()
const house = world.authority
const guarded = world.endpoints.filter(endpoint => endpoint.needs !== 'public')
const ofPeople = guarded.filter(endpoint => sampleOf(endpoint).isOfPerson)

describe.each([
  { walls: 'both walls', isUp: true },
  { walls: 'row-level security alone', isUp: false },
])('$walls', ({ isUp }) => {
  beforeAll(() => void (firstWall.isUp = isUp))
  afterAll(() => void (firstWall.isUp = true))

  describe.each(roleCallers)('%s', name => {
    test.each(guarded)('$name', async endpoint => {
      const subject = subjectFor(endpoint, house, name)
      const run = () => world.callAs(subject.caller, endpoint, sampleOf(endpoint).call(subject))
      if (!reachOf(endpoint, subject.caller)) {
        const answer = await expectRefusal(world, [403], run, endpoint.name)
        expect(answer.body.code).toBe('permission.missing')
        return
      }
      const answer = await run()
      expect(isDone(answer), said(answer)).toBe(true)
      expectNothingOf(world, world.agency, answer, endpoint.name)
      if (endpoint.changes.length > 0) await world.restore()
    })
  })

  describe('whom a permission does not reach', () => {
    test.each(ofPeople)('$name', async endpoint => {
      for (const name of roleCallers) {
        const subject = subjectFor(endpoint, house, name)
        const reach = reachOf(endpoint, subject.caller)
        if (reach !== 'self' && reach !== 'team') continue
        const others = (['colleague', 'administrator', ...(reach === 'self' ? (['staff', 'supervisor'] as const) : [])] as const).filter(
          other => other !== name,
        )
        for (const other of others) {
          const of = house.people[other]
          const what = `${endpoint.name} by ${name} about ${other}`
          const answer = await expectRefusal(
            world,
            [403, 404],
            () => world.callAs(subject.caller, endpoint, sampleOf(endpoint).call({ ...subject, of })),
            what,
          )
          expect(answer.text, what).not.toContain(house.marker)
        }
      }
    })
  })

  describe("an id of another person's record is refused beside the own", () => {
    test.each(ofPeople)('$name', async endpoint => {
      for (const name of roleCallers) {
        const subject = subjectFor(endpoint, house, name)
        if (!reachOf(endpoint, subject.caller) || subject.of === house.people.colleague) continue
        const call = sampleOf(endpoint).call(subject)
        const places = [
          ...Object.keys(call.params ?? {}).map(param => ['params', param]),
          ...findIds(endpoint.query).map(path => ['query', ...path]),
          ...findIds(endpoint.body).map(path => ['body', ...path]),
        ]
        const swaps = places.flatMap(place => {
          const id = valueAt(call, place)
          const other = typeof id === 'string' ? counterpartOf(id, subject.of, house.people.colleague) : undefined
          return other ? [{ place, other }] : []
        })
        // With one id alone the call would be about somebody else, which is another question.
        if (swaps.length < 2) continue
        for (const { place, other } of swaps) {
          const swapped = withValueAt(call, place, () => other) as typeof call
          await expectRefusal(
            world,
            [403, 404, 422],
            () => world.callAs(subject.caller, endpoint, swapped),
            `${endpoint.name} by ${name} with another ${place.join('.')}`,
          )
        }
      }
    })
  })
})

describe('lists hold only whom the permission reaches', () => {
  const lists = guarded.filter(endpoint => endpoint.method === 'GET' && !sampleOf(endpoint).isOfPerson)
  test.each(lists)('$name', async endpoint => {
    for (const name of ['staff', 'colleague', 'supervisor'] as const) {
      const subject = subjectFor(endpoint, house, name)
      const reach = reachOf(endpoint, subject.caller)
      if (reach !== 'self' && reach !== 'team') continue
      const { personId: _, ...filters } = sampleOf(endpoint).call(subject).query ?? {}
      const call = { ...sampleOf(endpoint).call(subject), query: filters }
      const answer = await world.callAs(subject.caller, endpoint, call)
      expect(isDone(answer), said(answer)).toBe(true)
      const unreached = (Object.keys(house.people) as (keyof House['people'])[]).filter(
        other => other !== name && !(reach === 'team' && other === 'staff'),
      )
      for (const other of unreached) {
        // The own supervisor is named on the own lines.
        if (other === 'supervisor' && name === 'staff') continue
        expect(answer.text, `${endpoint.name} shows ${other} to ${name}`).not.toContain(house.people[other].personId)
      }
    }
  })
})

describe('nobody is their own supervisor', () => {
  const names = ['saveSupervisorAssessment', 'saveAgreedAssessment', 'answerContest', 'agreePlanAsSupervisor']
  test.each(names)('%s', async name => {
    const endpoint = ofPeople.find(one => one.name === name)!
    const { supervisor } = house.callers
    await expectRefusal(
      world,
      [403, 404, 409],
      () => world.callAs(supervisor, endpoint, sampleOf(endpoint).call({ house, of: house.people.supervisor, caller: supervisor })),
      endpoint.name,
    )
  })
})
