import { Session } from 'node:inspector'

// Which code of engine/src was run, by V8's own counts of blocks. They come as ranges of a file, nested, and a block that was
// run as often as the one around it is not told apart: so characters are painted, outermost range first.

/** Characters of code, by file. */
export type Places = Map<string, number[]>

export interface BlockCoverage {
  /** Counts from now on; meanwhile code runs at a half to a third of its speed. */
  start(): void
  stop(): void
  /** Characters that ran for the first time since the last call of either; 1 to 3 ms. */
  takeNew(): Places
  /** Which of these characters ran since the last call of either. */
  takeAmong(places: Places): Places
  /** Characters that ran at all. */
  readonly count: number
  /** As if nothing had run. */
  forget(): void
}

interface CoverageResult {
  result: { url: string; functions: { ranges: { startOffset: number; endOffset: number; count: number }[] }[] }[]
}

export function createBlockCoverage(): BlockCoverage {
  const session = new Session()
  session.connect()
  /** The session is of this thread: it answers before `post` returns. */
  const post = (method: string, parameters: object = {}): unknown => {
    let answer: unknown
    session.post(method, parameters, (error, result) => {
      if (error) throw new Error(`${method}: ${error.message}`)
      answer = result
    })
    return answer
  }
  post('Profiler.enable')
  const ran = new Map<string, Uint8Array>()
  let count = 0

  /** What ran since the last call: for each file of the engine a flag a character. */
  function paint(): Map<string, Uint8Array> {
    const painted = new Map<string, Uint8Array>()
    const { result } = post('Profiler.takePreciseCoverage') as CoverageResult
    for (const { url, functions } of result) {
      if (!url.includes('/engine/src/') || url.includes('/engine/src/generate/')) continue
      let end = 0
      for (const { ranges } of functions) end = Math.max(end, ranges[0]!.endOffset)
      const flags = new Uint8Array(end)
      for (const { ranges } of functions)
        for (const range of ranges) flags.fill(range.count > 0 ? 1 : 0, range.startOffset, range.endOffset)
      painted.set(url, flags)
    }
    return painted
  }

  return {
    start: () => void post('Profiler.startPreciseCoverage', { callCount: true, detailed: true }),
    stop: () => void post('Profiler.stopPreciseCoverage'),
    takeNew() {
      const places: Places = new Map()
      for (const [url, flags] of paint()) {
        let known = ran.get(url)
        if (!known || known.length < flags.length) {
          const grown = new Uint8Array(flags.length)
          if (known) grown.set(known)
          ran.set(url, (known = grown))
        }
        const found: number[] = []
        for (let at = 0; at < flags.length; at++)
          if (flags[at] === 1 && known[at] === 0) {
            known[at] = 1
            found.push(at)
          }
        count += found.length
        if (found.length > 0) places.set(url, found)
      }
      return places
    },
    takeAmong(places) {
      const painted = paint()
      const hit: Places = new Map()
      for (const [url, wanted] of places) {
        const flags = painted.get(url)
        const found = flags ? wanted.filter(at => flags[at] === 1) : []
        if (found.length > 0) hit.set(url, found)
      }
      return hit
    },
    get count() {
      return count
    },
    forget() {
      ran.clear()
      count = 0
    },
  }
}

export function removePlaces(from: Places, gone: Places): void {
  for (const [url, places] of gone) {
    const without = new Set(places)
    const left = (from.get(url) ?? []).filter(at => !without.has(at))
    if (left.length > 0) from.set(url, left)
    else from.delete(url)
  }
}
