import type { HeldPost } from './posts.ts'

/** By person: the supervisor today, and once every post that is planned has begun. Nobody, or no post then: null or absent. */
export interface Supervision {
  now: ReadonlyMap<string, string | null>
  last: ReadonlyMap<string, string | null>
}

/** What posts of one person say of that; undefined where none is held. */
export function supervisorsOf(
  posts: readonly Pick<HeldPost, 'supervisorId' | 'startsOn' | 'endsBefore'>[],
  today: string,
): { now: string | null | undefined; last: string | null | undefined } {
  const notOver = posts.filter(({ endsBefore }) => endsBefore === null || endsBefore > today)
  const last = notOver.toSorted((a, b) => (a.startsOn < b.startsOn ? 1 : -1))[0]
  return { now: notOver.find(({ startsOn }) => startsOn <= today)?.supervisorId, last: last?.supervisorId }
}

/**
 * Circles of people who would stand above themselves: today, and once every post that is planned has begun. A circle that
 * would exist only in between is found when its own post is changed in the form.
 */
export function findCircles({ now, last }: Supervision): string[][] {
  const circles = circlesOf(now)
  const seen = new Set(circles.flat())
  return [...circles, ...circlesOf(last).filter(circle => !circle.every(id => seen.has(id)))]
}

/** Everybody has at most one supervisor, so each walk upwards ends at the top, at known ground, or in a circle. */
function circlesOf(supervisorOf: ReadonlyMap<string, string | null>): string[][] {
  const done = new Set<string>()
  const circles: string[][] = []
  for (const start of supervisorOf.keys()) {
    const path: string[] = []
    const place = new Map<string, number>()
    let at: string | null = start
    while (at !== null && !done.has(at) && !place.has(at)) {
      place.set(at, path.length)
      path.push(at)
      at = supervisorOf.get(at) ?? null
    }
    if (at !== null && place.has(at)) circles.push(path.slice(place.get(at)))
    for (const id of path) done.add(id)
  }
  return circles
}
