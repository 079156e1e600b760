import { replayCapture } from '#source/replay-capture.ts'
import { CommandError, listenForEnd } from './command.ts'
import type { Command } from './command.ts'
import { captureNamed, captureOption, findEndpoint, readPorts, requireLoopback } from './options.ts'

/** `1`, `0.5`, `10`, `max`. */
function readSpeed(value: unknown): number {
  if (typeof value !== 'string') return 1
  if (value === 'max') return Number.POSITIVE_INFINITY
  const speed = Number(value)
  if (!(speed > 0 && speed <= 1e6)) throw new CommandError(`--speed takes a number above 0, or max, not "${value}"`, { isUsage: true })
  return speed
}

export const replay: Command = {
  name: 'replay',
  usage: 'replay FILE --to [ADDRESS:]PORT',
  summary: 'send the datagrams of a capture (- is standard input) to a collector, at the pace at which they were captured',
  options: {
    ...captureOption,
    to: { value: '[ADDRESS:]PORT', help: 'where to; loopback unless an address is given' },
    speed: { value: 'N|max', help: 'so many times as fast; max is without pauses' },
    port: { value: 'PORT', isRepeatable: true, help: 'only the datagrams to this UDP port; may be repeated' },
    'beyond-loopback': { help: 'allow an address that is not of this machine alone: old flows become findings there' },
  },
  async run(call) {
    const { values } = call
    const path = captureNamed(call)
    if (path === undefined || typeof values['to'] !== 'string')
      throw new CommandError('expected one capture file, and --to', { isUsage: true })
    const to = await findEndpoint(values['to'], '--to', 1)
    requireLoopback(call, to.address)
    const ending = listenForEnd()
    const { fault, ...report } = await replayCapture({
      path,
      to,
      speed: readSpeed(values['speed']),
      ports: readPorts(values['port']),
      signal: ending,
    })
    if (fault?.reason === 'not-a-capture') throw new CommandError(`${path} is no pcap or pcapng file`)
    console.log(JSON.stringify({ type: 'summary', ...report }))
    // Whether each sender's last one was refused is never told.
    const isUnheard = report.refused > 0 && report.sent <= report.senders
    if (isUnheard) console.error(`luytre-engine: every datagram was refused: nobody listens at ${values['to']}`)
    if (!fault) return isUnheard ? 1 : 0
    console.error(`luytre-engine: ${path} is broken at byte ${fault.offset} (${fault.reason}); what comes before it was sent`)
    return 1
  },
}
