import path from 'node:path'
import { expect, test } from 'vitest'
import { createFlowBatch } from '#flow/flow-batch.ts'
import type { FlowBatch } from '#flow/flow-batch.ts'
import { findDecidingRule } from '#mitigate/match-flow.ts'
import { parsePrefix } from '#mitigate/prefix.ts'
import { synthesizeRules } from '#mitigate/synthesize-rules.ts'
import { readPackets } from '../../bin/read-packets.ts'
import { createDice, takePackets, usualTraffic } from '../attack-kit.ts'

// Rules for attacks that were captured, beside good traffic of our making to the same host. Nothing was set by these captures: the
// numbers of the synthesis were chosen on the attacks of attack-kit.ts, and these are only tried. The rules see one half of the
// good traffic and are judged by the other.

const data = process.env['LUYTRE_TEST_CONFORMANCE_DATA']
if (!data) throw new Error('conformance: name the folder of the reference data: npm run test:conformance -- <folder>')

const target = parsePrefix('10.10.10.10')!

/** Good traffic to 10.10.10.10. */
function goodTraffic(seed: number): FlowBatch {
  const batch = takePackets(usualTraffic(createDice(seed)), 20_000)
  for (let row = 0; row < batch.length; row++) batch.destination[row * 4] = target.words[0]
  return batch
}

test.each([
  ['amp.UDP.isakmp', 3984],
  ['amp.TCP.reflection.SYNACK', 7996],
])(
  '%s, of %d packets: five rules or fewer cover 95 in 100 of it and hit no more than one in 100 of good traffic',
  async (name, packets) => {
    const { batch: attack, fault } = await readPackets(path.join(data, 'flow/attacks', `${name}.pcap`))
    expect(fault).toBeUndefined()
    expect(attack.length).toBe(packets)
    const unseen = goodTraffic(2)
    for (const usual of [goodTraffic(1), createFlowBatch(0)]) {
      const { rules, coverage } = synthesizeRules(attack, usual, { target, owned: [target], measure: 'packets', fromMs: 0 })
      const hit = (batch: FlowBatch): number => {
        let count = 0
        for (let row = 0; row < batch.length; row++) if (findDecidingRule(rules, batch, row)) count++
        return count / batch.length
      }
      expect(rules.length).toBeLessThanOrEqual(5)
      expect(hit(attack)).toBeGreaterThanOrEqual(0.95)
      expect(hit(attack)).toBeCloseTo(coverage, 2)
      expect(hit(unseen)).toBeLessThanOrEqual(0.01)
    }
  },
)
