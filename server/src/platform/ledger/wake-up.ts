// Lets the sealer of this process know that lines were written, so that they are chained in a fraction of a second. It
// is a hint and nothing rests on it: lines of other processes, and those of a transaction that commits late, come with
// the sealer's next round.

const listeners = new Set<() => void>()

export function announceLines(): void {
  for (const listener of listeners) listener()
}

/** Calls `listener` whenever lines were written; returns what ends that. */
export function onLines(listener: () => void): () => void {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}
