import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { parseAddress } from '#flow/addresses.ts'
import type { Address } from '#flow/addresses.ts'
import { attackScenarios } from '#generate/attack-scenarios.ts'
import { exportFormats, maxSamplingRate } from '#generate/flow-exporter.ts'
import type { ExportFormat } from '#generate/flow-exporter.ts'
import { labelAttack, networksAround, planAttack } from '#generate/plan-attacks.ts'
import type { WantedAttack } from '#generate/plan-attacks.ts'
import { createScenario } from '#generate/scenario.ts'
import { captureExport, sendExport } from '#source/generate-export.ts'
import type { ExportReport, GeneratedExport } from '#source/generate-export.ts'
import { CommandError, listenForEnd } from './command.ts'
import type { Command, CommandCall } from './command.ts'
import { formatLine } from './format-line.ts'
import { findEndpoint, readNumber, requireLoopback } from './options.ts'
import type { Endpoint } from './options.ts'

const maxSeconds = 7 * 86_400
const maxFlowsPerSecond = 50_000
const maxPacketsPerSecond = 10_000_000
const maxAttacks = 16
/** Samples that sFlow may have to send in a second: more are no exporter's. */
const maxSamplesPerSecond = 50_000
/** About so many packets has an ordinary flow, in the mean. */
const packetsPerFlow = 45
const dayMs = 86_400_000
/** IANA's ports, and for NetFlow the one that is usual. */
const portOf: Record<ExportFormat, number> = { netflow5: 2055, netflow9: 2055, ipfix: 4739, sflow5: 6343 }

const wrong = (message: string): CommandError => new CommandError(message, { isUsage: true })
const listOf = (call: CommandCall, option: string): string[] => [call.values[option] ?? []].flat().map(String)
const numberOf = (call: CommandCall, option: string, [min, max]: readonly [number, number], otherwise: number): number =>
  readNumber(call.values[option], `--${option}`, min, max) ?? otherwise

function readFormat(call: CommandCall): ExportFormat {
  const text = call.values['format'] ?? 'ipfix'
  const format = exportFormats.find(one => one === text)
  if (!format) throw wrong(`--format takes ${exportFormats.join(', ')}, not "${String(text)}"`)
  return format
}

/** What an address is that no host has whose traffic could be told; undefined for any other. */
function placeOf({ family, words: [first, second, third, fourth] }: Address): string | undefined {
  const clients = 'where the generated clients and attackers are'
  if (family === 6) {
    if (first === 0 && second === 0 && third === 0 && fourth === 0) return 'unspecified'
    if (first >>> 24 === 0xff) return 'multicast'
    // RFC 9637.
    return first >>> 12 === 0x3fff_0 ? clients : undefined
  }
  // RFC 1122 §3.2.1.3, RFC 5771, RFC 1112 §4, RFC 2544.
  if (first >>> 24 === 0) return 'unspecified'
  if (first >>> 28 === 0xe) return 'multicast'
  if (first >>> 28 === 0xf) return 'reserved'
  return first >>> 17 === 0xc612_0000 >>> 17 ? clients : undefined
}

function readTargets(call: CommandCall, format: ExportFormat): Address[] {
  const texts = listOf(call, 'target')
  return (texts.length > 0 ? texts : ['192.0.2.10']).map(text => {
    const address = parseAddress(text)
    if (!address) throw wrong(`--target takes an address, not "${text}"`)
    const place = placeOf(address)
    if (place) throw wrong(`--target ${text} is ${place}: a target is the address of one host of yours`)
    if (address.family === 6 && format === 'netflow5') throw wrong(`NetFlow v5 cannot tell of ${text}: it knows IPv4 only`)
    return address
  })
}

/** `dns-amplification`, `dns-amplification@30`, `dns-amplification@30+60`. */
function readAttacks(call: CommandCall, targets: readonly Address[], startMs: number, seconds: number): WantedAttack[] {
  const texts = listOf(call, 'scenario')
  if (texts.length > maxAttacks) throw wrong(`--scenario may be given ${maxAttacks} times, not ${texts.length}`)
  if (targets.length > 1 && texts.length !== targets.length && texts.length > 0)
    throw wrong(`${targets.length} targets and ${texts.length} scenarios: expected one target, or one for each scenario`)
  const usualStart = numberOf(call, 'attack-start', [0, maxSeconds], Math.min(10, Math.floor(seconds / 4)))
  const usualLength = numberOf(call, 'attack-seconds', [1, maxSeconds], 60)
  const packetsPerSecond = readNumber(call.values['attack-rate'], '--attack-rate', 1, maxPacketsPerSecond)
  return texts.map((text, index) => {
    const match = /^([\da-z-]+)(?:@(\d{1,6})(?:\+(\d{1,6}))?)?$/.exec(text)
    const scenario = attackScenarios.find(({ name }) => name === match?.[1])
    if (!match || !scenario)
      throw wrong(
        `--scenario takes ${attackScenarios.map(({ name }) => name).join(', ')}, each with @START or @START+SECONDS, not "${text}"`,
      )
    const start = match[2] === undefined ? usualStart : Number(match[2])
    const length = match[3] === undefined ? usualLength : Number(match[3])
    if (start >= seconds || length < 1)
      throw wrong(`${scenario.name} would begin at second ${start} and last ${length}, in ${seconds} seconds of traffic`)
    return {
      scenario,
      target: targets[targets.length === 1 ? 0 : index]!,
      startMs: startMs + start * 1000,
      endMs: startMs + Math.min(seconds, start + length) * 1000,
      packetsPerSecond,
    }
  })
}

/** When the traffic begins: of a capture any time, of what is sent now. */
function readStart(call: CommandCall): number {
  const { start } = call.values
  if (typeof start !== 'string') return Date.now()
  if (call.values['pcap'] === undefined) throw wrong('--start is for --pcap: what is sent has the times of the clock')
  // Without a zone it would be another time on every machine.
  const day = /^(\d{4}-\d\d-\d\d)T[\d:.]+(?:Z|[+-]\d\d:\d\d)$/.exec(start)?.[1]
  // 30 February would be read as 2 March.
  const atMs = day === undefined ? Number.NaN : Date.parse(`${day}T00:00:00Z`)
  const ms = atMs >= 0 && new Date(atMs).toISOString().startsWith(`${day}T`) ? Date.parse(start) : Number.NaN
  if (!(ms >= 0 && ms < 2 ** 32 * 1000 - maxSeconds * 1000))
    throw wrong(`--start takes a time such as 2026-03-01T08:00:00Z, not "${start}"`)
  return ms
}

function checkSamples(format: ExportFormat, attacks: readonly WantedAttack[], flowsPerSecond: number, samplingRate: number): void {
  if (format !== 'sflow5') return
  const packets = attacks.reduce(
    (sum, one) => sum + (one.packetsPerSecond ?? one.scenario.packetsPerSecond),
    flowsPerSecond * packetsPerFlow,
  )
  const least = Math.ceil(packets / maxSamplesPerSecond)
  if (samplingRate < least) throw wrong(`sFlow sends every packet that was looked at: of so many, --sampling takes at least ${least}`)
}

async function readDestination(call: CommandCall): Promise<Endpoint> {
  const to = await findEndpoint(String(call.values['to']), '--to', 1)
  requireLoopback(call, to.address)
  return to
}

function listScenarios(): number {
  const width = Math.max(...attackScenarios.map(({ name }) => name.length))
  for (const { name, summary, packetsPerSecond } of attackScenarios)
    console.log(`${name.padEnd(width)}  ${packetsPerSecond.toLocaleString('en').padStart(9)} packets/s  ${summary}`)
  return 0
}

async function run(call: CommandCall): Promise<number> {
  if (call.values['list'] === true) return listScenarios()
  const { to, pcap, labels: labelsFile } = call.values
  if (call.positionals.length > 0 || (typeof to === 'string') === (typeof pcap === 'string')) throw wrong('expected --to, or --pcap')
  if (pcap === '-' && labelsFile === '-') throw wrong('--pcap - and --labels - cannot both write to standard output')
  if (typeof pcap === 'string' && typeof labelsFile === 'string' && path.resolve(pcap) === path.resolve(labelsFile))
    throw wrong(`--pcap and --labels cannot both write to ${pcap}`)
  const format = readFormat(call)
  const seconds = numberOf(call, 'seconds', [1, maxSeconds], 120)
  const flowsPerSecond = numberOf(call, 'rate', [0, maxFlowsPerSecond], 200)
  const samplingRate = numberOf(call, 'sampling', [1, maxSamplingRate[format]], format === 'sflow5' ? 1000 : 1)
  const seed = numberOf(call, 'seed', [0, 0xffff_ffff], 1)
  const domain = numberOf(call, 'source-id', [0, format === 'netflow5' ? 0xffff : 0xffff_ffff], 1)
  const activeTimeoutMs = numberOf(call, 'active-timeout', [1, 3600], 60) * 1000
  const targets = readTargets(call, format)
  const destination = typeof to === 'string' ? await readDestination(call) : undefined
  const startMs = readStart(call)
  const attacks = readAttacks(call, targets, startMs, seconds)
  checkSamples(format, attacks, flowsPerSecond, samplingRate)

  const ending = listenForEnd()

  const labels = attacks.map(attack => formatLine(labelAttack(attack))).join('')
  if (labelsFile === '-') process.stdout.write(labels)
  else if (typeof labelsFile === 'string') await writeFile(labelsFile, labels)
  const scenario = createScenario({
    seed,
    startMs: Math.floor(startMs / dayMs) * dayMs,
    networks: networksAround(targets),
    // Half of them go out.
    flowsPerSecond: flowsPerSecond / 2,
    samplingRate,
    activeTimeoutMs,
    attacks: attacks.flatMap(planAttack),
  })
  const wanted: GeneratedExport = { scenario, format, samplingRate, domain, startMs, lastsMs: seconds * 1000, signal: ending }
  let report: ExportReport
  let isUnheard = false
  if (destination) {
    const sent = await sendExport(wanted, destination)
    report = sent
    // Whether the last one was refused is never told.
    isUnheard = sent.refused > 0 && sent.sent <= 1
    if (isUnheard) console.error(`luytre-engine: every datagram was refused: nobody listens at ${String(to)}`)
    else if (sent.refused > 0)
      console.error(`luytre-engine: ${sent.refused} datagrams were refused; is there a collector at ${String(to)}?`)
  } else report = await captureExport(wanted, String(pcap), portOf[format])
  const summary = JSON.stringify({ type: 'summary', format, seed, samplingRate, attacks: attacks.length, startMs, ...report })
  if (pcap === '-') console.error(summary)
  else console.log(summary)
  return isUnheard ? 1 : 0
}

export const generate: Command = {
  name: 'generate',
  usage: 'generate --to [ADDRESS:]PORT | --pcap FILE [--scenario NAME]',
  summary: 'make the export of a router with ordinary traffic and labelled attacks, for tests, demonstrations and courses',
  options: {
    format: { value: exportFormats.join('|'), help: 'ipfix unless given' },
    to: { value: '[ADDRESS:]PORT', help: 'send by UDP at the pace of the clock; to loopback unless --beyond-loopback is given' },
    pcap: { value: 'FILE', help: 'write a capture instead (- is standard output), as fast as it goes' },
    scenario: {
      value: 'NAME[@START[+SECONDS]]',
      isRepeatable: true,
      help: 'an attack, from which second on and how long; may be repeated; --list shows them',
    },
    list: { help: 'show the scenarios, and what each sends' },
    target: { value: 'ADDRESS', isRepeatable: true, help: '192.0.2.10 unless given; one for all, or one for each scenario' },
    'attack-start': {
      value: 'SECOND',
      help: 'of scenarios that do not say it; 10 unless given, or a quarter of --seconds if that is less',
    },
    'attack-seconds': { value: 'SECONDS', help: 'of scenarios that do not say it; 60 unless given' },
    'attack-rate': { value: 'PACKETS', help: "packets a second of each attack, instead of the scenario's own" },
    rate: { value: 'FLOWS', help: 'ordinary flows a second at noon (UTC), a third of it at midnight; 200 unless given, 0 is none' },
    seconds: { value: 'SECONDS', help: 'how long it lasts; 120 unless given' },
    sampling: { value: 'N', help: 'the router looks at one packet in N; 1 unless given, 1000 in sFlow' },
    'active-timeout': { value: 'SECONDS', help: 'after which a flow that goes on is told; 60 unless given' },
    seed: { value: 'N', help: 'the same number makes the same traffic; 1 unless given' },
    start: { value: 'TIME', help: 'of a capture, such as 2026-03-01T08:00:00Z; now unless given' },
    'source-id': { value: 'N', help: 'observation domain, source id, engine id or sub-agent; 1 unless given' },
    labels: { value: 'FILE', help: 'write the truth, a JSON line for each attack (- is standard output)' },
    'beyond-loopback': { help: 'allow an address that is not of this machine alone: made-up flows become findings there' },
  },
  run,
}
