import { sql } from 'kysely'
import type { Expression, RawBuilder, SqlBool, Updateable } from 'kysely'
import type { Importance } from '#capacity/frameworks/frameworks.api.ts'
import { namedPeople } from '#capacity/people/people.ts'
import type { NameSearch } from '#capacity/people/people.ts'
import type { Gap } from '#capacity/assessments/assessments.api.ts'
import type { Database } from '#platform/database/tables.gen.ts'
import type { Work } from '#platform/database/work.ts'
import { mostCounted } from '#platform/http/counted.ts'
import type { Translated } from '#platform/i18n/translated.ts'
import { ownRows, withinReach } from '#platform/permissions/reach.ts'
import type { Reach } from '#platform/permissions/reach.ts'
import type { Plan } from './development-plans.api.ts'
import type { PlanAction, Preferences } from './plan-content.api.ts'

// One plan -----------------------------------------------------------------------

export interface PlanRecord {
  id: string
  version: number
  contentVersion: number
  personId: string
  halfYearId: string
  frameworkId: string
  duties: string
  currentRoleId: string | null
  targetRoleId: string
  preferences: Preferences
  personAgreedAt: Date | null
  supervisorAgreedAt: Date | null
  closedOn: string | null
  /** Of the present version. */
  sha256: string
}

const planRecords = (work: Work) =>
  work.db
    .selectFrom('developmentPlan as p')
    .innerJoin('planVersion as v', join => join.onRef('v.planId', '=', 'p.id').onRef('v.number', '=', 'p.contentVersion'))
    .select(['p.id', 'p.version', 'p.contentVersion', 'p.personId', 'p.halfYearId', 'p.frameworkId', 'p.duties', 'p.currentRoleId'])
    .select(['p.targetRoleId', 'p.personAgreedAt', 'p.supervisorAgreedAt', 'p.closedOn', 'v.sha256'])
    .select(sql<Preferences>`p.preferences`.as('preferences'))
    .where(ownRows(work, 'p.organisationId'))

export const selectPlan = (work: Work, planId: string): Promise<PlanRecord | undefined> =>
  planRecords(work).where('p.id', '=', planId).executeTakeFirst()

/** The plans of some people for one half-year, of those within reach. */
export const selectPlansOf = (work: Work, halfYearId: string, personIds: readonly string[], reach: Reach): Promise<PlanRecord[]> =>
  planRecords(work)
    .where('p.halfYearId', '=', halfYearId)
    .where(sql<boolean>`p.person_id = any(${[...personIds]}::uuid[])`)
    .where(withinReach(reach, 'p.person_id'))
    .execute()

/** Of the person's last plan before the half-year that begins on `startsOn`. */
export async function selectLastPreferences(work: Work, personId: string, startsOn: string): Promise<Preferences | undefined> {
  const { rows } = await sql<{ preferences: Preferences }>`
    select p.preferences from development_plan p join half_year h on h.id = p.half_year_id
    where ${ownRows(work, 'p.organisation_id')} and p.person_id = ${personId} and lower(h.period) < ${startsOn}::date
    order by lower(h.period) desc, p.id desc limit 1`.execute(work.db)
  return rows[0]?.preferences
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
  selectGapsOf(work, [planId]).then(rows => rows.map(withoutPlan))

export const selectGapsOf = (work: Work, planIds: readonly string[]): Promise<(GapRow & { planId: string })[]> =>
  work.db
    .selectFrom('planGap')
    .select(['planId', 'id', 'elementId', 'relationId', 'have', 'haveFrom', 'need', 'importance', 'priority', 'isChosen'])
    .where(ownRows(work))
    .where(sql<boolean>`plan_id = any(${[...planIds]}::uuid[])`)
    .orderBy('planId')
    .orderBy('priority')
    .execute()

/** As the plan orders them. */
export const selectActions = (work: Work, planId: string): Promise<PlanAction[]> =>
  selectActionsOf(work, [planId]).then(rows => rows.map(withoutPlan))

export const selectActionsOf = (work: Work, planIds: readonly string[]): Promise<(PlanAction & { planId: string })[]> =>
  work.db
    .selectFrom('planAction')
    .select(['planId', 'id', 'gapId', 'kind', 'title', 'startsOn', 'dueOn', 'details'])
    .where(ownRows(work))
    .where(sql<boolean>`plan_id = any(${[...planIds]}::uuid[])`)
    .orderBy('planId')
    .orderBy('position')
    .execute() as Promise<(PlanAction & { planId: string })[]>

export function withoutPlan<Row extends { planId: string }>(row: Row): DistributiveOmit<Row, 'planId'> {
  const { planId: _, ...others } = row
  return others as unknown as DistributiveOmit<Row, 'planId'>
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never

export interface NewPlan {
  id: string
  personId: string
  halfYearId: string
  frameworkId: string
  duties: string
  currentRoleId: string | null
  targetRoleId: string
  /** As JSON. */
  preferences: string
  createdBy: string
}

/** False when the half-year has a plan. */
export async function insertPlan(work: Work, plan: NewPlan): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await work.db
    .insertInto('developmentPlan')
    .values({ ...plan, organisationId: work.actor.organisationId, createdAt: work.now })
    .onConflict(conflict => conflict.columns(['personId', 'halfYearId']).where('closedOn', 'is', null).doNothing())
    .executeTakeFirst()
  return numInsertedOrUpdatedRows === 1n
}

/** Changes the content, which is a new version, and voids what was agreed. False when the plan no longer has `version`. */
export async function updateContent(
  work: Work,
  planId: string,
  version: number,
  content: { duties: string; preferences: Preferences },
): Promise<boolean> {
  return update(work, planId, version, {
    duties: content.duties,
    preferences: JSON.stringify(content.preferences),
    contentVersion: sql<number>`content_version + 1`,
    personAgreedAt: null,
    supervisorAgreedAt: null,
  })
}

/** These sides agree to what the plan is; what the other agreed stands. False when the plan no longer has `version`. */
export const updateAgreement = (
  work: Work,
  planId: string,
  version: number,
  sides: readonly ('person' | 'supervisor')[],
): Promise<boolean> =>
  update(work, planId, version, {
    ...(sides.includes('person') && { personAgreedAt: work.now }),
    ...(sides.includes('supervisor') && { supervisorAgreedAt: work.now }),
  })

type PlanChange = Omit<Updateable<Database['developmentPlan']>, 'contentVersion'> & { contentVersion?: Expression<number> }

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
export async function replaceActions(work: Work, planId: string, actions: readonly PlanAction[]): Promise<void> {
  await work.db.deleteFrom('planAction').where(ownRows(work)).where('planId', '=', planId).execute()
  if (actions.length === 0) return
  const { organisationId } = work.actor
  await work.db
    .insertInto('planAction')
    .values(actions.map((action, position) => ({ ...action, details: JSON.stringify(action.details), planId, organisationId, position })))
    .execute()
}

// Lists ----------------------------------------------------------------------------

export interface PlanFilter {
  reach: Reach
  halfYearId?: string | undefined
  personId?: string | undefined
  status?: Plan['status'] | undefined
  search?: NameSearch | undefined
}

const agreedSides = sql<number>`(p.person_agreed_at is not null)::int + (p.supervisor_agreed_at is not null)::int`

/** In words of the columns, of which the database knows how often they are empty. */
const hasStatus: Record<Plan['status'], RawBuilder<SqlBool>> = {
  proposed: sql`p.person_agreed_at is null and p.supervisor_agreed_at is null`,
  'half-agreed': sql`(p.person_agreed_at is null and p.supervisor_agreed_at is not null or p.person_agreed_at is not null and p.supervisor_agreed_at is null)`,
  agreed: sql`p.person_agreed_at is not null and p.supervisor_agreed_at is not null`,
  closed: sql`p.closed_on is not null`,
}

function matches(work: Work, filter: PlanFilter): RawBuilder<SqlBool> {
  const { halfYearId, personId, status, search } = filter
  return sql<SqlBool>`${ownRows(work, 'p.organisation_id')} and ${withinReach(filter.reach, 'p.person_id')}
    and ${halfYearId ? sql`p.half_year_id = ${halfYearId}` : sql`true`}
    and ${personId ? sql`p.person_id = ${personId}` : sql`true`}
    and ${status ? hasStatus[status] : sql`true`} ${status && status !== 'closed' ? sql`and p.closed_on is null` : sql``}
    and ${search ? sql`p.person_id in (${namedPeople(work, search)})` : sql`true`}`
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
  closedOn: string | null
  chosenGaps: number
  actions: number
  lastDueOn: string | null
}

/** Where a page goes on. */
interface PlanKey {
  sortKey: string
  personId: string
  id: string
}

export const findPlanKey = (work: Work, planId: string): Promise<PlanKey | undefined> =>
  work.db
    .selectFrom('developmentPlan as p')
    .innerJoin('person', 'person.id', 'p.personId')
    .select(['p.id', 'p.personId', 'person.sortKey'])
    .where(ownRows(work, 'p.organisation_id'))
    .where('p.id', '=', planId)
    .executeTakeFirst()

/** By the name of the person, then in the order in which the plans were made; after the plan `after`. */
export async function selectPlans(work: Work, filter: PlanFilter, after: PlanKey | undefined, limit: number): Promise<PlanListRow[]> {
  // What is said of the person alone lets the index of names begin there.
  const position = after
    ? sql`(person.sort_key collate "C", person.id) >= (${after.sortKey} collate "C", ${after.personId}::uuid)
        and (person.sort_key collate "C", person.id, p.id) > (${after.sortKey} collate "C", ${after.personId}::uuid, ${after.id}::uuid)`
    : sql`true`
  const { rows } = await sql<PlanListRow>`
    select p.id, p.person_id, p.person_name, h.code as half_year_code,
      role.id as role_id, role.code as role_code, role.name as role_name, ${agreedSides} as agreed_sides, p.closed_on,
      (select count(*)::int from plan_gap g where g.plan_id = p.id and g.is_chosen) as chosen_gaps,
      (select count(*)::int from plan_action a where a.plan_id = p.id) as actions,
      (select max(a.due_on) from plan_action a where a.plan_id = p.id) as last_due_on
    from (
      select p.*, person.name as person_name, person.sort_key from development_plan p join person on person.id = p.person_id
      where ${matches(work, filter)} and ${ownRows(work, 'person.organisation_id')} and ${position}
      order by person.sort_key collate "C", person.id, p.id limit ${limit}
    ) as p
    join half_year h on h.id = p.half_year_id
    join framework_element role on role.id = p.target_role_id
    order by p.sort_key collate "C", p.person_id, p.id`.execute(work.db)
  return rows
}

/** At most one more than `mostCounted`. */
export async function countPlans(work: Work, filter: PlanFilter): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from (select from development_plan p where ${matches(work, filter)} limit ${mostCounted(filter.search !== undefined) + 1}) as counted`.execute(
    work.db,
  )
  return rows[0]!.count
}

/** Whose plans these are, by the plan's id. */
export async function selectPersonsOfPlans(work: Work, planIds: readonly string[]): Promise<Map<string, string>> {
  const rows = await work.db
    .selectFrom('developmentPlan')
    .select(['id', 'personId'])
    .where('id', '=', sql<string>`any(${[...planIds]}::uuid[])`)
    .where(ownRows(work))
    .execute()
  return new Map(rows.map(row => [row.id, row.personId]))
}

/** Who has agreed to a plan as it stands, and when. */
export const selectAgreements = (work: Work, planId: string) =>
  work.db
    .selectFrom('developmentPlan')
    .select(['personId', 'personAgreedAt', 'supervisorAgreedAt'])
    .where('id', '=', planId)
    .where(ownRows(work))
    .executeTakeFirst()

/** Whose plans these are and of which half-year, and where they are shown. */
export async function selectSubjects(work: Work, planIds: readonly string[]) {
  const rows = await work.db
    .selectFrom('developmentPlan as plan')
    .innerJoin('person', 'person.id', 'plan.personId')
    .innerJoin('halfYear', 'halfYear.id', 'plan.halfYearId')
    .select(['plan.id', 'person.id as personId', 'person.name as person', 'halfYear.code as detail'])
    .where('plan.id', '=', sql<string>`any(${[...planIds]}::uuid[])`)
    .where(ownRows(work, 'plan.organisation_id'))
    .execute()
  return new Map(rows.map(({ id, ...subject }) => [id, { ...subject, path: `/plans/${id}` }]))
}
