import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { learnedValues } from '../detect/baselines.ts'
import { openBaselines } from './keep-baselines.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'luytre-baselines-'))
afterAll(() => rmSync(folder, { recursive: true }))
const fill = (value: number): Float32Array => new Float32Array(learnedValues).fill(value)

test('a file that is not there yet begins empty, and is read by the next one', async () => {
  const file = path.join(folder, 'first')
  const first = await openBaselines(file)
  expect(first.found).toBeUndefined()
  for (let number = 0; number < 300; number++) first.baselines.restore({ target: `192.0.2.${number}`, usual: fill(number) })
  await first.stop()
  expect(statSync(file).mode & 0o777).toBe(0o600)
  const next = await openBaselines(file)
  expect(next.found).toEqual({ targets: 300 })
  expect(next.baselines.findUsual('192.0.2.77', 0)).toEqual({ packetsPerSecond: 77, bitsPerSecond: 77 })
  expect(readdirSync(folder)).toEqual(['first'])
})

test('writings asked for at once follow each other', async () => {
  const file = path.join(folder, 'many')
  const kept = await openBaselines(file)
  kept.baselines.restore({ target: '192.0.2.1', usual: fill(1) })
  await Promise.all([kept.save(), kept.save(), kept.stop()])
  expect((await openBaselines(file)).found).toEqual({ targets: 1 })
})

test('a damaged file is kept aside, and what is usual is learned anew', async () => {
  const file = path.join(folder, 'damaged')
  writeFileSync(file, 'LTBASE01 and then something else')
  const kept = await openBaselines(file)
  expect(kept.found).toMatchObject({ keptAs: `${file}.damaged` })
  expect(kept.baselines.size).toBe(0)
  expect(readFileSync(`${file}.damaged`, 'utf8')).toContain('something else')
})

test('a place that cannot be read is said, and one that cannot be written too', async () => {
  await expect(openBaselines(folder)).rejects.toMatchObject({ code: 'EISDIR' })
  const kept = await openBaselines(path.join(folder, 'no', 'such', 'folder'))
  await expect(kept.save()).rejects.toMatchObject({ code: 'ENOENT' })
})
