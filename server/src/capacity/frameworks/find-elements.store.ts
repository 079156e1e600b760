import { sql } from 'kysely'
import type { Work } from '#platform/database/work.ts'
import type { Translated } from '#platform/i18n/translated.ts'
import { ownRows } from '#platform/permissions/reach.ts'
import type { FrameworkElement } from './frameworks.api.ts'
import { foldWords } from './search-text.ts'

export interface FoundElement extends FrameworkElement {
  framework: { id: string; title: Translated }
}

// As search-text.ts folds what is typed.
const marks = '\u0300\u0301\u0302\u0303\u0304\u0306\u0307\u0308\u0309\u030a\u030b\u030c\u031b\u0323\u0327\u0328'
const texts = sql`concat_ws(chr(10), e.code, e.name->>'vi', e.name->>'en', e.name->>'ja', e.text->>'vi', e.text->>'en', e.text->>'ja')`
// ASCII has nothing to decompose, and decomposing is most of the work.
const folded = sql`case when octet_length(plain.text) = char_length(plain.text) then lower(plain.text)
  else lower(translate(normalize(plain.text, NFKD), ${`đĐ${marks}`}, 'dd')) end`

/** Of each framework the version imported last; roles and categories are not among them. The shortest first. */
export async function selectElementsAnywhere(work: Work, search: string, limit: number): Promise<FoundElement[]> {
  const words = foldWords(search)
  if (words.length === 0) return []
  const { rows } = await sql<FoundElement>`
    select e.id, e.kind, e.code, e.parent_id, e.level, e.name, e.text, jsonb_build_object('id', f.id, 'title', f.title) as framework
    from (
      select distinct on (publisher, key) id, title from framework
      where ${ownRows(work)} order by publisher, key, imported_at desc, id desc
    ) as f
    join framework_element e on e.framework_id = f.id and e.kind not in ('role', 'category')
    cross join lateral (select ${texts} as text offset 0) as plain
    cross join lateral (select ${folded} as text offset 0) as folded
    where ${ownRows(work, 'e.organisation_id')}
      and (select bool_and(strpos(folded.text, word) > 0) from unnest(${[...words]}::text[]) as word)
    order by length(plain.text), e.position limit ${limit}`.execute(work.db)
  return rows
}
