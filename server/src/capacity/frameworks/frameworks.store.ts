import { sql } from 'kysely'
import type { Work } from '#platform/database/work.ts'
import { ownRows } from '#platform/permissions/reach.ts'
import type { FrameworkElement, FrameworkLevel, Importance } from './frameworks.api.ts'
import type { Translated } from '#platform/i18n/translated.ts'

const elementColumns = ['id', 'kind', 'code', 'parentId', 'level', 'name', 'text'] as const

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
  framework: { id: frameworkId, title, levels: levels as unknown as FrameworkLevel[] },
  role,
})

export async function loadRoles(work: Work, roleIds: readonly string[]): Promise<FoundRole[]> {
  const rows = await selectRoles(work).where(sql<boolean>`e.id = any(${[...roleIds]}::uuid[])`).execute()
  return rows.map(foundRole)
}

export async function loadRolesByCode(work: Work, codes: readonly string[]): Promise<FoundRole[]> {
  const rows = await selectRoles(work).where(sql<boolean>`e.code = any(${[...codes]}::text[])`).execute()
  return rows.map(foundRole)
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
  kind: 'needs' | 'performs'
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
