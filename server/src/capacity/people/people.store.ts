import { sql } from 'kysely'
import type { RawBuilder, SqlBool } from 'kysely'
import type { Db, Work } from '#platform/database/work.ts'
import type { Language } from '#platform/i18n/languages.ts'
import type { Translated } from '#platform/i18n/translated.ts'
import { searchedMax } from '#platform/http/counted.ts'
import { ownRows, withinReach } from '#platform/permissions/reach.ts'
import type { Reach } from '#platform/permissions/reach.ts'
import type { NameSearch } from './names.ts'
import { foundFirst, foundPeople } from './people-search.store.ts'
import type { PersonKey } from './people-search.store.ts'
import type { HeldPost, PostPlan } from './posts.ts'
import { countHeads, unitShown } from './units.store.ts'

/** The narrow view of a person that other modules get. */
export interface PersonSummary {
  id: string
  name: string
  staffCode: string | null
  title: string | null
  unitId: string | null
  unitName: Translated | null
  roleCode: string | null
  supervisorId: string | null
  supervisorName: string | null
}

/** A person as the list shows it, with what else is known of the person and of the post. */
export interface PersonRecord extends PersonSummary {
  reading: string | null
  nameCulture: Language
  email: string | null
  version: number
  sortKey: string
  unitCode: string | null
  startsOn: string | null
  /** First day after the last post; null while one is held, to come or was never there. */
  leftOn: string | null
  hasAccount: boolean
}

export interface PersonContent {
  staffCode: string | null
  name: string
  reading: string | null
  nameCulture: Language
  sortKey: string
  searchKey: string
  email: string | null
}

/** The day that a list is asked for: today, which also shows the posts to come, or a past or future one, which does not. */
export interface Day {
  day: string
  isToday: boolean
}

/** The post held on the day, else, today, the next to begin. A person has at most one post a day, so one row is found. */
const presentPost = ({ day, isToday }: Day): RawBuilder<unknown> =>
  isToday
    ? postNowOrNext(day)
    : // One look for each person, in the order of the list: as a join it is planned as if hardly anybody held a post.
      sql`join lateral (select * from post where post.person_id = person.id and post.valid @> ${day}::date limit 1) as held on true`

const postNowOrNext = (today: string): RawBuilder<unknown> => sql`
  left join lateral (
    select * from post where post.person_id = person.id and (upper_inf(post.valid) or upper(post.valid) > ${today}::date)
    order by lower(post.valid) limit 1
  ) as held on true`

export async function selectSummaries(
  work: Work,
  today: string,
  only: { personId: string } | { heldInUnitId: string },
): Promise<PersonSummary[]> {
  const held =
    'personId' in only
      ? postNowOrNext(today)
      : sql`join post as held on held.person_id = person.id and held.unit_id = ${only.heldInUnitId} and held.valid @> ${today}::date`
  // Of one unit the name is looked up once.
  const unitId = 'personId' in only ? sql`held.unit_id` : sql`${only.heldInUnitId}::uuid`
  const { rows } = await sql<PersonSummary>`
    select person.id, person.name, person.staff_code, held.title, held.unit_id, unit.name as unit_name, held.role_code,
      held.supervisor_id, supervisor.name as supervisor_name
    from person ${held} ${unitShown(unitId, sql`${today}::date`)}
    left join person as supervisor on supervisor.id = held.supervisor_id
    where ${ownRows(work, 'person.organisation_id')} ${'personId' in only ? sql`and person.id = ${only.personId}` : sql``}
    order by person.sort_key collate "C", person.id`.execute(work.db)
  return rows
}

export async function selectReportIds(db: Db, organisationId: string, personId: string, today: string): Promise<string[]> {
  const rows = await db
    .selectFrom('post')
    .select('personId')
    .where('organisationId', '=', organisationId)
    .where('supervisorId', '=', personId)
    .where(sql<boolean>`valid @> ${today}::date`)
    .execute()
  return rows.map(row => row.personId)
}

export interface PeopleFilter {
  reach: Reach
  /** What the name is looked for by, and the text itself, which may be a staff code. */
  search?: { name: NameSearch | null; text: string } | undefined
  /** With everybody who ever held a post there: those whose post of today or to come it is are picked out of them. */
  unit?: { id: string; everHeldBy: readonly string[] } | undefined
  personId?: string | undefined
}

/** Asked for apart: as a part of the other query it is planned badly until the database has counted new rows. */
export async function selectEverInUnit(work: Work, unitId: string): Promise<string[]> {
  const rows = await work.db.selectFrom('post').select('personId').distinct().where('unitId', '=', unitId).where(ownRows(work)).execute()
  return rows.map(row => row.personId)
}

/** The people that match, with the post only where it is asked for; `found` stands for those whom the search finds. */
function matching(work: Work, day: Day, filter: PeopleFilter, found?: RawBuilder<unknown>): RawBuilder<unknown> {
  const { reach, search, unit, personId } = filter
  const conditions = [ownRows(work, 'person.organisation_id'), withinReach(reach, 'person.id')]
  if (unit) conditions.push(sql<SqlBool>`person.id = any(${[...unit.everHeldBy]}::uuid[]) and held.unit_id = ${unit.id}`)
  if (personId !== undefined) conditions.push(sql<SqlBool>`person.id = ${personId}`)
  return sql`from ${search ? (found ?? foundPeople(work, search)) : sql`person`} ${unit || !day.isToday ? presentPost(day) : sql``} where ${sql.join(conditions, sql` and `)}`
}

/** A page of people. */
export async function selectPeople(
  work: Work,
  day: Day,
  filter: PeopleFilter,
  page: { after?: PersonKey | undefined; limit: number },
): Promise<PersonRecord[]> {
  const { search, unit } = filter
  const { after, limit } = page
  const list = (found?: RawBuilder<unknown>): Promise<PersonRecord[]> =>
    selectListed(work, day, sql`${matching(work, day, filter, found)} and ${isAfter(after)}`, limit)
  if (!search?.name || unit) return list()
  const first = await list(foundFirst(work, search.name, search.text, after))
  return first.length === limit ? first : list()
}

const isAfter = (after: PersonKey | undefined): RawBuilder<SqlBool> =>
  after ? sql<SqlBool>`(person.sort_key collate "C", person.id) > (${after.sortKey} collate "C", ${after.id}::uuid)` : sql<SqlBool>`true`

/** The first of those whom `matches` finds, before anything else is looked up for them. */
async function selectListed(work: Work, day: Day, matches: RawBuilder<unknown>, limit: number): Promise<PersonRecord[]> {
  const { rows } = await sql<PersonRecord>`
    select person.id, person.name, person.staff_code, person.reading, person.name_culture, person.email, person.version, person.sort_key,
      held.title, held.unit_id, unit.code as unit_code, unit.name as unit_name, held.role_code, lower(held.valid) as starts_on,
      case when held.id is null then (select upper(post.valid) from post where post.person_id = person.id order by post.valid desc limit 1) end as left_on,
      held.supervisor_id, supervisor.name as supervisor_name,
      exists (select from user_account where user_account.person_id = person.id) as has_account
    from (
      select person.id ${matches}
      order by person.sort_key collate "C", person.id limit ${limit}
    ) as listed join person on person.id = listed.id ${presentPost(day)} ${unitShown(sql`held.unit_id`, sql`${day.day}::date`)}
    left join person as supervisor on supervisor.id = held.supervisor_id
    order by person.sort_key collate "C", person.id`.execute(work.db)
  return rows
}

/** Of a search at most one more than `searchedMax`. */
export async function countPeople(work: Work, day: Day, filter: PeopleFilter): Promise<number> {
  const isNarrowed = filter.search !== undefined || filter.unit !== undefined || filter.personId !== undefined
  if (!day.isToday && !isNarrowed && filter.reach === 'everybody') return countHeads(work, day.day)
  // Who holds a post on a day is counted by the posts: nobody holds two.
  const counted =
    day.isToday || isNarrowed
      ? matching(work, day, filter)
      : sql`from post where ${ownRows(work)} and ${withinReach(filter.reach, 'person_id')} and valid @> ${day.day}::date`
  const most = filter.search ? sql`${searchedMax + 1}` : sql`all`
  const { rows } = await sql<{ total: number }>`select count(*) as total from (select ${counted} limit ${most}) as counted`.execute(work.db)
  return rows[0]!.total
}

export async function selectNamesById(work: Work, personIds: readonly string[]): Promise<{ id: string; name: string }[]> {
  const { rows } = await sql<{ id: string; name: string }>`
    select id, name from person where ${ownRows(work)} and id = any(${[...personIds]}::uuid[]) order by sort_key collate "C", id`.execute(
    work.db,
  )
  return rows
}

export async function selectWhatIsThere(work: Work): Promise<{ units: boolean; people: boolean }> {
  const { rows } = await sql<{ units: boolean; people: boolean }>`
    select exists (select from unit where ${ownRows(work)}) as units, exists (select from person where ${ownRows(work)}) as people`.execute(
    work.db,
  )
  return rows[0]!
}

/** Of people, those that exist here, with their names. */
export async function selectNames(work: Work, personIds: readonly string[]): Promise<Map<string, string>> {
  const { rows } = await sql<{ id: string; name: string }>`
    select id, name from person where ${ownRows(work)} and id = any(${[...personIds]}::uuid[])`.execute(work.db)
  return new Map(rows.map(({ id, name }) => [id, name]))
}

/** People whose supervisor this is today, in sorting order. */
export async function selectSupervised(work: Work, personId: string, today: string): Promise<{ id: string; name: string }[]> {
  const { rows } = await sql<{ id: string; name: string }>`
    select person.id, person.name from post join person on person.id = post.person_id
    where ${ownRows(work, 'post.organisation_id')} and post.supervisor_id = ${personId} and post.valid @> ${today}::date
    order by person.sort_key collate "C", person.id`.execute(work.db)
  return rows
}

/**
 * One change of people, posts or units at a time in an organisation, until the work ends: what spans records (nobody
 * supervises himself through others, an address belongs to one person) is checked against what will be there.
 */
export async function lockPeople(work: Work): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`luytre.people.${work.actor.organisationId}`}, 0))`.execute(work.db)
}

export async function selectPosts(work: Work, personIds: readonly string[]): Promise<(HeldPost & { personId: string })[]> {
  const { rows } = await sql<HeldPost & { personId: string }>`
    select id, version, person_id, unit_id, title, supervisor_id, role_code, lower(valid) as starts_on, upper(valid) as ends_before
    from post where ${ownRows(work)} and person_id = any(${[...personIds]}::uuid[]) order by person_id, lower(valid)`.execute(work.db)
  return rows
}

/** Supervisors of `personId` from the nearest up, on `day`; ends where a circle closes. */
export async function selectSupervisorsAbove(work: Work, personId: string, day: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    with recursive above (id, path) as (
      select ${personId}::uuid, array[${personId}::uuid]
      union all
      select post.supervisor_id, above.path || post.supervisor_id from above
      join post on post.person_id = above.id and post.valid @> ${day}::date and ${ownRows(work, 'post.organisation_id')}
      where post.supervisor_id is not null and post.supervisor_id <> all(above.path)
    ) select id from above`.execute(work.db)
  return rows.map(row => row.id)
}

export async function findTaken(
  work: Work,
  wanted: { staffCode: string | null; email: string | null },
  except: string | null,
): Promise<{ staffCode: boolean; email: boolean }> {
  const { rows } = await sql<{ staffCode: boolean; email: boolean }>`
    select coalesce(bool_or(staff_code = ${wanted.staffCode}), false) as staff_code, coalesce(bool_or(email = ${wanted.email}), false) as email
    from person where ${ownRows(work)} and (staff_code = ${wanted.staffCode} or email = ${wanted.email}) and id is distinct from ${except}::uuid`.execute(
    work.db,
  )
  return rows[0]!
}

const personColumns = ({ id, staffCode, name, reading, nameCulture, sortKey, searchKey, email }: PersonContent & { id: string }) => ({
  id,
  staff_code: staffCode,
  name,
  reading,
  name_culture: nameCulture,
  sort_key: sortKey,
  search_key: searchKey,
  email,
})
// As one value: a statement of PostgreSQL takes 65,535 parameters, and a person has ten.
const personRecords = (people: readonly (PersonContent & { id: string })[]): RawBuilder<unknown> =>
  sql`json_to_recordset(${JSON.stringify(people.map(personColumns))}::json)
    as next (id uuid, staff_code text, name text, reading text, name_culture text, sort_key text, search_key text, email text)`

/** Said once more, so that a table which has not been counted yet is not read whole for each row. */
const isOneOf = (column: string, records: readonly { id: string }[]): RawBuilder<SqlBool> =>
  sql<SqlBool>`${sql.ref(column)} = any(${records.map(({ id }) => id)}::uuid[])`

export async function insertPeople(work: Work, people: readonly (PersonContent & { id: string })[]): Promise<void> {
  if (people.length === 0) return
  await sql`
    insert into person (id, organisation_id, staff_code, name, reading, name_culture, sort_key, search_key, email)
    select id, ${work.actor.organisationId}::uuid, staff_code, name, reading, name_culture, sort_key, search_key, email
    from ${personRecords(people)}`.execute(work.db)
}

/** Writes people whole, each with the next version. An address that one gives up is free for others after this call. */
export async function updatePeople(work: Work, people: readonly (PersonContent & { id: string })[]): Promise<void> {
  if (people.length === 0) return
  await sql`
    update person set staff_code = next.staff_code, name = next.name, reading = next.reading, name_culture = next.name_culture,
      sort_key = next.sort_key, search_key = next.search_key, email = next.email, version = person.version + 1
    from ${personRecords(people)} where person.id = next.id and ${isOneOf('person.id', people)} and ${ownRows(work, 'person.organisation_id')}`.execute(
    work.db,
  )
}

/** Gives people the addresses that others have given up since; they were written before, with all else. */
export async function writeEmails(work: Work, people: readonly { id: string; email: string }[]): Promise<void> {
  await sql`
    update person set email = next.email from json_to_recordset(${JSON.stringify(people)}::json) as next (id uuid, email text)
    where person.id = next.id and ${isOneOf('person.id', people)} and ${ownRows(work, 'person.organisation_id')}`.execute(work.db)
}

/** Gives people the next version: their posts are changed through them. */
export async function bumpPeople(work: Work, personIds: readonly string[]): Promise<void> {
  if (personIds.length === 0) return
  await sql`update person set version = version + 1 where ${ownRows(work)} and id = any(${[...personIds]}::uuid[])`.execute(work.db)
}

/** Posts are closed before others start: the database holds that nobody has two posts on one day. */
export async function writePosts(work: Work, plans: readonly { personId: string; plan: PostPlan }[]): Promise<void> {
  const withdrawn = plans.flatMap(({ plan }) => (plan.withdrawn ?? []).map(({ id }) => id))
  if (withdrawn.length > 0) await work.db.deleteFrom('post').where('id', 'in', withdrawn).where(ownRows(work)).execute()
  const changed = plans.flatMap(({ plan }) => plan.changed.map(({ after }) => columns(after)))
  if (changed.length > 0) {
    await sql`
      update post set unit_id = next.unit_id, title = next.title, supervisor_id = next.supervisor_id, role_code = next.role_code,
        valid = daterange(next.starts_on, next.ends_before), version = next.version
      from json_to_recordset(${JSON.stringify(changed)}::json)
        as next (id uuid, unit_id uuid, title text, supervisor_id uuid, role_code text, starts_on date, ends_before date, version integer)
      where post.id = next.id and ${isOneOf('post.id', changed)} and ${ownRows(work, 'post.organisation_id')}`.execute(work.db)
  }
  const started = plans.flatMap(({ personId, plan }) => plan.started.map(post => ({ ...columns(post), person_id: personId })))
  if (started.length > 0) {
    await sql`
      insert into post (id, organisation_id, person_id, unit_id, title, supervisor_id, role_code, valid)
      select id, ${work.actor.organisationId}::uuid, person_id, unit_id, title, supervisor_id, role_code, daterange(starts_on, ends_before)
      from json_to_recordset(${JSON.stringify(started)}::json)
        as next (id uuid, person_id uuid, unit_id uuid, title text, supervisor_id uuid, role_code text, starts_on date, ends_before date)`.execute(
      work.db,
    )
  }
}

const columns = (post: HeldPost) => ({
  id: post.id,
  unit_id: post.unitId,
  title: post.title,
  supervisor_id: post.supervisorId,
  role_code: post.roleCode,
  starts_on: post.startsOn,
  ends_before: post.endsBefore,
  version: post.version,
})

export interface PostOfPerson {
  id: string
  unit: { id: string; code: string; name: Translated }
  title: string
  startsOn: string
  endsBefore: string | null
  supervisor: { id: string; name: string } | null
}

/** Every post of a person, the latest first, with the unit as it was called at the end of the post. */
export async function selectPostHistory(work: Work, personId: string): Promise<PostOfPerson[]> {
  const { rows } = await sql<PostOfPerson>`
    select post.id, jsonb_build_object('id', post.unit_id, 'code', unit.code, 'name', unit.name) as unit, post.title, lower(post.valid) as starts_on,
      upper(post.valid) as ends_before,
      case when supervisor.id is not null then jsonb_build_object('id', supervisor.id, 'name', supervisor.name) end as supervisor
    from post left join person as supervisor on supervisor.id = post.supervisor_id
    ${unitShown(sql`post.unit_id`, sql`coalesce(upper(post.valid) - 1, lower(post.valid))`)}
    where ${ownRows(work, 'post.organisation_id')} and post.person_id = ${personId} order by lower(post.valid) desc limit 200`.execute(
    work.db,
  )
  return rows
}

/** Whose posts these are, by the post's id. */
export async function selectPersonsOfPosts(work: Work, postIds: readonly string[]): Promise<Map<string, string>> {
  const rows = await work.db
    .selectFrom('post')
    .select(['id', 'personId'])
    .where('id', '=', sql<string>`any(${[...postIds]}::uuid[])`)
    .where(ownRows(work))
    .execute()
  return new Map(rows.map(row => [row.id, row.personId]))
}
