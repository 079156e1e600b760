import { columnsOfOneNumber } from '../flow/flow-batch.ts'
import type { FlowBatch } from '../flow/flow-batch.ts'
import { element as ie } from './information-elements.ts'
import { ntpMs, ticksPerMs } from './read-field.ts'
import { intervalOf, rateOf } from './sampling.ts'
import type { DecodeRows, Template } from './template.ts'

// A template that has shown itself to be in use is compiled: its plan becomes a loop in which every offset and length is a
// constant and every missing field is gone. This is the hottest loop of the engine. The source consists of numbers from the
// template and of words from this file, nothing else from the wire. It writes what decode-rows.ts writes, which a property
// test holds.

/** Templates of variable length, biflows, packets and rare ways to tell a rate stay with decode-rows.ts. */
export function isCompilable({ isVariable, isBiflow, isPacket, plan }: Template): boolean {
  const rare = [plan.samplingPacketInterval, plan.samplingSize, plan.samplingProbability]
  return !isVariable && !isBiflow && !isPacket && rare.every(index => index < 0)
}

const columns = ['source', 'destination', ...columnsOfOneNumber] as const satisfies readonly (keyof FlowBatch)[]

/** Source of an expression that reads a number of `length` bytes at offset `offset` of the record. */
function numberAt(offset: number, length: number): string {
  if (length === 1) return `view.getUint8(at + ${offset})`
  if (length === 2) return `view.getUint16(at + ${offset})`
  if (length === 4) return `view.getUint32(at + ${offset})`
  if (length === 3) return `(view.getUint16(at + ${offset}) * 256 + view.getUint8(at + ${offset + 2}))`
  return `(${numberAt(offset, length - 4)} * 4294967296 + view.getUint32(at + ${offset + length - 4}))`
}

function timeAt(offset: number, length: number, id: number): string {
  switch (id) {
    case ie.flowStartSysUpTime:
    case ie.flowEndSysUpTime:
      return `exportMs - ((uptimeMs - ${numberAt(offset, length)}) | 0)`
    case ie.flowStartSeconds:
    case ie.flowEndSeconds:
    case ie.observationTimeSeconds:
      return `(${numberAt(offset, length)} * 1000 || exportMs)`
    case ie.flowStartDeltaMicroseconds:
    case ie.flowEndDeltaMicroseconds:
      return `exportMs - ${numberAt(offset, length)} / 1000`
    case ie.flowStartMicroseconds:
    case ie.flowEndMicroseconds:
    case ie.flowStartNanoseconds:
    case ie.flowEndNanoseconds:
    case ie.observationTimeMicroseconds:
    case ie.observationTimeNanoseconds:
      return length === 8
        ? `(ntpMs(view.getUint32(at + ${offset}), view.getUint32(at + ${offset + 4}), ${ticksPerMs(id)}) || exportMs)`
        : 'exportMs'
    default:
      return `(${numberAt(offset, length)} || exportMs)`
  }
}

/** What is done for one record, as lines of source; with `isPerFlow` each asks for its own sampling rate. */
function writeRow(template: Template, isPerFlow: boolean): string[] {
  const { plan, offsets, lengths, fields } = template
  const number = (index: number): string => (index < 0 ? '0' : numberAt(offsets[index]!, lengths[index]!))
  const time = (index: number): string => timeAt(offsets[index]!, lengths[index]!, fields[index]!.id)
  const word = (index: number, part: number): string => (index < 0 ? '0' : `view.getUint32(at + ${offsets[index]! + part * 4})`)
  const lines: string[] = []

  const has4 = plan.source4 >= 0 || plan.destination4 >= 0
  const has6 = plan.source6 >= 0 || plan.destination6 >= 0
  const words = (sourceField: number, destinationField: number, count: number): string[] =>
    Array.from({ length: count }, (_, part) => [
      ...(sourceField < 0 ? [] : [`source[row * 4 + ${part}] = ${word(sourceField, part)};`]),
      ...(destinationField < 0 ? [] : [`destination[row * 4 + ${part}] = ${word(destinationField, part)};`]),
    ]).flat()
  const write4 = ['family[row] = 4;', ...words(plan.source4, plan.destination4, 1)]
  const write6 = ['family[row] = 6;', ...words(plan.source6, plan.destination6, 4)]
  if (has4 && has6) {
    const isAny = `(${word(plan.source4, 0)} | ${word(plan.destination4, 0)}) !== 0`
    const is4 = plan.ipVersion < 0 ? isAny : `version === 4 || (version !== 6 && ${isAny})`
    if (plan.ipVersion >= 0) lines.push(`const version = ${number(plan.ipVersion)};`)
    lines.push(`if (${is4}) {`, ...write4, '} else {', ...write6, '}')
  } else if (has6) lines.push(...write6)
  else if (has4) lines.push(...write4)

  // Rows are blank before: what the template lacks is not written.
  const write = (column: string, index: number, value = number(index)): void => {
    if (index >= 0) lines.push(`${column}[row] = ${value};`)
  }
  write('sourcePort', plan.sourcePort)
  write('tcpFlags', plan.tcpFlags)
  write('tos', plan.tos)
  if (plan.tos < 0) write('tos', plan.dscp, `${number(plan.dscp)} << 2`)
  write('vlan', plan.vlan)
  write('mplsLabel', plan.mplsLabel, `${number(plan.mplsLabel)} === 0 ? 4294967295 : ${number(plan.mplsLabel)} >>> 4`)
  write('outputInterface', plan.outputInterface)
  write('sourceAs', plan.sourceAs)
  write('destinationAs', plan.destinationAs)
  lines.push(`const input = ${number(plan.inputInterface)};`)
  write('inputInterface', plan.inputInterface, 'input')

  write('destinationPort', plan.destinationPort)
  // Negative when it is ICMP or ICMPv6. A loop without branches is half as long again as fast: those rows are mended after it.
  if (plan.protocol >= 0)
    lines.push(
      `const number = ${number(plan.protocol)};`,
      'protocol[row] = number;',
      'icmpSeen |= ((number ^ 1) - 1) | ((number ^ 58) - 1);',
    )
  if (plan.fragmentFlags >= 0 || plan.fragmentOffset >= 0) {
    const last = plan.fragmentFlags < 0 ? '2' : '((flags & 32) !== 0 ? 2 : 10)'
    lines.push(
      `const flags = ${number(plan.fragmentFlags)};`,
      `const later = (${number(plan.fragmentOffset)} & 8191) !== 0;`,
      `fragment[row] = ((flags & 64) !== 0 ? 1 : 0) | (later ? ${last} : (flags & 32) !== 0 ? 4 : 0);`,
    )
  }
  const ratePerFlow = `rateOf(context.sampling, ${plan.selector < 0 ? '-1' : number(plan.selector)}, input)`
  lines.push(`let rate = ${isPerFlow ? ratePerFlow : 'setRate'};`)
  if (plan.samplingRate >= 0)
    lines.push(`const own = ${number(plan.samplingRate)};`, 'if (own > 0) rate = own < 16777216 ? own : intervalOf(own) || rate;')
  const isPostApart = (plan.postPackets >= 0 && plan.postPackets !== plan.packets) || (plan.postBytes >= 0 && plan.postBytes !== plan.bytes)
  if (isPostApart) {
    lines.push(`let packetsTold = ${number(plan.packets)}, bytesTold = ${number(plan.bytes)};`)
    lines.push(
      `if (packetsTold === 0 && bytesTold === 0) packetsTold = ${number(plan.postPackets)}, bytesTold = ${number(plan.postBytes)};`,
    )
    lines.push('packets[row] = packetsTold * rate; bytes[row] = bytesTold * rate;')
  } else {
    write('packets', plan.packets, `${number(plan.packets)} * rate`)
    write('bytes', plan.bytes, `${number(plan.bytes)} * rate`)
  }
  lines.push('samplingRate[row] = rate; exporter[row] = exporterNumber; domain[row] = domainNumber;')

  if (plan.systemInit >= 0) lines.push(`const uptimeMs = exportMs - ${number(plan.systemInit)};`)
  const duration =
    plan.durationMs >= 0 ? number(plan.durationMs) : plan.durationMicroseconds >= 0 ? `${number(plan.durationMicroseconds)} / 1000` : '0'
  const first = plan.start >= 0 ? time(plan.start) : `last - ${duration}`
  const last = plan.end >= 0 ? time(plan.end) : plan.start >= 0 ? `first + ${duration}` : 'exportMs'
  if (plan.start >= 0) lines.push(`const first = ${first};`, `const last = ${last};`)
  else lines.push(`const last = ${last};`, `const first = ${first};`)
  lines.push('start[row] = first <= last ? first : last; end[row] = last;')
  return lines
}

/** Type and code of the rows that are of ICMP; exporters without a field for them put both where the destination port would be. */
function writeIcmp({ plan, offsets, lengths, size }: Template): string[] {
  if (plan.protocol < 0) return []
  const number = (index: number): string => (index < 0 ? '0' : numberAt(offsets[index]!, lengths[index]!))
  const isGiven = plan.icmpTypeCode4 >= 0 || plan.icmpTypeCode6 >= 0
  const both = isGiven ? `(${number(plan.icmpTypeCode4)} || ${number(plan.icmpTypeCode6)})` : number(plan.destinationPort)
  const ofFamily = (field: number, field6: number, otherwise: string): string => {
    if (field < 0) return otherwise
    return field6 < 0 || field6 === field ? number(field) : `(number === 58 ? ${number(field6)} : ${number(field)})`
  }
  return [
    `if (icmpSeen < 0) for (let row = firstRow, at = firstAt; row < stop; row++, at += ${size}) {`,
    `const number = ${number(plan.protocol)};`,
    'if (number !== 1 && number !== 58) continue;',
    `icmpType[row] = ${ofFamily(plan.icmpType, plan.icmpType6, `${both} >>> 8`)};`,
    `icmpCode[row] = ${ofFamily(plan.icmpCode, plan.icmpCode6, both)};`,
    ...(plan.destinationPort >= 0 ? ['destinationPort[row] = 0;'] : []),
    '}',
  ]
}

/** The loops for one template, as source text. The rate of a set is one number nearly always, and asking for it costs a third. */
export function writeLoop(template: Template): string {
  const { plan, size } = template
  const loop = (isPerFlow: boolean): string[] => [`for (; row < stop; row++, at += ${size}) {`, ...writeRow(template, isPerFlow), '}']
  return [
    `const { ${columns.join(', ')} } = batch;`,
    'const { exportMs, exporter: exporterNumber, domain: domainNumber } = context;',
    ...(plan.systemInit >= 0 ? [] : ['const { uptimeMs } = context;']),
    'const firstRow = batch.length;',
    'const firstAt = at;',
    'const stop = firstRow + count;',
    'let row = firstRow;',
    'let icmpSeen = 0;',
    `if (context.sampling.isPerFlow${plan.selector >= 0 ? ' || context.sampling.bySelector.size > 0' : ''}) {`,
    ...loop(true),
    '} else {',
    'const setRate = rateOf(context.sampling, -1, 0);',
    ...loop(false),
    '}',
    ...writeIcmp(template),
    'batch.length = stop;',
  ].join('\n')
}

/** Loops that were compiled, by their source: exporters of one kind share one. The oldest goes; its templates keep it. */
const compiled = new Map<string, DecodeRows>()
const maxCompiled = 256
let isAllowed = true

/** The loop of a compilable template; undefined in a process that was started without code generation. */
export function compileTemplate(template: Template): DecodeRows | undefined {
  if (!isAllowed) return undefined
  const source = writeLoop(template)
  const known = compiled.get(source)
  if (known) return known
  try {
    // oxlint-disable-next-line typescript/no-implied-eval -- see the head of this file: without it a record costs 1.7 times as much
    const make = new Function('rateOf', 'intervalOf', 'ntpMs', `return (batch, view, at, count, context) => {\n${source}\n}`) as (
      rate: typeof rateOf,
      interval: typeof intervalOf,
      ntp: typeof ntpMs,
    ) => DecodeRows
    const loop = make(rateOf, intervalOf, ntpMs)
    if (compiled.size >= maxCompiled) compiled.delete(compiled.keys().next().value!)
    compiled.set(source, loop)
    return loop
  } catch (error) {
    if (!(error instanceof EvalError)) throw error
    isAllowed = false
    return undefined
  }
}
