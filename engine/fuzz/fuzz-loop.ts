import { createRandom } from '#generate/random.ts'
import { removePlaces } from './block-coverage.ts'
import type { BlockCoverage, Places } from './block-coverage.ts'
import { createFeatures } from './features.ts'
import type { FuzzedDecoder, FuzzTarget, Note } from './fuzz-target.ts'
import { createJournal } from './journal.ts'
import type { Journal } from './journal.ts'
import { createMutator } from './mutate.ts'

// The loop: take an input that is kept, change it, let the decoder take it, keep it if it did what none did before: noted
// something new, or, in the rounds in which V8 counts, ran code that none ran. Its counts are asked for after up to a round of
// inputs, and a round that ran something new is replayed to find which input did.

/** Inputs after which the decoder starts anew. */
export const roundInputs = 8192
/** A single input that takes longer than this is measured again, thrice, after those just before it: the least counts. */
const remeasuredMs = 2
const remeasuredAfter = 64
const leastChunk = 64
/** So often a finding is tried to be told with less. */
const maxReplays = 2000
/** V8 counts in the first rounds and then in one of so many. They are shorter, since they are replayed from their start. */
const coveredFirst = 8
const coveredEvery = 64
const coveredInputs = 1024

export interface FuzzFinding {
  promise: string
  stack: string
  round: number
  /** What leads to it, the fewest that were found; the last one fails, or the bounds do after it. */
  inputs: Uint8Array[]
}

export interface FuzzResult {
  inputs: number
  kept: Uint8Array[]
  features: number
  /** Longest that an input took beyond `remeasuredMs`; 0 when none did. */
  slowestMs: number
  finding: FuzzFinding | undefined
}

export interface FuzzOptions {
  inputs: number
  seed: number
  corpus: readonly Uint8Array[]
  coverage?: BlockCoverage | undefined
  journal?: Journal
  /** Milliseconds of CPU time; without it nothing is measured. */
  clock?: () => number
  /** Told after each round; answers whether to go on. */
  onRound?(result: FuzzResult): boolean
}

const ignore = (): void => {}

export function fuzz(target: FuzzTarget, options: FuzzOptions): FuzzResult {
  const { coverage, clock } = options
  const random = createRandom(options.seed)
  const { mutate } = createMutator(random, target.maxInputBytes)
  const features = createFeatures()
  const journal = options.journal ?? createJournal(roundInputs, target.maxInputBytes)
  const first = [...target.seeds(), ...options.corpus].map(input => input.slice(0, target.maxInputBytes))
  const result: FuzzResult = { inputs: 0, kept: [...first], features: 0, slowestMs: 0, finding: undefined }
  const { kept } = result
  let round = 0
  let decoder = target.open(features.note, round)
  let [chunkFrom, chunk] = [0, leastChunk]
  let isCovered = coverage !== undefined
  if (isCovered) coverage?.start()

  /** Newer ones half of the time: what they found has not been looked at for long. */
  function pick(): Uint8Array {
    const newest = Math.min(kept.length, random.below(2) === 0 ? kept.length : 16 + (kept.length >>> 3))
    return kept[kept.length - 1 - random.below(newest)]!
  }

  function lookAtCoverage(): void {
    if (!coverage || !isCovered || journal.length === chunkFrom) return
    const found = coverage.takeNew()
    // What all start from is kept anyway.
    if (found.size > 0 && (round > 0 || chunkFrom >= first.length)) {
      kept.push(...locate(target, coverage, { round, inputs: journal.inputs(), from: chunkFrom, to: journal.length, found }))
      chunk = leastChunk
    } else chunk = Math.min(roundInputs, chunk * 2)
    chunkFrom = journal.length
  }

  function attempt(action: () => void): boolean {
    try {
      action()
      return true
    } catch (error) {
      journal.rest()
      result.finding = describeFinding(target, round, journal.inputs(), error)
      return false
    }
  }

  for (; result.inputs < options.inputs;) {
    const input = result.inputs < first.length ? first[result.inputs]! : mutate(pick(), pick())
    journal.add(input)
    const before = features.count
    const startMs = clock ? clock() : 0
    if (!attempt(() => decoder.take(input))) break
    if (clock && clock() - startMs > Math.max(remeasuredMs, result.slowestMs))
      result.slowestMs = Math.max(result.slowestMs, measureAgain(target, round, journal.inputs(1 + remeasuredAfter), clock))
    result.inputs++
    if (features.count > before && result.inputs > first.length) kept.push(input.slice())
    if (isCovered && (journal.length - chunkFrom >= chunk || result.inputs === first.length)) lookAtCoverage()
    if (journal.length < (isCovered ? coveredInputs : roundInputs) && result.inputs < options.inputs) continue
    if (!attempt(() => decoder.settle())) break
    lookAtCoverage()
    result.features = features.count
    journal.clear()
    chunkFrom = 0
    if (options.onRound?.(result) === false) break
    decoder = target.open(features.note, ++round)
    const shallCover = coverage !== undefined && (round < coveredFirst || round % coveredEvery === 0)
    if (shallCover && !isCovered) coverage.start()
    if (!shallCover && isCovered) coverage?.stop()
    isCovered = shallCover
  }
  if (isCovered) coverage?.stop()
  result.features = features.count
  return result
}

/** Lets a decoder that starts anew take the inputs. */
function replay(target: FuzzTarget, round: number, inputs: readonly Uint8Array[]): FuzzedDecoder {
  const decoder = target.open(ignore, round)
  for (const input of inputs) decoder.take(input)
  return decoder
}

/** Which inputs of a stretch of a round ran these places: the round is replayed, in ever smaller steps. */
function locate(
  target: FuzzTarget,
  coverage: BlockCoverage,
  { round, inputs, from, to, found }: { round: number; inputs: readonly Uint8Array[]; from: number; to: number; found: Places },
): Uint8Array[] {
  const located: Uint8Array[] = []
  const step = Math.ceil((to - from) / 8)
  const left = new Map(found)
  const decoder = replay(target, round, inputs.slice(0, from))
  coverage.takeAmong(left)
  for (let at = from; at < to && left.size > 0; at += step) {
    const stop = Math.min(to, at + step)
    for (const input of inputs.slice(at, stop)) decoder.take(input)
    const hit = coverage.takeAmong(left)
    if (hit.size === 0) continue
    removePlaces(left, hit)
    if (step === 1) located.push(inputs[at]!)
    else located.push(...locate(target, coverage, { round, inputs, from: at, to: stop, found: hit }))
  }
  return located
}

function measureAgain(target: FuzzTarget, round: number, inputs: readonly Uint8Array[], clock: () => number): number {
  let leastMs = Infinity
  for (let turn = 0; turn < 3; turn++) {
    const decoder = replay(target, round, inputs.slice(0, -1))
    const startMs = clock()
    decoder.take(inputs.at(-1)!)
    leastMs = Math.min(leastMs, clock() - startMs)
  }
  return leastMs
}

/** Why the inputs fail when a decoder that starts anew takes them; undefined when they do not. */
export function tryInputs(target: FuzzTarget, round: number, inputs: readonly Uint8Array[]): Error | undefined {
  try {
    replay(target, round, inputs).settle()
    return undefined
  } catch (error) {
    return error as Error
  }
}

function describeFinding(target: FuzzTarget, round: number, all: Uint8Array[], error: unknown): FuzzFinding {
  const { message: promise, stack = '' } = error as Error
  let replays = 0
  const fails = (inputs: readonly Uint8Array[]): boolean => ++replays < maxReplays && tryInputs(target, round, inputs)?.message === promise
  let inputs = all
  // Mostly the last few are enough; of those, stretches are left out as long as it fails all the same.
  for (let size = 1; size < all.length && inputs === all; size *= 4) if (fails(all.slice(-size))) inputs = all.slice(-size)
  for (let size = inputs.length >>> 1; size >= 1; size >>>= 1)
    for (let at = 0; at + size <= inputs.length;) {
      const fewer = inputs.toSpliced(at, size)
      if (fewer.length > 0 && fails(fewer)) inputs = fewer
      else at += size
    }
  const [last] = inputs.slice(-1)
  for (let size = (last?.length ?? 0) >>> 1; size >= 1; size >>>= 1)
    for (let at = 0; at + size <= inputs.at(-1)!.length;) {
      const shorter = Uint8Array.from([...inputs.at(-1)!].toSpliced(at, size))
      if (fails([...inputs.slice(0, -1), shorter])) inputs = [...inputs.slice(0, -1), shorter]
      else at += size
    }
  return { promise, stack, round, inputs }
}

/** Of a decoder so many inputs are kept at most, and so many characters. */
const maxCorpusInputs = 60
const maxCorpusCharacters = 26_000

/**
 * The few inputs that run and do what the seeds do not: the shortest that alone run something new, those that do, and those
 * that need what comes before them.
 */
export function reduceCorpus(target: FuzzTarget, inputs: readonly Uint8Array[], coverage: BlockCoverage): Uint8Array[] {
  const features = createFeatures()
  coverage.forget()
  coverage.start()
  const seeds = target.seeds()
  for (const seed of seeds) target.open(features.note, 0).take(seed)
  coverage.takeNew()
  const chosen: Uint8Array[] = []
  let characters = 0
  const chooseIfNew = (input: Uint8Array, isAnyNew: () => boolean): boolean => {
    if (chosen.length >= maxCorpusInputs || characters + input.length * 2 > maxCorpusCharacters || !isAnyNew()) return false
    chosen.push(input)
    characters += input.length * 2 + 1
    return true
  }
  const does = (take: () => void): boolean => {
    const before = features.count
    take()
    return features.count > before
  }
  const runs = (take: () => void): boolean => {
    take()
    return coverage.takeNew().size > 0
  }
  const alone = (note: Note, input: Uint8Array) => (): void => target.open(note, 0).take(input)
  let rest = inputs.toSorted((one, other) => one.length - other.length)
  rest = rest.filter(input => !chooseIfNew(input, () => runs(alone(ignore, input))))
  for (const input of chosen) alone(features.note, input)()
  rest = rest.filter(input => !chooseIfNew(input, () => does(alone(features.note, input))))
  for (const round of [0, 1, 2, 3]) {
    const decoder = target.open(features.note, round)
    for (const input of [...seeds, ...chosen]) decoder.take(input)
    coverage.takeNew()
    rest = rest.filter(input => !chooseIfNew(input, () => runs(() => decoder.take(input))))
  }
  coverage.stop()
  return chosen
}
