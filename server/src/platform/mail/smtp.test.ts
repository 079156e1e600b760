import { describe, expect, test } from 'vitest'
import { startSmtpServer, textsOf } from '../../../test/smtp-kit.ts'
import type { Reaction } from '../../../test/smtp-kit.ts'
import { createMailer } from './smtp.ts'
import type { Message } from './smtp.ts'

const message: Message = {
  id: '0190aaaa-0000-7000-8000-000000000001',
  to: { name: 'Nguyễn Thị Ễnh', address: 'enh@agency.example' },
  subject: 'Kế hoạch phát triển chờ đồng ý',
  text: 'Kính gửi Nguyễn Thị Ễnh,\n\nMột kế hoạch đang chờ.\n',
  html: '<p>Kính gửi Nguyễn Thị Ễnh,</p>',
  at: new Date('2026-11-22T03:00:00Z'),
}

test('a mail arrives as text and as HTML, in the letters that it was written in', async () => {
  const server = await startSmtpServer()
  expect(await createMailer(server.settings).send(message)).toMatchObject({ is: 'accepted' })
  const [mail] = server.received
  expect(mail).toMatchObject({ from: 'luytre@authority.example', to: ['enh@agency.example'] })
  expect(textsOf(mail!)).toEqual([
    expect.stringContaining('Một kế hoạch đang chờ.'),
    expect.stringContaining('<p>Kính gửi Nguyễn Thị Ễnh,</p>'),
  ])
  expect(mail!.raw).toContain(`Message-ID: <${message.id}@authority.example>`)
  expect(mail!.raw).toContain('Auto-Submitted: auto-generated')
})

test.each([
  ['a name', { to: { name: 'Tre\r\nBcc: evil@evil.example\r\n\r\nText', address: 'enh@agency.example' } }],
  ['a name with quotes', { to: { name: 'Tre" <evil@evil.example>, "x', address: 'enh@agency.example' } }],
  ['a subject', { subject: 'Tre\r\nBcc: evil@evil.example\nX-Evil: 1' }],
  ['a subject with other line ends', { subject: 'Tre\u2028Bcc: evil@evil.example\u0085X-Evil: 1\rY-Evil: 1' }],
])('%s adds neither header nor recipient', async (_what, part) => {
  const server = await startSmtpServer()
  expect(await createMailer(server.settings).send({ ...message, ...part })).toMatchObject({ is: 'accepted' })
  const [mail] = server.received
  const head = mail!.raw.split('\r\n\r\n')[0]!
  const names = head.split('\r\n').flatMap(line => (/^\s/.test(line) ? [] : [line.slice(0, line.indexOf(':')).toLowerCase()]))
  expect(names.toSorted()).toEqual(
    [
      'from',
      'to',
      'subject',
      'message-id',
      'date',
      'auto-submitted',
      'x-auto-response-suppress',
      'mime-version',
      'content-type',
    ].toSorted(),
  )
  expect(mail!.to).toEqual(['enh@agency.example'])
})

describe('how it ends when the mail is not taken', () => {
  const busy: Reaction = { code: 451, text: '4.7.1 Greylisted, come again' }
  const gone: Reaction = { code: 550, text: '5.1.1 No such mailbox' }
  test.each([
    ['put off at the recipient', { onRecipient: () => busy }, 'later', '451 4.7.1 Greylisted, come again'],
    ['put off after the text', { onText: () => busy }, 'later', '451 4.7.1 Greylisted, come again'],
    ['no such mailbox', { onRecipient: () => gone }, 'refused', '550 5.1.1 No such mailbox'],
    ['refused after the text', { onText: () => ({ code: 554, text: '5.7.1 Not wanted' }) }, 'refused', '554 5.7.1 Not wanted'],
    ['cut before the text', { onRecipient: () => 'cut' as const }, 'later', ''],
    ['cut after the text, without an answer', { onText: () => 'cut' as const }, 'unknown', ''],
    ['silence', { isSilent: true }, 'later', ''],
  ])('%s', async (_what, behaviour, outcome, answer) => {
    const { settings, received } = await startSmtpServer(behaviour)
    const result = await createMailer(settings).send(message)
    expect(result).toMatchObject({ is: outcome, answer: expect.stringContaining(answer) })
    expect(result.answer).not.toBe('')
    expect(received).toEqual([])
  })

  test('nobody answers at the address', async () => {
    const mailer = createMailer({
      url: 'smtp://127.0.0.1:1',
      tls: 'off',
      caFile: undefined,
      from: { name: '', address: 'a@authority.example' },
    })
    expect(await mailer.send(message)).toMatchObject({ is: 'later', isReached: false })
  })
})

describe('TLS', () => {
  test.each(['starttls', 'implicit'] as const)('%s, with a certificate that is known', async tls => {
    const server = await startSmtpServer({ tls, login: { user: 'luytre', password: 'p@ss/word' } })
    expect(await createMailer(server.settings).send(message)).toMatchObject({ is: 'accepted' })
    expect(server.received[0]!.isSecure).toBe(true)
  })

  test.each(['starttls', 'implicit'] as const)('%s, with one that nobody knows, takes nothing', async tls => {
    const { settings, received } = await startSmtpServer({ tls })
    expect(await createMailer({ ...settings, caFile: undefined }).send(message)).toMatchObject({ is: 'later' })
    expect(received).toEqual([])
  })

  test('a file of authorities that cannot be read is told to whoever starts, not to a mail', async () => {
    const { settings } = await startSmtpServer()
    expect(() => createMailer({ ...settings, caFile: '/nowhere/authorities.pem' })).toThrow('/nowhere/authorities.pem')
  })

  test('a server without it gets nothing where it is required', async () => {
    const { settings, received } = await startSmtpServer()
    expect(await createMailer({ ...settings, tls: 'required' }).send(message)).toMatchObject({ is: 'later' })
    expect(received).toEqual([])
  })
})

test('a wrong password says nothing about the recipient', async () => {
  const { settings } = await startSmtpServer({ tls: 'starttls', login: { user: 'luytre', password: 'right' } })
  const result = await createMailer({ ...settings, url: settings.url.replace('right', 'wrong') }).send(message)
  expect(result).toEqual({ is: 'later', isReached: false, answer: expect.stringContaining('535') })
})
