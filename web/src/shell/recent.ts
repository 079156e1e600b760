// What somebody opened last, on this device only, per account.

const prefix = 'luytre.recent.'
const maxKept = 8

export interface Opened {
  kind: string
  id: string
}

/** As it was kept, by whatever version of the product: the reader checks it. */
export function readRecent(userId: string): unknown {
  try {
    return JSON.parse(localStorage.getItem(prefix + userId) ?? '[]')
  } catch {
    return []
  }
}

export function keepRecent<One extends Opened>(userId: string, opened: One, before: readonly One[]): void {
  const others = before.filter(one => one.kind !== opened.kind || one.id !== opened.id)
  try {
    localStorage.setItem(prefix + userId, JSON.stringify([opened, ...others].slice(0, maxKept)))
  } catch {
    // A full or forbidden storage: nothing is remembered.
  }
}

/** At sign-out: nothing of a person stays on a shared device. */
export function dropAllRecent(): void {
  for (const key of Object.keys(localStorage)) if (key.startsWith(prefix)) localStorage.removeItem(key)
}
