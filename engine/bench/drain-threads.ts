import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { rounded } from './bench-rows.ts'
import type { BenchRow } from './bench-rows.ts'

// Does a second worker cost the first one anything? The same datagrams in memory, drained by one thread and by two at once, in
// turns: CPU seconds for a million records, and the ratio of neighbouring rounds.

const rounds = 9
const datagramsEach = 60_000

const median = (values: readonly number[]): number => values.toSorted((one, other) => one - other)[values.length >> 1]!

async function startWorkers(workers: number): Promise<Worker[]> {
  const script = new URL('./drain-worker.ts', import.meta.url)
  const threads = Array.from({ length: workers }, (_, worker) => new Worker(script, { workerData: { worker, workers } }))
  await Promise.all(threads.map(thread => once(thread, 'message')))
  return threads
}

/** CPU seconds of this process for a million records. */
async function drain(threads: readonly Worker[]): Promise<number> {
  const before = process.cpuUsage()
  const done = threads.map(async thread => {
    const answer = once(thread, 'message')
    thread.postMessage(datagramsEach)
    return ((await answer) as [number])[0]
  })
  const records = (await Promise.all(done)).reduce((sum, count) => sum + count, 0)
  const { user, system } = process.cpuUsage(before)
  return (user + system) / records
}

export async function measureThreads(): Promise<BenchRow> {
  const [first, second] = (await startWorkers(2)) as [Worker, Worker]
  for (let warm = 0; warm < 3; warm++) await drain([first, second])
  const pairs: [number, number][] = []
  for (let round = 0; round < rounds; round++) pairs.push([await drain([round % 2 === 0 ? first : second]), await drain([first, second])])
  await Promise.all([first.terminate(), second.terminate()])
  return {
    case: 'two-workers',
    cpu_s_per_million_one: rounded(median(pairs.map(([one]) => one)), 3),
    cpu_s_per_million_two: rounded(median(pairs.map(([, two]) => two)), 3),
    ratio: rounded(median(pairs.map(([one, two]) => two / one)), 2),
  }
}
