import type { AttackDetector } from '#detect/attack-detector.ts'
import type { CaptureClock } from './capture-clock.ts'

// What standard error says when a capture was read and no attack was named: what was read, how near to a limit it came, what to try.

export interface ReadCapture {
  file: string
  detector: AttackDetector
  clock: CaptureClock
  /** Packets in it, those that are no IP, and those of a link type that is not read. */
  packets: number
  others: number
  unreadLinks: number
}

const count = (value: number): string => Math.round(value).toLocaleString('en')
const countOf = (value: number, unit: string): string => `${count(value)} ${unit}${value === 1 ? '' : 's'}`
const rateOf = (value: number, unit: 'packets/s' | 'bits/s'): string =>
  unit === 'packets/s' ? `${count(value)} packets/s` : `${(value / 1e6).toLocaleString('en', { maximumFractionDigits: 1 })} Mbit/s`

/** Lines about packets and times that others say nothing of, whether an attack was named or not. */
export function listDoubts({ file, clock, packets, others, unreadLinks }: ReadCapture): string[] {
  const lines: string[] = []
  if (packets === 0) lines.push(`${file} has no packet`)
  if (unreadLinks > 0) lines.push(`${count(unreadLinks)} of the ${count(packets)} packets of ${file} are of a link type that is not read`)
  else if (others * 2 >= Math.max(1, packets)) lines.push(`${count(others)} of the ${count(packets)} packets of ${file} are no IP`)
  if (clock.behind > 0)
    lines.push(
      `${count(clock.behind)} packets of ${file} are more than five seconds earlier than one before them, and counted when they were met`,
    )
  if (packets > 1 && clock.firstMs === clock.latestMs)
    lines.push(`all packets of ${file} have one time; rates are as if they had come within 100 ms`)
  return lines
}

/** Why nothing was named; nothing where no flow was counted. */
export function explainSilence({ file, detector, clock }: ReadCapture): string[] {
  const { flows, packets } = detector.window.counters
  if (flows === 0) return []
  const seconds = ((clock.latestMs - clock.firstMs) / 1000).toLocaleString('en', { maximumFractionDigits: 1 })
  const lines = [`no attack was named in ${file}: ${countOf(flows, 'flow')} of ${countOf(packets, 'packet')} in ${seconds} s`]
  const { nearest } = detector
  if (nearest) {
    const { target, profile, of, unit, rate, limit } = nearest
    lines.push(`nearest to a limit came ${target}: ${rateOf(rate, unit)} of ${of}, of ${rateOf(limit, unit)} by the profile "${profile}"`)
  } else lines.push('no host came near a quarter of any limit')
  lines.push(
    'to try: --sampling N if one packet in N was captured; --network PREFIX for what is spread over a network; lower limits in --networks FILE',
  )
  return lines
}
