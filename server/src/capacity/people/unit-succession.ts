import type { HeldPost, PostPlan } from './posts.ts'

// What the end of units does to posts. Pure.

/** Units that begin or end on a known day: when, and what alone succeeds them; null when nothing or more than one does. */
export type UnitEnds = ReadonlyMap<string, { code: string; startsOn: string | null; endsBefore: string | null; heirId: string | null }>

/** Why a post cannot be: on `date` its unit ends and people have to say where it goes on, or the unit does not exist that day. */
export interface PostStop {
  stop: 'unit-ends' | 'unit-not-there'
  unitCode: string
  date: string
}

/** A post goes on in the unit's one successor from the day the unit ends. */
export function followUnits(plan: PostPlan, ends: UnitEnds, newId: () => string): PostPlan | PostStop {
  const changed: PostPlan['changed'] = []
  const started: HeldPost[] = []
  const cut = (post: HeldPost, isNewPlace: boolean): HeldPost | PostStop => {
    const { startsOn } = post
    const unit = ends.get(post.unitId)
    if (!unit) return post
    const { code: unitCode, endsBefore: end, heirId } = unit
    if (isNewPlace && unit.startsOn !== null && startsOn < unit.startsOn) return { stop: 'unit-not-there', unitCode, date: startsOn }
    if (end === null || (post.endsBefore !== null && post.endsBefore <= end)) return post
    if (startsOn >= end) return { stop: 'unit-not-there', unitCode, date: startsOn }
    if (heirId === null) return { stop: 'unit-ends', unitCode, date: end }
    const rest = cut({ ...post, id: newId(), version: 1, unitId: heirId, startsOn: end }, false)
    if ('stop' in rest) return rest
    started.push(rest)
    return { ...post, endsBefore: end }
  }
  for (const { before, after } of plan.changed) {
    // A post that only ends stands as it was recorded.
    const post = cut(after, after.unitId !== before.unitId || after.startsOn !== before.startsOn)
    if ('stop' in post) return post
    changed.push({ before, after: post })
  }
  for (const one of plan.started) {
    const post = cut(one, true)
    if ('stop' in post) return post
    started.push(post)
  }
  return { changed, started }
}

/** Where a post goes on from a day; null ends it. */
export interface Placement {
  unitId: string | null
  supervisorId: string | null
}

/** A post of a unit that ends on `day`: closed that day and begun elsewhere; one that would begin later begins elsewhere. */
export function placePost(post: HeldPost, day: string, to: Placement, newId: () => string): PostPlan {
  const { unitId, supervisorId } = to
  const isHeldBefore = post.startsOn < day
  if (isHeldBefore) {
    const closed = { ...post, version: post.version + 1, endsBefore: day }
    const next = unitId === null ? [] : [{ ...post, id: newId(), version: 1, unitId, supervisorId, startsOn: day }]
    return { changed: [{ before: post, after: closed }], started: next }
  }
  if (unitId === null) return { changed: [], started: [], withdrawn: [post] }
  return { changed: [{ before: post, after: { ...post, version: post.version + 1, unitId, supervisorId } }], started: [] }
}
