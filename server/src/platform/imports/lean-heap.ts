import { setFlagsFromString } from 'node:v8'

// The runtime lets its heap grow as long as it runs fast, fourfold between two collections on a large machine. Work on a large file
// makes much garbage and keeps little of it: it would hold hundreds of megabytes that nobody needs. While such work lasts the heap is
// collected each time that it has grown by a fifth; pages that are asked for meanwhile pay a little of it, all others nothing.

const lean = '--heap-growing-percent=20'
/** The runtime's own judgement. */
const usual = '--heap-growing-percent=0'

let works = 0

/** Does the work with a heap that is kept small; several may be at work. */
export async function inLeanHeap<Result>(work: () => Promise<Result>): Promise<Result> {
  if (works++ === 0) setFlagsFromString(lean)
  try {
    return await work()
  } finally {
    if (--works === 0) setFlagsFromString(usual)
  }
}
