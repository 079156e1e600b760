import { expect, test } from 'vitest'
import { batchOf } from '../../test/rules-kit.ts'
import { inferFragments, tellsFragments } from './infer-fragments.ts'

test('UDP and TCP from port 0 to port 0 are later fragments, and the flows that came are left as they are', () => {
  const batch = batchOf([
    { protocol: 17 },
    { protocol: 6, fragment: 1 },
    { protocol: 17, sourcePort: 53 },
    { protocol: 17, destinationPort: 80 },
    { protocol: 1 },
  ])
  expect([...inferFragments(batch).fragment]).toEqual([2, 3, 0, 0, 0])
  expect([...batch.fragment]).toEqual([0, 1, 0, 0, 0])
})

test('a batch without such flows is itself', () => {
  const batch = batchOf([{ protocol: 17, sourcePort: 53 }, { protocol: 47 }])
  expect(inferFragments(batch)).toBe(batch)
})

test('an exporter tells fragments when it says so of one flow; "don\'t fragment" says nothing', () => {
  expect(tellsFragments([batchOf([{ fragment: 1 }]), batchOf([{}])])).toBe(false)
  expect(tellsFragments([batchOf([{}]), batchOf([{}, { fragment: 4 }])])).toBe(true)
})
