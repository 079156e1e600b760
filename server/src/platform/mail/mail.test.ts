import { describe, expect, test } from 'vitest'
import { inWork } from '#platform/database/connection.ts'
import { programActor } from '#platform/organisations/organisations.ts'
import { createTestDatabase, makeTestAccount, makeTestAuthority, testNow } from '../../../test/kit.ts'
import { startSmtpServer, textsOf } from '../../../test/smtp-kit.ts'
import type { Reaction, SmtpBehaviour } from '../../../test/smtp-kit.ts'
import { getMail, listMails, oneTimeLink, queueMail, retryMail } from './mail.ts'
import { sendDueMails } from './sender.ts'
import type { SenderOptions } from './sender.ts'
import { createMailer } from './smtp.ts'

const database = await createTestDatabase()
const { app } = database
const authority = await makeTestAuthority(database)
const { organisationId } = authority
const userId = await makeTestAccount(database, organisationId, 'staff')

let count = 0
/** Writes a mail with a link into the outbox; returns its key. */
async function queue(part: Partial<Parameters<typeof queueMail>[1]> = {}, at = testNow): Promise<string> {
  const key = part.key ?? `test.${++count}`
  await inWork(
    app.db,
    programActor(organisationId, 'test'),
    work =>
      queueMail(work, {
        key,
        kind: 'invitation',
        userId,
        recipient: 'tre@agency.example',
        recipientName: 'Tre',
        language: 'vi',
        letter: { subject: 'Tài khoản', parts: [{ action: { label: 'Mở', href: oneTimeLink } }], footer: 'Hết' },
        ...part,
      }),
    at,
  )
  return key
}

const minute = 60_000
const later = (minutes: number): Date => new Date(testNow.getTime() + minutes * minute)
const administrator = { roles: ['administrator'] as const }
const list = () => authority.as(administrator, work => listMails(work, { limit: 200 }, true))
const stateOf = async (key: string) => {
  const [row] = await database.asOwner('select status, fault, attempts, answer from mail where key = $1', [key])
  return row
}
const verbsOf = async (key: string): Promise<string[]> =>
  (
    await database.asOwner<{ verb: string }>(
      'select verb from ledger_line join mail on mail.id = record_id where key = $1 order by ledger_line.id',
      [key],
    )
  ).map(line => line.verb)

/** A mail server, and what sends through it at an instant. */
async function startPost(behaviour: SmtpBehaviour = {}, part: Partial<SenderOptions> = {}) {
  const server = await startSmtpServer(behaviour)
  const mailer = createMailer(server.settings)
  const send = (at = testNow) =>
    sendDueMails({
      connection: app,
      mailer,
      makeLink: async () => 'https://luytre.example/set-password#secret',
      countMail: () => {},
      now: () => at,
      ...part,
    })
  return { ...server, send, mailer }
}

test('a mail goes out once, with its link, which is in no table', async () => {
  const post = await startPost()
  const key = await queue()
  expect(await queue({ key }), 'the same again').toBe(key)
  expect(await post.send()).toBe(1)
  expect(await post.send(later(60))).toBe(0)
  expect(post.received).toHaveLength(1)
  for (const text of textsOf(post.received[0]!)) expect(text).toContain('https://luytre.example/set-password#secret')
  expect(await stateOf(key)).toMatchObject({ status: 'sent', fault: null, attempts: 1 })
  expect(await verbsOf(key)).toEqual(['mail.queued', 'mail.sent'])
  const [{ found }] = (await database.asOwner<{ found: number }>(
    `select count(*)::int as found from mail where mail::text like '%secret%'`,
  )) as [{ found: number }]
  expect(found).toBe(0)
})

test('the administrator reads the outbox, and a mail without its link', async () => {
  const key = await queue({ recipient: 'waits@agency.example' })
  const { mails, state, waiting } = await list()
  expect({ state, waiting }).toEqual({ state: 'on', waiting: 1 })
  const row = mails.find(mail => mail.recipient === 'waits@agency.example')!
  expect(row).toMatchObject({ status: 'waiting', subject: 'Tài khoản', attempts: 0 })
  const { text } = await authority.as(administrator, work => getMail(work, row.id))
  expect(text).toBe('Mở:\n[one-time-link]\n\n-- \nHết\n')
  await (await startPost()).send()
  expect(await stateOf(key)).toMatchObject({ status: 'sent' })
})

test('a server that puts it off is asked again, later and later, and in the end not any more', async () => {
  let reaction: Reaction | undefined = { code: 451, text: 'Greylisted' }
  const post = await startPost({ onRecipient: () => reaction })
  const patient = await queue()
  expect(await post.send()).toBe(1)
  expect(await stateOf(patient)).toMatchObject({ status: 'waiting', attempts: 1, answer: '451 Greylisted' })
  expect(await post.send(later(0.5)), 'not before its time').toBe(0)
  reaction = undefined
  expect(await post.send(later(1))).toBe(1)
  expect(await stateOf(patient)).toMatchObject({ status: 'sent', attempts: 2 })
  expect(await verbsOf(patient)).toEqual(['mail.queued', 'mail.sent'])

  reaction = { code: 451, text: 'Greylisted' }
  const impatient = await queue()
  for (let day = 0; day < 10; day++) await post.send(later(day * 1440))
  expect(await stateOf(impatient)).toMatchObject({ status: 'failed', fault: 'given-up', attempts: 9 })
  expect(post.received).toHaveLength(1)
})

test('an address that does not exist is not asked again, until somebody wants it', async () => {
  let reaction: Reaction | undefined = { code: 550, text: 'No such mailbox' }
  const post = await startPost({ onRecipient: () => reaction })
  const key = await queue()
  await post.send()
  await post.send(later(10_000))
  expect(await stateOf(key)).toMatchObject({ status: 'failed', fault: 'refused', attempts: 1, answer: '550 No such mailbox' })
  reaction = undefined
  const { mails } = await list()
  const failed = mails.find(mail => mail.status === 'failed' && mail.fault === 'refused')!
  await authority.as(administrator, work => retryMail(work, failed.id, failed.version))
  await post.send(later(1))
  expect(await stateOf(key)).toMatchObject({ status: 'sent' })
  expect(await verbsOf(key)).toEqual(['mail.queued', 'mail.failed', 'mail.retried', 'mail.sent'])
  const sent = await authority.as(administrator, work => getMail(work, failed.id))
  await expect(authority.as(administrator, work => retryMail(work, sent.id, sent.version))).rejects.toMatchObject({
    code: 'mail.not-failed',
  })
})

test('whoever is cut off after the text has perhaps sent it, and does not do so again', async () => {
  const post = await startPost({ onText: () => 'cut' })
  const key = await queue()
  await post.send()
  await post.send(later(10_000))
  expect(await stateOf(key)).toMatchObject({ status: 'failed', fault: 'outcome-unknown', attempts: 1 })
})

test('whoever dies in the midst of sending leaves a mail that is shown, and goes out no second time', async () => {
  const post = await startPost()
  const key = await queue()
  const dying = { ...post.mailer, send: () => Promise.reject(new Error('killed')) }
  const dead = { connection: app, mailer: dying, makeLink: async () => 'x', countMail: () => {}, now: () => testNow }
  await expect(sendDueMails(dead)).rejects.toThrow('killed')
  expect(await stateOf(key)).toMatchObject({ status: 'sending' })
  await post.send(later(14))
  expect(await stateOf(key), 'it may still be at work').toMatchObject({ status: 'sending' })
  await post.send(later(16))
  expect(await stateOf(key)).toMatchObject({ status: 'failed', fault: 'outcome-unknown' })
  expect(post.received).toEqual([])
})

test('of several that send at once each mail goes out by one', async () => {
  const post = await startPost()
  const keys = await Promise.all(Array.from({ length: 30 }, () => queue()))
  await Promise.all([post.send(), post.send(), post.send(), post.send()])
  expect(post.received).toHaveLength(30)
  for (const key of keys) expect(await stateOf(key)).toMatchObject({ status: 'sent', attempts: 1 })
})

test('whoever is told to stop ends the mail at hand and begins no other', async () => {
  const stopping = new AbortController()
  const post = await startPost({}, { signal: stopping.signal, countMail: () => stopping.abort() })
  const keys = [await queue(), await queue()]
  expect(await post.send()).toBe(1)
  expect((await Promise.all(keys.map(stateOf))).map(state => String(state!['status'])).toSorted()).toEqual(['sent', 'waiting'])
  await (await startPost()).send()
})

test('a mail server that is not reached uses up the attempt of one mail alone', async () => {
  const away = createMailer({ url: 'smtp://127.0.0.1:1', tls: 'off', caFile: undefined, from: { name: '', address: 'a@b.example' } })
  const post = await startPost({}, { mailer: away })
  const keys = [await queue(), await queue(), await queue()]
  expect(await post.send()).toBe(1)
  expect((await Promise.all(keys.map(stateOf))).map(state => String(state!['attempts'])).toSorted()).toEqual(['0', '0', '1'])
  await (await startPost()).send(later(1))
})

describe('what is not sent', () => {
  test.each([
    ['to an address that exists nowhere', { recipient: 'a@demo.invalid' }, { status: 'failed', fault: 'address-invalid' }],
    ['to what is no address', { recipient: 'a@b.example\r\nRCPT TO:<c@d.example>' }, { status: 'failed', fault: 'address-invalid' }],
    ['too late', { notAfter: new Date(testNow.getTime() - 1) }, { status: 'cancelled', fault: 'too-late' }],
  ])('%s', async (_what, part, ending) => {
    const post = await startPost()
    const key = await queue(part)
    await post.send()
    expect(await stateOf(key)).toMatchObject(ending)
    expect(post.received).toEqual([])
  })

  test('a link that the account may not have any more', async () => {
    const post = await startPost({}, { makeLink: async () => undefined })
    const key = await queue()
    await post.send()
    expect(await stateOf(key)).toMatchObject({ status: 'cancelled', fault: 'no-longer-wanted' })
    expect(post.received).toEqual([])
  })

  test('anything of a demonstration', async () => {
    const post = await startPost()
    const key = await queue()
    await database.asOwner('update organisation set is_demo = true')
    expect(await post.send()).toBe(0)
    expect((await list()).state).toBe('demo')
    await database.asOwner('update organisation set is_demo = false')
    expect(await stateOf(key)).toMatchObject({ status: 'waiting' })
  })
})
