import { rounded } from '../calibration.ts'
import type { BenchRow } from '../calibration.ts'

export interface Timing {
  p50Ms: number
  p95Ms: number
  mostMs: number
}

/** One request after the other, as one person's clicks; the first tenth warms up. */
export async function timed(count: number, run: (index: number) => Promise<unknown>): Promise<Timing> {
  const times: number[] = []
  for (let index = -Math.ceil(count / 10); index < count; index++) {
    const start = performance.now()
    await run(Math.abs(index))
    if (index >= 0) times.push(performance.now() - start)
  }
  times.sort((one, other) => one - other)
  const at = (share: number): number => rounded(times[Math.min(times.length - 1, Math.floor(times.length * share))]!, 1)
  return { p50Ms: at(0.5), p95Ms: at(0.95), mostMs: at(1) }
}

const row = (name: string, { p50Ms, p95Ms, mostMs }: Timing): BenchRow => ({ case: name, p50_ms: p50Ms, p95_ms: p95Ms, most_ms: mostMs })

/**
 * Times several pages of one kind, each by itself. The first row carries the kind's name and is the slowest page: what holds
 * for it holds for all of them.
 */
export async function timePages(
  kind: string,
  count: number,
  pages: Record<string, (index: number) => Promise<unknown>>,
): Promise<BenchRow[]> {
  const timings: [string, Timing][] = []
  for (const [name, run] of Object.entries(pages)) timings.push([name, await timed(count, run)])
  const [slowest, timing] = timings.toSorted(([, one], [, other]) => other.p95Ms - one.p95Ms)[0]!
  return [{ ...row(kind, timing), slowest }, ...timings.map(([name, each]) => row(`${kind}: ${name}`, each))]
}
