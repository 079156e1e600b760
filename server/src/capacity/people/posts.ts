// The posts of one person through time: at most one on any day. Pure: what has to be written for a post that is wanted.

export interface HeldPost {
  id: string
  version: number
  unitId: string
  title: string
  supervisorId: string | null
  roleCode: string | null
  startsOn: string
  /** First day that the post is no longer held; null while no end is known. */
  endsBefore: string | null
}

/** What a post shall be. Undefined keeps what is there. */
export interface WantedPost {
  unitId?: string | undefined
  title?: string | undefined
  supervisorId?: string | null | undefined
  roleCode?: string | null | undefined
  startsOn?: string | undefined
}

export interface PostPlan {
  /** Posts that become different: another title, another first day, or closed because the next begins. */
  changed: { before: HeldPost; after: HeldPost }[]
  started: HeldPost[]
  /** Planned posts that will not begin. */
  withdrawn?: HeldPost[]
}

/** The post held on `today`, else the next to begin, else the last one held. */
export function presentPost(posts: readonly HeldPost[], today: string): HeldPost | undefined {
  const ordered = posts.toSorted((a, b) => (a.startsOn < b.startsOn ? -1 : 1))
  return ordered.find(post => post.endsBefore === null || post.endsBefore > today) ?? ordered.at(-1)
}

const sameContent = (a: HeldPost, b: HeldPost): boolean =>
  a.unitId === b.unitId &&
  a.title === b.title &&
  a.supervisorId === b.supervisorId &&
  a.roleCode === b.roleCode &&
  a.startsOn === b.startsOn

/**
 * With the first day of a post that exists, that post changes. A later day closes the post held then, the day before, and
 * starts a new one. An earlier day corrects when the present post began, unless another post was held on those days.
 */
export function planPost(
  posts: readonly HeldPost[],
  wanted: WantedPost,
  today: string,
  newId: () => string,
): PostPlan | 'overlaps-earlier-post' {
  const nothing: PostPlan = { changed: [], started: [] }
  const present = presentPost(posts, today)
  const startsOn = wanted.startsOn ?? present?.startsOn ?? today
  const exact = posts.find(post => post.startsOn === startsOn)
  const base = exact ?? present
  const unitId = wanted.unitId ?? base?.unitId
  if (unitId === undefined) return nothing
  const content = {
    unitId,
    title: wanted.title ?? base?.title ?? '',
    supervisorId: wanted.supervisorId === undefined ? (base?.supervisorId ?? null) : wanted.supervisorId,
    roleCode: wanted.roleCode === undefined ? (base?.roleCode ?? null) : wanted.roleCode,
    startsOn,
  }
  const start = (endsBefore: string | null): HeldPost => ({ id: newId(), version: 1, ...content, endsBefore })
  const change = (before: HeldPost, after: HeldPost): PostPlan['changed'] =>
    sameContent(before, after) ? [] : [{ before, after: { ...after, version: before.version + 1 } }]

  if (exact) return { changed: change(exact, { ...exact, ...content }), started: [] }
  if (!present) return { changed: [], started: [start(null)] }
  if (startsOn < present.startsOn) {
    const overlaps = posts.some(
      post => post !== present && post.startsOn < present.startsOn && (post.endsBefore === null || post.endsBefore > startsOn),
    )
    return overlaps ? 'overlaps-earlier-post' : { changed: change(present, { ...present, ...content }), started: [] }
  }
  const held = posts.find(post => post.startsOn < startsOn && (post.endsBefore === null || post.endsBefore > startsOn))
  if (held) {
    const closed = { ...held, version: held.version + 1, endsBefore: startsOn }
    return { changed: [{ before: held, after: closed }], started: [start(held.endsBefore)] }
  }
  const next = posts.filter(post => post.startsOn > startsOn).toSorted((a, b) => (a.startsOn < b.startsOn ? -1 : 1))[0]
  return { changed: [], started: [start(next?.startsOn ?? null)] }
}
