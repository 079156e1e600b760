import { readFileSync } from 'node:fs'
import { Readable } from 'node:stream'
import { rootCertificates } from 'node:tls'
import MailComposer from 'nodemailer/lib/mail-composer'
import SMTPConnection from 'nodemailer/lib/smtp-connection'
import { headerText } from './address.ts'
import type { Mailbox } from './address.ts'

// One mail to one recipient over SMTP, and how it ended. What matters is whether the other server may have taken it: once
// the whole text was handed over and no answer came, it may have, and the mail is not sent again by itself.

export interface SmtpSettings {
  /** `smtp:` with STARTTLS, or `smtps:` with TLS from the first byte; user and password in the address. */
  url: string
  tls: 'required' | 'if-offered' | 'off'
  /** File of certificate authorities (PEM) beside those that are known. */
  caFile: string | undefined
  from: Mailbox
  /** How long each step may take; tests hand in less. */
  timeoutMs?: number
}

export interface Message {
  /** Stable over attempts: a server that has it already can tell. */
  id: string
  to: Mailbox
  subject: string
  text: string
  html: string
  at: Date
}

/** `later`: not now. `refused`: never. `unknown`: it may have been taken. `answer` is what the other side said. */
export interface Outcome {
  is: 'accepted' | 'later' | 'refused' | 'unknown'
  /** Whether the other server would hear of a mail at all: greeting and sign-in went well. */
  isReached: boolean
  answer: string
}

export interface Mailer {
  send(message: Message): Promise<Outcome>
}

const maxAnswerLength = 500

interface SmtpFailure {
  message: string
  code?: string
  response?: string
  responseCode?: number
}

export function createMailer(settings: SmtpSettings): Mailer {
  const { from } = settings
  const domain = from.address.split('@')[1]!
  // Whoever starts the server hears of a file that cannot be read; no mail waits for it to be found out.
  const authorities = settings.caFile === undefined ? undefined : [...rootCertificates, readFileSync(settings.caFile, 'utf8')]

  return {
    async send(message) {
      const raw = await compose(message, from, domain)
      let isHandedOver = false
      // Read only when the other server has asked for the text, so that its end tells where a lost connection was lost.
      const text = Readable.from(
        (function* () {
          yield raw
          isHandedOver = true
        })(),
      )
      let isReached = false
      let connection: SMTPConnection | undefined
      try {
        const opened = open(settings, authorities)
        connection = opened.connection
        await Promise.race([opened.failed, connect(connection, settings)])
        isReached = true
        const envelope = { from: from.address, to: [message.to.address] }
        const { response } = await Promise.race([opened.failed, send(connection, envelope, text)])
        connection.quit()
        return { is: 'accepted', isReached, answer: clip(response) }
      } catch (error) {
        connection?.close()
        return { ...outcomeOf(error as SmtpFailure, isHandedOver), isReached }
      }
    },
  }
}

/** No file and no address is fetched for a mail, whatever is in it. */
const compose = (message: Message, from: Mailbox, domain: string): Promise<Buffer> =>
  new MailComposer({
    from,
    to: { name: headerText(message.to.name), address: message.to.address },
    subject: headerText(message.subject),
    messageId: `<${message.id}@${domain}>`,
    date: message.at,
    // RFC 3834 §5: no notice of absence answers to it.
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
    text: message.text,
    html: message.html,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
    .compile()
    .build()

/** A connection that is not made yet, and what rejects when it is lost or takes too long as a whole. */
function open(settings: SmtpSettings, authorities: string[] | undefined): { connection: SMTPConnection; failed: Promise<never> } {
  const url = new URL(settings.url)
  const isSecure = url.protocol === 'smtps:'
  const timeoutMs = settings.timeoutMs ?? 30_000
  const connection = new SMTPConnection({
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port ? Number(url.port) : isSecure ? 465 : 587,
    secure: isSecure,
    requireTLS: !isSecure && settings.tls === 'required',
    ignoreTLS: settings.tls === 'off',
    tls: { minVersion: 'TLSv1.2', ...(authorities ? { ca: authorities } : {}) },
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    dnsTimeout: timeoutMs,
    socketTimeout: timeoutMs,
  })
  const failed = new Promise<never>((_, reject) => {
    // Whoever answers a byte at a time is never silent for long.
    const deadline = setTimeout(() => reject(new Error('the mail server took too long')), timeoutMs * 4)
    connection.on('error', reject)
    connection.once('end', () => {
      clearTimeout(deadline)
      reject(new Error('the connection was closed'))
    })
  })
  // After the last step nobody waits for it any more.
  failed.catch(() => {})
  return { connection, failed }
}

function connect(connection: SMTPConnection, { url }: SmtpSettings): Promise<void> {
  const { username, password } = new URL(url)
  return new Promise((resolve, reject) => {
    connection.connect(error => {
      if (error) return reject(error)
      if (!username) return resolve()
      const credentials = { user: decodeURIComponent(username), pass: decodeURIComponent(password) }
      connection.login({ credentials }, refused => (refused ? reject(refused) : resolve()))
    })
  })
}

const send = (connection: SMTPConnection, envelope: { from: string; to: string[] }, text: Readable): Promise<{ response: string }> =>
  new Promise((resolve, reject) => connection.send(envelope, text, (error, sent) => (error ? reject(error) : resolve(sent))))

function outcomeOf(failure: SmtpFailure, isHandedOver: boolean): Pick<Outcome, 'is' | 'answer'> {
  const answer = clip(failure.response ?? failure.message)
  const { code, responseCode } = failure
  // RFC 5321 §4.2.1: 5yz is for good. Only what is said of this mail counts: a server that turns us away altogether
  // (greeting, sign-in) says nothing about the recipient.
  if (responseCode && responseCode >= 500 && (code === 'EENVELOPE' || code === 'EMESSAGE')) return { is: 'refused', answer }
  if (responseCode && responseCode >= 400) return { is: 'later', answer }
  return { is: isHandedOver ? 'unknown' : 'later', answer }
}

const clip = (text: string): string => headerText(text, maxAnswerLength)
