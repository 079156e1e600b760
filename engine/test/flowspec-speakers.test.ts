import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { decodeNlris } from '#mitigate/decode-nlri.ts'
import { encodeNlri } from '#mitigate/encode-nlri.ts'
import { decodeActions, encodeActions } from '#mitigate/extended-communities.ts'
import type { BitmaskTerm, FlowSpecMatch, RuleAction } from '#mitigate/flowspec-rule.ts'
import { equals, matchPrefix, range } from './rules-kit.ts'

// What GoBGP, ExaBGP and BIRD send for the same rules, read field for field (fixtures/README.md tells how it was made).

interface Update {
  family: 4 | 6
  nlri: string
  communities: string
}

const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'))

function readUpdates(speaker: string): Update[] {
  return JSON.parse(readFileSync(fileURLToPath(new URL(`../fixtures/flowspec-${speaker}.json`, import.meta.url)), 'utf8')) as Update[]
}

const bits = (kind: 'all' | 'any', value: number, more: Partial<BitmaskTerm> = {}): BitmaskTerm => ({
  and: false,
  not: false,
  test: kind,
  bits: value,
  ...more,
})
const to = (address: string) => ({ destination: matchPrefix(address) })
const drop: RuleAction = { kind: 'drop' }

/** SYN without ACK, and later fragments, as each of them writes it; the rest is alike. */
const ways: Record<string, { syn: BitmaskTerm[]; fragment: BitmaskTerm[] }> = {
  gobgp: { syn: [bits('all', 2), bits('all', 16, { and: true, not: true })], fragment: [bits('all', 2)] },
  exabgp: { syn: [bits('any', 2), bits('any', 16, { and: true, not: true })], fragment: [bits('any', 2)] },
  bird: { syn: [bits('all', 2), bits('any', 16, { and: true, not: true })], fragment: [bits('all', 2)] },
}

function expectedOf(speaker: string): [FlowSpecMatch, RuleAction[]][] {
  const { syn, fragment } = ways[speaker]!
  const expected: [FlowSpecMatch, RuleAction[]][] = [
    [{ family: 4, ...to('192.0.2.7/32'), protocols: equals(17), sourcePorts: equals(123) }, [drop]],
    [
      { family: 4, ...to('192.0.2.9/32'), protocols: equals(1), icmpTypes: equals(3), icmpCodes: equals(4) },
      [{ kind: 'redirect-vrf', target: { form: 'as2', autonomousSystem: 65_001, value: 666 } }],
    ],
    [
      { family: 4, ...to('192.0.2.10/32'), protocols: equals(6), destinationPorts: equals(443), tcpFlags: syn },
      [{ kind: 'mark', dscp: 46 }],
    ],
    [
      { family: 4, ...to('192.0.2.11/32'), packetLengths: range(1400, 1500), dscp: equals(46), fragment },
      [{ kind: 'traffic-action', continues: true, samples: true }],
    ],
    [
      { family: 4, ...to('192.0.2.8/32'), source: matchPrefix('198.51.96.0/19'), ports: [...range(1023, 1031), ...equals(8081)] },
      [{ kind: 'limit-bytes', bytesPerSecond: 125_000 }],
    ],
    [{ family: 6, ...to('2001:db8::7/128'), protocols: equals(17), sourcePorts: equals(53) }, [drop]],
    [
      {
        family: 6,
        ...to('2001:db8::8/128'),
        packetLengths: [{ and: false, compare: '>', value: 1280 }],
        flowLabels: equals(9029),
      },
      speaker === 'gobgp'
        ? [{ kind: 'redirect-vrf', target: { form: 'ipv4', address: 0xc000_0263, value: 5 } }]
        : speaker === 'bird'
          ? []
          : [drop],
    ],
  ]
  if (speaker === 'bird')
    expected.splice(5, 0, [{ family: 6, destination: matchPrefix('0:0:1234:5678:9abc::/80', 32), protocols: equals(6) }, []])
  return expected
}

describe.each(Object.keys(ways))('%s', speaker => {
  const updates = readUpdates(speaker)

  test('every rule and its actions are read as they were meant', () => {
    const read = updates.flatMap(({ family, nlri, communities }) =>
      decodeNlris(bytesOf(nlri), 0, nlri.length / 2, family).matches.map(match => [match, decodeActions(bytesOf(communities)).actions]),
    )
    expect(read).toEqual(expectedOf(speaker))
  })

  test('our bytes for the rules are theirs, but for the length of a flow label', () => {
    for (const { family, nlri, communities } of updates) {
      const { matches, rejection } = decodeNlris(bytesOf(nlri), 0, nlri.length / 2, family)
      if (rejection) continue
      // RFC 8956 §3.7 advises four bytes; they write as few as the label needs.
      const written = matches.map(match => Buffer.from(encodeNlri(match)).toString('hex')).join('')
      if (!matches.some(match => match.flowLabels)) expect(written).toBe(nlri)
      // The AS number beside a rate says nothing to anybody, and each writes another.
      const actions = encodeActions(decodeActions(bytesOf(communities)).actions, {
        autonomousSystem: parseInt(communities.slice(4, 8) || '0', 16),
      })
      expect(Buffer.from(actions.communities).toString('hex')).toBe(communities)
    }
  })
})

test('ExaBGP writes the bits before an offset too, as drafts before RFC 8956 had it: rejected, with the place', () => {
  const rejected = readUpdates('exabgp').map(({ family, nlri }) => decodeNlris(bytesOf(nlri), 0, nlri.length / 2, family).rejection)
  expect(rejected.filter(rejection => rejection !== undefined)).toEqual([{ reason: 'unknown-component', offset: 10 }])
})
