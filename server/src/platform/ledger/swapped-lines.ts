import { chainHash } from './chain.ts'
import type { Break } from './chain-check.ts'

/**
 * Finds among broken links the pairs that were exchanged, and turns the finding of the first of a pair into one that
 * names both. Returns the breaks that are explained by it. Two ways are told apart from altered lines: the texts were
 * exchanged (or the seals name each other's line), or the seals were exchanged whole.
 */
export function pairSwapped(breaks: readonly Break[]): Break[] {
  const open = new Set(breaks.filter(one => one.finding.kind === 'altered-line'))
  const explained: Break[] = []
  const fits = (before: string, place: Break, digest: string, hash: string): boolean => chainHash(before, place.original, digest) === hash
  const name = (one: Break, other: Break): void => {
    one.finding.kind = 'swapped-lines'
    one.finding.params = { otherPosition: other.line.position, otherLine: other.line.lineId }
    open.delete(one)
    open.delete(other)
    explained.push(other)
  }
  for (const one of open) {
    for (const other of open) {
      if (!open.has(one)) break
      if (other.original <= one.original) continue
      if (fits(one.before, one, other.digest, one.line.hash) && fits(other.before, other, one.digest, other.line.hash)) {
        name(one, other)
        continue
      }
      // Whole seals: each hash moved with its line, so the two links after them do not hold either.
      const beforeOther = other.original === one.original + 1 ? other.line.hash : other.before
      if (!fits(one.before, one, other.digest, other.line.hash) || !fits(beforeOther, other, one.digest, one.line.hash)) continue
      name(one, other)
      for (const [after, hash] of [
        [one, other.line.hash],
        [other, one.line.hash],
      ] as const) {
        const follower = [...open].find(candidate => candidate.original === after.original + 1)
        if (!follower || !fits(hash, follower, follower.digest, follower.line.hash)) continue
        open.delete(follower)
        explained.push(follower)
      }
    }
  }
  return explained
}
