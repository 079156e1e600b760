import { createAttackDetector } from '#detect/attack-detector.ts'
import type { AttackDetectorOptions } from '#detect/attack-detector.ts'
import { describeAttack } from '#detect/describe-attack.ts'
import type { AttackRecord } from '#detect/describe-attack.ts'
import { createFlowBatch } from '#flow/flow-batch.ts'
import { formatAddress } from '#flow/addresses.ts'
import { createScenario } from '#generate/scenario.ts'
import type { ScenarioAttack, ScenarioOptions } from '#generate/scenario.ts'
import { parsePrefix } from '#flow/prefix-table.ts'
import { createProtectedNetworks } from '#detect/protected-networks.ts'

/** 198.51.100.0/24 stands for the protected network; its hosts begin at .0. */
const network = '198.51.100.0/24'
export const firstHost = 0xc633_6400
export const startMs = 1_700_006_400_000

const protectedNetwork = (prefix = network, profile = 'standard') =>
  createProtectedNetworks([{ prefix: parsePrefix(prefix)!, name: prefix, owner: 'Ministry', profile }])

/** Runs labelled traffic through a detector, a step at a time, and gives back all that it told. */
export function runScenario(
  { hosts, ...scenario }: Omit<ScenarioOptions, 'startMs' | 'networks'> & { hosts: number },
  { lastsMs, stepMs, ...options }: { lastsMs: number; stepMs: number } & Partial<AttackDetectorOptions>,
): { events: AttackRecord[]; flows: number; detector: ReturnType<typeof createAttackDetector> } {
  const events: AttackRecord[] = []
  const detector = createAttackDetector({
    networks: protectedNetwork(),
    bounds: { maxTargets: 4096, maxHotTargets: 256 },
    ...options,
    onAttack: event => events.push(describeAttack(event)),
  })
  const traffic = createScenario({ startMs, isIncomingOnly: true, networks: [{ firstHost, hosts }], ...scenario })
  const batch = createFlowBatch(4096)
  for (let at = startMs; at < startMs + lastsMs; at += stepMs) {
    traffic.write(batch, at, at + stepMs, full => detector.take(full, at + stepMs))
    detector.advance(at + stepMs)
  }
  return { events, flows: detector.window.counters.flows, detector }
}

export interface Score {
  /** Attacks that were told and are ones; attacks that were found, with the right name and target. */
  precision: number
  recall: number
  /** From the first attack packet to the telling, milliseconds, by attack; undefined when it was missed. */
  timesToDetectMs: (number | undefined)[]
  wrong: string[]
}

/** Compares what was told with the labels: target, time, and the vector among those named. */
export function score(events: readonly AttackRecord[], attacks: readonly ScenarioAttack[]): Score {
  const starts = events.filter(({ event }) => event === 'start')
  const named = (id: number): Set<string> =>
    new Set(events.filter(event => event.id === id).flatMap(({ vectors }) => vectors.map(({ name }) => name)))
  const matches = (start: AttackRecord, attack: ScenarioAttack): boolean => {
    const isTarget = (attack.hosts ?? 1) > 1 ? start.scope !== 'host' : start.target === formatAddress(4, [attack.target])
    return isTarget && start.timeMs >= attack.startMs && start.timeMs <= attack.endMs + 5000
  }
  const right = starts.filter(start => attacks.some(attack => matches(start, attack)))
  const timesToDetectMs = attacks.map(attack => {
    const found = starts.filter(start => matches(start, attack) && named(start.id).has(attack.vector))
    return found.length > 0 ? Math.min(...found.map(({ timeMs }) => timeMs)) - attack.startMs : undefined
  })
  return {
    precision: starts.length === 0 ? 1 : right.length / starts.length,
    recall: attacks.length === 0 ? 1 : timesToDetectMs.filter(time => time !== undefined).length / attacks.length,
    timesToDetectMs,
    wrong: starts.filter(start => !right.includes(start)).map(({ target, name, timeMs }) => `${target} ${name} at ${timeMs - startMs}`),
  }
}
