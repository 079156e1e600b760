import { randomUUID } from 'node:crypto'

// A client as a browser would be: one session, requests with keys, and a list of what was acknowledged.

export interface Session {
  url: string
  cookie: string
}

export interface Answer {
  status: number
  body: Record<string, unknown>
  cookie: string | undefined
}

export async function send(
  session: Session,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const isRaw = body instanceof Uint8Array
  const response = await fetch(`${session.url}/api/v1${path}`, {
    method,
    headers: {
      origin: session.url,
      cookie: session.cookie,
      ...(body === undefined ? {} : { 'content-type': isRaw ? 'text/csv' : 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: isRaw ? (body as Uint8Array<ArrayBuffer>) : JSON.stringify(body) }),
    signal: AbortSignal.timeout(20_000),
  })
  const text = await response.text()
  const cookie = response.headers
    .getSetCookie()
    .find(value => value.startsWith('luytre_session='))
    ?.split(';')[0]
  // The token changes every quarter of an hour; a browser follows.
  if (cookie) session.cookie = cookie
  return {
    status: response.status,
    body: text ? (JSON.parse(text) as Record<string, unknown>) : {},
    cookie,
  }
}

/** Makes the authority by its one-time link; returns the administrator's session. */
export async function setUp(url: string, firstLink: string): Promise<Session> {
  const answer = await send({ url, cookie: '' }, 'POST', '/setup', {
    token: firstLink.split('#')[1],
    organisationName: { en: 'Authority of the crash test' },
    timeZone: 'Asia/Ho_Chi_Minh',
    halfYearStartMonth: 1,
    name: 'Administrator',
    email: 'administrator@test.invalid',
    language: 'en',
    password: 'bamboo grows stem by stem',
  })
  if (answer.status !== 200 || !answer.cookie) throw new Error(`set-up: ${answer.status} ${JSON.stringify(answer.body)}`)
  return { url, cookie: answer.cookie }
}

export interface Acknowledged {
  id: string
  code: string
}

/** What a writer asked for without getting an answer: it may or may not have happened, but never twice. */
export interface Unanswered {
  key: string
  code: string
}

export interface Writer {
  acknowledged: Acknowledged[]
  unanswered: Unanswered[]
  /** Requests that the server took for a mistake of the caller: there is none to be made here. */
  refused: string[]
  /** Sends until `isOver`, one unit at a time, each under a key of its own. */
  run(session: Session, isOver: () => boolean): Promise<void>
}

export function createWriter(name: string): Writer {
  let next = 0
  const acknowledged: Acknowledged[] = []
  const unanswered: Unanswered[] = []
  const refused: string[] = []
  const write = async (session: Session, { key, code }: Unanswered): Promise<boolean> => {
    try {
      const answer = await send(
        session,
        'POST',
        '/units',
        { code, name: { en: `Unit ${code}` }, parentId: null },
        { 'idempotency-key': key },
      )
      if (answer.status >= 400 && answer.status < 500) refused.push(`${code}: ${answer.status} ${JSON.stringify(answer.body)}`)
      if (answer.status !== 200) return false
      acknowledged.push({ id: String(answer.body['id']), code })
      return true
    } catch {
      return false // the connection broke: nobody knows
    }
  }
  return {
    acknowledged,
    unanswered,
    refused,
    async run(session, isOver) {
      // What had no answer before the crash is sent again under its key: it must lead to one unit, not to two.
      for (const request of unanswered.splice(0)) if (!(await write(session, request))) unanswered.push(request)
      while (!isOver()) {
        const request = { key: randomUUID(), code: `${name}-${next++}` }
        if (!(await write(session, request))) unanswered.push(request)
      }
    },
  }
}
