import { sql } from 'kysely'
import type { RawBuilder } from 'kysely'
import { v7 as uuidv7 } from 'uuid'
import type { Db, Work } from '#platform/database/work.ts'
import type { Language } from '#platform/i18n/languages.ts'
import type { AssignableRole } from '#platform/permissions/permissions.ts'
import { ownRows } from '#platform/permissions/reach.ts'
import type { Chooser } from './guessable.ts'
import { hashToken } from './sessions.ts'

/** For signing in, before anybody acts: `db` works for the system. */
export const findAccountByEmail = (db: Db, email: string) =>
  db.selectFrom('userAccount').selectAll().where('email', '=', email).executeTakeFirst()

/** The account, held until the end of the transaction: status and password cannot change under what follows. */
export const holdAccount = (db: Db, id: string) =>
  db.selectFrom('userAccount').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()

/** Whether the authority is an invented one. */
export const hasDemo = async (db: Db): Promise<boolean> =>
  (await db.selectFrom('organisation').select('id').where('isDemo', '=', true).limit(1).executeTakeFirst()) !== undefined

export const getAccountById = (db: Db, id: string) =>
  db.selectFrom('userAccount').selectAll().where('id', '=', id).executeTakeFirstOrThrow()

/** What a password of this account must not be made of. */
export async function getChooser(db: Db, account: { email: string; displayName: string; organisationId: string }): Promise<Chooser> {
  const organisation = await db
    .selectFrom('organisationState')
    .select('name')
    .where('organisationId', '=', account.organisationId)
    .orderBy(sql`lower(valid) desc nulls last`)
    .limit(1)
    .executeTakeFirstOrThrow()
  return { email: account.email, name: account.displayName, organisation: organisation.name }
}

/** The account of whoever acts, with the organisation acted for. */
export const getOwnAccount = (work: Work) =>
  work.db
    .selectFrom('userAccount')
    .innerJoin('organisation', 'organisation.id', 'userAccount.organisationId')
    .select(['userAccount.displayName', 'userAccount.email', 'userAccount.language', 'organisation.timeZone', 'organisation.isDemo'])
    .where('userAccount.id', '=', work.actor.userId)
    .where(ownRows(work, 'user_account.organisation_id'))
    .executeTakeFirstOrThrow()

export const setOwnLanguage = (work: Work, language: Language) =>
  work.db.updateTable('userAccount').set({ language }).where('id', '=', work.actor.userId).where(ownRows(work)).execute()

/** The membership that somebody acts under; with several, the newest. */
export const findMembership = (db: Db, userId: string, today: string) =>
  db
    .selectFrom('membership')
    .innerJoin('organisation', 'organisation.id', 'membership.organisationId')
    .select(['membership.id', 'membership.role', 'membership.organisationId'])
    .where('membership.userId', '=', userId)
    .where(sql<boolean>`membership.valid @> ${today}::date`)
    .orderBy('membership.id', 'desc')
    .executeTakeFirst()

export const setFailedAttempts = (db: Db, userId: string, failedAttempts: number, lockedUntil: Date | null) =>
  db.updateTable('userAccount').set({ failedAttempts, lockedUntil }).where('id', '=', userId).execute()

export const setPasswordHash = (db: Db, userId: string, passwordHash: string) =>
  db
    .updateTable('userAccount')
    .set({ passwordHash, status: 'active', failedAttempts: 0, lockedUntil: null })
    .where('id', '=', userId)
    .execute()

export interface NewAccount {
  id: string
  organisationId: string
  email: string
  displayName: string
  language: Language
  personId: string | null
  role: AssignableRole
  passwordHash: string | null
  now: Date
  today: string
}

/** False, and nothing was inserted, when somebody of the installation has the address, also one of another organisation. */
export async function insertAccount(db: Db, account: NewAccount): Promise<boolean> {
  const { id, organisationId, email, displayName, language, personId, passwordHash, now } = account
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('userAccount')
    .values({
      id,
      organisationId,
      email,
      displayName,
      language,
      personId,
      passwordHash,
      createdAt: now,
      status: passwordHash ? 'active' : 'invited',
      lockedUntil: null,
    })
    .onConflict(conflict => conflict.column('email').doNothing())
    .executeTakeFirst()
  if (numInsertedOrUpdatedRows !== 1n) return false
  await insertMembership(db, { userId: id, organisationId, role: account.role, today: account.today })
  return true
}

export const insertMembership = (db: Db, member: { userId: string; organisationId: string; role: AssignableRole; today: string }) =>
  db
    .insertInto('membership')
    .values({
      id: uuidv7(),
      userId: member.userId,
      organisationId: member.organisationId,
      role: member.role,
      valid: sql<string>`daterange(${member.today}, null)`,
    })
    .execute()

/** Ends a membership that began before today. */
export const endMembership = (work: Work, membershipId: string, today: string) =>
  work.db
    .updateTable('membership')
    .set({ valid: sql<string>`daterange(lower(valid), ${today}::date)` })
    .where('id', '=', membershipId)
    .where(ownRows(work))
    .execute()

/** Days are the smallest unit of a membership: of several roles given on one day the last one counts. False when it began earlier. */
export async function changeTodaysRole(work: Work, membershipId: string, role: AssignableRole, today: string): Promise<boolean> {
  const { numUpdatedRows } = await work.db
    .updateTable('membership')
    .set({ role })
    .where('id', '=', membershipId)
    .where(ownRows(work))
    .where(sql<boolean>`lower(valid) >= ${today}::date`)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

export const insertOneTimeLink = (
  db: Db,
  link: { token: string; purpose: 'first-administrator' | 'set-password'; userId: string | null; now: Date; lifeMs: number },
) =>
  db
    .insertInto('oneTimeLink')
    .values({
      tokenHash: hashToken(link.token),
      purpose: link.purpose,
      userId: link.userId,
      createdAt: link.now,
      expiresAt: new Date(link.now.getTime() + link.lifeMs),
      usedAt: null,
    })
    .execute()

export const removeOneTimeLinks = (db: Db, userId: string) => db.deleteFrom('oneTimeLink').where('userId', '=', userId).execute()

export const removeFirstLinks = (db: Db) => db.deleteFrom('oneTimeLink').where('purpose', '=', 'first-administrator').execute()

/** Uses a link up. Of two callers at once one gets it. */
export const takeOneTimeLink = (db: Db, token: string, purpose: 'first-administrator' | 'set-password', now: Date) =>
  db
    .updateTable('oneTimeLink')
    .set({ usedAt: now })
    .where('tokenHash', '=', hashToken(token))
    .where('purpose', '=', purpose)
    .where('usedAt', 'is', null)
    .where('expiresAt', '>', now)
    .returning(['userId'])
    .executeTakeFirst()

const accountColumns = [
  'userAccount.id',
  'userAccount.version',
  'userAccount.displayName',
  'userAccount.email',
  'userAccount.personId',
  'userAccount.status',
  'userAccount.lockedUntil',
] as const

const selectAccounts = (work: Work, today: string) =>
  work.db
    .selectFrom('userAccount')
    .leftJoin('membership', join =>
      join
        .onRef('membership.userId', '=', 'userAccount.id')
        .on(ownRows(work, 'membership.organisation_id'))
        .on(sql<boolean>`membership.valid @> ${today}::date`),
    )
    .select([
      ...accountColumns,
      'membership.role',
      'membership.id as membershipId',
      sql<boolean>`user_account.password_hash is not null`.as('hasPassword'),
    ])
    .where(ownRows(work, 'user_account.organisation_id'))

export async function countAccountsByStatus(work: Work): Promise<{ active: number; invited: number; locked: number; disabled: number }> {
  const { rows } = await sql<{ active: number; invited: number; locked: number; disabled: number }>`
    select count(*) filter (where status = 'active') as active, count(*) filter (where status = 'invited') as invited,
      count(*) filter (where locked_until > ${work.now}) as locked, count(*) filter (where status = 'disabled') as disabled
    from user_account where ${ownRows(work)}`.execute(work.db)
  return rows[0]!
}

/** Looked through first, in the order of the list: whatever many accounts have in common fills the page from there. */
const firstLook = 500

export async function listAccountRows(
  work: Work,
  today: string,
  query: { search?: string | undefined; after?: string | undefined; limit: number },
) {
  const { search, after, limit } = query
  const list = (ids?: RawBuilder<string>) => {
    let select = selectAccounts(work, today).orderBy('userAccount.email').limit(limit)
    if (ids) select = select.where('userAccount.id', 'in', sql<string>`(${ids})`)
    if (after) select = select.where('userAccount.email', '>', after)
    return select.execute()
  }
  const folded = search ? await foldForSearch(work, search) : ''
  if (!folded) return list()
  // As for people (docs/decisions/0014): what is searched for is a range of an index, and each account is in it once.
  const found = sql`select found.user_id from account_search as found where ${ownRows(work, 'found.organisation_id')}
    and found.text >= ${folded} and found.text < ${folded + '\u{10ffff}'} and found.shared < ${[...folded].length}`
  const position = (column: string): RawBuilder<unknown> => (after ? sql`${sql.ref(column)} > ${after}` : sql`true`)
  const near = sql<string>`select near.id from (
      select id from user_account where ${ownRows(work)} and ${position('email')} order by email limit ${firstLook}
    ) as near where exists (${found} and found.user_id = near.id)`
  const rows = await list(near)
  if (rows.length === limit) return rows
  // The page is cut before anything is looked up for its accounts.
  return list(sql<string>`${found} and ${position('found.email')} order by found.email limit ${limit}`)
}

/** The text as accounts are searched by (migration 0017); at most as long as what is kept for searching. */
async function foldForSearch(work: Work, text: string): Promise<string> {
  const { rows } = await sql<{ folded: string }>`select left(fold_for_search(${text}), 128) as folded`.execute(work.db)
  return rows[0]!.folded
}

export const findAccountRow = (work: Work, today: string, accountId: string) =>
  selectAccounts(work, today).where('userAccount.id', '=', accountId).executeTakeFirst()

export const findAccountRowOf = (work: Work, today: string, personId: string) =>
  selectAccounts(work, today).where('userAccount.personId', '=', personId).executeTakeFirst()

export type AccountRow = NonNullable<Awaited<ReturnType<typeof findAccountRow>>>

/** True when the version was still the one that the caller had read. */
export async function changeAccountStatus(
  work: Work,
  accountId: string,
  version: number,
  change: { status?: 'invited' | 'active' | 'disabled'; unlock?: boolean },
): Promise<boolean> {
  const { numUpdatedRows } = await work.db
    .updateTable('userAccount')
    .set({
      version: version + 1,
      ...(change.status ? { status: change.status } : {}),
      ...(change.unlock ? { failedAttempts: 0, lockedUntil: null } : {}),
    })
    .where('id', '=', accountId)
    .where('version', '=', version)
    .where(ownRows(work))
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** One change of accounts at a time in an organisation, until the work ends. */
export async function lockAccounts(work: Work): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`luytre.accounts.${work.actor.organisationId}`}, 0))`.execute(work.db)
}

/** Accounts of the organisation that have the address or the person already. */
export const selectTaken = (work: Work, { email, personId }: { email: string; personId: string | null }) =>
  work.db
    .selectFrom('userAccount')
    .select(['email', 'personId'])
    .where(ownRows(work))
    .where(eb => eb.or([eb('email', '=', email), ...(personId ? [eb('personId', '=', personId)] : [])]))
    .execute()

/** Whether somebody else than this account is an administrator today and has a password to sign in with. */
export async function hasOtherAdministrator(work: Work, accountId: string, today: string): Promise<boolean> {
  const other = await work.db
    .selectFrom('userAccount')
    .innerJoin('membership', 'membership.userId', 'userAccount.id')
    .select('userAccount.id')
    .where(ownRows(work, 'user_account.organisation_id'))
    .where(ownRows(work, 'membership.organisation_id'))
    .where('userAccount.id', '!=', accountId)
    .where('userAccount.status', '=', 'active')
    .where('userAccount.passwordHash', 'is not', null)
    .where('membership.role', '=', 'administrator')
    .where(sql<boolean>`membership.valid @> ${today}::date`)
    .limit(1)
    .executeTakeFirst()
  return other !== undefined
}

export const personExists = async (work: Work, personId: string): Promise<boolean> =>
  (await work.db.selectFrom('person').select('id').where('id', '=', personId).where(ownRows(work)).executeTakeFirst()) !== undefined
