import { describe, expect, test } from 'vitest'
import type { TestAnswer, TestServer } from '../http-kit.ts'
import { makeTestServer } from '../http-kit.ts'
import { rightCall } from './cases.ts'
import { makeWorld } from './world.ts'

// The security headers are on every kind of answer, whoever makes it: an endpoint, a refusal, or the framework beneath.

const world = await makeWorld()
const { server, authority } = world

const named = (name: string) => world.endpoints.find(endpoint => endpoint.name === name)!
const right = (name: string) => {
  const { subject, call } = rightCall(named(name), authority)
  return world.callAs(subject.caller, named(name), call)
}

const expected = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'x-frame-options': 'DENY',
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
}

const answers: Record<string, () => Promise<TestAnswer>> = {
  'an answer of the API': () => right('listFrameworks'),
  'an answer without content': () => right('signOut'),
  'a file': () => right('getPlanDocument'),
  'a template': () => right('getRosterTemplate'),
  'a refusal': () => world.callAs(undefined, named('listFrameworks')),
  'an unknown address': () => server.send({ method: 'GET', url: '/api/v1/nothing' }),
  'an unknown method': () => server.send({ method: 'PUT', url: '/api/v1/frameworks' }),
  'an address that cannot be read': () => server.send({ method: 'GET', url: '/api/v1/frameworks/%zz' }),
  'a parameter without end': () => server.send({ method: 'GET', url: `/api/v1/frameworks/${'9'.repeat(10_000)}` }),
  'a body that is too large': () =>
    server.send({ method: 'POST', url: '/api/v1/session', headers: { origin: 'http://localhost:8080' }, payload: 'x'.repeat(3_000_000) }),
  health: () => server.send({ method: 'GET', url: '/health' }),
  'the head of health alone': () => server.send({ method: 'HEAD', url: '/health' }),
  metrics: () => server.send({ method: 'GET', url: '/metrics' }),
  'the description of the API': () => server.send({ method: 'GET', url: '/api/openapi.json' }),
}

test.each(Object.entries(answers))('%s', async (_what, run) => {
  const answer = await run()
  expect(answer.headers).toMatchObject(expected)
  expect(answer.headers).not.toHaveProperty('server')
  expect(answer.headers).not.toHaveProperty('x-powered-by')
  await world.restore()
})

test('health answers to whoever asks for its head only, as watchers do', async () => {
  const { statusCode, body } = await server.http.app.inject({ method: 'HEAD', url: '/health' })
  expect([statusCode, body]).toEqual([200, ''])
})

test('every refusal is a problem with a code and a text in the language asked for', async () => {
  for (const [language, text] of [
    ['vi', /Bản ghi|không/],
    ['ja', /[ぁ-ん]/],
    ['en', /does not exist/],
    ['fr, ja;q=0.5', /[ぁ-ん]/],
    ['xx', /does not exist/],
  ] as const) {
    const { status, body, headers } = await server.send({ method: 'GET', url: '/api/v1/nothing', headers: { 'accept-language': language } })
    expect(status).toBe(404)
    expect(headers['content-type']).toBe('application/problem+json; charset=utf-8')
    expect(body).toMatchObject({ type: 'about:blank', title: 'Not Found', status: 404, code: 'record.not-found' })
    expect(body.detail).toMatch(text)
  }
})

test('a file is an attachment, with its name as it is written', async () => {
  const { headers } = await right('getPlanDocument')
  expect(headers['content-disposition']).toMatch(/^attachment; filename\*=UTF-8''[\w.%-]+$/)
  expect(headers['content-type']).toBe('application/pdf')
})

test('an answer is not kept by whoever is on the way, and differs by person and language', async () => {
  const { headers } = await right('listFrameworks')
  expect(headers['vary']).toBe('Cookie, Accept-Language')
})

describe('the cookie of a session', () => {
  test('is out of reach of scripts and of other sites', async () => {
    const { headers } = await right('signIn')
    expect(headers['set-cookie']).toMatch(/^luytre_session=[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; SameSite=Lax$/)
    await world.restore()
  })

  test('is bound to its host on a site with TLS, which browsers are told to keep to', async () => {
    const secure = await makeTestServer(world.database, { files: world.server.files, publicUrl: 'https://luytre.example' })
    const { call } = rightCall(named('signIn'), authority)
    const answer = await secure.callWith(undefined, named('signIn'), { ...call, headers: { origin: 'https://luytre.example' } })
    expect(answer.headers['set-cookie']).toMatch(
      /^__Host-luytre_session=[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    )
    expect(answer.headers['strict-transport-security']).toBe('max-age=63072000; includeSubDomains')
    await world.restore()
  })
})

test('whoever asks too often is told when to come again, and guesses run out sooner', async () => {
  const strict = await makeTestServer(world.database, { files: world.server.files, requestsPerMinute: 20 })
  const ask = () => strict.send({ method: 'GET', url: '/health' })
  for (let request = 1; request <= 20; request++) expect((await ask()).status).toBe(200)
  const refused = await ask()
  expect(refused.status).toBe(429)
  expect(refused.body).toMatchObject({ code: 'request.rate-limited', params: { seconds: expect.any(Number) } })
  expect(refused.headers).toMatchObject({ ...expected, 'retry-after': expect.anything() })

  const { call } = rightCall(named('signIn'), authority)
  const guess = () => strict.callWith(undefined, named('signIn'), { ...call, body: { email: 'nobody@test.invalid', password: 'a guess' } })
  expect([(await guess()).status, (await guess()).status, (await guess()).status]).toEqual([401, 401, 429])
})

describe('how often somebody may ask', () => {
  const askAs = (strict: TestServer, cookie?: string) => async () =>
    (await strict.send({ method: 'GET', url: '/api/v1/frameworks', headers: { cookie } })).status
  const times = async (count: number, ask: () => Promise<number>): Promise<number[]> => {
    const statuses: number[] = []
    for (let time = 0; time < count; time++) statuses.push(await ask())
    return [...new Set(statuses)]
  }

  test('counts by account once somebody is signed in: a ministry behind one address is not one asker', async () => {
    const strict = await makeTestServer(world.database, { files: world.server.files, requestsPerMinute: 20 })
    const manager = askAs(strict, world.cookieOf(authority.callers.manager))
    const auditor = askAs(strict, world.cookieOf(authority.callers.auditor))
    const nobody = askAs(strict)
    // The first of each, whose session is not known yet, also counts for the address.
    expect([await manager(), await auditor()]).toEqual([200, 200])
    expect(await times(18, nobody)).toEqual([401])
    expect(await nobody()).toBe(429)
    expect(await times(19, manager)).toEqual([200])
    expect(await manager()).toBe(429)
    expect(await auditor()).toBe(200)
  })

  test('counts by address again when the session has ended', async () => {
    const strict = await makeTestServer(world.database, { files: world.server.files, requestsPerMinute: 20 })
    const { userId } = authority.callers.manager
    const ask = askAs(strict, await strict.signIn(userId))
    expect(await ask()).toBe(200)
    await world.database.asOwner('delete from session where user_id = $1', [userId])
    expect(await times(20, ask)).toEqual([401])
    expect(await ask()).toBe(429)
    await world.restore()
  })

  test('counts by address what looks up no session, whoever asks', async () => {
    const strict = await makeTestServer(world.database, { files: world.server.files, requestsPerMinute: 20 })
    const cookie = world.cookieOf(authority.callers.manager)
    expect(await askAs(strict, cookie)()).toBe(200)
    const health = async () => (await strict.send({ method: 'GET', url: '/health', headers: { cookie } })).status
    expect(await times(19, health)).toEqual([200])
    expect(await health()).toBe(429)
  })

  test('does not count the files of the web app, of which a first visit loads a hundred', async () => {
    const strict = await makeTestServer(world.database, {
      files: world.server.files,
      requestsPerMinute: 20,
      mountMore: ({ app }) => void app.get('/assets/*', async () => 'a file'),
    })
    const load = async () => (await strict.send({ method: 'GET', url: '/assets/index.js' })).status
    expect(await times(100, load)).toEqual([200])
  })
})

test('figures are for whoever is at the machine', async () => {
  const { http } = server
  const answer = await http.app.inject({ method: 'GET', url: '/metrics', remoteAddress: '203.0.113.7' })
  expect(answer.statusCode).toBe(403)
  const local = await server.send({ method: 'GET', url: '/metrics' })
  expect(local.status).toBe(200)
  expect(local.text).toContain('luytre_http_request_seconds_bucket')
})
