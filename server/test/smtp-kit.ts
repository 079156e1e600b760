import { readFileSync } from 'node:fs'
import type { AddressInfo, Socket } from 'node:net'
import { onTestFinished } from 'vitest'
import { SMTPServer } from 'smtp-server'
import type { SmtpSettings } from '#platform/mail/smtp.ts'

// A mail server on this machine that behaves as a test needs it: takes mails, puts them off, refuses them, is silent, or
// cuts the line.

const fixture = (name: string): URL => new URL(`fixtures/smtp/${name}`, import.meta.url)
const certificateFile = fixture('certificate.pem').pathname

export interface ReceivedMail {
  from: string
  to: string[]
  /** As it came over the line. */
  raw: string
  isSecure: boolean
}

/** What it answers at a step instead of taking the mail. `cut` ends the connection without a word. */
export type Reaction = { code: number; text: string } | 'cut'

export interface SmtpBehaviour {
  tls?: 'starttls' | 'implicit' | 'none'
  /** User and password that it asks for. */
  login?: { user: string; password: string }
  /** Answers every connection with silence. */
  isSilent?: boolean
  /** Called for each recipient and each text; undefined takes it. */
  onRecipient?: (address: string) => Reaction | undefined
  onText?: () => Reaction | undefined
}

export interface TestSmtpServer {
  settings: SmtpSettings
  received: ReceivedMail[]
}

const refusal = ({ code, text }: { code: number; text: string }): Error => Object.assign(new Error(text), { responseCode: code })

/** Starts a mail server for the running test. */
export async function startSmtpServer(behaviour: SmtpBehaviour = {}): Promise<TestSmtpServer> {
  const { stop, ...server } = await openSmtpServer(behaviour)
  onTestFinished(stop)
  return server
}

/** Starts a mail server; whoever starts it stops it. */
export async function openSmtpServer(behaviour: SmtpBehaviour = {}): Promise<TestSmtpServer & { stop: () => Promise<void> }> {
  const { tls = 'none', login, isSilent, onRecipient, onText } = behaviour
  const received: ReceivedMail[] = []
  const sockets = new Set<Socket>()
  const cut = (): void => sockets.forEach(socket => socket.destroy())
  const react = (reaction: Reaction | undefined, take: (error?: Error) => void): void => {
    if (reaction === 'cut') cut()
    else take(reaction && refusal(reaction))
  }
  const server = new SMTPServer({
    secure: tls === 'implicit',
    key: readFileSync(fixture('key.pem')),
    cert: readFileSync(fixture('certificate.pem')),
    disabledCommands: tls === 'starttls' ? [] : ['STARTTLS'],
    authOptional: !login,
    allowInsecureAuth: true,
    disableReverseLookup: true,
    closeTimeout: 500,
    onConnect: (_session, done) => (isSilent ? undefined : done()),
    onAuth: ({ username, password }, _session, done) =>
      username === login?.user && password === login?.password
        ? done(null, { user: username })
        : done(refusal({ code: 535, text: 'Authentication failed' })),
    onRcptTo: ({ address }, _session, done) => react(onRecipient?.(address), done),
    onData: (stream, session, done) => {
      const parts: Buffer[] = []
      stream.on('data', (part: Buffer) => parts.push(part))
      stream.on('end', () => {
        const reaction = onText?.()
        if (reaction === undefined) {
          const { mailFrom, rcptTo } = session.envelope
          received.push({
            from: mailFrom ? mailFrom.address : '',
            to: rcptTo.map(one => one.address),
            raw: Buffer.concat(parts).toString('utf8'),
            isSecure: session.secure,
          })
        }
        react(reaction, done)
      })
    },
  })
  // Lost connections are what some tests are about.
  server.on('error', () => {})
  // Under TLS the socket belongs to the encryption: to destroy it from outside takes the whole process with it.
  if (tls === 'none') {
    server.server.on('connection', (socket: Socket) => {
      sockets.add(socket)
      socket.once('close', () => sockets.delete(socket))
    })
  }
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.server.address() as AddressInfo
  const credentials = login ? `${login.user}:${encodeURIComponent(login.password)}@` : ''
  return {
    received,
    stop: async () => {
      cut()
      await new Promise<void>(resolve => server.close(() => resolve()))
    },
    settings: {
      url: `${tls === 'implicit' ? 'smtps' : 'smtp'}://${credentials}127.0.0.1:${port}`,
      tls: tls === 'none' ? 'off' : 'required',
      caFile: tls === 'none' ? undefined : certificateFile,
      from: { name: 'Lũy Tre', address: 'luytre@authority.example' },
      // Tests of silence wait for it once.
      timeoutMs: 2000,
    },
  }
}

/** The texts of a mail's parts, decoded: plain first. */
export function textsOf({ raw }: ReceivedMail): string[] {
  const boundary = /boundary="([^"]+)"/.exec(raw)![1]!
  return raw
    .split(`--${boundary}`)
    .slice(1, -1)
    .map(part => {
      const [head, ...body] = part.split('\r\n\r\n')
      const text = body.join('\r\n\r\n')
      if (/base64/i.test(head!)) return Buffer.from(text, 'base64').toString('utf8')
      const bytes = text
        .replaceAll(/=\r\n/g, '')
        .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
      return Buffer.from(bytes, 'latin1').toString('utf8')
    })
}
