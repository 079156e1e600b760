import { expect, test } from 'vitest'
import { equals, matchPrefix, range } from '../../test/rules-kit.ts'
import { formatMatch } from './format-match.ts'

test('a match is one line, its components in their order', () => {
  expect(
    formatMatch({
      family: 4,
      packetLengths: [...range(40, 60), ...equals(1500)],
      fragment: [
        { and: false, not: false, test: 'all', bits: 4 },
        { and: true, not: true, test: 'any', bits: 2 },
      ],
      destination: matchPrefix('192.0.2.0/24'),
      sourcePorts: equals(53, 123),
      dscp: [{ and: false, compare: 'always', value: 0 }],
    }),
  ).toBe('destination 192.0.2.0/24 source-port =53,=123 packet-length >=40&<=60,=1500 dscp always fragment all(4)&!any(2)')
  expect(formatMatch({ family: 6, source: matchPrefix('0:1::/32', 16) })).toBe('source 0:1::/32 offset 16')
})
