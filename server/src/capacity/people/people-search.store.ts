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

/** What stands for the table `person` where people are searched for: `id`, `organisation_id`, `sort_key`. */
export function foundPeople(work: Work, { name, text }: { name: NameSearch | null; text: string }): RawBuilder<unknown> {
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
