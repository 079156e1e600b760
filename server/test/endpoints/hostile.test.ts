import { afterAll, afterEach, describe, expect, test } from 'vitest'
import type { AnyEndpoint } from '#platform/http/endpoint.ts'
import { testOrigin } from '../http-kit.ts'
import type { TestAnswer } from '../http-kit.ts'
import { expectRefusal, rightCall, said, sampleOf } from './cases.ts'
import { findOptional } from './schema-walk.ts'
import { makeWorld } from './world.ts'

// What nobody's browser sends: every one of it is refused by a problem, and none is a defect of the server.

const world = await makeWorld()
const { server, authority } = world
const withBody = world.endpoints.filter(endpoint => endpoint.body)
const administrator = world.cookieOf(authority.callers.administrator)

let known = 0
afterEach(async () => {
  const { values } = await server.metrics.internalErrors.get()
  const defects = values.reduce((sum, { value }) => sum + value, 0) - known
  known += defects
  expect({ defects, errors: server.errors.splice(0) }).toEqual({ defects: 0, errors: [] })
})
afterAll(() => world.restore())

/** A right call but for its body, as bytes. */
function sendBytes(
  endpoint: (typeof withBody)[number],
  payload: Buffer | string,
  headers: Record<string, string | undefined> = {},
): Promise<TestAnswer> {
  const { subject, call } = rightCall(endpoint, authority)
  const cookie = world.cookieOf(subject.caller)
  return server.send({
    method: endpoint.method,
    url: `/api/v1${endpoint.path.replaceAll(/:(\w+)/g, (_, name: string) => call.params![name]!)}`,
    payload,
    headers: {
      origin: testOrigin,
      cookie,
      'content-type': 'application/json',
      'if-match': call.ifMatch === undefined ? undefined : `"${call.ifMatch}"`,
      ...headers,
    },
  })
}

const deep = (open: string, close: string, times: number): string => open.repeat(times) + close.repeat(times)

const bodies: Record<string, { status: number; bytes: (right: Record<string, unknown>) => Buffer | string }> = {
  'three megabytes': { status: 413, bytes: () => JSON.stringify({ duties: 'x'.repeat(3_000_000) }) },
  'a hundred thousand brackets': { status: 422, bytes: () => deep('[', ']', 100_000) },
  'a hundred thousand braces': { status: 422, bytes: () => `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}` },
  'brackets that are never closed': { status: 400, bytes: () => '['.repeat(100_000) },
  'a field __proto__': { status: 422, bytes: right => `{"__proto__": {"isAdmin": true}, ${JSON.stringify(right).slice(1)}` },
  'a field constructor': { status: 422, bytes: right => JSON.stringify({ ...right, constructor: { prototype: { isAdmin: true } } }) },
  'bytes that are no UTF-8': { status: 400, bytes: () => Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]) },
  'half a character': { status: 400, bytes: () => Buffer.from('{"name": "ễ').subarray(0, -1) },
  'UTF-16': { status: 400, bytes: right => Buffer.from(JSON.stringify(right), 'utf16le') },
  'a number': { status: 422, bytes: () => '7' },
  'a text': { status: 422, bytes: () => '"body"' },
  null: { status: 422, bytes: () => 'null' },
  'a list': { status: 422, bytes: right => JSON.stringify([right]) },
  nothing: { status: 422, bytes: () => '' },
  'a comment': { status: 400, bytes: () => '{} // no JSON' },
  NaN: { status: 400, bytes: () => '{"a": NaN}' },
}

describe.each(Object.entries(bodies))('%s as the body', (what, { status, bytes }) => {
  test.each(withBody)('$name', async endpoint => {
    const { call } = rightCall(endpoint, authority)
    await expectRefusal(
      world,
      [status],
      () => sendBytes(endpoint, bytes(call.body as Record<string, unknown>)),
      `${endpoint.name} with ${what}`,
    )
  })
})

test.each([
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'application/json-patch+json',
  'text/json',
  undefined,
])('%s as the type of a body is refused', async contentType => {
  const endpoint = withBody.find(one => one.name === 'createUnit')!
  const { call } = rightCall(endpoint, authority)
  const answer = await expectRefusal(
    world,
    [415],
    () => sendBytes(endpoint, JSON.stringify(call.body), { 'content-type': contentType }),
    String(contentType),
  )
  expect(answer.body.code).toBe('request.unsupported-type')
})

describe('a text that no database keeps', () => {
  const strange = ['a\u0000b', '\ud800', '\udfff\ud800', '\ufffe\uffff']
  test.each(withBody)('$name', async endpoint => {
    const { subject, call } = rightCall(endpoint, authority)
    const places = Object.entries(call.body as Record<string, unknown>).filter(([, value]) => typeof value === 'string')
    for (const [name] of places) {
      for (const text of strange) {
        const answer = await world.callAs(subject.caller, endpoint, { ...call, body: { ...(call.body as object), [name]: text } })
        if (text.includes('\0') || !text.isWellFormed())
          expect(answer.status, `${endpoint.name} ${name} ${JSON.stringify(text)}: ${said(answer)}`).toBe(422)
        // The rest is text, however odd.
        expect([200, 204, 401, 403, 404, 409, 422], `${endpoint.name} ${name} ${JSON.stringify(text)}: ${said(answer)}`).toContain(
          answer.status,
        )
        if (answer.status < 300) await world.restore()
      }
    }
  })

  test.each(world.endpoints.filter(endpoint => endpoint.query))('$name, in the query', async endpoint => {
    const { subject, call } = rightCall(endpoint, authority)
    for (const name of Object.keys(call.query ?? {})) {
      for (const text of [
        'a\u0000b',
        '\ufffd',
        '%',
        '\\',
        '_',
        "' or 1=1 --",
        '[',
        '(((',
        'x'.repeat(10_000),
        '١٢٣',
        '1e9',
        '-1',
        '9007199254740993',
      ]) {
        const answer = await world.callAs(subject.caller, endpoint, { ...call, query: { ...call.query, [name]: text } })
        expect([200, 404, 422], `${endpoint.name} ${name} ${text.slice(0, 20)}: ${said(answer)}`).toContain(answer.status)
        if (endpoint.changes.length > 0 && answer.status < 300) await world.restore()
      }
    }
  })

  const cursorOf = (endpoint: AnyEndpoint): string | undefined =>
    findOptional(endpoint.query).find(name => ['after', 'before'].includes(name))
  const paged = world.endpoints.filter(endpoint => cursorOf(endpoint) !== undefined)
  test.each(paged)('$name, as a cursor that nobody gave out', async endpoint => {
    const { subject, call } = rightCall(endpoint, authority)
    for (const cursor of [
      'AAAA',
      'eyJhIjoxfQ',
      ...['["a"]', '{}', 'null', '["x","not-an-id"]'].map(text => Buffer.from(text).toString('base64url')),
      '[]',
      'null',
      '\u0000',
      'x'.repeat(500),
    ]) {
      const answer = await world.callAs(subject.caller, endpoint, { ...call, query: { ...call.query, [cursorOf(endpoint)!]: cursor } })
      expect([200, 404, 422], `${endpoint.name} from ${cursor.slice(0, 20)}: ${said(answer)}`).toContain(answer.status)
    }
  })
})

test('a query that repeats or nests its parameters is refused', async () => {
  for (const query of [
    'limit=1&limit=2',
    'limit[]=1',
    'limit[a]=1',
    '__proto__=1',
    '__proto__[a]=1',
    'constructor=1',
    'limit=%E1%BB',
    'search=%',
    'search=%00',
  ]) {
    const { status, text } = await server.send({ method: 'GET', url: `/api/v1/people?${query}`, headers: { cookie: administrator } })
    expect([200, 400, 422], `${query}: ${text}`).toContain(status)
    if (!query.startsWith('search')) expect(status, `${query}: ${text}`).not.toBe(200)
  }
})

describe('ten thousand characters where an id belongs', () => {
  test.each(world.endpoints.filter(endpoint => endpoint.path.includes(':')))('$name', async endpoint => {
    const { subject, call } = rightCall(endpoint, authority)
    for (const name of Object.keys(call.params!)) {
      const run = () => world.callAs(subject.caller, endpoint, { ...call, params: { ...call.params, [name]: 'x'.repeat(10_000) } })
      await expectRefusal(world, [404, 414], run, `${endpoint.name} with an endless ${name}`)
    }
  })
})

describe('as a file', () => {
  const uploads = world.endpoints.filter(endpoint => endpoint.upload)
  const files: Record<string, Uint8Array> = {
    nothing: new Uint8Array(),
    'a byte': new Uint8Array([0]),
    zeros: new Uint8Array(100_000),
    'a hundred thousand brackets': Buffer.from(deep('[', ']', 100_000)),
    'a field __proto__': Buffer.from('{"__proto__": {"a": 1}, "pack": {"__proto__": null}}'),
    'no UTF-8': Buffer.from([0xff, 0xfe, 0xfd]),
    'half a ZIP': Buffer.from('PK\u0003\u0004\u0014\u0000\u0000\u0000'),
    'an empty ZIP': Buffer.concat([Buffer.from('PK\u0005\u0006'), Buffer.alloc(18)]),
    'one line without end': Buffer.from('a,'.repeat(200_000)),
    'a quote without end': Buffer.from(`"${'a'.repeat(200_000)}`),
  }
  test.each(uploads)('$name', async endpoint => {
    const { subject, call } = rightCall(endpoint, authority)
    for (const [what, bytes] of Object.entries(files)) {
      const run = () => world.callAs(subject.caller, endpoint, { ...call, upload: { ...call.upload!, bytes } })
      await expectRefusal(world, [400, 413, 422], run, `${endpoint.name} with ${what}`)
    }
    const tooLarge = { ...call.upload!, bytes: new Uint8Array(endpoint.upload!.maxBytes + 1) }
    await expectRefusal(
      world,
      [413],
      () => world.callAs(subject.caller, endpoint, { ...call, upload: tooLarge }),
      `${endpoint.name} with too large a file`,
    )
    for (const contentType of ['video/mp4', 'multipart/form-data']) {
      await expectRefusal(
        world,
        [415],
        () => world.callAs(subject.caller, endpoint, { ...call, upload: { ...call.upload!, contentType } }),
        contentType,
      )
    }
    for (const fileName of ['', 'x'.repeat(256)]) {
      await expectRefusal(
        world,
        [422],
        () => world.callAs(subject.caller, endpoint, { ...call, upload: { ...call.upload!, fileName } }),
        'a name of a file',
      )
    }
    for (const fileName of ['../../etc/passwd', 'a\u0000b', 'C:\\CON', '\u202eexe.csv']) {
      const answer = await world.callAs(subject.caller, endpoint, {
        ...sampleOf(endpoint).call(subject),
        upload: { ...call.upload!, fileName },
      })
      expect([200, 422], `${fileName}: ${said(answer)}`).toContain(answer.status)
      await world.restore()
    }
  })
})

test('requests of other methods, and to other addresses, change nothing', async () => {
  for (const method of ['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'DELETE', 'POST', 'TRACE', 'PROPFIND']) {
    for (const url of [
      '/api/v1',
      '/api/v1/',
      '/api/v1/people/',
      '/api/v2/people',
      '/api/v1/../../etc/passwd',
      '/api/v1/people/../accounts',
      '/%00',
      '/api/v1//people',
      '/..%2f..%2fetc/passwd',
    ]) {
      const { result, records } = await world.observe(() =>
        server.send({ method, url, headers: { cookie: administrator, origin: testOrigin } }),
      )
      expect(result.status, `${method} ${url}`).toBeLessThan(500)
      expect(records).toEqual([])
    }
  }
})
