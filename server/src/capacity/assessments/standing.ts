import type { Work } from '#platform/database/work.ts'
import { reachOf } from '#platform/permissions/reach.ts'
import { countSubmitted, selectOpenContests, selectSides } from './standing.store.ts'

// How far the assessments of a half-year are, without a single rating: for the pages that say what is to be done next.

/** Of one side: nothing yet, begun, handed in. */
export type SideState = 'none' | 'draft' | 'submitted'

export interface Standing {
  self: SideState
  supervisor: SideState
  agreed: SideState
  openContests: number
}

const nothing: Standing = { self: 'none', supervisor: 'none', agreed: 'none', openContests: 0 }

/** In two queries. Whether the actor may know it of these people is the caller's question. */
export async function listStandings(work: Work, halfYearId: string, personIds: readonly string[]): Promise<Map<string, Standing>> {
  const standings = new Map(personIds.map(id => [id, { ...nothing }]))
  if (personIds.length === 0) return standings
  for (const { personId, rater, isSubmitted } of await selectSides(work, halfYearId, personIds))
    standings.get(personId)![rater] = isSubmitted ? 'submitted' : 'draft'
  for (const { personId, count } of await selectOpenContests(work, personIds)) standings.get(personId)!.openContests = count
  return standings
}

/** People within reach whose assessment is submitted by each side in the half-year. */
export async function countStandings(work: Work, halfYearId: string): Promise<{ self: number; supervisor: number; agreed: number }> {
  const reach = reachOf(work, 'assessment.read')
  const count = (rater: 'self' | 'supervisor' | 'agreed'): Promise<number> => countSubmitted(work, halfYearId, rater, reach)
  return { self: await count('self'), supervisor: await count('supervisor'), agreed: await count('agreed') }
}
