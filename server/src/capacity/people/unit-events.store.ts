import { sql } from 'kysely'
import type { RawBuilder } from 'kysely'
import type { Work } from '#platform/database/work.ts'
import { ownRows, withinReach } from '#platform/permissions/reach.ts'
import type { Reach } from '#platform/permissions/reach.ts'
import type { AffectedPost, UnitEvent, UnitEventKind } from './unit-events.api.ts'
import type { HeldPost } from './posts.ts'
import type { Undo } from './unit-event-undo.store.ts'

export interface NewEvent {
  id: string
  kind: UnitEventKind
  happensOn: string
  basis: string
  predecessorIds: readonly string[]
  successorIds: readonly string[]
  undo: Undo | null
}

export async function insertEvent(work: Work, event: NewEvent): Promise<void> {
  const { id, kind, happensOn, basis, predecessorIds, successorIds, undo } = event
  const { organisationId, userId } = work.actor
  if (userId === null) throw new Error('a unit event is recorded by an account')
  await work.db
    .insertInto('unitEvent')
    .values({ id, organisationId, kind, happensOn, basis, recordedBy: userId, recordedAt: work.now, undo: undo && JSON.stringify(undo) })
    .execute()
  const parties = [
    ...predecessorIds.map(unitId => ({ eventId: id, organisationId, unitId, part: 'predecessor' as const })),
    ...successorIds.map(unitId => ({ eventId: id, organisationId, unitId, part: 'successor' as const })),
  ]
  await work.db.insertInto('unitEventParty').values(parties).execute()
}

/** Names of one side, as of a day. */
const partiesOf = (part: 'predecessor' | 'successor', day: RawBuilder<unknown>) => sql`coalesce((
  select jsonb_agg(jsonb_build_object('id', party.unit_id, 'code', state.code, 'name', state.name) order by state.code collate "C")
  from unit_event_party party join unit_state state on state.unit_id = party.unit_id and state.valid @> ${day}
  where party.event_id = event.id and party.part = ${part}), '[]')`

const eventColumns = (today: string) => sql`event.id, event.kind, event.happens_on, event.basis,
  event.undo is not null and event.happens_on > ${today}::date as is_cancellable,
  ${partiesOf('predecessor', sql`(event.happens_on - 1)`)} as predecessors, ${partiesOf('successor', sql`event.happens_on`)} as successors`

export async function selectEventsOfUnit(work: Work, unitId: string, today: string): Promise<UnitEvent[]> {
  const { rows } = await sql<UnitEvent>`
    select ${eventColumns(today)} from unit_event as event
    where ${ownRows(work, 'event.organisation_id')} and event.id in (select event_id from unit_event_party where unit_id = ${unitId})
    order by event.happens_on, event.id limit 200`.execute(work.db)
  return rows
}

export async function selectEvents(
  work: Work,
  which: { id: string } | { after?: { day: string; id: string } | undefined; limit: number },
  today: string,
): Promise<UnitEvent[]> {
  const condition =
    'id' in which
      ? sql`event.id = ${which.id}`
      : which.after
        ? sql`(event.happens_on, event.id) < (${which.after.day}::date, ${which.after.id}::uuid)`
        : sql`true`
  const { rows } = await sql<UnitEvent>`
    select ${eventColumns(today)} from unit_event as event where ${ownRows(work, 'event.organisation_id')} and ${condition}
    order by event.happens_on desc, event.id desc limit ${'id' in which ? 1 : which.limit}`.execute(work.db)
  return rows
}

/** Posts in the units that are held on `day` or later, by the person's name; with the plans of those within `reach`. */
export async function selectPostsIn(
  work: Work,
  unitIds: readonly string[],
  day: string,
  { reach, limit }: { reach: Reach; limit: number },
): Promise<(HeldPost & Pick<AffectedPost, 'person' | 'supervisor' | 'plans'>)[]> {
  const { rows } = await sql<HeldPost & Pick<AffectedPost, 'person' | 'supervisor' | 'plans'>>`
    select post.id, post.version, post.unit_id, post.title, post.supervisor_id, post.role_code, lower(post.valid) as starts_on, upper(post.valid) as ends_before,
      jsonb_build_object('id', person.id, 'name', person.name) as person,
      case when supervisor.id is not null then jsonb_build_object('id', supervisor.id, 'name', supervisor.name) end as supervisor,
      coalesce((select jsonb_agg(jsonb_build_object('id', plan.id, 'halfYearCode', half_year.code) order by half_year.code)
        from development_plan plan join half_year on half_year.id = plan.half_year_id
        where plan.person_id = person.id and ${withinReach(reach, 'plan.person_id')} and plan.closed_on is null and upper(half_year.period) > ${day}::date), '[]') as plans
    from post join person on person.id = post.person_id left join person as supervisor on supervisor.id = post.supervisor_id
    where ${ownRows(work, 'post.organisation_id')} and post.unit_id = any(${[...unitIds]}::uuid[]) and (upper_inf(post.valid) or upper(post.valid) > ${day}::date)
    order by person.sort_key collate "C", person.id, lower(post.valid) limit ${limit}`.execute(work.db)
  return rows
}

/** Of these people, those who hold a post on `day` or later. */
export async function selectStaying(work: Work, personIds: readonly string[], day: string): Promise<Set<string>> {
  const { rows } = await sql<{ personId: string }>`
    select distinct person_id from post
    where ${ownRows(work)} and person_id = any(${[...personIds]}::uuid[]) and (upper_inf(valid) or upper(valid) > ${day}::date)`.execute(
    work.db,
  )
  return new Set(rows.map(({ personId }) => personId))
}

/** Of some posts and of those under some supervisors, the ones that somebody supervises who from `day` on holds no post in their time. */
export async function selectUnsupervised(
  work: Work,
  { postIds, supervisorIds, day }: { postIds: readonly string[]; supervisorIds: readonly string[]; day: string },
): Promise<(HeldPost & Pick<AffectedPost, 'person'>)[]> {
  const { rows } = await sql<HeldPost & Pick<AffectedPost, 'person'>>`
    select post.id, post.version, post.unit_id, post.title, post.supervisor_id, post.role_code, lower(post.valid) as starts_on, upper(post.valid) as ends_before,
      jsonb_build_object('id', person.id, 'name', person.name) as person
    from post join person on person.id = post.person_id
    where ${ownRows(work, 'post.organisation_id')} and (post.id = any(${[...postIds]}::uuid[]) or post.supervisor_id = any(${[...supervisorIds]}::uuid[]))
      and post.supervisor_id is not null and (upper_inf(post.valid) or upper(post.valid) > ${day}::date)
      and not exists (select from post held where held.person_id = post.supervisor_id
        and held.valid && (post.valid * daterange(${day}::date, null)))
    order by person.sort_key collate "C", person.id, lower(post.valid)`.execute(work.db)
  return rows
}

/** Of units that begin or end on a known day: when, and what alone succeeds them; null when nothing or more than one does. */
export async function selectEnds(
  work: Work,
  unitIds?: readonly string[],
): Promise<Map<string, { code: string; startsOn: string | null; endsBefore: string | null; heirId: string | null }>> {
  const { rows } = await sql<{ unitId: string; code: string; startsOn: string | null; endsBefore: string | null; heirId: string | null }>`
    select ended.unit_id, ended.code, ended.starts_on, ended.ends_before, (
      select case when count(*) = 1 then (array_agg(heir.unit_id))[1] end
      from unit_event_party party join unit_event event on event.id = party.event_id
      join unit_event_party heir on heir.event_id = event.id and heir.part = 'successor'
      where party.unit_id = ended.unit_id and party.part = 'predecessor' and event.happens_on = ended.ends_before
    ) as heir_id
    from (
      select unit_id, (array_agg(code order by lower(valid) desc nulls last))[1] as code, case when not bool_or(lower_inf(valid)) then min(lower(valid)) end as starts_on,
        case when not bool_or(upper_inf(valid)) then max(upper(valid)) end as ends_before from unit_state
      where ${ownRows(work)} ${unitIds ? sql`and unit_id = any(${[...unitIds]}::uuid[])` : sql``}
      group by unit_id having not bool_or(upper_inf(valid)) or not bool_or(lower_inf(valid))
    ) as ended`.execute(work.db)
  return new Map(rows.map(({ unitId, ...end }) => [unitId, end]))
}
