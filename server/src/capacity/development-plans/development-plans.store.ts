import { sql } from 'kysely'
import type { RawBuilder, SqlBool } from 'kysely'
import type { Importance } from '#capacity/frameworks/frameworks.api.ts'
import type { Gap } from '#capacity/assessments/assessments.api.ts'
import type { Work } from '#platform/database/work.ts'
import type { Translated } from '#platform/i18n/translated.ts'
import { ownRows, withinReach } from '#platform/permissions/reach.ts'
import type { Reach } from '#platform/permissions/reach.ts'
import type { ActionKind, Plan } from './development-plans.api.ts'

// One plan -----------------------------------------------------------------------

export interface PlanRecord {
  id: string
  version: number
  personId: string
  halfYearId: string
  frameworkId: string
  duties: string
  currentRoleId: string | null
  targetRoleId: string
  personAgreedAt: Date | null
  personSigner: string | null
  supervisorAgreedAt: Date | null
  supervisorSigner: string | null
}

export async function selectPlan(work: Work, planId: string): Promise<PlanRecord | undefined> {
  // A signature shows the name of the person behind the account; an account of no person shows its own.
  const signer = (column: string) => sql<string | null>`(
    select coalesce(person.name, account.display_name) from user_account account left join person on person.id = account.person_id
    where account.id = ${sql.ref(column)} and ${ownRows(work, 'account.organisation_id')})`
  return work.db
    .selectFrom('developmentPlan as p')
    .select(['p.id', 'p.version', 'p.personId', 'p.halfYearId', 'p.frameworkId', 'p.duties', 'p.currentRoleId', 'p.targetRoleId'])
    .select(['p.personAgreedAt', signer('p.person_agreed_by').as('personSigner')])
    .select(['p.supervisorAgreedAt', signer('p.supervisor_agreed_by').as('supervisorSigner')])
    .where(ownRows(work, 'p.organisationId'))
    .where('p.id', '=', planId)
    .executeTakeFirst()
}

export interface GapRow {
  id: string
  elementId: string
  relationId: string
  have: number
  haveFrom: Gap['haveFrom']
  need: number
  importance: Importance
  priority: number
  isChosen: boolean
}

/** In order of priority. */
export const selectGaps = (work: Work, planId: string): Promise<GapRow[]> =>
  work.db
    .selectFrom('planGap')
    .select(['id', 'elementId', 'relationId', 'have', 'haveFrom', 'need', 'importance', 'priority', 'isChosen'])
    .where(ownRows(work))
    .where('planId', '=', planId)
    .orderBy('priority')
    .execute()

export interface ActionRow {
  id: string
  gapId: string | null
  kind: ActionKind
  title: string
  startsOn: string
  dueOn: string
}

/** As the plan orders them. */
export const selectActions = (work: Work, planId: string): Promise<ActionRow[]> =>
  work.db
    .selectFrom('planAction')
    .select(['id', 'gapId', 'kind', 'title', 'startsOn', 'dueOn'])
    .where(ownRows(work))
    .where('planId', '=', planId)
    .orderBy('position')
    .execute()

export interface NewPlan {
  id: string
  personId: string
  halfYearId: string
  frameworkId: string
  duties: string
  currentRoleId: string | null
  targetRoleId: string
  createdBy: string
}

/** False when the half-year has a plan. */
export async function insertPlan(work: Work, plan: NewPlan): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await work.db
    .insertInto('developmentPlan')
    .values({ ...plan, organisationId: work.actor.organisationId, createdAt: work.now })
    .onConflict(conflict => conflict.columns(['personId', 'halfYearId']).doNothing())
    .executeTakeFirst()
  return numInsertedOrUpdatedRows === 1n
}

/** Changes the content, and with it voids what was agreed. False when the plan no longer has `version`. */
export async function updateContent(work: Work, planId: string, version: number, content: { duties: string }): Promise<boolean> {
  return update(work, planId, version, {
    ...content,
    personAgreedAt: null,
    personAgreedBy: null,
    supervisorAgreedAt: null,
    supervisorAgreedBy: null,
  })
}

/** One side agrees to exactly `version`; the other side's agreement stands. False when the plan no longer has `version`. */
export async function updateAgreement(work: Work, planId: string, version: number, side: 'person' | 'supervisor'): Promise<boolean> {
  const { userId } = work.actor
  return update(
    work,
    planId,
    version,
    side === 'person' ? { personAgreedAt: work.now, personAgreedBy: userId } : { supervisorAgreedAt: work.now, supervisorAgreedBy: userId },
  )
}

interface PlanChange {
  duties?: string
  personAgreedAt?: Date | null
  personAgreedBy?: string | null
  supervisorAgreedAt?: Date | null
  supervisorAgreedBy?: string | null
}

async function update(work: Work, planId: string, version: number, change: PlanChange): Promise<boolean> {
  const { numUpdatedRows } = await work.db
    .updateTable('developmentPlan')
    .set({ ...change, version: version + 1 })
    .where('id', '=', planId)
    .where(ownRows(work))
    .where('version', '=', version)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

export async function upsertGaps(work: Work, planId: string, gaps: readonly GapRow[]): Promise<void> {
  if (gaps.length === 0) return
  await work.db
    .insertInto('planGap')
    .values(gaps.map(gap => ({ ...gap, planId, organisationId: work.actor.organisationId })))
    .onConflict(conflict =>
      conflict.columns(['planId', 'elementId']).doUpdateSet(({ ref }) => ({
        relationId: ref('excluded.relationId'),
        have: ref('excluded.have'),
        haveFrom: ref('excluded.haveFrom'),
        need: ref('excluded.need'),
        importance: ref('excluded.importance'),
        priority: ref('excluded.priority'),
        isChosen: ref('excluded.isChosen'),
      })),
    )
    .execute()
}

export async function deleteGapsExcept(work: Work, planId: string, kept: readonly string[]): Promise<void> {
  await work.db
    .deleteFrom('planGap')
    .where(ownRows(work))
    .where('planId', '=', planId)
    .where(sql<boolean>`not id = any(${[...kept]}::uuid[])`)
    .execute()
}

export async function updateChosen(work: Work, planId: string, chosen: readonly string[]): Promise<void> {
  await work.db
    .updateTable('planGap')
    .set({ isChosen: sql<boolean>`id = any(${[...chosen]}::uuid[])` })
    .where(ownRows(work))
    .where('planId', '=', planId)
    .execute()
}

/** Replaces the actions whole; their order is the order of the list. An action that stays keeps its id. */
export async function replaceActions(work: Work, planId: string, actions: readonly ActionRow[]): Promise<void> {
  await work.db.deleteFrom('planAction').where(ownRows(work)).where('planId', '=', planId).execute()
  if (actions.length === 0) return
  const { organisationId } = work.actor
  await work.db
    .insertInto('planAction')
    .values(actions.map((action, position) => ({ ...action, planId, organisationId, position })))
    .execute()
}

// Lists ----------------------------------------------------------------------------

export interface PlanFilter {
  reach: Reach
  halfYearId?: string | undefined
  personId?: string | undefined
  status?: Plan['status'] | undefined
  /** LIKE pattern for `' ' || search_key`. */
  searchPattern?: string | undefined
}

const agreedSides = sql<number>`(p.person_agreed_at is not null)::int + (p.supervisor_agreed_at is not null)::int`
const sidesOf = { proposed: 0, 'half-agreed': 1, agreed: 2 } as const

function matches(work: Work, filter: PlanFilter): RawBuilder<SqlBool> {
  const { halfYearId, personId, status, searchPattern } = filter
  return sql<SqlBool>`${ownRows(work, 'p.organisation_id')} and ${withinReach(filter.reach, 'p.person_id')}
    and ${halfYearId ? sql`p.half_year_id = ${halfYearId}` : sql`true`}
    and ${personId ? sql`p.person_id = ${personId}` : sql`true`}
    and ${status ? sql`${agreedSides} = ${sidesOf[status]}` : sql`true`}
    and ${searchPattern ? sql`' ' || person.search_key like ${searchPattern}` : sql`true`}`
}

export interface PlanListRow {
  id: string
  personId: string
  personName: string
  halfYearCode: string
  roleId: string
  roleCode: string
  roleName: Translated
  agreedSides: number
  chosenGaps: number
  actions: number
  lastDueOn: string | null
}

/** By the name of the person, then in the order in which the plans were made; after the plan `after`. */
export async function selectPlans(work: Work, filter: PlanFilter, after: string | undefined, limit: number): Promise<PlanListRow[]> {
  const position = after
    ? sql`(person.sort_key collate "C", person.id, p.id) > (
        select last_person.sort_key collate "C", last_person.id, last.id from development_plan last
        join person last_person on last_person.id = last.person_id where last.id = ${after} and ${ownRows(work, 'last.organisation_id')})`
    : sql`true`
  const { rows } = await sql<PlanListRow>`
    select p.id, p.person_id, person.name as person_name, h.code as half_year_code,
      role.id as role_id, role.code as role_code, role.name as role_name, ${agreedSides} as agreed_sides,
      (select count(*)::int from plan_gap g where g.plan_id = p.id and g.is_chosen) as chosen_gaps,
      (select count(*)::int from plan_action a where a.plan_id = p.id) as actions,
      (select max(a.due_on) from plan_action a where a.plan_id = p.id) as last_due_on
    from development_plan p
    join person on person.id = p.person_id
    join half_year h on h.id = p.half_year_id
    join framework_element role on role.id = p.target_role_id
    where ${matches(work, filter)} and ${position}
    order by person.sort_key collate "C", person.id, p.id
    limit ${limit}`.execute(work.db)
  return rows
}

export async function countPlans(work: Work, filter: PlanFilter): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from development_plan p join person on person.id = p.person_id where ${matches(work, filter)}`.execute(work.db)
  return rows[0]!.count
}

export async function existsPlan(work: Work, planId: string): Promise<boolean> {
  const row = await work.db.selectFrom('developmentPlan').select('id').where(ownRows(work)).where('id', '=', planId).executeTakeFirst()
  return row !== undefined
}
