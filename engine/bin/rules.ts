import { createFlowBatch } from '#flow/flow-batch.ts'
import type { FlowBatch } from '#flow/flow-batch.ts'
import { encodeNlri } from '#mitigate/encode-nlri.ts'
import { encodeActions } from '#mitigate/extended-communities.ts'
import { formatMatch } from '#mitigate/format-match.ts'
import { bitsOf, containsPrefix, formatPrefix, parsePrefix, prefixOf } from '#mitigate/prefix.ts'
import type { Prefix } from '#mitigate/prefix.ts'
import { synthesizeRules } from '#mitigate/synthesize-rules.ts'
import { CommandError } from './command.ts'
import type { Command, CommandCall } from './command.ts'
import { formatLine } from './format-line.ts'
import { captureNamed, captureOption, readNumber, readPorts } from './options.ts'
import { readTraffic } from './read-packets.ts'
import type { Holds } from './sort-capture.ts'

const print = (type: string, value: object): boolean => process.stdout.write(formatLine({ type, ...value }))
const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

async function readFlows(call: CommandCall, file: string): Promise<{ batch: FlowBatch; holds: Holds }> {
  const { batch, holds, leftOut, waiting, rejected, fault } = await readTraffic(file, {
    ports: readPorts(call.values['port']),
    isPackets: call.values['packets'] === true,
    samplingRate: readNumber(call.values['sampling'], '--sampling', 1) ?? 1,
  })
  const say = (text: string): void => console.error(`luytre-engine: ${file} ${text}`)
  if (fault?.reason === 'not-a-capture') throw new CommandError(`${file} is no pcap or pcapng file`)
  if (fault) say(`is broken at byte ${fault.offset} (${fault.reason}); what comes before it was read`)
  if (waiting + rejected > 0) say(`has ${waiting} datagrams whose template is missing and ${rejected} that were rejected`)
  if (batch.length === 0) say(`has no flow of IP${call.values['port'] === undefined ? '' : ' in datagrams to these ports'}`)
  if (leftOut > 0) say(`has ${leftOut} ${holds === 'exports' ? 'flows' : 'packets'} more than the ${batch.length} that were read`)
  return { batch, holds }
}

function readPrefix(text: string, option: string): Prefix {
  const prefix = parsePrefix(text)
  if (!prefix) throw new CommandError(`${option} takes an address or a network such as 192.0.2.0/24, not "${text}"`, { isUsage: true })
  return prefix
}

const listOf = (call: CommandCall, option: string): string[] => [call.values[option] ?? []].flat().map(String)

/** An attack on one host is most of a capture that was cut to its time. */
const mostlyOne = 0.5

/** The host to which most packets go, and its share of all: of the owner's, if any of them receives some. */
function busiestTarget(batch: FlowBatch, owned: readonly Prefix[]): { prefix: Prefix; share: number } {
  const hosts = new Map<string, { prefix: Prefix; packets: number }>()
  for (let row = 0; row < batch.length; row++) {
    if (batch.family[row] === 0) continue
    const family = batch.family[row] === 6 ? 6 : 4
    const key = batch.destination.subarray(row * 4, row * 4 + 4).join()
    const host = hosts.get(key)
    const packets = batch.packets[row]!
    if (host) host.packets += packets
    else hosts.set(key, { prefix: prefixOf(family, batch.destination, bitsOf(family), row * 4), packets })
  }
  const busiest = [...hosts.values()].sort((one, other) => other.packets - one.packets)
  if (busiest.length === 0) throw new CommandError('without a flow there is no target')
  const { prefix, packets } = busiest.find(one => owned.some(network => containsPrefix(network, one.prefix))) ?? busiest[0]!
  return { prefix, share: packets / busiest.reduce((sum, one) => sum + one.packets, 0) }
}

async function run(call: CommandCall): Promise<number> {
  const file = captureNamed(call)
  if (file === undefined) throw new CommandError('expected one capture file', { isUsage: true })
  const measure = call.values['measure'] ?? 'packets'
  if (measure !== 'packets' && measure !== 'bytes') throw new CommandError('--measure takes packets or bytes', { isUsage: true })
  const neverTouch = {
    sources: listOf(call, 'never-source').map(text => readPrefix(text, '--never-source')),
    destinations: listOf(call, 'never-destination').map(text => readPrefix(text, '--never-destination')),
    ports: listOf(call, 'never-port').map(text => readNumber(text, '--never-port', 0, 65_535)!),
  }
  const limits = {
    maxRules: readNumber(call.values['max-rules'], '--max-rules', 1, 100) ?? 5,
    lifeMs: (readNumber(call.values['life'], '--life', 1, 86_400) ?? 600) * 1000,
  }
  const [wanted] = listOf(call, 'target').map(text => readPrefix(text, '--target'))
  const [usualFile] = listOf(call, 'usual')
  const owned = listOf(call, 'owned').map(text => readPrefix(text, '--owned'))

  if (call.values['packets'] === true && call.values['port'] !== undefined)
    throw new CommandError('--packets and --port exclude each other', { isUsage: true })

  const { batch: attack, holds } = await readFlows(call, file)
  const usual = usualFile === undefined ? createFlowBatch(0) : (await readFlows(call, usualFile)).batch
  const busiest = wanted ? undefined : busiestTarget(attack, owned)
  if (busiest && busiest.share < mostlyOne)
    console.error(
      `luytre-engine: only ${Math.floor(busiest.share * 100)} % of the packets of ${file} go to ${formatPrefix(busiest.prefix)}, the host that most go to; --target PREFIX names another host or a network`,
    )
  const target = wanted ?? busiest!.prefix
  const fromMs = Math.round(attack.end.subarray(0, attack.length).reduce((latest, end) => Math.max(latest, end), 0))
  const { rules, blackhole, ...summary } = synthesizeRules(attack, usual, {
    target,
    owned: owned.length > 0 ? owned : [target],
    measure,
    neverTouch,
    isPadded: holds === 'exports',
    ...limits,
    fromMs,
  })
  for (const { match, actions, ...rule } of rules) {
    const { communities } = encodeActions(actions)
    print('rule', { match: formatMatch(match), actions, ...rule, nlri: hexOf(encodeNlri(match)), communities: hexOf(communities) })
  }
  if (blackhole) {
    const { prefix, community, ...route } = blackhole
    // As routers write it (RFC 1997), and as the attribute has it.
    print('blackhole', { prefix: formatPrefix(prefix), community, communityText: `${community >>> 16}:${community & 0xffff}`, ...route })
  }
  print('summary', { holds, target: formatPrefix(target), measure, rules: rules.length, ...summary })
  if (summary.withheld) console.error(`luytre-engine: rules for ${formatPrefix(target)} are missing: ${summary.withheld}`)
  return 0
}

export const rules: Command = {
  name: 'rules',
  usage: 'rules FILE [--usual FILE]',
  summary: 'print the fewest FlowSpec rules that stop the attack in a capture and spare usual traffic',
  options: {
    ...captureOption,
    usual: { value: 'FILE', help: "a capture of the target's usual traffic; without it, what hosts usually receive is assumed" },
    port: { value: 'PORT', isRepeatable: true, help: 'the captures hold what exporters sent to this UDP port; may be repeated' },
    packets: { help: 'the captures hold the traffic itself; else the first packets of each decide' },
    sampling: { value: 'N', help: 'one packet in N was captured, or looked at by exporters that do not say it themselves' },
    target: { value: 'PREFIX', help: 'what is attacked; the host, if possible of the owned, that most packets go to unless given' },
    owned: { value: 'PREFIX', isRepeatable: true, help: "the owner's network, which the target must lie in; may be repeated" },
    measure: { value: 'packets|bytes', help: 'what the attack is measured in; packets unless given' },
    'max-rules': { value: 'N', help: 'filters at most; 5 unless given' },
    life: { value: 'SECONDS', help: 'how long rules live; 600 unless given' },
    'never-source': { value: 'PREFIX', isRepeatable: true, help: 'traffic from here passes: resolvers, management; may be repeated' },
    'never-destination': { value: 'PREFIX', isRepeatable: true, help: 'traffic to here passes; may be repeated' },
    'never-port': { value: 'PORT', isRepeatable: true, help: 'TCP and UDP from or to this port passes; may be repeated' },
  },
  run,
}
