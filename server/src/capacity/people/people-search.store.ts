import { sql } from 'kysely'
import type { RawBuilder, SqlBool } from 'kysely'
import type { Work } from '#platform/database/work.ts'
import { ownRows } from '#platform/permissions/reach.ts'
import type { NameSearch } from './names.ts'

// Reads of `person_search`, where the ends of every name stand in byte order (docs/decisions/0014).

/** Behind every text that begins with the same letters. */
const lastLetter = '\u{10ffff}'

/** Rows of `table` whose text begins with what is searched for; of each person one. */
const begins = (work: Work, { kind, text }: NameSearch, table: string): RawBuilder<SqlBool> => {
  const column = (name: string): RawBuilder<unknown> => sql.ref(`${table}.${name}`)
  return sql<SqlBool>`${ownRows(work, `${table}.organisation_id`)} and ${column('kind')} = ${kind} and ${column('text')} >= ${text}
    and ${column('text')} < ${text + lastLetter} and ${column('shared')} < ${[...text].length}`
}

/** Ids of people by their names, for a list of another module. */
export const namedPeople = (work: Work, search: NameSearch): RawBuilder<unknown> =>
  sql`select named.person_id from person_search as named where ${begins(work, search, 'named')}`

interface PeopleSearch {
  name: NameSearch | null
  text: string
}

/** What stands for the table `person` where people are searched for: `id`, `organisation_id`, `sort_key`. */
export function foundPeople(work: Work, { name, text }: PeopleSearch): RawBuilder<unknown> {
  const isNamed = name
    ? sql`exists (select from person_search as also where also.person_id = coded.person_id and ${begins(work, name, 'also')})`
    : sql`false`
  const named = sql`
    select named.person_id as id, named.organisation_id, named.sort_key from person_search as named where ${name ? begins(work, name, 'named') : sql`false`}`
  const coded = sql`
    select coded.person_id, coded.organisation_id, coded.sort_key from person_search as coded
    where ${ownRows(work, 'coded.organisation_id')} and coded.kind = 'code' and coded.text = lower(${text}) and not ${isNamed}`
  return sql`(${named} union all ${coded}) as person`
}

/** Where a page goes on. */
export interface PersonKey {
  sortKey: string
  id: string
}

/** Looked through first, in the order of the list. */
const firstLook = 10_000

/**
 * As `foundPeople`, of those alone who come first by name, after `after`: what many people have in common fills a page from
 * there, and of forty thousand nobody is sorted. Finds nobody where the text is a staff code, too.
 */
export function foundFirst(work: Work, name: NameSearch, text: string, after: PersonKey | undefined): RawBuilder<unknown> {
  const position = after ? sql`(walked.sort_key, walked.person_id) > (${after.sortKey} collate "C", ${after.id}::uuid)` : sql`true`
  return sql`(
    select named.person_id as id, named.organisation_id, named.sort_key from (
      select * from person_search as walked where ${ownRows(work, 'walked.organisation_id')} and walked.kind = ${name.kind} and ${position}
      order by walked.sort_key, walked.person_id limit ${firstLook}
    ) as named where ${begins(work, name, 'named')} and not exists (
      select from person_search as coded where ${ownRows(work, 'coded.organisation_id')} and coded.kind = 'code' and coded.text = lower(${text}))
  ) as person`
}
