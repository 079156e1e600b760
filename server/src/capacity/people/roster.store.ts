/* oxlint-disable no-await-in-loop -- batches of one transaction, one after the other */
import { sql } from 'kysely'
import type { Work } from '#platform/database/work.ts'
import { ownRows } from '#platform/permissions/reach.ts'
import type { RosterFilter, RosterRow, RowFinding } from './people.api.ts'
import type { PersonFields } from './people.ts'
import type { DraftRow } from './roster-rows.ts'

// The rows of a roster between reading and applying, and what is known of those whom they name. Nothing here takes or
// returns more than a batch of rows.

export type KnownFields = PersonFields & { id: string; hasPosts: boolean }

const personColumns = sql`id, staff_code, name, reading, name_culture, email, exists (select from post where post.person_id = person.id) as has_posts`

/** Everybody whom a roster's rows could mean. */
export async function selectMeant(
  work: Work,
  meant: { staffCodes: readonly string[]; emails: readonly string[]; names: readonly string[] },
): Promise<KnownFields[]> {
  const { staffCodes, emails, names } = meant
  // Each by its own index.
  const { rows } = await sql<KnownFields>`
    select ${personColumns} from person where ${ownRows(work)} and id in (
      select id from person where ${ownRows(work)} and staff_code = any(${[...staffCodes]}::text[])
      union select id from person where ${ownRows(work)} and email = any(${[...emails]}::text[])
      union select id from person where ${ownRows(work)} and ${names.length > 0} and staff_code is null and email is null and name = any(${[...names]}::text[]))
    order by id`.execute(work.db)
  return rows
}

export async function selectByIds(work: Work, ids: readonly string[]): Promise<KnownFields[]> {
  if (ids.length === 0) return []
  const { rows } = await sql<KnownFields>`
    select ${personColumns} from person where ${ownRows(work)} and id = any(${[...ids]}::uuid[])`.execute(work.db)
  return rows
}

export async function selectIdsByCode(work: Work, staffCodes: readonly string[]): Promise<Map<string, string>> {
  if (staffCodes.length === 0) return new Map()
  const { rows } = await sql<{ id: string; staffCode: string }>`
    select id, staff_code from person where ${ownRows(work)} and staff_code = any(${[...staffCodes]}::text[])`.execute(work.db)
  return new Map(rows.map(({ id, staffCode }) => [staffCode, id]))
}

/** Staff code or name. */
export async function selectLabels(work: Work, ids: readonly string[]): Promise<Map<string, string>> {
  const { rows } = await sql<{ id: string; label: string }>`
    select id, coalesce(staff_code, name) as label from person where ${ownRows(work)} and id = any(${[...ids]}::uuid[])`.execute(work.db)
  return new Map(rows.map(({ id, label }) => [id, label]))
}

/** Addresses whose owner, known by the staff code, gets another one in this very file. */
export async function selectGivenUp(work: Work, previewId: string): Promise<Set<string>> {
  const { rows } = await sql<{ email: string }>`
    select distinct person.email from roster_row join person on person.staff_code = roster_row.staff_code and ${ownRows(work, 'person.organisation_id')}
    where roster_row.preview_id = ${previewId} and ${ownRows(work, 'roster_row.organisation_id')} and person.email <> roster_row.email`.execute(
    work.db,
  )
  return new Set(rows.map(({ email }) => email))
}

const edgesAtOnce = 20_000

/** Who supervises whom: today, and once every planned post has begun. One number and two shared texts for each person. */
export async function selectSupervision(
  work: Work,
  today: string,
): Promise<{ now: Map<string, string | null>; last: Map<string, string | null> }> {
  const now = new Map<string, string | null>()
  const last = new Map<string, string | null>()
  let after = '00000000-0000-0000-0000-000000000000'
  for (;;) {
    const { rows } = await sql<{ personId: string; now: string | null; last: string | null }>`
      select person_id, (array_agg(supervisor_id) filter (where valid @> ${today}::date))[1] as now, (array_agg(supervisor_id order by lower(valid) desc))[1] as last
      from post where ${ownRows(work)} and person_id > ${after}::uuid and (upper_inf(valid) or upper(valid) > ${today}::date)
      group by person_id order by person_id limit ${edgesAtOnce}`.execute(work.db)
    for (const row of rows) {
      if (row.now !== null) now.set(row.personId, row.now)
      if (row.last !== null) last.set(row.personId, row.last)
    }
    if (rows.length < edgesAtOnce) return { now, last }
    after = rows.at(-1)!.personId
  }
}

// Rows ------------------------------------------------------------------------------

export async function insertRows(work: Work, previewId: string, drafts: readonly DraftRow[]): Promise<void> {
  if (drafts.length === 0) return
  const rows = drafts.map(({ row, values, findings, open }) => {
    const { staffCode, email, name } = values
    return {
      row,
      staff_code: staffCode || null,
      email: email || null,
      name: !staffCode && !email && name ? name : null,
      content: { values, findings, ...(open && { open }) },
      has_findings: findings.length > 0,
    }
  })
  await sql`
    insert into roster_row (organisation_id, preview_id, row, staff_code, email, name, content, has_findings)
    select ${work.actor.organisationId}::uuid, ${previewId}::uuid, row, staff_code, email, name, content, has_findings
    from json_to_recordset(${JSON.stringify(rows)}::json)
      as next (row integer, staff_code text, email text, name text, content jsonb, has_findings boolean)`.execute(work.db)
}

/** Rows that were settled once the whole file was read. */
export async function updateContents(work: Work, previewId: string, drafts: readonly DraftRow[]): Promise<void> {
  const rows = drafts.map(({ row, values, findings }) => ({ row, content: { values, findings }, has_findings: findings.length > 0 }))
  // Found by its key, whatever the planner thinks of a table that it has not counted yet.
  await sql`
    insert into roster_row (organisation_id, preview_id, row, content, has_findings)
    select ${work.actor.organisationId}::uuid, ${previewId}::uuid, row, content, has_findings
    from json_to_recordset(${JSON.stringify(rows)}::json) as next (row integer, content jsonb, has_findings boolean)
    on conflict (preview_id, row) do update set content = excluded.content, has_findings = excluded.has_findings
    where ${ownRows(work, 'roster_row.organisation_id')}`.execute(work.db)
}

/** The next rows behind one, found by their key whatever the planner thinks of a table that it has not counted yet. */
const nextRows = (previewId: string, after: number, limit: number) =>
  sql`next_roster_rows(${previewId}::uuid, ${after}::integer, ${limit}::integer)`

/** The next drafts behind a row. */
export async function selectDrafts(work: Work, previewId: string, after: number, limit: number): Promise<DraftRow[]> {
  const { rows } = await sql<{ row: number; content: Omit<DraftRow, 'row'> }>`
    select row, content from ${nextRows(previewId, after, limit)} where ${ownRows(work)} order by row`.execute(work.db)
  return rows.map(({ row, content }) => ({ row, ...content }))
}

export async function selectDraftsOf(work: Work, previewId: string, wanted: readonly number[]): Promise<DraftRow[]> {
  const { rows } = await sql<{ row: number; content: Omit<DraftRow, 'row'> }>`
    select row, content from roster_row where ${ownRows(work)} and preview_id = ${previewId} and row = any(${[...wanted]}::integer[]) order by row`.execute(
    work.db,
  )
  return rows.map(({ row, content }) => ({ row, ...content }))
}

export async function updateFates(
  work: Work,
  previewId: string,
  fates: readonly { row: number; fate: string; findings: readonly RowFinding[] }[],
): Promise<void> {
  const rows = fates.map(({ row, fate, findings }) => ({ row, fate, findings: findings.length > 0 ? findings : null }))
  await sql`
    insert into roster_row (organisation_id, preview_id, row, content, fate, findings, has_findings)
    select ${work.actor.organisationId}::uuid, ${previewId}::uuid, row, '{}', fate, findings, false
    from json_to_recordset(${JSON.stringify(rows)}::json) as next (row integer, fate text, findings jsonb)
    on conflict (preview_id, row) do update set fate = excluded.fate, findings = excluded.findings,
      has_findings = roster_row.has_findings or excluded.findings is not null
    where ${ownRows(work, 'roster_row.organisation_id')}`.execute(work.db)
}

/** Fates as they were shown, of the next rows behind one. */
export async function selectFates(
  work: Work,
  previewId: string,
  after: number,
  limit: number,
): Promise<{ row: number; fate: string | null }[]> {
  const { rows } = await sql<{ row: number; fate: string | null }>`
    select row, fate from ${nextRows(previewId, after, limit)} where ${ownRows(work)} order by row`.execute(work.db)
  return rows
}

export async function countRowsWithFindings(work: Work, previewId: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from roster_row where ${ownRows(work)} and preview_id = ${previewId} and has_findings`.execute(work.db)
  return rows[0]!.count
}

/** A page of rows as they are shown; one more than `limit` tells whether another follows. */
export async function selectRows(
  work: Work,
  previewId: string,
  page: { filter?: RosterFilter | undefined; after: number; limit: number },
): Promise<RosterRow[]> {
  const { filter, after, limit } = page
  const narrowed = filter === 'mended' ? sql`has_findings` : sql`fate = ${filter}`
  const found =
    filter === undefined
      ? nextRows(previewId, after, limit)
      : sql`(select * from roster_row where preview_id = ${previewId} and ${narrowed} and row > ${after}) as found`
  const { rows } = await sql<RosterRow & { more: RowFinding[] | null }>`
    select row, fate, content -> 'values' as values, content -> 'findings' as findings, findings as more from ${found}
    where ${ownRows(work)} order by row limit ${limit}`.execute(work.db)
  return rows.map(({ more, ...row }) => ({ ...row, findings: [...row.findings, ...(more ?? [])] }))
}

export const deleteRows = (work: Work, previewId: string) =>
  work.db.deleteFrom('rosterRow').where(ownRows(work)).where('previewId', '=', previewId).execute()
