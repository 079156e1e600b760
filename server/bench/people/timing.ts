import { rounded } from '../calibration.ts'
import type { BenchRow } from '../calibration.ts'

interface Timing {
  p50Ms: number
  p95Ms: number
  mostMs: number
  /** Of the server and its database together, the mean: what a request takes when nobody else wants the machine. */
  cpuMs: number
}

/** How often each page is asked for, and the CPU time that was used so far. */
export interface Clock {
  requests: number
  cpuUs: () => number
}

/** One request after the other, as one person's clicks; a tenth of them goes before, to warm up. */
async function timed({ requests, cpuUs }: Clock, run: (index: number) => Promise<unknown>): Promise<Timing> {
  for (let index = 0; index < Math.ceil(requests / 10); index++) await run(index)
  const times: number[] = []
  const before = cpuUs()
  for (let index = 0; index < requests; index++) {
    const start = performance.now()
    await run(index)
    times.push(performance.now() - start)
  }
  const cpuMs = rounded((cpuUs() - before) / 1000 / requests, 1)
  times.sort((one, other) => one - other)
  const at = (share: number): number => rounded(times[Math.min(times.length - 1, Math.floor(times.length * share))]!, 1)
  return { p50Ms: at(0.5), p95Ms: at(0.95), mostMs: at(1), cpuMs }
}

const row = (name: string, { p50Ms, p95Ms, mostMs, cpuMs }: Timing): BenchRow => ({
  case: name,
  p50_ms: p50Ms,
  p95_ms: p95Ms,
  most_ms: mostMs,
  cpu_ms: cpuMs,
})

/**
 * Times several pages of one kind, each by itself. The first row carries the kind's name and is the slowest page: what holds
 * for it holds for all of them.
 */
export async function timePages(
  kind: string,
  clock: Clock,
  pages: Record<string, (index: number) => Promise<unknown>>,
): Promise<BenchRow[]> {
  const timings: [string, Timing][] = []
  for (const [name, run] of Object.entries(pages)) timings.push([name, await timed(clock, run)])
  const [slowest, timing] = timings.toSorted(([, one], [, other]) => other.p95Ms - one.p95Ms)[0]!
  return [{ ...row(kind, timing), slowest }, ...timings.map(([name, each]) => row(`${kind}: ${name}`, each))]
}
