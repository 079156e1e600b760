import { sql } from 'kysely'
import type { RawBuilder } from 'kysely'
import type { Work } from '#platform/database/work.ts'
import { ownRows } from '#platform/permissions/reach.ts'
import type { PlanVersion } from './plan-versions.api.ts'

// Versions and signatures are added and never changed.

export interface VersionRow {
  planId: string
  number: number
  cause: PlanVersion['cause']
  content: string
  sha256: string
  madeByName: string
  madeAt: Date
}

export async function insertVersion(
  work: Work,
  version: Pick<VersionRow, 'planId' | 'number' | 'cause' | 'content' | 'sha256'>,
): Promise<void> {
  const { organisationId, userId } = work.actor
  await work.db
    .insertInto('planVersion')
    .values({ ...version, organisationId, madeBy: userId, madeByName: nameOfUser(work), madeAt: work.now })
    .execute()
}

export const selectVersion = (work: Work, planId: string, number: number): Promise<VersionRow | undefined> =>
  work.db
    .selectFrom('planVersion')
    .select(['planId', 'number', 'cause', 'content', 'sha256', 'madeByName', 'madeAt'])
    .where(ownRows(work))
    .where('planId', '=', planId)
    .where('number', '=', number)
    .executeTakeFirst()

/** Of each plan the version that it is at. */
export const selectLatestVersions = (work: Work, planIds: readonly string[]): Promise<VersionRow[]> =>
  work.db
    .selectFrom('planVersion as v')
    .innerJoin('developmentPlan as p', join => join.onRef('p.id', '=', 'v.planId').onRef('p.contentVersion', '=', 'v.number'))
    .select(['v.planId', 'v.number', 'v.cause', 'v.content', 'v.sha256', 'v.madeByName', 'v.madeAt'])
    .where(ownRows(work, 'v.organisationId'))
    .where(sql<boolean>`v.plan_id = any(${[...planIds]}::uuid[])`)
    .execute()

/** The newest first, without what they hold. */
export const selectVersions = (work: Work, planId: string, limit: number): Promise<Omit<VersionRow, 'content'>[]> =>
  work.db
    .selectFrom('planVersion')
    .select(['planId', 'number', 'cause', 'sha256', 'madeByName', 'madeAt'])
    .where(ownRows(work))
    .where('planId', '=', planId)
    .orderBy('number', 'desc')
    .limit(limit)
    .execute()

export interface SignatureRow {
  planId: string
  version: number
  side: 'person' | 'supervisor'
  way: 'in-system' | 'on-paper'
  name: string
  recordedByName: string
  recordedAt: Date
  signedOn: string | null
  fileId: string | null
}

export const selectSignatures = (work: Work, planIds: readonly string[]): Promise<SignatureRow[]> =>
  work.db
    .selectFrom('planSignature')
    .select(['planId', 'version', 'side', 'way', 'name', 'recordedByName', 'recordedAt', 'signedOn', 'fileId'])
    .where(ownRows(work))
    .where(sql<boolean>`plan_id = any(${[...planIds]}::uuid[])`)
    .execute()

/** Names stay as they are now. Without `name` it is that of who acts. */
export async function insertSignatures(
  work: Work,
  signatures: readonly (Pick<SignatureRow, 'planId' | 'version' | 'side' | 'way' | 'signedOn' | 'fileId'> & { name?: string })[],
): Promise<void> {
  const { organisationId, userId } = work.actor
  const recorded = { organisationId, recordedBy: userId!, recordedByName: nameOfUser(work), recordedAt: work.now }
  await work.db
    .insertInto('planSignature')
    .values(signatures.map(signature => ({ ...signature, ...recorded, name: signature.name ?? nameOfUser(work) })))
    .execute()
}

/** The person behind the account, or the account's own name where it belongs to none; empty for the program. */
const nameOfUser = (work: Work): RawBuilder<string> => sql<string>`coalesce((
  select coalesce(person.name, account.display_name) from user_account account left join person on person.id = account.person_id
  where account.id = ${work.actor.userId} and ${ownRows(work, 'account.organisation_id')}), '')`
