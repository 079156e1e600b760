import type { Work } from '#platform/database/work.ts'
import { notFound } from '#platform/http/problem.ts'
import type { Translated } from '#platform/i18n/translated.ts'
import type { FrameworkElement, FrameworkSummary, RoleChoice, RoleNeed } from './frameworks.api.ts'
import { selectFoundElements } from './browse.store.ts'
import type { FoundElement } from './element-search.api.ts'
import {
  listIdentities,
  loadElements,
  loadFrameworks,
  loadRelatedElements,
  loadReporting,
  loadRoleByCode,
  loadRoles,
  loadRolesByCode,
  selectRoleChoices,
  selectRoleNames,
} from './frameworks.store.ts'
import type { ElementQuery, FoundRole, RelatedElement } from './frameworks.store.ts'
import { joinStatements, loadNeeds } from './role-needs.ts'

export { existsFramework } from './frameworks.store.ts'

// Role frameworks: versioned, immutable data of one organisation. How they come in is in framework-imports.ts.

/** All frameworks of the organisation, the one imported last first. */
export const listFrameworks = (work: Work): Promise<FrameworkSummary[]> => loadFrameworks(work)

/** Whether any framework is imported. */
export const hasFrameworks = async (work: Work): Promise<boolean> => (await listIdentities(work)).length > 0

export async function getFramework(work: Work, frameworkId: string): Promise<FrameworkSummary> {
  const [framework] = await loadFrameworks(work, frameworkId)
  if (!framework) throw notFound('framework')
  return framework
}

export interface ElementPage {
  elements: (FrameworkElement & { position: number })[]
  /** `after` of the next page; null on the last. */
  next: number | null
}

/** Elements of one kind in the framework's order; a search finds every word in code, name or text, without accents and case. */
export async function listElements(work: Work, frameworkId: string, query: ElementQuery): Promise<ElementPage> {
  await getFramework(work, frameworkId)
  const found = await loadElements(work, frameworkId, { ...query, limit: query.limit + 1 })
  const elements = found.slice(0, query.limit)
  return { elements, next: found.length > query.limit ? elements.at(-1)!.position : null }
}

export interface RoleWithParts {
  role: FrameworkElement
  tasks: FrameworkElement[]
  needs: RoleNeed[]
  reportsTo: FrameworkElement | null
  reporting: FrameworkElement[]
}

/** A role of this framework with its tasks, what it needs, and its place in the reporting chain. */
export async function getRole(work: Work, frameworkId: string, roleId: string): Promise<RoleWithParts> {
  const [found] = await loadRoles(work, [roleId])
  if (!found || found.framework.id !== frameworkId) throw notFound('role')
  const related = await loadRelatedElements(work, [roleId])
  const needs = (await joinStatements(work, related)).get(roleId) ?? []
  const of = (kind: RelatedElement['kind']) => related.filter(one => one.kind === kind).map(({ element }) => element)
  return {
    role: found.role,
    tasks: of('performs'),
    needs,
    reportsTo: of('reports-to')[0] ?? null,
    reporting: await loadReporting(work, roleId),
  }
}

/** Roles that a post can name; a search finds every word in code or name, without accents and case. */
export async function listRoles(
  work: Work,
  query: { search?: string | undefined; limit: number },
): Promise<{ roles: RoleChoice[]; hasMore: boolean }> {
  const found = await selectRoleChoices(work, query.search ?? '', query.limit + 1)
  return { roles: found.slice(0, query.limit), hasMore: found.length > query.limit }
}

/**
 * What people are rated on and what they do, of the version of each framework imported last, the best match for the search
 * first. Roles are found by `listRoles`.
 */
export async function findElements(work: Work, search: string, limit: number): Promise<FoundElement[]> {
  const { elements } = await selectFoundElements(work, { search, limit })
  return elements.filter(({ kind }) => kind !== 'role' && kind !== 'category')
}

// For other modules ------------------------------------------------------------

export interface RoleNeeds extends FoundRole {
  /** In the framework's order. */
  needs: readonly RoleNeed[]
}

/** Roles that other modules ask for at once: those of a whole authority, with room to spare. */
const maxRoles = 2000

/** What each of these roles needs, in three queries. A role that this organisation does not have is not in the map. */
export async function getRoleNeeds(work: Work, roleIds: readonly string[]): Promise<Map<string, RoleNeeds>> {
  const wanted = [...new Set(roleIds)]
  if (wanted.length > maxRoles) throw new RangeError(`getRoleNeeds: ${wanted.length} roles, at most ${maxRoles}`)
  return wanted.length === 0 ? new Map() : getNeedsOf(work, await loadRoles(work, wanted))
}

/** The same for roles that were found already. */
export async function getNeedsOf(work: Work, roles: readonly FoundRole[]): Promise<Map<string, RoleNeeds>> {
  if (roles.length === 0) return new Map()
  const needsOf = await loadNeeds(
    work,
    roles.map(({ role }) => role.id),
  )
  return new Map(roles.map(found => [found.role.id, { ...found, needs: needsOf.get(found.role.id) ?? [] }]))
}

/** The role of one framework that has this code. */
export function findRoleByCode(work: Work, frameworkId: string, code: string): Promise<FrameworkElement | undefined> {
  return loadRoleByCode(work, frameworkId, code)
}

/** Roles that have one of these codes, in every framework of the organisation; the framework imported last comes first. */
export async function listRolesByCode(work: Work, codes: readonly string[]): Promise<FoundRole[]> {
  const wanted = [...new Set(codes)]
  if (wanted.length > maxRoles) throw new RangeError(`listRolesByCode: ${wanted.length} codes, at most ${maxRoles}`)
  return wanted.length === 0 ? [] : loadRolesByCode(work, wanted)
}

/** Names of roles by code, in one query. A code that no framework has is not in the map. */
export async function getRoleNames(work: Work, codes: readonly (string | null)[]): Promise<Map<string, Translated>> {
  const wanted = [...new Set(codes)].filter(code => code !== null)
  if (wanted.length > maxRoles) throw new RangeError(`getRoleNames: ${wanted.length} codes, at most ${maxRoles}`)
  if (wanted.length === 0) return new Map()
  return new Map((await selectRoleNames(work, wanted)).map(({ code, name }) => [code, name]))
}
