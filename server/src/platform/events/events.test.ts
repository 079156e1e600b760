import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { connect } from 'node:net'
import { expect, onTestFinished, test, vi } from 'vitest'
import { changePlan, proposePlan } from '#capacity/development-plans/development-plans.ts'
import { makeTestOffice } from '../../../test/capacity-kit.ts'
import type { TestPerson } from '../../../test/capacity-kit.ts'
import { makeTestEvents } from '../../../test/events-kit.ts'
import { makeTestAccount, makeTestAuthority } from '../../../test/kit.ts'
import { openStream } from './stream.ts'

const office = await makeTestOffice()
const { database, authority, framework, binh, stranger } = office
const { server, listen, sealer } = await makeTestEvents(database, { beatMs: 100 })

const signIn = ({ actor }: TestPerson): Promise<string> => server.signIn(actor.userId!)
const propose = (person: TestPerson) =>
  authority.as({}, work =>
    proposePlan(work, person.id, {
      halfYearId: authority.halfYearId,
      targetRoleId: framework.analyst,
      currentRoleId: null,
      duties: 'Secret duties',
      language: 'vi',
    }),
  )
const change = (planId: string, version: number) =>
  authority.as({}, work => changePlan(work, planId, version, { duties: `Version ${version}`, chosenGapIds: [], actions: [] }))
const lastId = ({ heard }: { heard: { id: string | undefined }[] }): string => heard.findLast(({ id }) => id !== undefined)!.id!

test('a change is told to whom the record reaches, by its ids alone', async () => {
  const an = await office.makePerson()
  const listeners = await Promise.all([an, binh, stranger].map(async person => listen(await signIn(person))))
  const [own, supervisor, other] = listeners
  const plan = await propose(an)
  expect(await own!.hear('plan')).toEqual({ type: 'plan', id: plan.id, personId: an.id })
  expect(await supervisor!.hear('plan')).toEqual({ type: 'plan', id: plan.id, personId: an.id })
  // Of the stranger’s own report something is told, so the earlier line has passed by then.
  const [report] = await database.asOwner<{ id: string }>('select person_id as id from post where supervisor_id = $1', [stranger.id])
  const later = await propose({ id: report!.id, actor: {} })
  await other!.hear('plan', later.id)
  expect(other!.heard.flatMap(({ data }) => data).map(({ id }) => id)).not.toContain(plan.id)
  expect(JSON.stringify(listeners.map(({ heard }) => heard))).not.toContain('Secret')
})

test('the answer passes proxies as it comes, and no page of another site may read it', async () => {
  const { status, headers } = await listen(await signIn(binh))
  expect(status).toBe(200)
  expect(Object.fromEntries(headers)).toMatchObject({
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store, no-transform',
    'x-accel-buffering': 'no',
    'cross-origin-resource-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
  })
})

test('a stream that broke reads on from its position, and misses nothing', async () => {
  const an = await office.makePerson()
  const cookie = await signIn(an)
  const first = await listen(cookie)
  const plan = await propose(an)
  await first.hear('plan', plan.id)
  first.leave()
  await change(plan.id, 1)
  await vi.waitUntil(async () => (await sealer.sealNow()) === 0, { timeout: 20_000 })
  const second = await listen(cookie, { 'last-event-id': lastId(first) })
  await second.hear('plan', plan.id)
  expect(Number(lastId(second))).toBeGreaterThan(Number(lastId(first)))
  second.leave()
  const third = await listen(cookie, { 'last-event-id': lastId(second) })
  await vi.waitUntil(() => third.heard.some(({ id }) => id !== undefined), { timeout: 20_000 })
  expect(third.heard.flatMap(({ data }) => data)).toEqual([])
})

test('whoever comes with a position that this ledger has not reached asks for everything again', async () => {
  const listener = await listen(await signIn(binh), { 'last-event-id': '999999999' })
  await vi.waitUntil(() => listener.heard.some(({ event }) => event === 'all-changed'), { timeout: 20_000 })
})

test('another organisation hears nothing', async () => {
  const agency = await makeTestAuthority(database, 'agency')
  const userId = await makeTestAccount(database, agency.organisationId, 'capacity-manager')
  const foreign = await listen(await server.signIn(userId))
  const own = await listen(await signIn(binh))
  const plan = await propose(await office.makePerson())
  await own.hear('plan', plan.id)
  await vi.waitUntil(() => Number(lastId(foreign) ?? 0) >= Number(lastId(own)), { timeout: 20_000 })
  expect(foreign.heard.flatMap(({ data }) => data)).toEqual([])
})

test('listening keeps no session alive, and ends with it', async () => {
  const an = await office.makePerson()
  const cookie = await signIn(an)
  const seen = () =>
    database.asOwner<{ last_seen_at: Date; token_hash: Buffer }>('select last_seen_at, token_hash from session where user_id = $1', [
      an.actor.userId,
    ])
  // Old enough to be touched and to get a new token by any request of a person.
  await database.asOwner(
    `update session set last_seen_at = last_seen_at - interval '20 minutes', rotated_at = rotated_at - interval '20 minutes' where user_id = $1`,
    [an.actor.userId],
  )
  const before = await seen()
  const listener = await listen(cookie)
  await vi.waitUntil(() => listener.heard.filter(({ event }) => event === '').length > 3, { timeout: 20_000 })
  expect(await seen()).toEqual(before)
  await database.asOwner('delete from session where user_id = $1', [an.actor.userId])
  await listener.ended
  expect(listener.heard.at(-1)!.event).toBe('session-ended')
})

test('a request that a page makes by itself keeps no session alive either', async () => {
  const an = await office.makePerson()
  const cookie = await signIn(an)
  const age = `update session set last_seen_at = last_seen_at - interval '20 minutes', rotated_at = rotated_at - interval '20 minutes' where user_id = $1`
  await database.asOwner(age, [an.actor.userId])
  const ask = (headers: Record<string, string>) => server.send({ method: 'GET', url: '/api/v1/plans', headers: { cookie, ...headers } })
  const unattended = await ask({ 'x-luytre-unattended': '1' })
  expect([unattended.status, unattended.headers['set-cookie']]).toEqual([200, undefined])
  const attended = await ask({})
  expect([attended.status, attended.headers['set-cookie']]).toEqual([200, expect.stringContaining('luytre_session=')])
})

test('nobody listens without a session, and one person not without bound', async () => {
  expect((await listen(undefined)).status).toBe(401)
  const an = await office.makePerson()
  const cookie = await signIn(an)
  const answers = await Promise.all(Array.from({ length: 14 }, () => listen(cookie)))
  const statuses = answers.map(({ status }) => status).toSorted((a, b) => a - b)
  expect(statuses).toEqual([...Array.from({ length: 12 }, () => 200), 429, 429])
  for (const answer of answers) answer.leave()
})

test('who reads too slowly is cut off and keeps no memory of this process', async () => {
  const { promise: reason, resolve: onEnd } = Promise.withResolvers<string>()
  const slow = createServer((_request, response) => {
    const stream = openStream(response, onEnd)
    const changes = Array.from({ length: 100 }, (_, index) => ({ type: 'plan', id: `plan-${index}` }))
    const timer = setInterval(() => stream.tell(1, changes), 1)
    response.on('close', () => clearInterval(timer))
  })
  await new Promise<void>(resolve => slow.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void slow.close())
  const socket = connect((slow.address() as AddressInfo).port, '127.0.0.1')
  socket.on('error', () => {})
  socket.pause()
  socket.write('GET / HTTP/1.1\r\nhost: test\r\n\r\n')
  expect(await reason).toBe('slow')
  socket.destroy()
})
