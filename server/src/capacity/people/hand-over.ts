import { v7 as uuidv7 } from 'uuid'
import type { Work } from '#platform/database/work.ts'
import { Problem, invalid, notFound } from '#platform/http/problem.ts'
import { recordChanges } from '#platform/ledger/ledger.ts'
import { getToday } from '#platform/organisations/organisations.ts'
import { postChanges } from './post-changes.ts'
import { bumpPeople, selectNames, selectPosts, writePosts } from './people.store.ts'
import type { PostPlan } from './posts.ts'
import { selectReportsFrom } from './hand-over.store.ts'
import type { Report } from './hand-over.store.ts'
import { selectSupervision } from './roster.store.ts'
import { findCircles } from './supervision.ts'
import { selectStaying } from './unit-events.store.ts'
import { placePost } from './unit-succession.ts'

// Supervising passes from one person to others on a day, and somebody's posts end. Posts have days, so both hold from that
// day on whenever they are recorded.

export type { Report }

/** Beyond that a unit event is the way. */
const maxReports = 1_000

/** Posts whose holder reports to `personId` on the day or later. */
export async function listReportsFrom(work: Work, personId: string, day: string): Promise<Report[]> {
  const reports = await selectReportsFrom(work, personId, day, maxReports + 1)
  if (reports.length > maxReports) throw new Problem(409, 'departure.too-many-reports', { params: { maximum: maxReports } })
  return reports
}

interface HandOver {
  personId: string
  /** First day that `personId` no longer supervises, and holds no post if `leaves`. */
  day: string
  leaves: boolean
  supervisorOf: (reportId: string) => string | null
}

/** Each exists, is somebody else, and holds a post on the day or later. */
export async function checkSupervisors(
  work: Work,
  personId: string,
  day: string,
  supervisors: readonly { path: string; id: string }[],
): Promise<void> {
  const ids = [...new Set(supervisors.map(({ id }) => id))]
  const known = await selectNames(work, ids)
  if (ids.some(id => !known.has(id))) throw notFound('person')
  const staying = await selectStaying(work, ids, day)
  const wrong = supervisors.flatMap(({ path, id }) => {
    if (id === personId) return [{ path, code: 'same-person' }]
    return staying.has(id) ? [] : [{ path, code: 'without-post', params: { date: day } }]
  })
  if (wrong.length > 0) throw invalid(...wrong)
}

/** `lockPeople` came before. One line for each post that becomes another one. */
export async function handOver(work: Work, { personId, day, leaves, supervisorOf }: HandOver): Promise<void> {
  const plans: { personId: string; plan: PostPlan }[] = (await listReportsFrom(work, personId, day)).map(({ person, post }) => ({
    personId: person.id,
    plan: placePost(post, day, { unitId: post.unitId, supervisorId: supervisorOf(person.id) }, uuidv7),
  }))
  if (leaves) {
    const held = (await selectPosts(work, [personId])).filter(({ endsBefore }) => endsBefore === null || endsBefore > day)
    for (const { personId: _, ...post } of held)
      plans.push({ personId, plan: placePost(post, day, { unitId: null, supervisorId: null }, uuidv7) })
  }
  await writePosts(work, plans)
  await bumpPeople(work, [...new Set(plans.map(one => one.personId))])
  if (findCircles(await selectSupervision(work, await getToday(work))).length > 0) throw invalid({ path: 'supervisorId', code: 'cycle' })
  await recordChanges(
    work,
    plans.flatMap(one => postChanges(one.personId, one.plan)),
  )
}
