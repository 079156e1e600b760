import { describe, expect, test } from 'vitest'
import type { AnyEndpoint } from '#platform/http/endpoint.ts'
import type { TestCall } from '../http-kit.ts'
import { expectRefusal, rightCall, sampleOf } from './cases.ts'
import { findObjects, valueAt, withValueAt } from './schema-walk.ts'
import { makeWorld } from './world.ts'

// What every endpoint refuses, and that nothing of it is left behind.

const world = await makeWorld()
const { endpoints } = world
const guarded = endpoints.filter(endpoint => endpoint.needs !== 'public')
const changing = endpoints.filter(endpoint => endpoint.method !== 'GET')
const versioned = endpoints.filter(endpoint => endpoint.versioned)

const refuse = (endpoint: AnyEndpoint, status: number, change: (call: TestCall) => TestCall, what = endpoint.name, isSignedIn = true) => {
  const { subject, call } = rightCall(endpoint, world.authority)
  return expectRefusal(world, [status], () => world.callAs(isSignedIn ? subject.caller : undefined, endpoint, change(call)), what)
}

describe('without a session', () => {
  test.each(guarded)('$name', async endpoint => {
    for (const cookie of [undefined, 'luytre_session=', `luytre_session=${'A'.repeat(43)}`]) {
      const answer = await refuse(endpoint, 401, call => ({ ...call, headers: { cookie } }), endpoint.name, false)
      expect(answer.body.code).toBe('session.required')
    }
  })
})

describe("from another site's page", () => {
  const origins = ['https://evil.example', 'null', 'http://localhost:8081', 'http://localhost:8080.evil.example', 'https://localhost:8080']
  test.each(changing)('$name', async endpoint => {
    for (const origin of origins) {
      const answer = await refuse(endpoint, 403, call => ({ ...call, headers: { origin } }))
      expect(answer.body.code).toBe('request.origin-refused')
    }
    await refuse(endpoint, 403, call => ({ ...call, headers: { origin: undefined } }))
    await refuse(endpoint, 403, call => ({ ...call, headers: { origin: undefined, 'sec-fetch-site': 'cross-site' } }))
    await refuse(endpoint, 403, call => ({ ...call, headers: { origin: undefined, 'sec-fetch-site': 'same-site' } }))
  })
})

describe('with an unknown field', () => {
  test.each(changing)('$name, in the body', async endpoint => {
    if (endpoint.upload) return
    const { call } = rightCall(endpoint, world.authority)
    // Where nothing is expected, anything is too much.
    const places = endpoint.body ? findObjects(endpoint.body).filter(path => valueAt(call.body, path) !== undefined) : [[]]
    expect(places.length).toBeGreaterThan(0)
    for (const place of places) {
      const body = withValueAt(call.body ?? {}, place, object => ({ ...(object as object), surplus: 1 }))
      const answer = await refuse(
        endpoint,
        422,
        now => ({ ...now, body }),
        `${endpoint.name} with an unknown ${[...place, 'surplus'].join('.')}`,
      )
      expect(answer.body.code).toBe('request.invalid')
      if (endpoint.body)
        expect(answer.body.fields).toEqual([{ path: [...place, 'surplus'].join('.').replaceAll('*', '0'), code: 'unknown' }])
    }
  })

  test.each(endpoints)('$name, in the query', async endpoint => {
    const answer = await refuse(endpoint, 422, call => ({ ...call, query: { ...call.query, surplus: 1 } }))
    expect(answer.body.fields).toEqual([{ path: 'surplus', code: 'unknown' }])
  })

  test.each(endpoints.filter(endpoint => findObjects(endpoint.body).length > 0))('$name, with a field that is missing', async endpoint => {
    const { call } = rightCall(endpoint, world.authority)
    const [first] = Object.keys(call.body as object)
    const { [first!]: _, ...rest } = call.body as Record<string, unknown>
    await refuse(endpoint, 422, now => ({ ...now, body: rest }))
    await refuse(endpoint, 422, ({ body: _body, ...now }) => now)
  })
})

describe('without the version that was read', () => {
  test.each(versioned)('$name', async endpoint => {
    for (const header of [undefined, '', '*', 'W/"1"', '"one"', '"-1"', '1.5', '"1", "2"', '99999999999999999999']) {
      const answer = await refuse(
        endpoint,
        428,
        ({ ifMatch: _ifMatch, ...call }) => ({ ...call, headers: { 'if-match': header } }),
        `${endpoint.name} with If-Match ${header}`,
      )
      expect(answer.body.code).toBe('version.required')
    }
  })
})

describe('with a version that is no longer', () => {
  test.each(versioned)('$name', async endpoint => {
    const answer = await refuse(endpoint, 412, call => ({ ...call, ifMatch: call.ifMatch! + 6 }))
    expect(answer.body.code).toBe('version.conflict')
    expect(answer.body.current, 'the present state').toBeTypeOf('object')
  })

  const withBaseVersion = endpoints.filter(
    endpoint =>
      findObjects(endpoint.body).length > 0 &&
      'baseVersion' in (sampleOf(endpoint).call(rightCall(endpoint, world.authority).subject).body as object),
  )
  test.each(withBaseVersion)('$name, as baseVersion', async endpoint => {
    const answer = await refuse(endpoint, 412, call => ({ ...call, body: { ...(call.body as object), baseVersion: 7 } }))
    expect(answer.body.current).toBeTypeOf('object')
  })
})

describe('ids that are none', () => {
  test.each(endpoints.filter(endpoint => endpoint.path.includes(':')))('$name', async endpoint => {
    for (const id of ['1', 'x'.repeat(150), "'; drop table person; --", '%00', '..', '{}', '00000000-0000-0000-0000-00000000000g']) {
      const { call } = rightCall(endpoint, world.authority)
      for (const name of Object.keys(call.params!)) {
        // A number that no record has is another question.
        if (!name.endsWith('Id') && call.params![name] === id) continue
        await refuse(endpoint, 404, now => ({ ...now, params: { ...now.params, [name]: id } }), `${endpoint.name} with ${name} ${id}`)
      }
    }
  })
})
