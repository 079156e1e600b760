import { afterEach, describe, expect, test } from 'vitest'
import { recordRules } from '../../src/record-rules.ts'
import type { TestCall } from '../http-kit.ts'
import { bestCaller, rightCall, said, sampleOf, subjectFor } from './cases.ts'
import type { Subject } from './samples.ts'
import { samples } from './samples.ts'
import { makeWorld } from './world.ts'

// A call that changes records leaves exactly one line for each of them, by whoever called; a call that declares no change
// changes nothing (docs/decisions/0003, 0004).

const world = await makeWorld()
const { endpoints } = world
const seen = new Map<string, Set<string>>()
const kinds = new Set<string>()

afterEach(() => world.restore())

const runs = endpoints.flatMap(endpoint => {
  const { call, variants = {} } = sampleOf(endpoint)
  return [
    { name: endpoint.name, endpoint, make: call, status: undefined as number | undefined },
    ...Object.entries(variants).map(([what, variant]) => ({
      name: `${endpoint.name}: ${what}`,
      endpoint,
      make: variant.call,
      status: variant.status,
    })),
  ]
})

test('every endpoint has a sample, and every sample an endpoint', () => {
  expect(Object.keys(samples).sort()).toEqual(endpoints.map(endpoint => endpoint.name).sort())
})

describe('one line per changed record', () => {
  test.each(runs)('$name', async ({ endpoint, make, status }) => {
    const house = world.authority
    const subject: Subject = subjectFor(endpoint, house, bestCaller(endpoint, house))
    const { onEmpty } = sampleOf(endpoint)
    if (onEmpty) await world.empty()
    const caller = endpoint.needs === 'public' ? undefined : subject.caller

    const { result, records, lines } = await world.observe(() => world.callAs(caller, endpoint, make(subject)))
    expect(status === undefined ? [200, 204] : [status], said(result)).toContain(result.status)

    expect(lines.map(line => line.record).sort(), 'a line for each changed record').toEqual(records)
    for (const line of lines) kinds.add(line.record.split(' ')[0]!)
    for (const line of lines) expect(endpoint.changes, 'verbs that the endpoint declares').toContain(line.verb)
    if (!onEmpty) expect(new Set(lines.map(line => line.organisationId))).toEqual(new Set(lines.length > 0 ? [house.organisationId] : []))
    if (caller) expect(new Set(lines.map(line => line.actorId))).toEqual(new Set(lines.length > 0 ? [caller.userId] : []))
    if (endpoint.changes.length === 0) expect(records).toEqual([])
    else expect(records, 'the sample changes something').not.toEqual([])
    seen.set(endpoint.name, new Set([...(seen.get(endpoint.name) ?? []), ...lines.map(line => line.verb)]))
  })

  test('every verb that an endpoint declares was seen', () => {
    const missing = endpoints.flatMap(({ name, changes }) =>
      changes.filter(verb => !seen.get(name)?.has(verb)).map(verb => `${name}: ${verb}`),
    )
    expect(missing).toEqual([])
  })
})

describe('live updates', () => {
  test('of every kind of record it is said who hears of a change, or that nobody does', () => {
    expect([...kinds].filter(kind => !(kind in recordRules))).toEqual([])
  })

  test('every endpoint that reads for people says of which records its answer is made', () => {
    const told = new Set([...Object.keys(recordRules).filter(kind => recordRules[kind]), 'notification'])
    for (const { name, method, needs, reads } of endpoints) {
      if (method !== 'GET') expect(reads, name).toBeUndefined()
      else if (needs !== 'public')
        expect(
          reads?.filter(kind => !told.has(kind)),
          name,
        ).toEqual([])
    }
  })
})

describe('the same call again leaves no second line', () => {
  const versioned = endpoints.filter(endpoint => endpoint.versioned)
  test.each(versioned)('$name, with the version that was read first', async endpoint => {
    const { subject, call } = rightCall(endpoint, world.authority)
    await world.callAs(subject.caller, endpoint, call)
    const again: TestCall = { ...call }
    const { result, records, lines } = await world.observe(() => world.callAs(subject.caller, endpoint, again))
    // 409 where the record has gone on to another state; an applied import says that it was applied.
    expect([200, 409, 412], said(result)).toContain(result.status)
    expect({ records, lines }).toEqual({ records: [], lines: [] })
  })
})
