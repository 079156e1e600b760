import { beforeAll, describe, expect, test } from 'vitest'
import { sendDueMails } from '#platform/mail/sender.ts'
import { createMailer } from '#platform/mail/smtp.ts'
import { makeTestServer, testOrigin } from '../../../test/http-kit.ts'
import type { TestServer } from '../../../test/http-kit.ts'
import { createTestDatabase, makeTestAccount, makeTestAuthority, testNow } from '../../../test/kit.ts'
import type { TestAuthority } from '../../../test/kit.ts'
import { startSmtpServer, textsOf } from '../../../test/smtp-kit.ts'
import * as api from './identity.api.ts'
import { makeMailedLink } from './mailed-links.ts'

const database = await createTestDatabase()
const password = 'mountain rivers and four seas'
let now = testNow
let server: TestServer
let authority: TestAuthority
let cookie: string

beforeAll(async () => {
  authority = await makeTestAuthority(database)
  server = await makeTestServer(database, { now: () => now, sendsMail: true })
  cookie = await server.signIn(await makeTestAccount(database, authority.organisationId, 'administrator'))
})

const invite = (email: string, name = 'Nguyễn Tre') =>
  server.callWith(cookie, api.createAccount, { body: { email, name, personId: null, role: 'staff', language: 'vi', handOver: 'mail' } })
const setPassword = (token: string) => server.callWith(undefined, api.setPassword, { body: { token, password } })
const ask = (email: string) => server.callWith(undefined, api.requestPasswordReset, { body: { email } })
const mailsTo = (email: string) => database.asOwner('select id, kind, status, fault from mail where recipient = $1 order by id', [email])

/** A mail server, and what sends everything that waits. */
async function startPost() {
  const post = await startSmtpServer()
  const send = () =>
    sendDueMails({
      connection: database.app,
      mailer: createMailer(post.settings),
      makeLink: (work, mail) => makeMailedLink(work, mail, testOrigin),
      countMail: () => {},
      now: () => now,
    })
  return { ...post, send, lastToken: () => /#([\w-]{43})/.exec(textsOf(post.received.at(-1)!)[0]!)![1]! }
}

test('whoever is invited by mail sets a password by the link in it, once', async () => {
  const post = await startPost()
  const answer = await invite('Invited@agency.example')
  expect(answer.body).toMatchObject({ account: { email: 'invited@agency.example', status: 'invited' }, link: null })
  await post.send()
  const [text, html] = textsOf(post.received[0]!)
  expect(text).toContain('Kính gửi Nguyễn Tre,')
  expect(html).toContain('lang="vi"')
  const token = post.lastToken()
  expect((await setPassword(token)).body).toMatchObject({ email: 'invited@agency.example' })
  expect((await setPassword(token)).body.code).toBe('link.invalid')
})

test('the link of a mail is kept nowhere, and its day begins when the mail leaves', async () => {
  const post = await startPost()
  await invite('later@agency.example')
  now = new Date(testNow.getTime() + 3 * 86_400_000)
  await post.send()
  const token = post.lastToken()
  const tables = await database.asOwner<{ name: string }>(
    `select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`,
  )
  for (const { name } of tables) {
    expect(await database.asOwner(`select 1 from ${name} t where t::text like $1`, [`%${token}%`]), name).toEqual([])
  }
  expect((await setPassword(token)).status).toBe(200)
  now = testNow
})

test('what people typed is a name in the mail, and nothing else', async () => {
  const post = await startPost()
  await invite('typed@agency.example', '<b>Tre</b> {{email}} $t(mail:footer)\u2028Bcc: x@evil.example')
  await post.send()
  const [mail] = post.received
  expect(textsOf(mail!)[0]).toContain('Kính gửi <b>Tre</b> {{email}} $t(mail:footer)')
  expect(textsOf(mail!)[1]).toContain('Kính gửi &lt;b&gt;Tre&lt;/b&gt; {{email}}')
  expect(mail!.to).toEqual(['typed@agency.example'])
})

test('the administrator sends another link by mail; the same click again sends none', async () => {
  const { body } = await invite('again@agency.example')
  const { id, version } = body.account
  const send = () => server.callWith(cookie, api.mailAccountLink, { params: { accountId: id }, ifMatch: version })
  expect((await send()).body).toMatchObject({ id, version: version + 1 })
  expect((await send()).status).toBe(412)
  expect(await mailsTo('again@agency.example')).toHaveLength(2)
})

test('an invitation is not sent to whoever has used a link meanwhile, or is shut out', async () => {
  const post = await startPost()
  for (const [email, change] of [
    ['used@agency.example', `set password_hash = 'x', status = 'active'`],
    ['shut@agency.example', `set status = 'disabled'`],
  ]) {
    await invite(email!)
    await database.asOwner(`update user_account ${change} where email = $1`, [email])
    await post.send()
    expect(await mailsTo(email!)).toMatchObject([{ status: 'cancelled', fault: 'no-longer-wanted' }])
  }
})

describe('a forgotten password', () => {
  test('is set anew by mail, and unlocks the account', async () => {
    const post = await startPost()
    await invite('forgot@agency.example')
    await post.send()
    await setPassword(post.lastToken())
    for (let guess = 0; guess < 6; guess++)
      await server.callWith(undefined, api.signIn, { body: { email: 'forgot@agency.example', password: 'a guess' } })
    expect((await ask(' Forgot@agency.example ')).status).toBe(204)
    await post.send()
    expect(textsOf(post.received.at(-1)!)[0]).toContain('mật khẩu mới')
    expect((await setPassword(post.lastToken())).status).toBe(200)
    const signedIn = await server.callWith(undefined, api.signIn, { body: { email: 'forgot@agency.example', password } })
    expect(signedIn.status).toBe(200)
  })

  test('nobody learns whether an address has an account', async () => {
    await invite('known@agency.example')
    const known = await ask('known@agency.example')
    for (const email of ['nobody@agency.example', 'not an address', `${'x'.repeat(200)}@agency.example`]) {
      const unknown = await ask(email)
      expect({ status: unknown.status, text: unknown.text }).toEqual({ status: known.status, text: known.text })
      expect(await mailsTo(email)).toEqual([])
    }
  })

  test('of one account one mail in a quarter of an hour, however often it is asked for', async () => {
    await invite('often@agency.example')
    for (let time = 0; time < 5; time++) await ask('often@agency.example')
    expect(await mailsTo('often@agency.example')).toHaveLength(2)
    now = new Date(testNow.getTime() + 16 * 60_000)
    await ask('often@agency.example')
    expect(await mailsTo('often@agency.example')).toHaveLength(3)
    now = testNow
  })

  test('one that waited for an hour is not sent any more', async () => {
    const post = await startPost()
    await invite('slow@agency.example')
    await post.send()
    await ask('slow@agency.example')
    now = new Date(testNow.getTime() + 61 * 60_000)
    await post.send()
    expect(await mailsTo('slow@agency.example')).toMatchObject([{ status: 'sent' }, { status: 'cancelled', fault: 'too-late' }])
    now = testNow
  })

  test('nobody who is shut out gets a mail', async () => {
    await invite('out@agency.example')
    await database.asOwner(`update user_account set status = 'disabled' where email = 'out@agency.example'`)
    await ask('out@agency.example')
    expect(await mailsTo('out@agency.example')).toHaveLength(1)
  })
})

test('the sign-in page is told whether a mail would leave', async () => {
  const state = async () => (await server.callWith(undefined, api.getPasswordReset)).body.mail
  expect(await state()).toBe('on')
  const without = await makeTestServer(database)
  expect((await without.callWith(undefined, api.getPasswordReset)).body).toEqual({ mail: 'off' })
  await database.asOwner('update organisation set is_demo = true')
  expect(await state()).toBe('demo')
  await database.asOwner('update organisation set is_demo = false')
})

test('the line of a request names where it came from and nobody as its author', async () => {
  await invite('origin@agency.example')
  await ask('origin@agency.example')
  const lines = await database.asOwner(
    `select line.actor_id, line.body::jsonb ->> 'origin' as origin from ledger_line line join mail on mail.id = line.record_id
     where mail.recipient = 'origin@agency.example' and line.verb = 'mail.queued' order by line.id`,
  )
  expect(lines[1]).toEqual({ actor_id: null, origin: '127.0.0.1' })
})
