/** One post of a person, as far as supervision goes. */
export interface Edge {
  personId: string
  supervisorId: string | null
  startsOn: string
  endsBefore: string | null
}

/**
 * Circles of people who would stand above themselves: today, and once every post that is planned has begun. A circle that
 * would exist only in between is found when its own post is changed in the form.
 */
export function findCircles(edges: readonly Edge[], today: string): string[][] {
  const now = new Map<string, string | null>()
  const last = new Map<string, Edge>()
  for (const edge of edges) {
    const isOver = edge.endsBefore !== null && edge.endsBefore <= today
    if (!isOver && edge.startsOn <= today) now.set(edge.personId, edge.supervisorId)
    const known = last.get(edge.personId)
    if (!isOver && (!known || known.startsOn < edge.startsOn)) last.set(edge.personId, edge)
  }
  const atTheEnd = new Map([...last].map(([personId, { supervisorId }]) => [personId, supervisorId]))
  const circles = circlesOf(now)
  const seen = new Set(circles.flat())
  return [...circles, ...circlesOf(atTheEnd).filter(circle => !circle.every(id => seen.has(id)))]
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
