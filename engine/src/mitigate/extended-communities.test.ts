import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeActions, encodeActions } from './extended-communities.ts'
import type { RuleAction } from './flowspec-rule.ts'

const hexOf = (bytes: Uint8Array): string => [...bytes].map(byte => byte.toString(16).padStart(2, '0')).join('')

test.each<[RuleAction, string]>([
  [{ kind: 'drop' }, '8006fde900000000'],
  [{ kind: 'limit-bytes', bytesPerSecond: 125_000 }, '8006fde947f42400'],
  [{ kind: 'limit-packets', packetsPerSecond: 1000 }, '800cfde9447a0000'],
  [{ kind: 'traffic-action', continues: true, samples: false }, '8007000000000001'],
  [{ kind: 'traffic-action', continues: false, samples: true }, '8007000000000002'],
  [{ kind: 'redirect-vrf', target: { form: 'as2', autonomousSystem: 65_001, value: 666 } }, '8008fde90000029a'],
  [{ kind: 'redirect-vrf', target: { form: 'ipv4', address: 0xc000_0201, value: 5 } }, '8108c00002010005'],
  [{ kind: 'redirect-vrf', target: { form: 'as4', autonomousSystem: 4_200_000_000, value: 7 } }, '8208fa56ea000007'],
  [{ kind: 'mark', dscp: 46 }, '800900000000002e'],
  [{ kind: 'redirect-ip', family: 4, words: [0xc000_0209, 0, 0, 0], copies: true }, '010cc00002090001'],
])('%j is %s', (action, hex) => {
  const { communities, communitiesIPv6 } = encodeActions([action], { autonomousSystem: 65_001 })
  expect(hexOf(communities)).toBe(hex)
  expect(communitiesIPv6).toHaveLength(0)
  expect(decodeActions(communities)).toEqual({ actions: [action], rejections: [] })
})

test('an IPv6 address to redirect to has a community of twenty bytes', () => {
  const action: RuleAction = { kind: 'redirect-ip', family: 6, words: [0x2001_0db8, 0, 0, 9], copies: false }
  const { communities, communitiesIPv6 } = encodeActions([action])
  expect(hexOf(communitiesIPv6)).toBe('000c20010db80000000000000000000000090000')
  expect(decodeActions(communities, communitiesIPv6).actions).toEqual([action])
})

test('a rate below zero drops, one that is no number is rejected with its place, other communities are left out', () => {
  const bytes = Uint8Array.from(Buffer.from('0002fde90000000180060000c47a0000800600007fc00000800c00007f8000008006', 'hex'))
  expect(decodeActions(bytes)).toEqual({
    actions: [{ kind: 'drop' }],
    rejections: [
      { reason: 'rate-not-a-number', offset: 16 },
      { reason: 'rate-not-a-number', offset: 24 },
    ],
  })
})

test('no bytes make it throw, and what it reads it can write', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 64 }),
      fc.uint8Array({ maxLength: 64 }),
      fc.constantFrom(6, 7, 8, 9, 12),
      (bytes, long, kind) => {
        if (bytes.length > 1) [bytes[0], bytes[1]] = [0x80, kind]
        if (long.length > 1) [long[0], long[1]] = [0, 12]
        const { actions } = decodeActions(bytes, long)
        const { communities, communitiesIPv6 } = encodeActions(actions)
        expect(decodeActions(communities, communitiesIPv6).actions).toEqual(actions)
      },
    ),
    { numRuns: 2000 },
  )
})
