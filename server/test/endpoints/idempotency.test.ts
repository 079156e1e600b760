import { afterEach, describe, expect, test } from 'vitest'
import type { AnyEndpoint } from '#platform/http/endpoint.ts'
import type { TestCall } from '../http-kit.ts'
import { isDone, rightCall, said } from './cases.ts'
import { makeWorld } from './world.ts'

// A creating request that comes twice changes once.

const world = await makeWorld()
const { authority } = world
const posts = world.endpoints.filter(
  endpoint => endpoint.method === 'POST' && endpoint.needs !== 'public' && !endpoint.upload && endpoint.needs !== 'session.own',
)
const repeatable = posts.filter(endpoint => !endpoint.secretAnswer)

afterEach(() => world.restore())

const key = 'a-key-of-the-caller'

function prepare(endpoint: AnyEndpoint) {
  const { subject, call } = rightCall(endpoint, authority)
  return (change: Partial<TestCall> = {}, keyed = key) =>
    world.callAs(subject.caller, endpoint, { ...call, ...change, headers: { 'idempotency-key': keyed } })
}

/** Another reason or answer where the body is one. */
const textOf = (body: unknown): Record<string, string> =>
  Object.fromEntries(
    Object.entries(body as object).flatMap(([name, value]) => (['reason', 'answer'].includes(name) ? [[name, `${value} indeed`]] : [])),
  )

describe('sent again with its key', () => {
  test.each(repeatable)('$name changes once and answers the same', async endpoint => {
    const send = prepare(endpoint)
    const first = await send()
    expect(isDone(first), said(first)).toBe(true)
    const { result, records, lines } = await world.observe(() => send())
    expect(result.text).toBe(first.text)
    expect(result.status).toBe(first.status)
    expect(result.headers['etag']).toBe(first.headers['etag'])
    expect({ records, lines }).toEqual({ records: [], lines: [] })
  })
})

describe('sent twice at the same time with its key', () => {
  test.each(repeatable)('$name changes once', async endpoint => {
    const send = prepare(endpoint)
    const { result, records, lines } = await world.observe(() => Promise.all([send(), send(), send()]))
    for (const answer of result) expect(isDone(answer), said(answer)).toBe(true)
    expect(new Set(result.map(answer => answer.text)).size).toBe(1)
    expect(lines.map(line => line.record).sort()).toEqual(records)
  })
})

describe('sent with a key that was used for another request', () => {
  test.each(repeatable.filter(endpoint => endpoint.body))('$name is refused', async endpoint => {
    const send = prepare(endpoint)
    await send()
    const { call } = rightCall(endpoint, authority)
    const others = Object.entries(call.body as object).map(([name, value]) => [
      name,
      name === 'language' ? 'ja' : name === 'dueOn' ? '2027-03-31' : typeof value === 'number' ? value + 1 : value,
    ])
    // Bytes are compared, not meanings: the same fields in another order are another request.
    const { result, records } = await world.observe(() =>
      send({ body: { ...Object.fromEntries(others.toReversed()), ...textOf(call.body) } }),
    )
    expect([result.status, result.body.code], said(result)).toEqual([422, 'idempotency.mismatch'])
    expect(records).toEqual([])
  })

  test('another endpoint is refused too', async () => {
    const [one, other] = ['createUnit', 'createPerson'].map(name => world.endpoints.find(endpoint => endpoint.name === name)!)
    await prepare(one!)()
    const answer = await prepare(other!)()
    expect([answer.status, answer.body.code]).toEqual([422, 'idempotency.mismatch'])
  })
})

test('a refusal is not kept: the request may be mended and sent again under its key', async () => {
  const endpoint = world.endpoints.find(one => one.name === 'createUnit')!
  const send = prepare(endpoint)
  const { call } = rightCall(endpoint, authority)
  const taken = await send({ body: { ...(call.body as object), code: 'U1' } })
  expect(taken.status, said(taken)).toBe(422)
  expect(isDone(await send())).toBe(true)
})

test("somebody else's key is another key", async () => {
  const endpoint = world.endpoints.find(one => one.name === 'createUnit')!
  const { call } = rightCall(endpoint, authority)
  const headers = { 'idempotency-key': key }
  const first = await world.callAs(authority.callers.administrator, endpoint, { ...call, headers })
  const second = await world.callAs(authority.callers.manager, endpoint, {
    ...call,
    headers,
    body: { ...(call.body as object), code: 'ANOTHER' },
  })
  expect(isDone(first) && isDone(second)).toBe(true)
  expect(second.body.id).not.toBe(first.body.id)
})

test.each(['', 'short', 'x'.repeat(101), '\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008'])(
  'a key %j that is none is refused',
  async given => {
    const answer = await prepare(world.endpoints.find(one => one.name === 'createUnit')!)({}, given)
    expect(answer.status, said(answer)).toBe(400)
  },
)

describe('an answer that holds a secret is never kept', () => {
  test.each(posts.filter(endpoint => endpoint.secretAnswer))('$name', async endpoint => {
    const { result, records } = await world.observe(() => prepare(endpoint)())
    expect([result.status, result.body.code]).toEqual([400, 'idempotency.invalid'])
    expect(records).toEqual([])
  })
})
