import { sql } from 'kysely'
import { v7 as uuidv7 } from 'uuid'
import type { Work } from '#platform/database/work.ts'
import type { Translated } from '#platform/i18n/translated.ts'
import { ownRows } from '#platform/permissions/reach.ts'
import { maxElements, maxRelations, noCounts } from './framework-draft.ts'
import type { DraftRelation, FrameworkDraft, SourceForm, TranslationStatus } from './framework-draft.ts'
import type { ElementKind, FrameworkElement, FrameworkLevel, FrameworkSummary, Importance, RoleChoice } from './frameworks.api.ts'
import { foldWords, hasWords } from './search-text.ts'

/** Frameworks that one organisation keeps, all versions counted. */
export const maxFrameworks = 200

const elementColumns = ['id', 'kind', 'code', 'parentId', 'level', 'name', 'text'] as const

// Frameworks -----------------------------------------------------------------

export async function existsFramework(work: Work, frameworkId: string): Promise<boolean> {
  const row = await work.db.selectFrom('framework').select('id').where(ownRows(work)).where('id', '=', frameworkId).executeTakeFirst()
  return row !== undefined
}

/** Newest first; of one framework only when its id is given. */
export async function loadFrameworks(work: Work, frameworkId?: string): Promise<FrameworkSummary[]> {
  const rows = await work.db
    .selectFrom('framework')
    .select(['id', 'publisher', 'key', 'version', 'title', 'description', 'sourceLanguage', 'licence', 'source', 'sourceSha256'])
    .select(['translationStatus', 'levels', 'importedAt'])
    .where(ownRows(work))
    .$if(frameworkId !== undefined, query => query.where('id', '=', frameworkId!))
    .orderBy('importedAt', 'desc')
    .orderBy('id', 'desc')
    .limit(maxFrameworks)
    .execute()
  const counts = await countContent(
    work,
    rows.map(({ id }) => id),
  )
  return rows.map(row => ({
    ...row,
    levels: row.levels as FrameworkLevel[],
    translationStatus: row.translationStatus as TranslationStatus,
    importedAt: row.importedAt.toISOString(),
    counts: counts.get(row.id) ?? noCounts,
  }))
}

async function countContent(work: Work, frameworkIds: readonly string[]): Promise<Map<string, FrameworkSummary['counts']>> {
  const elements = await work.db
    .selectFrom('frameworkElement')
    .select(({ fn }) => ['frameworkId', 'kind', fn.countAll<number>().as('count')])
    .where(ownRows(work))
    .where(sql<boolean>`framework_id = any(${[...frameworkIds]}::uuid[])`)
    .groupBy(['frameworkId', 'kind'])
    .execute()
  const relations = await work.db
    .selectFrom('frameworkRelation')
    .select(({ fn }) => ['frameworkId', fn.countAll<number>().as('count')])
    .where(ownRows(work))
    .where(sql<boolean>`framework_id = any(${[...frameworkIds]}::uuid[])`)
    .groupBy('frameworkId')
    .execute()
  const counts = new Map(frameworkIds.map(id => [id, { ...noCounts }]))
  for (const { frameworkId, kind, count } of elements) counts.get(frameworkId)![kind] = count
  for (const { frameworkId, count } of relations) counts.get(frameworkId)!.relation = count
  return counts
}

export type FrameworkIdentity = Pick<FrameworkDraft, 'publisher' | 'key' | 'version'>

export async function findFramework(
  work: Work,
  { publisher, key, version }: FrameworkIdentity,
): Promise<{ id: string; sourceSha256: string; sourceForm: SourceForm } | undefined> {
  return work.db
    .selectFrom('framework')
    .select(['id', 'sourceSha256', 'sourceForm'])
    .where(ownRows(work))
    .where('publisher', '=', publisher)
    .where('key', '=', key)
    .where('version', '=', version)
    .executeTakeFirst()
}

export async function listIdentities(work: Work): Promise<(FrameworkIdentity & { id: string })[]> {
  return work.db.selectFrom('framework').select(['id', 'publisher', 'key', 'version']).where(ownRows(work)).limit(maxFrameworks).execute()
}

export type ContentElement = Pick<FrameworkElement, 'kind' | 'code' | 'level' | 'name' | 'text'> & { parentCode: string | null }

/** All of one framework, as a draft has it; as large as what an import takes at most. */
export async function loadContent(work: Work, frameworkId: string): Promise<{ elements: ContentElement[]; relations: DraftRelation[] }> {
  const elements = await work.db
    .selectFrom('frameworkElement as e')
    .leftJoin('frameworkElement as parent', 'parent.id', 'e.parentId')
    .select(['e.kind', 'e.code', 'e.level', 'e.name', 'e.text', 'parent.code as parentCode'])
    .where(ownRows(work, 'e.organisationId'))
    .where('e.frameworkId', '=', frameworkId)
    .limit(maxElements)
    .execute()
  const relations = await work.db
    .selectFrom('frameworkRelation as r')
    .innerJoin('frameworkElement as role', 'role.id', 'r.roleId')
    .innerJoin('frameworkElement as e', 'e.id', 'r.elementId')
    .select(['r.kind', 'role.code as roleCode', 'e.code as elementCode', 'r.importance', 'r.level'])
    .where(ownRows(work, 'r.organisationId'))
    .where('r.frameworkId', '=', frameworkId)
    .limit(maxRelations)
    .execute()
  return { elements, relations }
}

// Bringing in ----------------------------------------------------------------

const rowsAtOnce = 10_000

/** The new framework's id; undefined when this identity is there already, also when another transaction was faster. */
export async function insertFramework(work: Work, draft: FrameworkDraft): Promise<string | undefined> {
  const id = uuidv7()
  const { publisher, key, version, sourceLanguage, licence } = draft
  const inserted = await work.db
    .insertInto('framework')
    .values({
      id,
      organisationId: work.actor.organisationId,
      publisher,
      key,
      version,
      title: JSON.stringify(draft.title),
      description: JSON.stringify(draft.description),
      sourceLanguage,
      translationStatus: JSON.stringify(draft.translationStatus),
      licence,
      source: JSON.stringify(draft.source),
      sourceSha256: draft.sha256,
      sourceForm: draft.sourceForm,
      levels: JSON.stringify(draft.levels),
      importedAt: work.now,
      importedBy: work.actor.userId,
    })
    .onConflict(conflict => conflict.columns(['organisationId', 'publisher', 'key', 'version']).doNothing())
    .returning('id')
    .executeTakeFirst()
  if (!inserted) return undefined
  const idOf = new Map(draft.elements.map(({ code }) => [code, uuidv7()]))
  await insertElements(work, id, draft, idOf)
  await insertRelations(work, id, draft, idOf)
  return id
}

// Rows travel as one JSON parameter a statement: thousands of bound parameters take far longer to build and to parse.
async function insertElements(
  work: Work,
  frameworkId: string,
  { elements }: FrameworkDraft,
  idOf: ReadonlyMap<string, string>,
): Promise<void> {
  for (let i = 0; i < elements.length; i += rowsAtOnce) {
    const rows = elements.slice(i, i + rowsAtOnce).map(({ kind, code, parentCode, level, name, text }, j) => {
      const parentId = parentCode === null ? null : idOf.get(parentCode)
      return { id: idOf.get(code), kind, code, parent_id: parentId, level, position: i + j + 1, name, text }
    })
    // oxlint-disable-next-line no-await-in-loop -- chunks of one transaction, parents before children
    await sql`insert into framework_element (id, organisation_id, framework_id, kind, code, parent_id, level, position, name, text)
      select id, ${work.actor.organisationId}, ${frameworkId}, kind, code, parent_id, level, position, name, text
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        as row(id uuid, kind text, code text, parent_id uuid, level smallint, position integer, name jsonb, text jsonb)`.execute(work.db)
  }
}

async function insertRelations(
  work: Work,
  frameworkId: string,
  { relations }: FrameworkDraft,
  idOf: ReadonlyMap<string, string>,
): Promise<void> {
  for (let i = 0; i < relations.length; i += rowsAtOnce) {
    const rows = relations.slice(i, i + rowsAtOnce).map(({ kind, roleCode, elementCode, importance, level }) => ({
      id: uuidv7(),
      kind,
      role_id: idOf.get(roleCode),
      element_id: idOf.get(elementCode),
      importance,
      level,
    }))
    // oxlint-disable-next-line no-await-in-loop -- chunks of one transaction
    await sql`insert into framework_relation (id, organisation_id, framework_id, kind, role_id, element_id, importance, level)
      select id, ${work.actor.organisationId}, ${frameworkId}, kind, role_id, element_id, importance, level
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        as row(id uuid, kind text, role_id uuid, element_id uuid, importance text, level smallint)`.execute(work.db)
  }
}

// Elements -------------------------------------------------------------------

export interface ElementQuery {
  kind: ElementKind
  search?: string | undefined
  after?: number | undefined
  limit: number
}

export async function loadElements(
  work: Work,
  frameworkId: string,
  { kind, search, after, limit }: ElementQuery,
): Promise<(FrameworkElement & { position: number })[]> {
  const words = foldWords(search ?? '')
  const text = sql<string>`search_code || search_name || search_text`
  return work.db
    .selectFrom('frameworkElement')
    .select([...elementColumns, 'position'])
    .where(ownRows(work))
    .where('frameworkId', '=', frameworkId)
    .where('kind', '=', kind)
    .$if(after !== undefined, query => query.where('position', '>', after!))
    .$if(words.length > 0, query => query.where(hasWords(text, words)))
    .orderBy('position')
    .limit(limit)
    .execute()
}

// What roles need ------------------------------------------------------------

export interface FoundRole {
  framework: { id: string; title: Translated; levels: FrameworkLevel[] }
  role: FrameworkElement
}

const selectRoles = (work: Work) =>
  work.db
    .selectFrom('frameworkElement as e')
    .innerJoin('framework as f', 'f.id', 'e.frameworkId')
    .select(['e.id', 'e.kind', 'e.code', 'e.parentId', 'e.level', 'e.name', 'e.text', 'f.id as frameworkId', 'f.title', 'f.levels'])
    .where(ownRows(work, 'e.organisationId'))
    .where('e.kind', '=', 'role')
    .orderBy('f.importedAt', 'desc')
    .orderBy('f.id', 'desc')
    .orderBy('e.position')

type RoleRow = Awaited<ReturnType<ReturnType<typeof selectRoles>['execute']>>[number]

const foundRole = ({ frameworkId, title, levels, ...role }: RoleRow): FoundRole => ({
  framework: { id: frameworkId, title, levels: levels as FrameworkLevel[] },
  role,
})

export async function loadRoles(work: Work, roleIds: readonly string[]): Promise<FoundRole[]> {
  const rows = await selectRoles(work)
    .where(sql<boolean>`e.id = any(${[...roleIds]}::uuid[])`)
    .execute()
  return rows.map(foundRole)
}

export async function loadRolesByCode(work: Work, codes: readonly string[]): Promise<FoundRole[]> {
  const rows = await selectRoles(work)
    .where(sql<boolean>`e.code = any(${[...codes]}::text[])`)
    .execute()
  return rows.map(foundRole)
}

/** Where several frameworks have a code, the one imported last gives the name. */
export async function selectRoleNames(work: Work, codes: readonly string[]): Promise<{ code: string; name: Translated }[]> {
  const { rows } = await sql<{ code: string; name: Translated }>`
    select distinct on (e.code) e.code, e.name
    from framework_element e join framework f on f.id = e.framework_id
    where ${ownRows(work, 'e.organisation_id')} and e.kind = 'role' and e.code = any(${[...codes]}::text[])
    order by e.code, f.imported_at desc, f.id desc`.execute(work.db)
  return rows
}

/** Of each framework the version imported last; a code that several of them have comes once, from the one imported last. */
export async function selectRoleChoices(work: Work, search: string, limit: number): Promise<RoleChoice[]> {
  const words = foldWords(search)
  const text = sql<string>`e.search_code || e.search_name`
  const { rows } = await sql<{ id: string; code: string; name: Translated; frameworkId: string; title: Translated; version: string }>`
    select id, code, name, framework_id, title, version from (
      select distinct on (e.code) e.id, e.code, e.name, e.position, f.id as framework_id, f.title, f.version, f.imported_at
      from (
        select distinct on (publisher, key) id, title, version, imported_at from framework
        where ${ownRows(work)} order by publisher, key, imported_at desc, id desc
      ) as f
      join framework_element e on e.framework_id = f.id and e.kind = 'role'
      where ${ownRows(work, 'e.organisation_id')} ${words.length > 0 ? sql`and ${hasWords(text, words)}` : sql``}
      order by e.code, f.imported_at desc, f.id desc
    ) as choice
    order by imported_at desc, framework_id desc, position limit ${limit}`.execute(work.db)
  return rows.map(({ frameworkId, title, version, ...role }) => ({ ...role, framework: { id: frameworkId, title, version } }))
}

export async function loadRoleByCode(work: Work, frameworkId: string, code: string): Promise<FrameworkElement | undefined> {
  return work.db
    .selectFrom('frameworkElement')
    .select(elementColumns)
    .where(ownRows(work))
    .where('frameworkId', '=', frameworkId)
    .where('kind', '=', 'role')
    .where('code', '=', code)
    .executeTakeFirst()
}

export interface RelatedElement {
  relationId: string
  kind: DraftRelation['kind']
  roleId: string
  importance: Importance
  needLevel: number | null
  element: FrameworkElement
}

/** Tasks and needs of roles, in the framework's order. */
export async function loadRelatedElements(work: Work, roleIds: readonly string[]): Promise<RelatedElement[]> {
  const rows = await work.db
    .selectFrom('frameworkRelation as r')
    .innerJoin('frameworkElement as e', 'e.id', 'r.elementId')
    .select(['r.id as relationId', 'r.kind as relationKind', 'r.roleId', 'r.importance', 'r.level as needLevel'])
    .select(['e.id', 'e.kind', 'e.code', 'e.parentId', 'e.level', 'e.name', 'e.text'])
    .where(ownRows(work, 'r.organisationId'))
    .where(sql<boolean>`r.role_id = any(${[...roleIds]}::uuid[])`)
    .orderBy('e.position')
    .execute()
  return rows.map(({ relationId, relationKind, roleId, importance, needLevel, ...element }) => ({
    relationId,
    kind: relationKind,
    roleId,
    importance,
    needLevel,
    element,
  }))
}

/** Roles that report to this one, in the framework's order. */
export async function loadReporting(work: Work, roleId: string): Promise<FrameworkElement[]> {
  return work.db
    .selectFrom('frameworkRelation as r')
    .innerJoin('frameworkElement as e', 'e.id', 'r.roleId')
    .select(['e.id', 'e.kind', 'e.code', 'e.parentId', 'e.level', 'e.name', 'e.text'])
    .where(ownRows(work, 'r.organisationId'))
    .where('r.elementId', '=', roleId)
    .where('r.kind', '=', 'reports-to')
    .orderBy('e.position')
    .execute()
}

/** Statements of competencies, in order of level. */
export async function loadStatements(work: Work, parentIds: readonly string[]): Promise<FrameworkElement[]> {
  if (parentIds.length === 0) return []
  return work.db
    .selectFrom('frameworkElement')
    .select(elementColumns)
    .where(ownRows(work))
    .where(sql<boolean>`parent_id = any(${[...parentIds]}::uuid[])`)
    .where('kind', '=', 'statement')
    .orderBy('level')
    .orderBy('position')
    .execute()
}
