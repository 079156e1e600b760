import { formatMetrics } from '#observe/format-metrics.ts'
import { maxBusiest, ratesBetween, renderLine, renderLive } from '#observe/live-summary.ts'
import { takeSnapshot } from '#observe/snapshot.ts'
import type { EngineSnapshot, SnapshotSources } from '#observe/snapshot.ts'
import { createLiveDisplay } from '#source/live-display.ts'
import type { LiveDisplay } from '#source/live-display.ts'
import { serveMetrics } from '#source/metrics-server.ts'
import type { MetricsServer } from '#source/metrics-server.ts'
import { CommandError } from './command.ts'
import type { CommandCall } from './command.ts'
import { findEndpoint } from './options.ts'

// What others see of an engine that listens: Prometheus by --metrics, and whoever sits at the terminal by --live.

/** Options of commands that listen. */
export const metricsOption = {
  metrics: { value: '[ADDRESS:]PORT', help: "with --listen: serve Prometheus' text at /metrics; on loopback unless an address is given" },
} as const
export const liveOptions = {
  live: { help: 'with --listen: show a summary on standard error, also where that is no terminal; then a line every ten seconds' },
  'no-live': { help: 'no summary, also where standard error is a terminal' },
} as const

export interface Watch {
  /** Flows of datagrams that came at `receivedMs` were counted at `nowMs`. */
  noteLag(receivedMs: number, nowMs: number): void
  /** Prints what goes to standard output, above the summary where both are one terminal. */
  around(print: () => void): void
  stop(): Promise<void>
}

const drawEveryMs = 1000
const lineEveryMs = 10_000
/** The longest lag is told of this time, and of as much before. */
const lagWindowMs = 10_000

/** Begins to show and to serve what `sources` tells. Throws when the port of the metrics cannot be had. */
export async function startWatch(
  call: CommandCall,
  title: string,
  sources: () => Omit<SnapshotSources, 'startedMs' | 'lagMs'>,
  canBeLive = false,
): Promise<Watch> {
  const startedMs = Date.now()
  let [lagSinceMs, lagNow, lagBefore] = [startedMs, 0, 0]
  const turnLag = (nowMs: number): void => {
    if (nowMs - lagSinceMs < lagWindowMs && nowMs >= lagSinceMs) return
    ;[lagSinceMs, lagBefore, lagNow] = [nowMs, lagNow, 0]
  }
  const look = (hosts: number): EngineSnapshot => {
    const nowMs = Date.now()
    turnLag(nowMs)
    return takeSnapshot({ ...sources(), startedMs, lagMs: Math.max(lagNow, lagBefore) }, nowMs, hosts)
  }

  const { metrics } = call.values
  let server: MetricsServer | undefined
  if (typeof metrics === 'string') {
    const wanted = await findEndpoint(metrics, '--metrics')
    server = await serveMetrics(wanted, () => formatMetrics(look(0)))
    console.error(
      `luytre-engine: metrics at http://${wanted.address.includes(':') ? `[${wanted.address}]` : wanted.address}:${server.port}/metrics`,
    )
  }

  const isLive = canBeLive && call.values['no-live'] !== true && (call.values['live'] === true || process.stderr.isTTY)
  let display: LiveDisplay | undefined
  let timer: NodeJS.Timeout | undefined
  let draw = (): void => {}
  if (isLive) {
    // https://no-color.org: whatever it says, if it says anything.
    const live = createLiveDisplay(process.stderr, { term: process.env['TERM'], noColour: (process.env['NO_COLOR'] ?? '') !== '' })
    display = live
    let before = look(0)
    draw = () => {
      const now = look(live.isBlock ? maxBusiest : 0)
      const rates = ratesBetween(before, now)
      live.draw(live.isBlock ? renderLive(now, rates, title, live.size) : [`luytre-engine: ${renderLine(now, rates)}`])
      before = now
    }
    timer = setInterval(draw, live.isBlock ? drawEveryMs : lineEveryMs)
    if (live.isBlock) draw()
  }

  return {
    noteLag(receivedMs, nowMs) {
      turnLag(nowMs)
      // The kernel's clock and ours are read apart: a little less than nothing is nothing.
      lagNow = Math.max(lagNow, nowMs - receivedMs)
    },
    around(print) {
      const isShared = display !== undefined && process.stdout.isTTY
      if (isShared) display?.clear()
      print()
      if (isShared) display?.redraw()
    },
    async stop() {
      clearInterval(timer)
      draw()
      display?.close()
      await server?.close()
    },
  }
}

/** Says what is wrong with the options before anything was begun. */
export async function checkWatch({ values: { metrics } }: CommandCall): Promise<void> {
  if (typeof metrics === 'string') await findEndpoint(metrics, '--metrics')
}

/** Options for what listens make no sense for a file. */
export function refuseWatch({ values }: CommandCall): void {
  for (const option of ['metrics', 'live', 'no-live'])
    if (values[option] !== undefined) throw new CommandError(`--${option} is for --listen`, { isUsage: true })
}
