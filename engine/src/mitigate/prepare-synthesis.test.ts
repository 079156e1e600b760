import { expect, test } from 'vitest'
import { batchOf } from '../../test/rules-kit.ts'
import { prepareSynthesis } from './prepare-synthesis.ts'
import { parsePrefix } from './prefix.ts'
import { synthesizeRules } from './synthesize-rules.ts'

test('rules after it are those that would be made without it', () => {
  const flows = Array.from({ length: 300 }, (_, index) => ({
    source: `198.18.${index & 7}.${index & 255}`,
    destination: '192.0.2.77',
    sourcePort: 123,
    destinationPort: 1024 + index,
    length: 468,
    packets: 20,
  }))
  const target = parsePrefix('192.0.2.77/32')!
  const make = () => synthesizeRules(batchOf(flows), batchOf([]), { target, owned: [target], measure: 'packets', fromMs: 0 })
  const before = make()
  expect(before.rules.length).toBeGreaterThan(0)
  prepareSynthesis()
  expect(make()).toEqual(before)
})
