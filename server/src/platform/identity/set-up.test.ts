import { describe, expect, test } from 'vitest'
import { inWork } from '#platform/database/connection.ts'
import type { Role } from '#platform/permissions/permissions.ts'
import { createTestDatabase, makeTestAuthority, testNow } from '../../../test/kit.ts'
import * as identity from './identity.ts'
import { setUp as setUpEndpoint } from './identity.api.ts'
import { resolveSession } from './sessions.ts'

// The first administrator of an installation, and the passwords that are refused.

const settled = await createTestDatabase()
await makeTestAuthority(settled)
const { app } = settled
const empty = await createTestDatabase()
const password = 'a bamboo fence holds out'
const publicUrl = 'http://localhost:8080'

const hourMs = 3_600_000
const after = (ms: number): Date => new Date(testNow.getTime() + ms)
const caller = (now = testNow) => ({ origin: '127.0.0.1', userAgent: 'test', now })
const tokenOf = (link: string): string => link.split('#')[1]!
const refused = (run: Promise<unknown>) =>
  run.then(
    () => expect.unreachable('was not refused'),
    (error: { status?: number; code?: string }) => error,
  )

test.each([
  ['aaaaaaaaaaaaaaaaaaaa', true],
  ['abcabcabcabcabcabc', true],
  ['nguyen.tre@test.invalid', true],
  ['nguyen.tre@test.invalid1', true],
  ['NGUYEN.TRE nguyen.tre', true],
  ['Nguyễn Tre Nguyễn Tre', true],
  ['password password password', true],
  ['P@ssw0rd-P@ssw0rd-2026!', true],
  ['MatKhau123456789', true],
  ['mật khẩu của tôi 2026', true],
  ['1qaz2wsx3edc4rfv', true],
  ['1q2w3e4r5t6y7u8i', true],
  ['qwertyuiop[]1234', true],
  ['!@#$%^&*()qwertyuiop', true],
  ['iloveyou-forever-2024', true],
  ['anhyeuem01011990!', true],
  ['パスワードパスワード123456', true],
  ['ｐａｓｓｗｏｒｄ１２３４５６７８', true],
  ['himitsu-daisuki-sakura', true],
  ['LuyTre@2026LuyTre', true],
  ['An ninh mạng quốc gia 2026', true],
  ['an ninh mang QUOC GIA', true],
  ['nguyentre0912837465', true],
  ['tre xanh tre xanh tre xanh', true],
  ['mountain rivers and four seas', false],
  ['hàng rào tre giữ làng', false],
  ['三本の竹と古い橋が川を渡る夜', false],
  ['ba con trâu lội qua sông', false],
  ['Xk7#pQ2v!mR9$wLz', false],
  ['a7f3k9q2m5x8w1z4', false],
  ['nguyen.tre keeps seven water buffaloes', false],
])('%s as a password: guessable %s', async (given, isRefused) => {
  const content = {
    token: 'x'.repeat(43),
    organisationName: { vi: 'An ninh mạng quốc gia', en: 'An authority' },
    timeZone: 'Asia/Ho_Chi_Minh',
    halfYearStartMonth: 1 as const,
    language: 'vi' as const,
  }
  const error = await refused(
    identity.setUp(app, { ...content, name: 'Nguyễn Tre', email: 'nguyen.tre@test.invalid', password: given }, caller()),
  )
  // Past the password it is the authority, which is there already, that refuses.
  expect(error).toMatchObject(
    isRefused ? { status: 422, details: { fields: [{ path: 'password', code: 'guessable-password' }] } } : { code: 'setup.already-done' },
  )
})

describe('the first administrator', () => {
  const first = (token: string, email: string, timeZone = 'Asia/Ho_Chi_Minh') =>
    setUpEndpoint.body!.parse({
      token,
      organisationName: { vi: 'Cục An toàn' },
      timeZone,
      name: 'Lê Trúc',
      email,
      language: 'vi',
      password,
    })
  const begin = (token: string, email: string, options: { timeZone?: string; now?: Date } = {}) =>
    identity.setUp(empty.app, first(token, email, options.timeZone), caller(options.now))
  const link = async (now = testNow) => tokenOf((await identity.makeFirstLink(empty.app, publicUrl, now))!)

  test.each(['Nowhere/City', '', 'asia/ho chi minh', '+07:00', "'; drop table person", '../etc'])(
    'comes from no time zone %s',
    async timeZone => {
      const token = await link()
      expect(await refused(begin(token, 'a@test.invalid', { timeZone }))).toMatchObject({
        status: 422,
        details: { fields: [{ path: 'timeZone', code: 'unknown' }] },
      })
      expect(await identity.findSetupState(empty.app)).toBe('needs-first-administrator')
    },
  )

  test('needs a link that is not older than an hour and not replaced', async () => {
    const old = await link()
    const token = await link()
    expect(await refused(begin(old, 'a@test.invalid'))).toMatchObject({ status: 403, code: 'link.invalid' })
    expect(await refused(begin(token, 'a@test.invalid', { now: after(hourMs) }))).toMatchObject({ status: 403, code: 'link.invalid' })
    expect(await refused(begin('x'.repeat(43), 'a@test.invalid'))).toMatchObject({ status: 403, code: 'link.invalid' })
  })

  test('is one, also of two who begin at the same time', async () => {
    const token = await link()
    const outcomes = await Promise.allSettled([begin(token, 'a@test.invalid'), begin(token, 'b@test.invalid')])
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    const rows = await empty.asOwner<{ organisations: number; accounts: number; halves: number; lines: number }>(
      `select (select count(*)::int from organisation) as organisations, (select count(*)::int from user_account) as accounts,
        (select count(*)::int from half_year) as halves, (select count(*)::int from ledger_line) as lines`,
    )
    expect(rows[0]).toEqual({ organisations: 1, accounts: 1, halves: 6, lines: 2 })
    const done = outcomes.find(outcome => outcome.status === 'fulfilled')!
    const session = await resolveSession(empty.app, done.value.token, { origin: '127.0.0.1', now: testNow, findReportIds: async () => [] })
    const me = await inWork(empty.app.db, session!.actor, identity.describeMe, testNow)
    expect(me).toMatchObject({ roles: ['administrator'] satisfies Role[], organisation: { timeZone: 'Asia/Ho_Chi_Minh' } })
  })

  test('is not made a second time', async () => {
    expect(await identity.makeFirstLink(empty.app, publicUrl, testNow)).toBeUndefined()
    expect(await refused(begin('x'.repeat(43), 'c@test.invalid'))).toMatchObject({ status: 409, code: 'setup.already-done' })
    expect(await identity.findSetupState(empty.app)).toBe('done')
  })

  test('who is shut out is let in again by the operator at the console', async () => {
    const { link: made, account } = await identity.createAdministrator(
      empty.app,
      { email: 'rescue@test.invalid', name: 'Rescue', language: 'en' },
      publicUrl,
      testNow,
    )
    expect(account).toMatchObject({ role: 'administrator', status: 'invited' })
    expect(await identity.setPasswordByLink(empty.app, { token: tokenOf(made), password }, caller())).toHaveProperty('token')
  })
})
