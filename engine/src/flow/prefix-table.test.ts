import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatAddress, parseAddress } from './addresses.ts'
import { createPrefixTable, parsePrefix } from './prefix-table.ts'
import type { Prefix } from './prefix-table.ts'

const networks = ['192.0.2.0/24', '192.0.2.128/25', '192.0.2.200', '0.0.0.0/1', '2001:db8::/32', '2001:db8:1::/48', '255.255.255.255/32']
const table = createPrefixTable(networks.map(text => parsePrefix(text)!))

test.each([
  ['192.0.2.1', '192.0.2.0/24'],
  ['192.0.2.129', '192.0.2.128/25'],
  ['192.0.2.200', '192.0.2.200'],
  ['192.0.2.201', '192.0.2.128/25'],
  ['192.0.3.0', undefined],
  ['127.255.255.255', '0.0.0.0/1'],
  ['0.0.0.0', '0.0.0.0/1'],
  ['128.0.0.0', undefined],
  ['255.255.255.255', '255.255.255.255/32'],
  ['2001:db8:1:2::3', '2001:db8:1::/48'],
  ['2001:db8:2::', '2001:db8::/32'],
  ['2001:db9::', undefined],
  ['::', undefined],
])('%s is of %s', (text, network) => {
  const { family, words } = parseAddress(text)!
  const found = family === 4 ? table.find4(words[0]) : table.find6(...words)
  expect(networks[found]).toBe(network)
})

test.each(['192.0.2.1/24', '192.0.2.0/33', '2001:db8::/129', 'x/8', '192.0.2.0/', ''])('"%s" is no prefix', text =>
  expect(parsePrefix(text)).toBeUndefined(),
)

test('a prefix given twice is the later one', () => {
  expect(createPrefixTable(['192.0.2.0/24', '192.0.2.0/24'].map(text => parsePrefix(text)!)).find4(0xc000_0201)).toBe(1)
})

test('an empty table holds nothing', () => {
  const empty = createPrefixTable([])
  expect([empty.find4(0), empty.find4(0xffff_ffff), empty.find6(0, 0, 0, 0)]).toEqual([-1, -1, -1])
})

// Few distinct words, so that prefixes nest and meet.
const word = fc.oneof(fc.constantFrom(0, 0xffff_ffff, 0x8000_0000, 0xc000_0200, 0x2001_0db8), fc.nat({ max: 0xffff_ffff }))
const prefix = fc
  .tuple(fc.constantFrom<4 | 6>(4, 6), fc.tuple(word, word, word, word), fc.nat({ max: 128 }))
  .map(([family, words, wanted]): Prefix => {
    const length = family === 4 ? wanted % 33 : wanted
    const masked = words.map((one, index) => {
      const kept = Math.min(32, Math.max(0, length - index * 32))
      return kept === 0 ? 0 : (one & (0xffff_ffff << (32 - kept))) >>> 0
    }) as [number, number, number, number]
    return { family, words: family === 4 ? [masked[0], 0, 0, 0] : masked, length }
  })

function isWithin(words: readonly number[], { words: of, length }: Prefix): boolean {
  return of.every((one, index) => {
    const kept = Math.min(32, Math.max(0, length - index * 32))
    return kept === 0 || (one ^ words[index]!) >>> (32 - kept) === 0
  })
}

test('the answer is that of trying every prefix', () => {
  fc.assert(
    fc.property(fc.array(prefix, { maxLength: 40 }), fc.array(fc.tuple(word, word, word, word), { maxLength: 20 }), (prefixes, others) => {
      const tried = createPrefixTable(prefixes)
      expect(tried.ranges).toBeLessThanOrEqual(prefixes.length * 2 + 2)
      for (const family of [4, 6] as const)
        for (const words of [...others, ...prefixes.map(one => one.words)]) {
          let best = -1
          for (const [index, one] of prefixes.entries())
            if (one.family === family && isWithin(words, one) && one.length >= (prefixes[best]?.length ?? 0)) best = index
          expect(family === 4 ? tried.find4(words[0]) : tried.find6(words[0], words[1], words[2], words[3])).toBe(best)
        }
    }),
  )
})

test('every prefix comes back from its text', () => {
  fc.assert(
    fc.property(prefix, one => {
      expect(parsePrefix(`${formatAddress(one.family, one.words)}/${one.length}`)).toEqual(one)
    }),
  )
})
