import type { HeldPost, PostPlan } from './posts.ts'

// What the end of units does to posts. Pure.

/** Units that end: on which day, and what alone succeeds them; null when nothing or more than one does. */
export type UnitEnds = ReadonlyMap<string, { endsBefore: string; heirId: string | null }>

/**
 * A post goes on in the unit's one successor from the day the unit ends. Undefined when nothing, or more than one, succeeds it,
 * or when the post would begin only then: people have to say where it belongs.
 */
export function followUnits(plan: PostPlan, ends: UnitEnds, newId: () => string): PostPlan | undefined {
  const changed: PostPlan['changed'] = []
  const started: HeldPost[] = []
  const cut = (post: HeldPost): HeldPost | undefined => {
    const end = ends.get(post.unitId)
    if (!end || (post.endsBefore !== null && post.endsBefore <= end.endsBefore)) return post
    if (end.heirId === null || post.startsOn >= end.endsBefore) return undefined
    const rest = cut({ ...post, id: newId(), version: 1, unitId: end.heirId, startsOn: end.endsBefore })
    if (!rest) return undefined
    started.push(rest)
    return { ...post, endsBefore: end.endsBefore }
  }
  for (const { before, after } of plan.changed) {
    const post = cut(after)
    if (!post) return undefined
    changed.push({ before, after: post })
  }
  for (const one of plan.started) {
    const post = cut(one)
    if (!post) return undefined
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
