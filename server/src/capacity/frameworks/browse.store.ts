import { sql } from 'kysely'
import type { Work } from '#platform/database/work.ts'
import { ownRows } from '#platform/permissions/reach.ts'
import type { FoundElement } from './element-search.api.ts'
import type { ElementKind } from './frameworks.api.ts'
import type { ChainRole } from './reporting-chain.api.ts'
import { foldWords } from './search-text.ts'

// What readers ask of all frameworks at once.

export interface ElementSearch {
  search?: string | undefined
  kind?: ElementKind | undefined
  frameworkId?: string | undefined
  roleId?: string | undefined
  after?: string | undefined
  limit: number
}

export interface FoundPage {
  elements: (FoundElement & { place: string })[]
  counts: { kind: ElementKind; count: number }[]
}

/**
 * By rank: the code itself, a code that begins so, a name that begins so, words of a name, parts of words of a name, a
 * text. What is found is kept in memory as ids and ranks; only one page is read whole.
 */
export async function selectFoundElements(work: Work, query: ElementSearch): Promise<FoundPage> {
  const { kind, frameworkId, roleId, after, limit } = query
  const words = foldWords(query.search ?? '')
  const whole = words.join(' ')
  const every = (hits: (word: string) => ReturnType<typeof sql>) => sql.join(words.map(hits), sql` and `)
  // Each test is made for every row that matches, so it is a plain search: taking signs out of the text costs ten times as much.
  const beginsIn = (text: ReturnType<typeof sql>) =>
    every(word => sql`(strpos(${text}, ${` ${word}`}) > 0 or strpos(${text}, E'\n' || ${word}) > 0)`)
  const rank =
    words.length === 0
      ? sql`0`
      : sql`case
          when search_code = ${whole} then 0
          when starts_with(search_code, ${whole}) then 1
          when strpos(search_name, E'\n' || ${whole}) > 0 then 2
          when ${beginsIn(sql`search_name`)} then 3
          when ${every(word => sql`strpos(search_name, ${word}) > 0`)} then 4
          else 5 end`
  const matches = words.length === 0 ? sql`true` : every(word => sql`strpos(search_code || search_name || search_text, ${word}) > 0`)
  const [afterRank = 0, afterFramework = 0, afterPosition = 0] = (after ?? '').split('.').map(Number)
  const related = sql`select element_id from framework_relation
    where ${ownRows(work)} and role_id = ${roleId ?? null} and kind in ('needs', 'performs')`
  const { rows } = await sql<{ elements: FoundPage['elements']; counts: FoundPage['counts'] }>`
    with newest as materialized (
      select id, title, version, row_number() over (order by imported_at desc, id desc) as place from (
        select distinct on (publisher, key, ${frameworkId || roleId ? sql`id` : sql`''::text`}) id, title, version, imported_at from framework
        where ${ownRows(work)}
          ${frameworkId ? sql`and id = ${frameworkId}` : sql``}
          ${roleId ? sql`and id = (select framework_id from framework_element where ${ownRows(work)} and id = ${roleId})` : sql``}
        order by publisher, key, ${frameworkId || roleId ? sql`id` : sql`''::text`}, imported_at desc, id desc
      ) as version
    ), hit as materialized (
      select e.id, e.kind, newest.place, e.position, ${rank} as rank
      from newest join framework_element e on e.framework_id = newest.id
      where ${ownRows(work, 'e.organisation_id')} and ${matches}
        ${roleId ? sql`and (e.id in (${related}) or (e.kind = 'statement' and e.parent_id in (${related})))` : sql``}
    ), page as (
      select * from hit
      where ${kind ? sql`kind = ${kind}` : sql`true`}
        and ${after ? sql`(rank, place, position) > (${afterRank}, ${afterFramework}, ${afterPosition})` : sql`true`}
      order by rank, place, position limit ${limit}
    )
    select
      coalesce((
        select jsonb_agg(jsonb_build_object('id', e.id, 'kind', e.kind, 'code', e.code, 'parentId', e.parent_id, 'level', e.level,
          'name', e.name, 'text', e.text, 'place', concat_ws('.', page.rank, page.place, page.position),
          'framework', jsonb_build_object('id', newest.id, 'title', newest.title, 'version', newest.version))
          order by page.rank, page.place, page.position)
        from page join framework_element e on e.id = page.id and ${ownRows(work, 'e.organisation_id')} join newest on newest.place = page.place
      ), '[]') as elements,
      coalesce((select jsonb_agg(jsonb_build_object('kind', kind, 'count', count)) from (select kind, count(*) from hit group by kind) as of_kind), '[]') as counts`.execute(
    work.db,
  )
  return rows[0]!
}

// Who reports to whom ----------------------------------------------------------

/** Every role of a framework, in its order. */
export async function selectChainRoles(work: Work, frameworkId: string): Promise<ChainRole[]> {
  return work.db
    .selectFrom('frameworkElement as e')
    .leftJoin('frameworkRelation as r', join => join.onRef('r.roleId', '=', 'e.id').on('r.kind', '=', 'reports-to'))
    .select(['e.id', 'e.code', 'e.name', 'r.elementId as reportsToId'])
    .where(ownRows(work, 'e.organisationId'))
    .where('e.frameworkId', '=', frameworkId)
    .where('e.kind', '=', 'role')
    .orderBy('e.position')
    .execute()
}
