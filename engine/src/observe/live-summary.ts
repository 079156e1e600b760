import type { BusyHost } from '../detect/attack-detector.ts'
import { formatAge, formatClock, formatCount, formatRate } from './quantities.ts'
import type { EngineSnapshot, ExporterState, RunningAttack } from './snapshot.ts'
import { cutText, fitText, plainText, widthOf } from './text-width.ts'

// What a terminal shows of the engine, made for somebody who was woken: first whether anything is wrong, then what. Two snapshots
// in, lines out. Colour only repeats what words say.

export interface LiveSize {
  columns: number
  rows: number
  hasColour: boolean
}

/** What is told between two snapshots, a second. */
export interface LiveRates {
  datagrams: number
  records: number
  bits: number
  packets: number
  /** Datagrams that the kernel had no room for, in this time. */
  dropped: number
}

export function ratesBetween(before: EngineSnapshot, now: EngineSnapshot): LiveRates {
  const seconds = Math.max(0.001, (now.atMs - before.atMs) / 1000)
  const rate = (value: (snapshot: EngineSnapshot) => number): number => Math.max(0, (value(now) - value(before)) / seconds)
  return {
    datagrams: rate(({ receiving }) => receiving.datagrams),
    records: rate(({ decoding }) => decoding.flows),
    bits: rate(({ detection }) => detection?.counters.bits ?? 0),
    packets: rate(({ detection }) => detection?.counters.packets ?? 0),
    dropped: rate(({ receiving }) => Math.max(0, receiving.droppedByKernel)),
  }
}

/** Select Graphic Rendition (ECMA-48 §8.3.117). */
const styles = { bold: '1', faint: '2', red: '1;31', yellow: '33', green: '32' } as const
type Style = keyof typeof styles

/** Lines of a section at most, however high the terminal is. */
const maxAttacks = 12
const maxExporters = 8
export const maxBusiest = 10
const narrow = 60
/** In less there is nothing that could be read. */
const [leastColumns, leastRows] = [20, 4]
const maxBarColumns = 40
/** Eighths of a column. */
const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'] as const

export function renderLive(now: EngineSnapshot, rates: LiveRates, title: string, size: LiveSize): string[] {
  const { columns } = size
  if (columns < leastColumns || size.rows < leastRows) return []
  const paint = (style: Style, text: string): string => (size.hasColour && text !== '' ? `\u001b[${styles[style]}m${text}\u001b[0m` : text)
  const { detection } = now
  const attacks = detection?.attacks ?? []
  const lines: string[] = []
  const heading = (text: string, note = ''): void => {
    const shown = cutText(note, columns - widthOf(text) - 2)
    lines.push('', `${paint('bold', cutText(text, columns))}${shown === '' ? '' : `  ${paint('faint', shown)}`}`)
  }

  lines.push(describeTitle(now, title, columns, paint))
  lines.push(...wrapFields(describeRates(rates), columns))
  const troubles = describeTroubles(now, rates)
  if (troubles.length > 0) lines.push(...wrapFields(troubles, columns).map(line => paint('yellow', line)))
  else lines.push(paint('green', cutText('Nothing lost, nothing dropped, nothing rejected.', columns)))

  // The rest shares the height: attacks first, then exporters, then targets.
  const [headLines, sectionHead] = [lines.length, 2]
  let left = Math.max(0, size.rows - 1 - headLines - sectionHead * 3)
  const shownAttacks = Math.min(attacks.length, maxAttacks, Math.max(1, left))
  left = Math.max(0, left - Math.max(1, shownAttacks))
  if (attacks.length === 0) heading('No attack', describePast(now))
  else {
    heading(attacks.length === 1 ? '1 attack' : `${attacks.length} attacks`, more(attacks.length - shownAttacks))
    const shown = attacks.toReversed().slice(0, shownAttacks)
    const first = firstColumn(shown, columns)
    lines.push(...shown.map(attack => paint(isQuiet(attack) ? 'yellow' : 'red', describeAttackLine(attack, now.atMs, first, columns))))
  }

  const exporters = now.exporters.toSorted((one, other) => other.lost - one.lost)
  const shownExporters = Math.min(exporters.length, maxExporters, Math.max(1, Math.ceil(left / 2)))
  left = Math.max(0, left - shownExporters)
  if (exporters.length === 0) heading('No exporter has sent anything yet')
  else {
    heading(countExporters(exporters), shownExporters < exporters.length ? `${shownExporters} shown` : '')
    for (const exporter of exporters.slice(0, shownExporters))
      lines.push(exporter.lost > 0 ? paint('yellow', describeExporter(exporter, columns)) : describeExporter(exporter, columns))
  }

  const busiest = (detection?.busiest ?? []).slice(0, Math.min(left, maxBusiest))
  if (busiest.length > 0) {
    heading('Busiest hosts')
    const first = firstColumn(busiest, columns)
    lines.push(...busiest.map(host => describeHost(host, busiest[0]!.bitsPerSecond, first, columns)))
  }
  return lines.slice(0, Math.max(1, size.rows - 1))
}

const more = (count: number): string => (count > 0 ? `and ${count} more` : '')

/** Of one exporter there may be many domains, and each of these has a line. */
function countExporters(domains: readonly ExporterState[]): string {
  const exporters = new Set(domains.map(({ exporter }) => exporter)).size
  const counted = exporters === 1 ? '1 exporter' : `${exporters} exporters`
  return domains.length === exporters ? counted : `${counted}, ${domains.length} domains`
}

function describeTitle(now: EngineSnapshot, title: string, columns: number, paint: (style: Style, text: string) => string): string {
  const [clock, up] = [formatClock(now.atMs), `up ${formatAge(now.atMs - now.startedMs)}`]
  const note = columns < narrow ? up : `${clock}   ${up}`
  const head = cutText(`Lũy Tre  ${title}`, columns - note.length - 2)
  return `${paint('bold', head)}${' '.repeat(Math.max(0, columns - widthOf(head) - note.length))}${paint('faint', note)}`
}

const describeRates = ({ datagrams, records, bits, packets }: LiveRates): string[] => [
  formatRate(datagrams, 'datagrams/s'),
  formatRate(records, 'records/s'),
  formatRate(bits, 'bit/s'),
  formatRate(packets, 'packets/s'),
]

/** What is not as it should be, since the start; empty is good. */
function describeTroubles(
  { receiving, decoding, waiting, exporters, lagMs, detection, exportersRefused }: EngineSnapshot,
  { dropped }: LiveRates,
): string[] {
  const troubles: string[] = []
  const say = (count: number, text: string): void => {
    if (count > 0) troubles.push(`${formatCount(count)} ${text}`)
  }
  if (receiving.droppedByKernel > 0)
    troubles.push(
      `kernel dropped ${formatCount(receiving.droppedByKernel)}${dropped > 0 ? `, now ${formatRate(dropped, 'a second')}` : ''}`,
    )
  const lostOf = (unit: ExporterState['lossUnit']): number =>
    exporters.reduce((sum, { lost, lossUnit }) => sum + (lossUnit === unit ? lost : 0), 0)
  say(lostOf('datagrams'), 'datagrams lost')
  say(lostOf('records'), 'records lost')
  say(decoding.rejected, 'rejected')
  say(waiting.sets, 'sets wait for templates')
  say(waiting.dropped, 'sets given up')
  say(decoding.ratesRefused, 'sampling rates without room')
  say(decoding.domainsGivenUp, 'observation domains given up')
  say(exportersRefused, 'datagrams of exporters without room')
  say(detection?.targetsEvicted ?? 0, 'targets evicted')
  say(detection?.counters.hotEvicted ?? 0, 'rich counters evicted')
  say((detection?.flowsRefused ?? 0) + (detection?.counters.hotRefused ?? 0), 'refused for want of room')
  if (lagMs >= 1000) troubles.push(`${(lagMs / 1000).toFixed(1)} s behind`)
  return troubles
}

function describePast({ detection }: EngineSnapshot): string {
  const started = Object.values(detection?.attacksStarted ?? {}).reduce((sum, count) => sum + count, 0)
  const scans = detection?.scans ?? 0
  const past = [started > 0 ? `${started} ended since the start` : '', scans > 0 ? `${scans === 1 ? '1 scan' : `${scans} scans`} told` : '']
  return past.filter(Boolean).join(', ')
}

/** Fields side by side, as many as a line holds. */
function wrapFields(fields: readonly string[], columns: number): string[] {
  const lines: string[] = []
  for (const field of fields) {
    const joined = lines.length > 0 ? `${lines.at(-1)!}   ${field}` : field
    if (lines.length > 0 && widthOf(joined) <= columns) lines[lines.length - 1] = joined
    else lines.push(cutText(field, columns))
  }
  return lines
}

/** Columns of the targets of a section, so that what follows them stands in line. */
const firstColumn = (rows: readonly { target: string }[], columns: number): number =>
  Math.min(Math.max(16, ...rows.map(({ target }) => widthOf(plainText(target)) + 2)), Math.floor(columns / 2))

/** It has stopped, and is told as ended when it does not come back. */
const isQuiet = ({ packetsPerSecond }: RunningAttack): boolean => packetsPerSecond < 1

/** Columns from the right keep their width; the first and the second share what is left. Narrow terminals see the first few. */
function describeAttackLine(attack: RunningAttack, nowMs: number, widest: number, columns: number): string {
  const { target, owner, name, vectors, startMs, bitsPerSecond, packetsPerSecond, peakBitsPerSecond } = attack
  const also = vectors.filter(vector => vector !== name)
  const what = plainText(`${[name, ...also].join(' + ')}${owner === '' ? '' : `, ${owner}`}`)
  const age = fitText(formatAge(nowMs - startMs), 8, 'right')
  const rates = isQuiet(attack)
    ? fitText('quiet', 25, 'right')
    : `${fitText(formatRate(bitsPerSecond, 'bit/s'), 12, 'right')}${fitText(formatRate(packetsPerSecond, 'pkt/s'), 13, 'right')}`
  const peak = `   peak ${formatRate(peakBitsPerSecond, 'bit/s')}`
  if (columns < narrow)
    return cutText(`${plainText(target)} ${what} ${age.trim()} ${isQuiet(attack) ? 'quiet' : formatRate(bitsPerSecond, 'bit/s')}`, columns)
  const tail = columns >= narrow + 30 ? age + rates + fitText(peak, 19) : age + rates
  const room = columns - tail.length
  const first = Math.min(widest, Math.floor(room / 2))
  return (fitText(plainText(target), first) + fitText(what, room - first) + tail).trimEnd()
}

function describeExporter({ exporter, protocol, domain, samplingRate, lost, lossUnit, restarts }: ExporterState, columns: number): string {
  const sampling = samplingRate > 1 ? `, 1 in ${formatCount(samplingRate)}` : ''
  const loss = lost > 0 ? `${formatCount(lost)} ${lossUnit} lost` : 'nothing lost'
  const anew = restarts > 0 ? `, began anew ${restarts}×` : ''
  const first = Math.min(Math.max(16, exporter.length + 2), Math.floor(columns / 2))
  return cutText(`${fitText(exporter, first)}${protocol}, domain ${domain}${sampling}: ${loss}${anew}`, columns)
}

function describeHost({ target, bitsPerSecond, packetsPerSecond }: BusyHost, most: number, first: number, columns: number): string {
  const rates = `${fitText(formatRate(bitsPerSecond, 'bit/s'), 12, 'right')}${fitText(formatRate(packetsPerSecond, 'pkt/s'), 13, 'right')}`
  if (columns < narrow) return cutText(`${target} ${formatRate(bitsPerSecond, 'bit/s')}`, columns)
  const head = fitText(plainText(target), first) + rates
  const parts = Math.max(1, Math.round((most > 0 ? bitsPerSecond / most : 0) * 8 * Math.min(maxBarColumns, columns - widthOf(head) - 3)))
  return cutText(`${head}   ${'█'.repeat(Math.floor(parts / 8))}${eighths[parts % 8]}`, columns)
}

/** The same in one line, for logs. */
export function renderLine(now: EngineSnapshot, rates: LiveRates): string {
  const attacks = (now.detection?.attacks ?? []).map(
    ({ target, name, startMs, bitsPerSecond }) =>
      `${plainText(target)} ${name} for ${formatAge(now.atMs - startMs)} at ${formatRate(bitsPerSecond, 'bit/s')}`,
  )
  const troubles = describeTroubles(now, rates)
  return [
    ...describeRates(rates),
    attacks.length === 0
      ? 'no attack'
      : `${attacks.length === 1 ? '1 attack' : `${attacks.length} attacks`}: ${attacks.slice(0, maxAttacks).join('; ')}`,
    ...troubles,
  ].join(', ')
}
