import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatAddress, parseAddress } from './addresses.ts'

test.each([
  ['192.0.2.1', 4, '192.0.2.1'],
  ['255.255.255.255', 4, '255.255.255.255'],
  ['::', 6, '::'],
  ['::1', 6, '::1'],
  ['2001:DB8:0:0:1:0:0:1', 6, '2001:db8::1:0:0:1'],
  ['2001:db8:0:1:1:1:1:1', 6, '2001:db8:0:1:1:1:1:1'],
  ['::ffff:192.0.2.1', 6, '::ffff:192.0.2.1'],
  ['fe80::1%eth0', 6, 'fe80::1'],
])('%s is an address of family %d and is written %s', (text, family, written) => {
  const address = parseAddress(text)
  expect(address?.family).toBe(family)
  expect(formatAddress(family, address!.words)).toBe(written)
})

test.each(['', '1.2.3', '1.2.3.256', ':', ':::', '1::2::3', '12345::', '1:2:3:4:5:6:7', '1:2:3:4:5:6:7:8:9', 'host', '1:2:3:4:5:6:7:8::'])(
  '"%s" is no address',
  text => expect(parseAddress(text)).toBeUndefined(),
)

test('every IPv6 address comes back from its text', () => {
  const word = fc.oneof(fc.constant(0), fc.nat({ max: 0xffff_ffff }), fc.nat({ max: 0xffff }))
  fc.assert(
    fc.property(fc.tuple(word, word, word, word), words => {
      expect(parseAddress(formatAddress(6, words))).toEqual({ family: 6, words })
    }),
  )
})
