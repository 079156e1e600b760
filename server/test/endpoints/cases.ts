import { expect } from 'vitest'
import type { AnyEndpoint } from '#platform/http/endpoint.ts'
import { scopeOf } from '#platform/permissions/permissions.ts'
import type { Scope } from '#platform/permissions/permissions.ts'
import type { TestAnswer, TestCall } from '../http-kit.ts'
import { samples } from './samples.ts'
import type { Sample, Subject } from './samples.ts'
import { callerNames } from './house.ts'
import type { Caller, CallerName, House } from './house.ts'
import type { World } from './world.ts'

// Who calls what, and about whom: what the generated tests have in common.

export function sampleOf(endpoint: AnyEndpoint): Sample {
  const sample = samples[endpoint.name]
  if (!sample) throw new Error(`samples.ts: a right call of ${endpoint.name} is missing`)
  return sample
}

/** How far a caller's permission reaches; undefined when there is none. Who is not signed in has `public` only. */
export const reachOf = (endpoint: AnyEndpoint, { roles }: Caller): Scope | 'public' | undefined =>
  endpoint.needs === 'public' ? 'public' : scopeOf(endpoint.needs, roles)

/** Somebody's records that the caller may call this endpoint about. */
export function subjectFor(endpoint: AnyEndpoint, house: House, name: CallerName): Subject {
  const caller = house.callers[name]
  const own = house.people[name as keyof House['people']]
  const of = reachOf(endpoint, caller) === 'self' && own ? own : house.people.staff
  return { house, of, caller }
}

/** One caller for each role. */
export const roleCallers: readonly CallerName[] = callerNames.filter(name => name !== 'colleague')

/** Those who hold the endpoint's permission. */
export const allowedCallers = (endpoint: AnyEndpoint, house: House): CallerName[] =>
  roleCallers.filter(name => reachOf(endpoint, house.callers[name]) !== undefined)

/** The first who may, with the widest reach. */
export function bestCaller(endpoint: AnyEndpoint, house: House): CallerName {
  const allowed = allowedCallers(endpoint, house)
  const found =
    allowed.find(name => ['organisation', 'public'].includes(reachOf(endpoint, house.callers[name])!)) ??
    allowed.find(name => name === 'supervisor') ??
    allowed[0]
  if (!found) throw new Error(`${endpoint.name}: nobody may call it`)
  return found
}

export function rightCall(endpoint: AnyEndpoint, house: House): { subject: Subject; call: TestCall } {
  const subject = subjectFor(endpoint, house, bestCaller(endpoint, house))
  return { subject, call: sampleOf(endpoint).call(subject) }
}

export const isDone = ({ status }: TestAnswer): boolean => status === 200 || status === 204

/** For the message of a failed expectation. */
export const said = ({ status, text }: TestAnswer): string => `${status} ${text.slice(0, 400)}`

/** A refusal is a problem with one of the statuses, and leaves neither a change nor a line. */
export async function expectRefusal(
  world: World,
  statuses: readonly number[],
  run: () => Promise<TestAnswer>,
  what: string,
): Promise<TestAnswer> {
  const { result, records, lines } = await world.observe(run)
  expect(statuses, `${what}: ${said(result)}`).toContain(result.status)
  expect(result.headers['content-type'], what).toBe('application/problem+json; charset=utf-8')
  expect(result.body.detail, `${what}: ${result.body.code} has no text`).not.toBe(result.body.code)
  expect({ records, lines }, `${what} left something behind`).toEqual({ records: [], lines: [] })
  return result
}

const uuids = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g

/** Nothing of `house` is in the answer. */
export function expectNothingOf(world: World, house: House, answer: TestAnswer, what: string): void {
  const found = (answer.text.match(uuids) ?? []).filter(id => world.idsOf(house).has(id))
  expect(found, `${what} tells ids of the other organisation`).toEqual([])
  expect(answer.text.includes(house.marker), `${what} tells texts of the other organisation: ${said(answer)}`).toBe(false)
}
