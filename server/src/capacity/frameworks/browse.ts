import type { Work } from '#platform/database/work.ts'
import { selectChainRoles, selectFoundElements } from './browse.store.ts'
import type { ElementSearch } from './browse.store.ts'
import type { FoundElement } from './element-search.api.ts'
import { noCounts } from './framework-draft.ts'
import type { ElementKind } from './frameworks.api.ts'
import { getFramework } from './frameworks.ts'
import type { ChainRole } from './reporting-chain.api.ts'

// Reading in frameworks: what is found in all of them, and which role reports to which.

export interface FoundElements {
  elements: FoundElement[]
  counts: Record<ElementKind, number>
  next: string | null
}

export async function searchElements(work: Work, query: ElementSearch): Promise<FoundElements> {
  const found = await selectFoundElements(work, { ...query, limit: query.limit + 1 })
  const page = found.elements.slice(0, query.limit)
  const { relation: _, ...counts } = noCounts
  for (const { kind, count } of found.counts) counts[kind] = count
  return {
    elements: page.map(({ place: __, ...element }) => element),
    counts,
    next: found.elements.length > query.limit ? page.at(-1)!.place : null,
  }
}

export async function getReportingChain(work: Work, frameworkId: string): Promise<{ roles: ChainRole[]; outside: ChainRole[] }> {
  await getFramework(work, frameworkId)
  const all = await selectChainRoles(work, frameworkId)
  const above = new Set(all.map(({ reportsToId }) => reportsToId))
  const isWithin = ({ id, reportsToId }: ChainRole): boolean => reportsToId !== null || above.has(id)
  return { roles: all.filter(isWithin), outside: all.filter(role => !isWithin(role)) }
}
