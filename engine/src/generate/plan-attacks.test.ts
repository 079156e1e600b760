import { describe, expect, test } from 'vitest'
import { vectorOfKind } from '../detect/profiles.ts'
import { parseAddress } from '../flow/addresses.ts'
import { createFlowBatch } from '../flow/flow-batch.ts'
import { attackScenarios } from './attack-scenarios.ts'
import { labelAttack, networksAround, planAttack } from './plan-attacks.ts'
import type { AttackLabel } from './plan-attacks.ts'
import { createScenario } from './scenario.ts'

const startMs = 1_772_366_400_000
const addressOf = (text: string) => parseAddress(text)!
const scenarioOf = (name: string) => attackScenarios.find(one => one.name === name)!
const wanted = (name: string, target = '192.0.2.10', seconds = 40) => ({
  scenario: scenarioOf(name),
  target: addressOf(target),
  startMs,
  endMs: startMs + seconds * 1000,
})

test.each<[string, string, number, object]>([
  ['dns-amplification', '192.0.2.10', 40, { target: '192.0.2.10', scope: 'host', name: 'dns-reflection', packetsPerSecond: 60_000 }],
  ['syn-flood', '2001:db8::7', 40, { target: '2001:db8::7', scope: 'host', name: 'syn-flood', bitsPerSecond: 50_000 * 60 * 8 }],
  ['carpet-bombing', '192.0.2.10', 40, { target: '192.0.2.0/24', scope: 'net', name: 'carpet-bombing' }],
  ['carpet-bombing', '2001:db8:1:2::10', 40, { target: '2001:db8:1:2::/64', scope: 'net' }],
  ['pulses', '192.0.2.10', 40, { packetsPerSecond: 20_000, peak: { packetsPerSecond: 200_000, bitsPerSecond: 1_440_000_000 } }],
  ['pulses', '192.0.2.10', 11, { packetsPerSecond: Math.round((200_000 * 2) / 11) }],
  ['slow-ramp', '192.0.2.10', 40, { packetsPerSecond: 75_000, peak: { packetsPerSecond: 150_000 } }],
  ['syn-and-ntp', '192.0.2.10', 40, { name: 'syn-flood', vectors: [{ name: 'syn-flood' }, { name: 'ntp-reflection' }] }],
  ['outgoing-scan', '192.0.2.10', 40, { of: 'scan', source: '192.0.2.10', destinationsPerSecond: 1000 }],
])('the label of %s on %s for %d seconds', (name, target, seconds, label) => {
  expect(labelAttack(wanted(name, target, seconds))).toMatchObject({
    type: 'label',
    scenario: name,
    startMs,
    endMs: startMs + seconds * 1000,
    ...label,
  })
})

describe.each(attackScenarios.map(({ name }) => name).filter(name => name !== 'outgoing-scan'))('%s', name => {
  test('is called by vectors that the detector knows', () => {
    const known = [...vectorOfKind, 'carpet-bombing', 'many-sources']
    for (const { vector } of scenarioOf(name).parts) expect(known).toContain(vector)
    expect(scenarioOf(name).parts.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1)
  })

  test.each(['192.0.2.10', '2001:db8:1:2::10'])('to %s: what is sent is what its label says', target => {
    const attack = wanted(name, target, 20)
    const label = labelAttack(attack) as AttackLabel
    const batch = createFlowBatch(1024)
    let [packets, bits, elsewhere] = [0, 0, 0]
    const scenario = createScenario({
      seed: 11,
      startMs,
      networks: networksAround([attack.target]),
      flowsPerSecond: 0,
      attacks: planAttack(attack),
    })
    for (let at = startMs - 1000; at < attack.endMs + 1000; at += 50)
      scenario.write(batch, at, at + 50, full => {
        for (let row = 0; row < full.length; row++) {
          packets += full.packets[row]!
          bits += full.bytes[row]! * 8
          const last = attack.target.family === 4 ? 0 : 3
          const differs = (full.destination[row * 4 + last]! ^ attack.target.words[last]) & (label.scope === 'net' ? ~255 : ~0)
          if (full.family[row] !== attack.target.family || differs !== 0) elsewhere++
        }
      })
    expect(elsewhere).toBe(0)
    expect(packets / 20 / label.packetsPerSecond).toBeCloseTo(1, 1)
    expect(bits / 20 / label.bitsPerSecond).toBeCloseTo(1, 1)
  })
})

test('hosts around the targets have ordinary traffic, once a network, and not beyond it', () => {
  const targets = ['192.0.2.10', '192.0.2.99', '203.0.113.200', '2001:db8::5'].map(addressOf)
  expect(networksAround(targets)).toEqual([
    { firstHost: 0xc000_020a, hosts: 100 },
    { firstHost: 0xcb00_71c8, hosts: 56 },
    { firstHost: 5, hosts: 100, upper: [0x2001_0db8, 0, 0] },
  ])
})
