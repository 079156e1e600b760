import { v7 as uuidv7 } from 'uuid'
import { sql } from 'kysely'
import type { Work } from '#platform/database/work.ts'
import { Problem, invalid, notFound } from '#platform/http/problem.ts'
import type { Language } from '#platform/i18n/languages.ts'
import { recordChange } from '#platform/ledger/ledger.ts'
import { getToday } from '#platform/organisations/organisations.ts'
import type { AssignableRole } from '#platform/permissions/permissions.ts'
import type { Account } from './identity.api.ts'
import * as store from './identity.store.ts'
import { endSessions, makeToken } from './sessions.ts'

// Accounts, as an administrator keeps them, and the one-time links that open them.

const accountLinkLifeMs = 24 * 3_600_000

type AddAccount = Omit<store.NewAccount, 'now' | 'today'>

export async function addAccount(work: Work, account: AddAccount): Promise<void> {
  // An address signs in to one account of the whole installation: one of another organisation's is refused like one's own.
  if (!(await store.insertAccount(work.db, { ...account, now: work.now, today: await getToday(work) })))
    throw invalid({ path: 'email', code: 'taken' })
  const { email, displayName, personId, role } = account
  await recordChange(work, {
    verb: 'account.created',
    recordType: 'account',
    recordId: account.id,
    after: { email, displayName, personId, role },
  })
}

const present = (row: store.AccountRow, now: Date): Account => ({
  id: row.id,
  version: row.version,
  name: row.displayName,
  email: row.email,
  personId: row.personId,
  role: row.role as AssignableRole | null,
  status: row.status,
  isLocked: row.lockedUntil !== null && row.lockedUntil > now,
})

export { present as presentAccount }

export async function listAccounts(work: Work, query: { search?: string | undefined; after?: string | undefined; limit: number }) {
  const rows = await store.listAccountRows(work, await getToday(work), query)
  return { accounts: rows.map(row => present(row, work.now)), next: rows.length === query.limit ? rows.at(-1)!.email : null }
}

/** The account that a version was read of. */
/** An account that is locked counts as active, too. */
export const countAccounts = (work: Work) => store.countAccountsByStatus(work)

export async function getAccountOfVersion(work: Work, accountId: string, version: number): Promise<store.AccountRow> {
  const row = await getAccountRow(work, accountId)
  if (row.version !== version) throw new Problem(412, 'version.conflict', { current: present(row, work.now) })
  return row
}

async function getAccountRow(work: Work, accountId: string): Promise<store.AccountRow> {
  const row = await store.findAccountRow(work, await getToday(work), accountId)
  if (!row) throw notFound('account')
  return row
}

/** Runs what the system's own tables need, in the transaction of `work`. */
async function asSystem(work: Work, run: () => Promise<unknown>): Promise<void> {
  await sql`select set_config('luytre.system', 'on', true)`.execute(work.db)
  await run()
  await sql`select set_config('luytre.system', '', true)`.execute(work.db)
}

export const removeLinks = (work: Work, userId: string): Promise<void> => asSystem(work, () => store.removeOneTimeLinks(work.db, userId))

/** Writes a one-time link for an account; older links of it are void. Links are the system's table. */
export async function makeLink(work: Work, userId: string, publicUrl: string): Promise<string> {
  const token = makeToken()
  await asSystem(work, async () => {
    await store.removeOneTimeLinks(work.db, userId)
    await store.insertOneTimeLink(work.db, { token, purpose: 'set-password', userId, now: work.now, lifeMs: accountLinkLifeMs })
  })
  // Behind the #, so that no server or proxy on the way writes the token into a log.
  return `${publicUrl}/set-password#${token}`
}

export interface CreateAccount {
  email: string
  name: string
  personId: string | null
  role: AssignableRole
  language: Language
}

/** An account that nobody can open yet. */
export async function insertInvited(work: Work, input: CreateAccount): Promise<Account> {
  const email = input.email.toLowerCase()
  if (input.personId && !(await store.personExists(work, input.personId))) throw invalid({ path: 'personId', code: 'unknown' })
  const taken = await store.selectTaken(work, { email, personId: input.personId })
  if (taken.some(row => row.email === email)) throw invalid({ path: 'email', code: 'taken' })
  if (taken.length > 0) throw invalid({ path: 'personId', code: 'taken' })
  const id = uuidv7()
  await addAccount(work, {
    id,
    organisationId: work.actor.organisationId,
    email,
    displayName: input.name,
    language: input.language,
    personId: input.personId,
    role: input.role,
    passwordHash: null,
  })
  return present(await getAccountRow(work, id), work.now)
}

export async function createAccount(work: Work, input: CreateAccount, publicUrl: string): Promise<{ account: Account; link: string }> {
  const account = await insertInvited(work, input)
  return { account, link: await makeLink(work, account.id, publicUrl) }
}

/** The account that belongs to a person; undefined where there is none. */
export async function findAccountOf(work: Work, personId: string): Promise<Account | undefined> {
  const row = await store.findAccountRowOf(work, await getToday(work), personId)
  return row && present(row, work.now)
}

/** Shuts the account of somebody who has left, if there is an open one. 409 for the last administrator. */
export async function disableAccountOf(work: Work, personId: string): Promise<void> {
  await store.lockAccounts(work)
  const before = await store.findAccountRowOf(work, await getToday(work), personId)
  if (!before || before.status === 'disabled') return
  await assertOtherAdministrator(work, before)
  await store.changeAccountStatus(work, before.id, before.version, { status: 'disabled' })
  await endSessions(work.db, { userId: before.id })
  await removeLinks(work, before.id)
  await recordChange(work, {
    verb: 'account.changed',
    recordType: 'account',
    recordId: before.id,
    before: { role: before.role, status: before.status },
    after: { role: before.role, status: 'disabled' },
  })
}

/** Two who shut each other out at the same moment come one after the other here: the second one is refused. */
async function assertOtherAdministrator(work: Work, row: store.AccountRow): Promise<void> {
  if (isAbleAdministrator(row) && !(await store.hasOtherAdministrator(work, row.id, await getToday(work))))
    throw new Problem(409, 'account.last-administrator')
}

const isAbleAdministrator = ({ role, status, hasPassword }: store.AccountRow): boolean =>
  role === 'administrator' && status === 'active' && hasPassword

export async function changeAccount(
  work: Work,
  accountId: string,
  version: number,
  input: { role: AssignableRole; status: 'active' | 'disabled' },
): Promise<Account> {
  await store.lockAccounts(work)
  const before = await getAccountRow(work, accountId)
  // Nobody shuts the last door behind themself.
  if (accountId === work.actor.userId) throw new Problem(409, 'account.is-own')
  if (input.role !== 'administrator' || input.status === 'disabled') await assertOtherAdministrator(work, before)
  // An account that has no password yet is invited until its link is used, also after it was disabled.
  const status = input.status === 'active' && !before.hasPassword ? 'invited' : input.status
  if (!(await store.changeAccountStatus(work, accountId, version, { status })))
    throw new Problem(412, 'version.conflict', { current: present(before, work.now) })
  if (before.role !== input.role) {
    const today = await getToday(work)
    const isFromToday = before.membershipId !== null && (await store.changeTodaysRole(work, before.membershipId, input.role, today))
    if (!isFromToday) {
      if (before.membershipId) await store.endMembership(work, before.membershipId, today)
      await store.insertMembership(work.db, { userId: accountId, organisationId: work.actor.organisationId, role: input.role, today })
    }
  }
  // A changed role takes effect at once: the person signs in again under it.
  if (before.role !== input.role || input.status === 'disabled') await endSessions(work.db, { userId: accountId })
  if (input.status === 'disabled') await removeLinks(work, accountId)
  const after = await getAccountRow(work, accountId)
  await recordChange(work, {
    verb: 'account.changed',
    recordType: 'account',
    recordId: accountId,
    before: { role: before.role, status: before.status },
    after: { role: after.role, status: after.status },
  })
  return present(after, work.now)
}

export async function renewAccountLink(
  work: Work,
  accountId: string,
  version: number,
  publicUrl: string,
): Promise<{ account: Account; link: string }> {
  const before = await getAccountRow(work, accountId)
  if (before.status === 'disabled') throw new Problem(409, 'account.is-disabled')
  if (!(await store.changeAccountStatus(work, accountId, version, { unlock: true })))
    throw new Problem(412, 'version.conflict', { current: present(before, work.now) })
  const link = await makeLink(work, accountId, publicUrl)
  await recordChange(work, { verb: 'account.link-made', recordType: 'account', recordId: accountId })
  return { account: present(await getAccountRow(work, accountId), work.now), link }
}
