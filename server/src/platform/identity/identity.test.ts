import { describe, expect, test } from 'vitest'
import { inSystemWork } from '#platform/database/connection.ts'
import type { AssignableRole } from '#platform/permissions/permissions.ts'
import { createTestDatabase, makeTestAccount, makeTestAuthority, testNow } from '../../../test/kit.ts'
import { makeTestServer } from '../../../test/http-kit.ts'
import * as accounts from './accounts.ts'
import * as api from './identity.api.ts'
import * as identity from './identity.ts'
import { absoluteLimitMs, idleLimitMs, purgeExpired, resolveSession } from './sessions.ts'

// Signing in, links and accounts, with the clock in the test's hand.

const database = await createTestDatabase()
const authority = await makeTestAuthority(database)
const { app } = database
const password = 'a bamboo fence holds out'
const publicUrl = 'http://localhost:8080'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const after = (ms: number): Date => new Date(testNow.getTime() + ms)
const caller = (now = testNow) => ({ origin: '127.0.0.1', userAgent: 'test', now })
const asAdministrator = <T>(run: Parameters<typeof authority.as<T>>[1], now = testNow) =>
  authority.as({ roles: ['administrator'] }, work => run({ ...work, now }))

const tokenOf = (link: string): string => link.split('#')[1]!
let count = 0

async function invite(role: AssignableRole = 'staff') {
  const email = `person-${++count}@test.invalid`
  const made = await asAdministrator(work =>
    accounts.createAccount(work, { email, name: 'Nguyễn Tre', personId: null, role, language: 'vi' }, publicUrl),
  )
  return { id: made.account.id, email, token: tokenOf(made.link) }
}

/** An account with a password; the session of the link is left aside. */
async function makeAccount(role: AssignableRole = 'staff') {
  const account = await invite(role)
  await identity.setPasswordByLink(app, { token: account.token, password }, caller())
  await database.asOwner('delete from session where user_id = $1', [account.id])
  return account
}

const attempts: identity.SignInOutcome[] = []
const signIn = (email: string, given = password, now = testNow) =>
  identity.signIn(app, { email, password: given }, caller(now), outcome => attempts.push(outcome))
const resolve = (token: string, now = testNow) => resolveSession(app, token, { origin: '127.0.0.1', now, findReportIds: async () => [] })
const refused = async (run: Promise<unknown>) =>
  run.then(
    () => expect.unreachable('was not refused'),
    (error: { status?: number; code?: string }) => error,
  )
const rowOf = async (userId: string) =>
  (
    await database.asOwner<{ failed_attempts: number; locked_until: Date | null; status: string; version: number }>(
      'select * from user_account where id = $1',
      [userId],
    )
  )[0]!
const verbsOf = async (recordId: string): Promise<string[]> =>
  (await database.asOwner<{ verb: string }>('select verb from ledger_line where record_id = $1 order by id', [recordId])).map(
    line => line.verb,
  )

describe('signing in', () => {
  test('a failed attempt is kept although its answer is a refusal', async () => {
    const { id, email } = await makeAccount()
    expect(await refused(signIn(email, 'not the password'))).toMatchObject({ status: 401, code: 'session.wrong-credentials' })
    expect(await rowOf(id)).toMatchObject({ failed_attempts: 1, locked_until: null })
    expect(await verbsOf(id)).toEqual(['account.created', 'account.password-set', 'session.refused'])
    await signIn(email)
    expect(await rowOf(id)).toMatchObject({ failed_attempts: 0 })
    expect((await verbsOf(id)).at(-1)).toBe('session.started')
  })

  test('from the fifth failure on a lock doubles from a minute to an hour', async () => {
    const { id, email } = await makeAccount()
    let now = testNow
    for (let failure = 1; failure <= 4; failure++) await refused(signIn(email, 'not the password', now))
    expect((await rowOf(id)).locked_until).toBeNull()
    for (const minutes of [1, 2, 4, 8, 16, 32, 60, 60]) {
      await refused(signIn(email, 'not the password', now))
      const { locked_until } = await rowOf(id)
      expect((locked_until!.getTime() - now.getTime()) / minuteMs).toBe(minutes)
      now = new Date(locked_until!)
    }
  })

  test('the right password lifts a lock only after its time; under the lock every password answers alike and leaves a line', async () => {
    const { id, email } = await makeAccount()
    for (let failure = 1; failure <= 5; failure++) await refused(signIn(email, 'not the password'))
    const { locked_until } = await rowOf(id)
    const still = new Date(locked_until!.getTime() - 1)
    for (const typed of [password, 'not the password'])
      expect(await refused(signIn(email, typed, still))).toMatchObject({ status: 401, code: 'session.wrong-credentials', details: {} })
    expect((await verbsOf(id)).filter(verb => verb === 'session.refused')).toHaveLength(7)
    // Guessing on while it is locked makes the lock no longer: nobody is kept out by somebody else's guesses.
    expect(await rowOf(id)).toMatchObject({ failed_attempts: 5, locked_until })
    expect(await signIn(email, password, locked_until!)).toHaveProperty('token')
    expect(await rowOf(id)).toMatchObject({ failed_attempts: 0, locked_until: null })
  })

  test('guesses at the same time are counted one by one', async () => {
    const { id, email } = await makeAccount()
    await Promise.all(Array.from({ length: 4 }, () => refused(signIn(email, 'not the password'))))
    expect((await rowOf(id)).failed_attempts).toBe(4)
  })

  test('unknown, invited, disabled and wrong answer alike', async () => {
    const invited = await invite()
    const disabled = await makeAccount()
    await asAdministrator(async work => accounts.changeAccount(work, disabled.id, 1, { role: 'staff', status: 'disabled' }))
    const wrong = await makeAccount()
    const answers = await Promise.all([
      refused(signIn('nobody@test.invalid')),
      refused(signIn(invited.email)),
      refused(signIn(disabled.email)),
      refused(signIn(wrong.email, 'not the password')),
    ])
    for (const answer of answers) expect(answer).toMatchObject({ status: 401, code: 'session.wrong-credentials', details: {} })
    // Who has no account has no line; every attempt on an account has one, whatever its state is.
    for (const { id } of [invited, disabled, wrong]) expect((await verbsOf(id)).filter(verb => verb === 'session.refused')).toHaveLength(1)
  })

  test('the right password of an account without a membership today is refused and leaves a line', async () => {
    const { id, email } = await makeAccount()
    await database.asOwner(`update membership set valid = '[2020-01-01,2021-01-01)' where user_id = $1`, [id])
    expect(await refused(signIn(email))).toMatchObject({ status: 401, code: 'session.wrong-credentials' })
    expect((await verbsOf(id)).at(-1)).toBe('session.refused')
  })

  test('every attempt counts once, by how it ended', async () => {
    const { id, email } = await makeAccount()
    attempts.splice(0)
    await signIn(email)
    for (let failure = 1; failure <= 5; failure++) await refused(signIn(email, 'not the password'))
    await refused(signIn(email))
    await refused(signIn('nobody@test.invalid'))
    await database.asOwner('update user_account set locked_until = null where id = $1', [id])
    await database.asOwner('delete from session where user_id = $1', [id])
    await database.asOwner('delete from membership where user_id = $1', [id])
    await refused(signIn(email))
    expect(attempts).toEqual(['accepted', ...Array.from({ length: 5 }, () => 'refused'), 'locked', 'refused', 'refused'])
  })

  test('the outcomes are among the metrics', async () => {
    const { email } = await makeAccount()
    const server = await makeTestServer(database)
    for (const typed of [password, 'not the password']) await server.callWith(undefined, api.signIn, { body: { email, password: typed } })
    const { text } = await server.send({ method: 'GET', url: '/metrics' })
    expect(text.split('\n').filter(line => line.startsWith('luytre_sign_ins_total{'))).toEqual([
      'luytre_sign_ins_total{outcome="accepted"} 1',
      'luytre_sign_ins_total{outcome="refused"} 1',
    ])
  })

  test('a password is the same however its accents are composed', async () => {
    const { token, email } = await invite()
    await identity.setPasswordByLink(app, { token, password: 'hàng rào tre giữ làng'.normalize('NFD') }, caller())
    expect(await signIn(email, 'hàng rào tre giữ làng'.normalize('NFC'))).toHaveProperty('token')
  })
})

describe('a session', () => {
  test('ends after half an hour without a request', async () => {
    const { token } = await signIn((await makeAccount()).email)
    expect(await resolve(token, after(idleLimitMs + 1))).toBeUndefined()
    const other = await signIn((await makeAccount()).email)
    expect(await resolve(other.token, after(idleLimitMs))).toBeDefined()
  })

  test('ends after twelve hours, however busy', async () => {
    let { token } = await signIn((await makeAccount()).email)
    for (let ms = 10 * minuteMs; ms <= absoluteLimitMs; ms += 10 * minuteMs) {
      const session = await resolve(token, after(ms))
      expect(session, `after ${ms / minuteMs} minutes`).toBeDefined()
      token = session!.newToken ?? token
    }
    expect(await resolve(token, after(absoluteLimitMs + 1))).toBeUndefined()
  })

  test('changes its token every quarter of an hour; the old one is good for a minute more', async () => {
    const { token } = await signIn((await makeAccount()).email)
    expect(await resolve(token, after(15 * minuteMs))).not.toHaveProperty('newToken')
    const at = 15 * minuteMs + 1
    const { newToken } = (await resolve(token, after(at)))!
    expect(newToken).toMatch(/^[\w-]{43}$/)
    expect(await resolve(token, after(at + minuteMs))).toBeDefined()
    expect(await resolve(token, after(at + minuteMs + 1))).toBeUndefined()
    expect(await resolve(newToken!, after(at + minuteMs + 1))).not.toHaveProperty('newToken')
  })

  test('gives one new token to requests at the same time', async () => {
    const { token } = await signIn((await makeAccount()).email)
    const sessions = await Promise.all(Array.from({ length: 6 }, () => resolve(token, after(16 * minuteMs))))
    expect(sessions.filter(session => session?.newToken)).toHaveLength(1)
    expect(sessions.every(Boolean)).toBe(true)
  })

  test('is stored as a hash only', async () => {
    const { token } = await signIn((await makeAccount()).email)
    const [row] = await database.asOwner<{ found: boolean }>(
      `select exists (select from session s where s::text like '%' || $1 || '%') as found`,
      [token],
    )
    expect(row!.found).toBe(false)
  })

  test('is ended by signing out, and no other one with it', async () => {
    const { email } = await makeAccount()
    const [one, other] = [await signIn(email), await signIn(email)]
    await identity.signOut(app, (await resolve(one.token))!.actor, one.token, testNow)
    expect(await resolve(one.token)).toBeUndefined()
    expect(await resolve(other.token)).toBeDefined()
  })

  test('is ended by signing out with the token that was just replaced', async () => {
    const { token } = await signIn((await makeAccount()).email)
    const now = after(16 * minuteMs)
    const { newToken, actor } = (await resolve(token, now))!
    await identity.signOut(app, actor, token, now)
    expect(await resolve(newToken!, now)).toBeUndefined()
  })

  test('that has run out is removed', async () => {
    const { token } = await signIn((await makeAccount()).email)
    const rows = () => database.asOwner('select 1 from session where created_at = $1', [after(99 * hourMs).toISOString()])
    await signIn((await makeAccount()).email, password, after(99 * hourMs))
    await inSystemWork(app.db, system => purgeExpired(system, after(99 * hourMs + idleLimitMs)))
    expect(await rows()).toHaveLength(1)
    expect(await resolve(token)).toBeUndefined()
  })

  test('of a changed password is the only one left', async () => {
    const { id, email } = await makeAccount()
    const [one, other] = [await signIn(email), await signIn(email)]
    const { actor } = (await resolve(one.token))!
    expect(
      await refused(
        identity.changeMyPassword(app, actor, { current: 'not the password', next: 'mountain rivers and four seas' }, caller()),
      ),
    ).toMatchObject({ status: 422 })
    expect(await resolve(other.token)).toBeDefined()
    const changed = await identity.changeMyPassword(app, actor, { current: password, next: 'mountain rivers and four seas' }, caller())
    expect(await Promise.all([one.token, other.token].map(token => resolve(token)))).toEqual([undefined, undefined])
    expect(await resolve(changed.token)).toBeDefined()
    expect((await verbsOf(id)).filter(verb => verb === 'account.password-changed')).toHaveLength(1)
    expect(await refused(signIn(email))).toMatchObject({ status: 401 })
  })
})

describe('a one-time link', () => {
  const use = (token: string, now = testNow) => identity.setPasswordByLink(app, { token, password }, caller(now))

  test('works once', async () => {
    const { token } = await invite()
    expect(await use(token)).toHaveProperty('token')
    expect(await refused(use(token))).toMatchObject({ status: 403, code: 'link.invalid' })
  })

  test('works for one of two who use it at the same time', async () => {
    const { token } = await invite()
    const outcomes = await Promise.allSettled([use(token), use(token), use(token)])
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  })

  test('expires after a day', async () => {
    const { token } = await invite()
    expect(await refused(use(token, after(24 * hourMs)))).toMatchObject({ status: 403, code: 'link.invalid' })
    expect(await use(token, after(24 * hourMs - 1))).toHaveProperty('token')
  })

  test('is void when a newer one was made, which unlocks the account too', async () => {
    const { id, email } = await makeAccount()
    for (let failure = 1; failure <= 5; failure++) await refused(signIn(email, 'not the password'))
    const { link: old } = await asAdministrator(work => accounts.renewAccountLink(work, id, 1, publicUrl))
    const { link, account } = await asAdministrator(work => accounts.renewAccountLink(work, id, 2, publicUrl))
    expect(account).toMatchObject({ version: 3, isLocked: false })
    expect(await refused(use(tokenOf(old)))).toMatchObject({ status: 403 })
    expect(await signIn(email)).toHaveProperty('token')
    const { token } = await signIn(email)
    await use(tokenOf(link))
    expect(await resolve(token), 'a new password ends the sessions of the old one').toBeUndefined()
  })

  test('is not used up by a password that is refused', async () => {
    const { token, email } = await invite()
    expect(await refused(identity.setPasswordByLink(app, { token, password: email }, caller()))).toMatchObject({
      status: 422,
      details: { fields: [{ path: 'password', code: 'guessable-password' }] },
    })
    expect(await use(token)).toHaveProperty('token')
  })

  test('opens no disabled account', async () => {
    const { id, token } = await invite()
    await asAdministrator(work => accounts.changeAccount(work, id, 1, { role: 'staff', status: 'disabled' }))
    expect(await refused(use(token))).toMatchObject({ status: 403, code: 'link.invalid' })
    expect(await refused(asAdministrator(work => accounts.renewAccountLink(work, id, 2, publicUrl)))).toMatchObject({
      status: 409,
      code: 'account.is-disabled',
    })
  })
})

describe('an account', () => {
  test('that is disabled loses its sessions at once', async () => {
    const { id, email } = await makeAccount()
    const { token } = await signIn(email)
    await asAdministrator(work => accounts.changeAccount(work, id, 1, { role: 'staff', status: 'disabled' }))
    expect(await resolve(token)).toBeUndefined()
  })

  test('with another role loses its sessions, and acts under the new one from the next on', async () => {
    const { id, email } = await makeAccount()
    const { token } = await signIn(email)
    await asAdministrator(work => accounts.changeAccount(work, id, 1, { role: 'auditor', status: 'active' }))
    expect(await resolve(token)).toBeUndefined()
    const roles = (await resolve((await signIn(email)).token))!.actor.roles
    expect(roles).toEqual(['auditor'])
  })

  test('can change its role to and fro on one day', async () => {
    const { id, email } = await makeAccount()
    const order = ['auditor', 'staff', 'auditor', 'staff', 'administrator'] as const
    for (const [index, role] of order.entries()) {
      const account = await asAdministrator(work => accounts.changeAccount(work, id, index + 1, { role, status: 'active' }))
      expect(account).toMatchObject({ role, version: index + 2 })
      expect((await resolve((await signIn(email)).token))!.actor.roles).toEqual([role])
    }
    await makeAccount('administrator')
    const tomorrow = after(24 * hourMs)
    await asAdministrator(work => accounts.changeAccount(work, id, order.length + 1, { role: 'staff', status: 'active' }), tomorrow)
    expect((await resolve((await signIn(email, password, tomorrow)).token, tomorrow))!.actor.roles).toEqual(['staff'])
  })

  test('is not changed by its own holder, nor from a version that is no longer', async () => {
    const { id } = await makeAccount()
    const own = authority.as({ roles: ['administrator'], userId: id }, work =>
      accounts.changeAccount(work, id, 1, { role: 'staff', status: 'disabled' }),
    )
    expect(await refused(own)).toMatchObject({ status: 409, code: 'account.is-own' })
    const stale = asAdministrator(work => accounts.changeAccount(work, id, 2, { role: 'auditor', status: 'active' }))
    expect(await refused(stale)).toMatchObject({ status: 412, details: { current: { id, version: 1, role: 'staff' } } })
    expect(await rowOf(id)).toMatchObject({ status: 'active', version: 1 })
  })

  test('has an address that nobody else has', async () => {
    const { email } = await invite()
    const again = asAdministrator(work =>
      accounts.createAccount(
        work,
        { email: email.toUpperCase(), name: 'Trần Trúc', personId: null, role: 'staff', language: 'vi' },
        publicUrl,
      ),
    )
    expect(await refused(again)).toMatchObject({ status: 422, details: { fields: [{ path: 'email', code: 'taken' }] } })
  })

  test('has an address that nobody of another organisation has, and is told no more of it', async () => {
    const other = await makeTestAuthority(database, 'agency')
    const stranger = await makeTestAccount(database, other.organisationId, 'staff')
    const taken = asAdministrator(work =>
      accounts.createAccount(
        work,
        { email: `${stranger}@test.invalid`, name: 'Trần Trúc', personId: null, role: 'staff', language: 'vi' },
        publicUrl,
      ),
    )
    const { status, details } = (await refused(taken)) as { status: number; details: unknown }
    expect({ status, details }).toEqual({ status: 422, details: { fields: [{ path: 'email', code: 'taken' }] } })
  })
})
