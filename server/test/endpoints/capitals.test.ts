import { describe, expect, test } from 'vitest'
import { isDone, rightCall, said } from './cases.ts'
import { findIds, valueAt, withValueAt } from './schema-walk.ts'
import { makeWorld } from './world.ts'
import type { TestCall } from '../http-kit.ts'

// An id in capitals is the same id. Rules compare ids as texts ("is it the own record?"): a second spelling that passed
// as another id once walked around them.

const world = await makeWorld()
const { authority } = world
const capitals = (value: unknown): unknown => (typeof value === 'string' ? value.toUpperCase() : value)

describe('an id in capitals names the same record', () => {
  for (const endpoint of world.endpoints.filter(one => one.method === 'GET' && one.path.includes(':') && one.returns !== 'file'))
    test(`${endpoint.name} answers alike`, async () => {
      const { subject, call } = rightCall(endpoint, authority)
      const places = [
        ...Object.keys(call.params ?? {})
          .filter(name => name.endsWith('Id'))
          .map(name => ['params', name]),
        ...findIds(endpoint.query).map(path => ['query', ...path]),
      ].filter(place => valueAt(call, place) !== undefined)
      const shouted = places.reduce<TestCall>((one, place) => withValueAt(one, place, capitals) as TestCall, call)
      const plain = await world.callAs(subject.caller, endpoint, call)
      const loud = await world.callAs(subject.caller, endpoint, shouted)
      expect(isDone(plain), said(plain)).toBe(true)
      expect(loud.body).toEqual(plain.body)
    })

  test('nobody disables the own account by shouting its id', async () => {
    const endpoint = world.endpoints.find(one => one.name === 'changeAccount')!
    const { administrator } = authority.callers
    const answer = await world.callAs(administrator, endpoint, {
      params: { accountId: administrator.userId.toUpperCase() },
      ifMatch: 1,
      body: { role: 'administrator', status: 'disabled' },
    })
    expect(answer).toMatchObject({ status: 409, body: { code: 'account.is-own' } })
  })
})
