import { v7 as uuidv7 } from 'uuid'
import { sql } from 'kysely'
import { inSystemWork, inWork } from '#platform/database/connection.ts'
import type { Connection } from '#platform/database/connection.ts'
import type { Actor, Db, Work } from '#platform/database/work.ts'
import { Problem, invalid } from '#platform/http/problem.ts'
import type { Language } from '#platform/i18n/languages.ts'
import type { Translated } from '#platform/i18n/translated.ts'
import { recordChange } from '#platform/ledger/ledger.ts'
import { dayIn } from '#platform/organisations/half-years.ts'
import { createAuthority, findAuthority, getOrganisation, getTimeZone, programActor } from '#platform/organisations/organisations.ts'
import { permissions, scopeOf } from '#platform/permissions/permissions.ts'
import type { Role } from '#platform/permissions/permissions.ts'
import type { Me } from './identity.api.ts'
import { addAccount, createAccount } from './accounts.ts'
import * as store from './identity.store.ts'
import { isGuessable } from './guessable.ts'
import type { Chooser } from './guessable.ts'
import { hashPassword, verifyPassword } from './passwords.ts'
import { endSessions, makeToken, startSession } from './sessions.ts'

// A lock grows with the failures after the fifth: 1, 2, 4 … at most 60 minutes. It slows guessing down without letting
// somebody else lock a person out for a day.
const attemptsBeforeLock = 5
const longestLockMs = 60 * 60_000
const lockMs = (failures: number): number => Math.min(60_000 * 2 ** (failures - attemptsBeforeLock), longestLockMs)

const firstLinkLifeMs = 3_600_000

/** Where somebody who is not signed in yet comes from. */
export interface Caller {
  origin: string
  userAgent: string
  now: Date
}

/** Who is acting, with what the navigation shows. */
export async function describeMe(work: Work): Promise<Me> {
  const { actor } = work
  const account = await store.getOwnAccount(work)
  const { name } = await getOrganisation(work)
  const held = permissions.flatMap(permission => {
    const scope = scopeOf(permission, actor.roles)
    return scope ? [[permission, scope] as const] : []
  })
  return {
    userId: actor.userId!,
    personId: actor.personId,
    name: account.displayName,
    email: account.email,
    language: account.language,
    roles: [...actor.roles],
    permissions: Object.fromEntries(held),
    organisation: { id: actor.organisationId, name, timeZone: account.timeZone, isDemo: account.isDemo },
  }
}

const needsAuthority = async (system: Db): Promise<boolean> => (await findAuthority(system)) === undefined

export const findSetupState = ({ db }: Connection): Promise<'done' | 'needs-first-administrator'> =>
  inSystemWork(db, async system => ((await needsAuthority(system)) ? 'needs-first-administrator' : 'done'))

const actorOf = (userId: string, organisationId: string, personId: string | null, role: Role, origin: string): Actor => ({
  userId,
  organisationId,
  personId,
  roles: [role],
  reportIds: [],
  origin,
})

interface OpenAccount {
  id: string
  personId: string | null
  organisationId: string
  timeZone: string
}

const wrongCredentials = (): Problem => new Problem(401, 'session.wrong-credentials')

/** Undefined for an account without a membership today. */
async function openSession(system: Db, account: OpenAccount, caller: Caller): Promise<{ token: string; actor: Actor } | undefined> {
  const membership = await store.findMembership(system, account.id, dayIn(account.timeZone, caller.now))
  if (!membership) return undefined
  const token = await startSession(system, {
    userId: account.id,
    membershipId: membership.id,
    organisationId: membership.organisationId,
    ...caller,
  })
  return { token, actor: actorOf(account.id, membership.organisationId, account.personId, membership.role as Role, caller.origin) }
}

/** Runs what follows in the same transaction for the organisation of `actor`, no longer for the system. */
export async function actingAs<T>(system: Work['db'], actor: Actor, now: Date, run: (work: Work) => Promise<T>): Promise<T> {
  await sql`select set_config('luytre.system', '', true), set_config('luytre.actor', ${actor.userId ?? ''}, true), set_config('luytre.organisation', ${actor.organisationId}, true)`.execute(
    system,
  )
  return run({ db: system, actor, now })
}

/** Keeps a line of an attempt that was refused. */
const recordRefusal = (
  system: Work['db'],
  account: Pick<CountedAccount, 'id' | 'status'>,
  caller: Caller,
  actor: Actor,
  state: { failures: number; lockedUntil: Date | null; isLocked: boolean },
): Promise<void> =>
  actingAs(system, actor, caller.now, work =>
    recordChange(work, {
      verb: 'session.refused',
      recordType: 'account',
      recordId: account.id,
      after: { ...state, status: account.status },
    }),
  )

/** Counts a wrong password and keeps a line of it; from the fifth on the account is locked for a while. */
async function countFailure(system: Work['db'], account: CountedAccount, caller: Caller, actor: Actor): Promise<void> {
  const isLocked = account.lockedUntil !== null && account.lockedUntil > caller.now
  // Guessing on while it is locked makes the lock no longer: nobody is kept out by somebody else's guesses.
  const failures = isLocked ? account.failedAttempts : account.failedAttempts + 1
  const lockedUntil = isLocked
    ? account.lockedUntil
    : failures >= attemptsBeforeLock
      ? new Date(caller.now.getTime() + lockMs(failures))
      : null
  if (!isLocked) await store.setFailedAttempts(system, account.id, failures, lockedUntil)
  await recordRefusal(system, account, caller, actor, { failures, lockedUntil, isLocked })
}

interface CountedAccount {
  id: string
  organisationId: string
  status: string
  failedAttempts: number
  lockedUntil: Date | null
}

/** How an attempt to sign in ended; `locked` whatever the password was. Told to the metrics, not to the caller. */
export type SignInOutcome = 'accepted' | 'refused' | 'locked'

/**
 * Signs in. A wrong password, an unknown address and a locked account answer alike and take as long; every attempt on an
 * account is kept. The password is verified before a row is locked: attempts on one account do not queue up, so their
 * time says nothing about who exists.
 */
export async function signIn(
  connection: Connection,
  credentials: { email: string; password: string },
  caller: Caller,
  count: (outcome: SignInOutcome) => void,
): Promise<{ token: string }> {
  const known = await inSystemWork(connection.db, system => store.findAccountByEmail(system, credentials.email))
  const isRight = await verifyPassword(known?.passwordHash ?? null, credentials.password)
  const opened = await inSystemWork(connection.db, async system => {
    const account = known && (await store.holdAccount(system, known.id))
    if (!account) return 'refused'
    const nobody = programActor(account.organisationId, caller.origin)
    const isLocked = account.lockedUntil !== null && account.lockedUntil > caller.now
    const state = { failures: account.failedAttempts, lockedUntil: account.lockedUntil, isLocked }
    if (account.status !== 'active') {
      await recordRefusal(system, account, caller, nobody, state)
      return 'refused'
    }
    // Verified against a password that was changed meanwhile counts as wrong.
    if (!isRight || isLocked || account.passwordHash !== known.passwordHash) {
      await countFailure(system, account, caller, nobody)
      return isLocked ? 'locked' : 'refused'
    }
    if (account.failedAttempts > 0) await store.setFailedAttempts(system, account.id, 0, null)
    const session = await openSession(system, { ...account, timeZone: await getTimeZone(system, account.organisationId) }, caller)
    // Without a membership today nobody can act, however right the password is.
    if (!session) {
      await recordRefusal(system, account, caller, nobody, { ...state, failures: 0, lockedUntil: null })
      return 'refused'
    }
    await actingAs(system, session.actor, caller.now, work =>
      recordChange(work, { verb: 'session.started', recordType: 'account', recordId: account.id }),
    )
    return { token: session.token }
  })
  count(typeof opened === 'string' ? opened : 'accepted')
  // Thrown behind the transaction: what was counted in it stays.
  if (typeof opened === 'string') throw wrongCredentials()
  return opened
}

export async function signOut(connection: Connection, actor: Actor, token: string, now: Date): Promise<void> {
  await inSystemWork(connection.db, async system => {
    await endSessions(system, { token })
    await actingAs(system, actor, now, work =>
      recordChange(work, { verb: 'session.ended', recordType: 'account', recordId: actor.userId! }),
    )
  })
}

function refuseGuessable(password: string, chooser: Chooser, path: string): void {
  if (isGuessable(password, chooser)) throw invalid({ path, code: 'guessable-password' })
}

export interface SetUp {
  token: string
  organisationName: Translated
  timeZone: string
  halfYearStartMonth: 1 | 4
  name: string
  email: string
  language: Language
  password: string
}

/**
 * A name of the IANA database, also one that the runtime lists under an older spelling (Asia/Ho_Chi_Minh as Asia/Saigon,
 * which its list of supported values knows alone); no offset, which has no history.
 */
function isTimeZone(name: string): boolean {
  if (!/^(UTC|[A-Za-z_]+(\/[A-Za-z0-9_+-]+)+)$/.test(name)) return false
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: name }))
  } catch {
    return false
  }
}

/** Makes the authority and its first administrator, by the link that the server printed. */
export async function setUp(connection: Connection, input: SetUp, caller: Caller): Promise<{ token: string }> {
  const email = input.email.toLowerCase()
  if (!isTimeZone(input.timeZone)) throw invalid({ path: 'timeZone', code: 'unknown' })
  refuseGuessable(input.password, { email, name: input.name, organisation: input.organisationName }, 'password')
  const passwordHash = await hashPassword(input.password)
  return inSystemWork(connection.db, async system => {
    if (!(await needsAuthority(system))) throw new Problem(409, 'setup.already-done')
    if (!(await store.takeOneTimeLink(system, input.token, 'first-administrator', caller.now))) throw new Problem(403, 'link.invalid')
    const account = { id: uuidv7(), organisationId: uuidv7(), personId: null, timeZone: input.timeZone }
    const actor = actorOf(account.id, account.organisationId, null, 'administrator', caller.origin)
    const work = { db: system, actor, now: caller.now }
    await createAuthority(work, {
      name: input.organisationName,
      timeZone: input.timeZone,
      halfYearStartMonth: input.halfYearStartMonth,
      isDemo: false,
    })
    await addAccount(work, { ...account, email, displayName: input.name, language: input.language, role: 'administrator', passwordHash })
    const session = await openSession(system, account, caller)
    if (!session) throw new Error('setUp: the first administrator has no membership')
    return { token: session.token }
  })
}

/** Sets a password by a one-time link and signs in; every older session of the account ends. */
export async function setPasswordByLink(
  connection: Connection,
  input: { token: string; password: string },
  caller: Caller,
): Promise<{ token: string }> {
  const passwordHash = await hashPassword(input.password)
  return inSystemWork(connection.db, async system => {
    const link = await store.takeOneTimeLink(system, input.token, 'set-password', caller.now)
    const account = link?.userId ? await store.holdAccount(system, link.userId) : undefined
    if (!account || account.status === 'disabled') throw new Problem(403, 'link.invalid')
    refuseGuessable(input.password, await store.getChooser(system, account), 'password')
    await store.setPasswordHash(system, account.id, passwordHash)
    await endSessions(system, { userId: account.id })
    const opened = await openSession(system, { ...account, timeZone: await getTimeZone(system, account.organisationId) }, caller)
    if (!opened) throw wrongCredentials()
    await actingAs(system, opened.actor, caller.now, work =>
      recordChange(work, { verb: 'account.password-set', recordType: 'account', recordId: account.id }),
    )
    return { token: opened.token }
  })
}

export async function changeMyPassword(
  connection: Connection,
  actor: Actor,
  input: { current: string; next: string },
  caller: Caller,
): Promise<{ token: string }> {
  const [known, chooser] = await inSystemWork(connection.db, async system => {
    const account = await store.getAccountById(system, actor.userId!)
    return [account, await store.getChooser(system, account)] as const
  })
  const isRight = await verifyPassword(known.passwordHash, input.current)
  if (isRight) refuseGuessable(input.next, chooser, 'next')
  const passwordHash = await hashPassword(input.next)
  const opened = await inSystemWork(connection.db, async system => {
    const account = await store.holdAccount(system, actor.userId!)
    if (!account || account.status !== 'active') throw new Problem(401, 'session.required')
    const isLocked = account.lockedUntil !== null && account.lockedUntil > caller.now
    // Whoever finds an open session guesses here no faster than at the door.
    if (!isRight || isLocked || account.passwordHash !== known.passwordHash) {
      await countFailure(system, account, caller, actor)
      return undefined
    }
    await store.setPasswordHash(system, account.id, passwordHash)
    await endSessions(system, { userId: account.id })
    const session = await openSession(system, { ...account, timeZone: await getTimeZone(system, account.organisationId) }, caller)
    if (!session) throw new Problem(401, 'session.required')
    await actingAs(system, actor, caller.now, work =>
      recordChange(work, { verb: 'account.password-changed', recordType: 'account', recordId: account.id }),
    )
    return { token: session.token }
  })
  if (!opened) throw invalid({ path: 'current', code: 'wrong-password' })
  return opened
}

export async function changeMyLanguage(work: Work, language: Language): Promise<Me> {
  const { language: before } = await store.getOwnAccount(work)
  if (before !== language) {
    await store.setOwnLanguage(work, language)
    await recordChange(work, {
      verb: 'account.language-changed',
      recordType: 'account',
      recordId: work.actor.userId!,
      before: { language: before },
      after: { language },
    })
  }
  return describeMe(work)
}

// The operator's own commands -----------------------------------------------------

/** The link that makes the first administrator; undefined when the authority exists. Older ones are void. */
export async function makeFirstLink(connection: Connection, publicUrl: string, now = new Date()): Promise<string | undefined> {
  return inSystemWork(connection.db, async system => {
    if (!(await needsAuthority(system))) return undefined
    const token = makeToken()
    await store.removeFirstLinks(system)
    await store.insertOneTimeLink(system, { token, purpose: 'first-administrator', userId: null, now, lifeMs: firstLinkLifeMs })
    return `${publicUrl}/setup#${token}`
  })
}

/** For an operator at the console who has locked everybody out: a new administrator, by one-time link. */
export async function createAdministrator(
  connection: Connection,
  input: { email: string; name: string; language: Language },
  publicUrl: string,
  now = new Date(),
) {
  const authority = await inSystemWork(connection.db, findAuthority)
  if (!authority) throw new Problem(409, 'setup.not-done')
  return inWork(
    connection.db,
    programActor(authority.id, 'cli'),
    work => createAccount(work, { ...input, personId: null, role: 'administrator' }, publicUrl),
    now,
  )
}
