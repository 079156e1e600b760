import { createHash } from 'node:crypto'
import { v7 as uuidv7 } from 'uuid'
import type { Work } from '#platform/database/work.ts'
import type { Arguments } from '#platform/http/endpoint.ts'
import { invalid, notFound, Problem } from '#platform/http/problem.ts'
import { selectNames, writePosts } from './people.store.ts'
import type { HeldPost, PostPlan } from './posts.ts'
import { maxAffectedPosts } from './unit-events.api.ts'
import type * as api from './unit-events.api.ts'
import { selectPostsIn, selectUnsupervised } from './unit-events.store.ts'
import { placePost } from './unit-succession.ts'
import { holdsOn } from './unit-tree.ts'
import { maxUnits, tidyUnit } from './units.ts'
import { countUnits, existUnits, selectStatesFrom, writeStates } from './units.store.ts'
import type { UnitContent, UnitState } from './units.store.ts'

// What becomes of posts and of the units below when units end: each has a further place, or the event is not recorded.

export type Body = Arguments<typeof api.recordUnitEvent>['body']

export const distinct = <T>(values: readonly T[]): T[] => [...new Set(values)]

/** The state of each unit on the day. From then on nothing else may be recorded or planned for it, or, of one that `stays`, no end. */
export async function getStatesOn(
  work: Work,
  unitIds: readonly string[],
  day: string,
  { path, stays = false }: { path: string; stays?: boolean },
): Promise<UnitState[]> {
  if (!(await existUnits(work, unitIds))) throw notFound('unit')
  const states = Map.groupBy(await selectStatesFrom(work, day, unitIds), ({ unitId }) => unitId)
  const found: UnitState[] = []
  for (const unitId of unitIds) {
    const [state, ...later] = states.get(unitId) ?? []
    if (!state || !holdsOn(state, day)) throw invalid({ path, code: 'unit-not-there', params: { date: day } })
    const change = stays ? (later.at(-1) ?? state).endsBefore : (later[0]?.startsOn ?? state.endsBefore)
    if (change !== null && change !== undefined) throw invalid({ path, code: 'unit-changes-later', params: { date: change } })
    found.push(state)
  }
  return found
}

/** From the day on with other content: the state that holds then is cut, or changed when it begins that day. */
export function withContentFrom(
  state: UnitState,
  content: UnitContent,
  day: string,
): { changed: UnitState[]; started: Omit<UnitState, 'id'>[] } {
  if (state.startsOn === day) return { changed: [{ ...state, ...content }], started: [] }
  const { unitId, endsBefore } = state
  return { changed: [{ ...state, endsBefore: day }], started: [{ unitId, endsBefore, startsOn: day, ...content }] }
}

/** Units that are part of some of these on the day, and are not among them. */
export async function partsOf(work: Work, unitIds: readonly string[], day: string): Promise<UnitState[]> {
  const states = await selectStatesFrom(work, day)
  return states.filter(
    state => holdsOn(state, day) && state.parentId !== null && unitIds.includes(state.parentId) && !unitIds.includes(state.unitId),
  )
}

export async function foundUnits(
  work: Work,
  { founded, happensOn }: Body,
  ending: readonly string[],
): Promise<(UnitContent & { id: string; startsOn: string })[]> {
  const units = founded.map((one, index) => ({ id: uuidv7(), ...tidyUnit(one, `founded.${index}.`), startsOn: happensOn }))
  if (units.length === 0) return []
  const parentIds = units.flatMap(({ parentId }) => parentId ?? [])
  if (!(await existUnits(work, parentIds))) throw notFound('unit')
  // The code of a unit that ends on the day is free from that day on.
  const inUse = new Set((await selectStatesFrom(work, happensOn)).filter(({ unitId }) => !ending.includes(unitId)).map(({ code }) => code))
  for (const [index, { code }] of units.entries()) {
    if (inUse.has(code)) throw invalid({ path: `founded.${index}.code`, code: 'taken' })
    inUse.add(code)
  }
  if ((await countUnits(work, happensOn)) + units.length > maxUnits)
    throw new Problem(409, 'unit.too-many', { params: { maximum: maxUnits } })
  return units
}

export async function moveParts(
  work: Work,
  { parts, happensOn, defaultSuccessor }: Body,
  ending: readonly string[],
  placeOf: (successor: number | null, other: string | null) => string | null,
): Promise<{ state: UnitState; parentId: string | null }[]> {
  const below = await partsOf(work, ending, happensOn)
  const said = new Map(parts.map(part => [part.unitId, part]))
  if (
    !(await existUnits(
      work,
      parts.flatMap(({ unitId, parentId }) => [unitId, ...(parentId === null ? [] : [parentId])]),
    ))
  )
    throw notFound('unit')
  if (!parts.every(({ unitId }) => below.some(state => state.unitId === unitId))) throw invalid({ path: 'parts', code: 'unknown' })
  // What is planned for a unit from a later day on would otherwise bring its old place back.
  await getStatesOn(
    work,
    below.map(({ unitId }) => unitId),
    happensOn,
    { path: 'parts' },
  )
  const moved = []
  for (const state of below) {
    const part = said.get(state.unitId)
    if (!part && defaultSuccessor === null) throw new Problem(409, 'unit-event.unplaced-units', { params: { code: state.code } })
    const parentId = part ? placeOf(part.successor, part.parentId) : placeOf(defaultSuccessor, null)
    moved.push({ state, parentId })
  }
  const states = moved.map(({ state, parentId }) => withContentFrom(state, { code: state.code, name: state.name, parentId }, happensOn))
  await writeStates(
    work,
    states.flatMap(({ changed }) => changed),
    states.flatMap(({ started }) => started),
  )
  return moved
}

/** Tells whether the posts are still those that somebody has looked at. */
export const digestOf = (posts: readonly Pick<HeldPost, 'id' | 'version'>[]): string =>
  sha256(
    posts
      .map(({ id, version }) => `${id} ${version}\n`)
      .toSorted()
      .join(''),
  )

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

type Plans = { personId: string; plan: PostPlan }[]

/** Writes where the posts of the units go on, and takes the supervisor off those whose supervisor holds no post any more. */
export async function placePosts(
  work: Work,
  { posts, happensOn, defaultSuccessor, expectedPosts, predecessorIds }: Body,
  ending: readonly string[],
  placeOf: (successor: number | null, other: string | null) => string | null,
): Promise<{ plans: Plans; counts: { moved: number; ended: number }; withoutSupervisor: { id: string; name: string }[] }> {
  const affected = await selectPostsIn(work, predecessorIds, happensOn, { reach: [], limit: maxAffectedPosts + 1 })
  if (digestOf(affected) !== expectedPosts) throw new Problem(409, 'unit-event.preview-stale')
  const said = new Map(posts.map(post => [post.postId, post]))
  const shown = new Map(affected.map(post => [post.id, post]))
  const names = await selectNames(work, distinct(posts.flatMap(({ supervisorId }) => supervisorId ?? [])))
  for (const [index, { postId, supervisorId }] of posts.entries()) {
    const post = shown.get(postId)
    if (!post) throw notFound('post')
    if (supervisorId !== null && !names.has(supervisorId)) throw notFound('person')
    if (supervisorId === post.person.id) throw invalid({ path: `posts.${index}.supervisorId`, code: 'cycle' })
  }
  await getStatesOn(work, distinct(posts.flatMap(({ unitId }) => unitId ?? [])), happensOn, { path: 'posts', stays: true })
  const plans: Plans = []
  const counts = { moved: 0, ended: 0 }
  for (const post of affected) {
    const place = said.get(post.id)
    const isEnding = ending.includes(post.unitId)
    // Of a unit that goes on only those move who are named.
    if (!place && !isEnding) continue
    if (!place && defaultSuccessor === null) throw new Problem(409, 'unit-event.unplaced-posts', { params: { name: post.person.name } })
    const unitId = place ? placeOf(place.successor, place.unitId) : placeOf(defaultSuccessor, null)
    const supervisorId = place?.supervisorId ?? post.supervisorId
    if (unitId === post.unitId && supervisorId === post.supervisorId) continue
    const { person, supervisor: _, plans: __, ...held } = post
    plans.push({ personId: person.id, plan: placePost(held, happensOn, { unitId, supervisorId }, uuidv7) })
    if (unitId !== post.unitId) counts[unitId === null ? 'ended' : 'moved']++
  }
  await writePosts(work, plans)
  const cleared = await clearSupervisors(work, plans, happensOn)
  return { plans: [...plans, ...cleared.plans], counts, withoutSupervisor: cleared.people }
}

/** Whoever holds no post while somebody is supervised from the day on supervises nobody: that somebody is listed. */
async function clearSupervisors(work: Work, plans: Plans, day: string): Promise<{ plans: Plans; people: { id: string; name: string }[] }> {
  const written = new Map(
    plans.flatMap(({ plan }) => [...plan.started, ...plan.changed.map(({ after }) => after)]).map(post => [post.id, post]),
  )
  const posts = await selectUnsupervised(work, {
    postIds: [...written.keys()],
    supervisorIds: distinct(plans.map(({ personId }) => personId)),
    day,
  })
  const others: Plans = []
  const again: PostPlan = { changed: [], started: [] }
  for (const { person, ...post } of posts) {
    const own = written.get(post.id)
    if (own) {
      // One line says what becomes of it.
      own.supervisorId = null
      again.changed.push({ before: post, after: own })
    } else others.push({ personId: person.id, plan: placePost(post, day, { unitId: post.unitId, supervisorId: null }, uuidv7) })
  }
  await writePosts(work, [{ personId: '', plan: again }, ...others])
  const people = new Map(posts.map(({ person }) => [person.id, person]))
  return { plans: others, people: [...people.values()] }
}
