import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'

/** Keeps the newest of many objects, as a large import does; tells the largest size of its heap in bytes. */
const program = (isLean: boolean): string => `
  import { inLeanHeap } from ${JSON.stringify(import.meta.resolve('./lean-heap.ts'))}
  const kept = []
  let most = 0
  const work = async () => {
    for (let made = 0; made < 4_000_000; made++) {
      kept[made % 600_000] = { made, both: [made, made + 1] }
      if (made % 20_000 === 0) most = Math.max(most, process.memoryUsage().heapTotal)
    }
  }
  await ${isLean ? 'inLeanHeap(() => inLeanHeap(work))' : 'work()'}
  console.log(most)`

const mostOf = (isLean: boolean): number =>
  Number(execFileSync(process.execPath, ['--max-semi-space-size=16', '--input-type=module', '-e', program(isLean)], { encoding: 'utf8' }))

test('work that makes much garbage and keeps little takes less memory', () => {
  expect(mostOf(true)).toBeLessThan(mostOf(false) * 0.85)
})
