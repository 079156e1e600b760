import { createFlowBatch } from '#flow/flow-batch.ts'
import type { FlowBatch } from '#flow/flow-batch.ts'
import { parseAddress } from '#flow/addresses.ts'
import { attackScenarios } from '#generate/attack-scenarios.ts'
import { networksAround, planAttack } from '#generate/plan-attacks.ts'
import { createScenario } from '#generate/scenario.ts'
import { prepareSynthesis } from '#mitigate/prepare-synthesis.ts'
import { parsePrefix } from '#mitigate/prefix.ts'
import { synthesizeRules } from '#mitigate/synthesize-rules.ts'
import type { SynthesisOptions } from '#mitigate/synthesize-rules.ts'

// How long do rules take for 100,000 flows of an attack? A process of its own, so that the first call is a cold one. The last
// line is one JSON value.

const flows = 100_000
const target = '10.10.0.77'
const scenarioName = process.argv[2] ?? 'syn-and-ntp'

/** The first so many flows to the target, of an attack or of the ordinary traffic before it. */
function collect(wanted: number, isAttack: boolean): FlowBatch {
  const address = parseAddress(target)!
  const plan = { scenario: attackScenarios.find(({ name }) => name === scenarioName)!, target: address, startMs: 0, endMs: 3_600_000 }
  const scenario = createScenario({
    seed: 3,
    startMs: 0,
    networks: networksAround([address]),
    flowsPerSecond: isAttack ? 0 : 20_000,
    attacks: isAttack ? planAttack(plan) : [],
  })
  const kept = createFlowBatch(wanted)
  const columns = (batch: FlowBatch) =>
    Object.entries(batch).filter((entry): entry is [string, Uint32Array] => ArrayBuffer.isView(entry[1]))
  const into = new Map(columns(kept))
  const word = address.words[0]
  const batch = createFlowBatch(4096)
  for (let fromMs = 0; kept.length < wanted && fromMs < 3_600_000; fromMs += 50)
    scenario.write(batch, fromMs, fromMs + 50, full => {
      for (let row = 0; row < full.length && kept.length < wanted; row++) {
        if (full.destination[row * 4] !== word) continue
        for (const [name, column] of columns(full)) {
          const perRow = column.length / full.capacity
          into.get(name)!.set(column.subarray(row * perRow, (row + 1) * perRow), kept.length * perRow)
        }
        kept.length++
      }
    })
  return kept
}

const [attack, usual] = [collect(flows, true), collect(20_000, false)]
const [host, network] = [parsePrefix(`${target}/32`)!, parsePrefix('10.10.0.0/16')!]
const options: SynthesisOptions = { target: host, owned: [network], measure: 'packets', fromMs: 0 }
const timeOf = (): number => {
  const start = performance.now()
  synthesizeRules(attack, usual, options)
  return performance.now() - start
}
const isPrepared = process.argv.includes('prepared')
if (isPrepared) prepareSynthesis()
const first = timeOf()
const warm = Array.from({ length: 20 }, timeOf).sort((one, other) => one - other)
const { rules, coverage, collateral, attackFlows, usualFlows } = synthesizeRules(attack, usual, options)
console.log(
  JSON.stringify({
    case: `synthesis-${scenarioName}${isPrepared ? '-prepared' : ''}`,
    attack_flows: attackFlows,
    usual_flows: usualFlows,
    rules: rules.length,
    coverage: Number(coverage.toFixed(4)),
    collateral: Number(collateral.toFixed(4)),
    first_ms: Math.round(first),
    median_ms: Math.round(warm[warm.length >> 1]!),
    most_ms: Math.round(warm.at(-1)!),
  }),
)
