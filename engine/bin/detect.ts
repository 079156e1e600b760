import { readFile } from 'node:fs/promises'
import type { CapturedPacket } from '#capture/capture-reader.ts'
import { createPacketFlows } from '#capture/packet-flows.ts'
import { createUdpExtractor } from '#capture/udp-datagrams.ts'
import { createAttackDetector } from '#detect/attack-detector.ts'
import type { AttackDetector } from '#detect/attack-detector.ts'
import { describeAttack } from '#detect/describe-attack.ts'
import { createDetectingConsumer, describeCounting, describeScan } from '#source/detecting-consumer.ts'
import type { DetectionRecord } from '#source/detecting-consumer.ts'
import { openBaselines } from '#source/keep-baselines.ts'
import type { KeptBaselines } from '#source/keep-baselines.ts'
import { readNetworks } from '#detect/read-networks.ts'
import type { NetworksFile } from '#detect/read-networks.ts'
import { createFlowBatch, emptyBatch } from '#flow/flow-batch.ts'
import type { FlowBatch } from '#flow/flow-batch.ts'
import { readCapture } from '#source/capture-file.ts'
import { createFlowPipeline } from '#source/flow-pipeline.ts'
import { createUdpReceiver } from '#source/udp-receiver.ts'
import { createDecoder } from '#wire/decoder.ts'
import type { Decoder } from '#wire/decoder.ts'
import { createCaptureClock } from './capture-clock.ts'
import { CommandError, whenAskedToEnd } from './command.ts'
import type { Command, CommandCall } from './command.ts'
import { explainSilence, listDoubts } from './explain-silence.ts'
import { formatLine } from './format-line.ts'
import { captureNamed, captureOption, findEndpoint, readNumber, readPorts, refuseBesideListen, sayOfDatagrams } from './options.ts'
import { createSorter } from './sort-capture.ts'
import type { LookedAt } from './sort-capture.ts'
import { checkWatch, liveOptions, metricsOption, refuseWatch, startWatch } from './watch.ts'
import type { Watch } from './watch.ts'

const batchRows = 4096
/** Flows wait no longer than this to be counted. */
const flushEveryMs = 50

const print = (value: object): boolean => process.stdout.write(formatLine(value))

async function readNetworksOf(call: CommandCall): Promise<NetworksFile> {
  const { networks } = call.values
  const wanted = [call.values['network'] ?? []].flat().map(String)
  try {
    return readNetworks(typeof networks === 'string' ? JSON.parse(await readFile(networks, 'utf8')) : {}, wanted)
  } catch (error) {
    if (error instanceof SyntaxError) throw new CommandError(`--networks ${String(networks)}: ${error.message}`)
    // Of an option, what is written wrongly; of the file, what is in it.
    if (error instanceof RangeError) throw new CommandError(error.message, { isUsage: typeof networks !== 'string' })
    throw error
  }
}

function createPrintingDetector({ networks, profiles }: NetworksFile, isPacketByPacket: boolean, onStart: () => void): AttackDetector {
  return createAttackDetector({
    networks,
    profiles,
    isPacketByPacket,
    notesNearest: true,
    onAttack: event => {
      if (event.event === 'start') onStart()
      print(describeAttack(event))
    },
    onScan: scan => print(describeScan(scan)),
  })
}

/** The last line. */
const printSummary = (detector: AttackDetector, input: object): boolean =>
  print({ type: 'summary', ...input, ...describeCounting(detector) })

/** Traffic to nobody who is protected is mostly a prefix that was written wrongly. */
function sayOfElsewhere(file: string, { window: { counters } }: AttackDetector): void {
  if (counters.flows === 0 && counters.flowsElsewhere > 0)
    console.error(`luytre-engine: none of the ${counters.flowsElsewhere} flows of ${file} goes to a protected network`)
}

const readSamplingRate = (call: CommandCall): number => readNumber(call.values['sampling'], '--sampling', 1) ?? 1

function createCountingDecoder(call: CommandCall, detector: AttackDetector, now: () => number): Decoder {
  return createDecoder({
    batch: createFlowBatch(batchRows),
    defaultSamplingRate: readSamplingRate(call),
    looksIntoTunnels: call.values['tunnels'] === true,
    deliver: batch => detector.take(batch, now()),
  })
}

async function detectInFile(call: CommandCall, file: string): Promise<number> {
  const networks = await readNetworksOf(call)
  const ports = readPorts(call.values['port'])
  const clock = createCaptureClock()
  let timeMs = NaN
  let attacks = 0
  let unreadLinks = 0
  let finish = (): void => {}

  function begin(isPacketByPacket: boolean): AttackDetector {
    return createPrintingDetector(networks, isPacketByPacket, () => attacks++)
  }

  /** Looks at all that was counted. */
  function close(detector: AttackDetector): void {
    if (!Number.isNaN(clock.latestMs)) detector.advance(clock.latestMs)
    detector.close()
  }

  function say(detector: AttackDetector, { packets, others }: { packets: number; others: number }): void {
    sayOfElsewhere(file, detector)
    const read = { file, detector, clock, packets, others, unreadLinks }
    for (const line of [...listDoubts(read), ...(attacks === 0 ? explainSilence(read) : [])]) console.error(`luytre-engine: ${line}`)
  }

  function useExports(): (packet: CapturedPacket) => void {
    const detector = begin(false)
    const decoder = createCountingDecoder(call, detector, () => timeMs)
    const extractor = createUdpExtractor(({ bytes, from, to, timeMs: packetMs, family, sourceAt }) => {
      const at = clock.read(packetMs)
      if (!(at >= timeMs && at - timeMs < flushEveryMs)) {
        decoder.flush()
        timeMs = at
        detector.advance(timeMs)
      }
      const view = new DataView(bytes.buffer, bytes.byteOffset + sourceAt, family === 4 ? 4 : 16)
      const word = (index: number): number => (family === 4 && index > 0 ? 0 : view.getUint32(index * 4))
      decoder.decode(bytes, from, to - from, decoder.exporters.numberOf(family, word(0), word(1), word(2), word(3)), packetMs)
    }, ports)
    finish = () => {
      decoder.flush()
      const { decoded, waiting, rejected } = decoder.counters
      const { packets, datagrams, others } = extractor.counters
      close(detector)
      printSummary(detector, { holds: 'exports', capture: extractor.counters, decoded, waiting, rejected })
      sayOfDatagrams(file, ports, { datagrams, waiting })
      if (ports.size === 0 && others > decoded)
        console.error(
          `luytre-engine: ${file} is taken for exports by its first packets, and ${others} of its ${packets} are none; --packets counts them as traffic`,
        )
      say(detector, { packets, others: 0 })
    }
    return packet => extractor.take(packet)
  }

  function usePackets({ ip, exports }: LookedAt): (packet: CapturedPacket) => void {
    const detector = begin(true)
    const batch: FlowBatch = createFlowBatch(batchRows)
    const flows = createPacketFlows(batch, readSamplingRate(call))
    const flush = (): void => {
      if (batch.length > 0) detector.take(batch, timeMs)
      emptyBatch(batch)
    }
    finish = () => {
      flush()
      close(detector)
      printSummary(detector, { holds: 'packets', capture: flows.counters })
      if (exports > 0 && call.values['packets'] !== true)
        console.error(
          `luytre-engine: ${file} is taken for traffic, though ${exports} of its first ${ip} packets look like exports; --port PORT reads these`,
        )
      say(detector, flows.counters)
    }
    return packet => {
      const at = clock.read(packet.timeMs)
      if (!(at >= timeMs && at - timeMs < flushEveryMs) || batch.length === batch.capacity) {
        flush()
        timeMs = at
      }
      if (packet.link === undefined) unreadLinks++
      flows.take(packet)
    }
  }

  const sorter = createSorter(ports, call.values['packets'] === true, (holds, lookedAt) =>
    holds === 'exports' ? useExports() : usePackets(lookedAt),
  )
  const fault = await readCapture(file, packet => sorter.take(packet))
  if (fault?.reason === 'not-a-capture') throw new CommandError(`${file} is no pcap or pcapng file`)
  sorter.end()
  finish()
  if (!fault) return 0
  console.error(`luytre-engine: ${file} is broken at byte ${fault.offset} (${fault.reason}); what comes before it was counted`)
  return 1
}

async function readBaselines(file: string): Promise<KeptBaselines> {
  const kept = await openBaselines(file).catch((error: NodeJS.ErrnoException) => {
    throw new CommandError(`--baselines ${file} cannot be read: ${error.message}`)
  })
  const { found } = kept
  if (found && 'damagedAt' in found)
    console.error(
      `luytre-engine: ${file} is damaged at byte ${found.damagedAt} and is now ${found.keptAs}; what is usual is learned from the beginning`,
    )
  else if (found)
    console.error(`luytre-engine: ${file} tells what is usual for ${found.targets} ${found.targets === 1 ? 'target' : 'targets'}`)
  // Now, and not only after ten minutes: a place where nothing can be written.
  await kept.save().catch((error: Error) => {
    throw new CommandError(`--baselines ${file} cannot be written: ${error.message}`)
  })
  return kept
}

async function detectOnSocket(call: CommandCall, endpoint: string): Promise<number> {
  const { baselines: baselinesFile } = call.values
  const wanted = await findEndpoint(endpoint, '--listen')
  await checkWatch(call)
  const kept = typeof baselinesFile === 'string' ? await readBaselines(baselinesFile) : undefined
  let counted: object = {}
  let watch: Watch | undefined
  const attacksStarted: Record<string, number> = {}
  let scans = 0
  const tell = (record: DetectionRecord): void => {
    if (record.type === 'summary') counted = record
    else {
      if (record.type === 'scan') scans++
      else if (record.event === 'start') attacksStarted[record.name] = (attacksStarted[record.name] ?? 0) + 1
      if (watch) watch.around(() => print(record))
      else print(record)
    }
  }
  const consumer = createDetectingConsumer(await readNetworksOf(call), tell, kept?.baselines)
  const pipeline = createFlowPipeline(consumer, {
    defaultSamplingRate: readSamplingRate(call),
    looksIntoTunnels: call.values['tunnels'] === true,
  })
  const { decoder, exporters } = pipeline
  const { detector } = consumer
  let lagSeenMs = 0
  const onPause = (nowMs: number): void => {
    pipeline.onPause(nowMs)
    const { receivedMs } = pipeline
    if (receivedMs !== lagSeenMs) watch?.noteLag(receivedMs, nowMs)
    lagSeenMs = receivedMs
  }
  const receiver = createUdpReceiver({ ...wanted, exporters, onDatagram: pipeline.onDatagram, onPause })
  const asked = whenAskedToEnd()
  await receiver.start()
  console.error(`luytre-engine: listening on ${wanted.address} port ${receiver.port}; Ctrl+C ends it`)
  const title = `detect on ${wanted.address} port ${receiver.port}`
  try {
    watch = await startWatch(
      call,
      title,
      () => ({ receiving: receiver.report(), decoder, detection: { detector, attacksStarted, scans } }),
      true,
    )
  } catch (error) {
    await receiver.stop()
    throw error
  }
  const tellFailure = (error: Error): void => console.error(`luytre-engine: ${String(baselinesFile)} was not written: ${error.message}`)
  kept?.start(tellFailure)
  // Also when nothing comes.
  const timer = setInterval(() => onPause(Date.now()), flushEveryMs)
  await asked
  clearInterval(timer)
  await receiver.stop()
  await watch.stop()
  watch = undefined
  pipeline.stop()
  await kept?.stop().catch(tellFailure)
  const { decoded, waiting, rejected } = decoder.counters
  print({ type: 'summary', holds: 'exports', receiver: receiver.report(), decoded, waiting, rejected, ...counted })
  return 0
}

export const detect: Command = {
  name: 'detect',
  usage: 'detect FILE | --listen [ADDRESS:]PORT',
  summary: 'name the attacks in what exporters sent, or in the traffic of a capture (pcap or pcapng), as they start, change and end',
  options: {
    ...captureOption,
    listen: { value: '[ADDRESS:]PORT', help: 'receive from exporters by UDP; on loopback unless an address is given' },
    port: { value: 'PORT', isRepeatable: true, help: 'the capture holds what exporters sent to this UDP port; may be repeated' },
    packets: { help: 'the capture holds the traffic itself; else its first packets decide' },
    networks: { value: 'FILE', help: 'JSON of the protected networks, their owners and profiles; else every host is watched' },
    network: { value: 'PREFIX', isRepeatable: true, help: 'a protected network with the profile "standard"; may be repeated' },
    sampling: { value: 'N', help: 'one packet in N was captured, or looked at by exporters that do not say it themselves' },
    tunnels: { help: 'in sFlow: count the packet inside of GRE and IP in IP' },
    baselines: {
      value: 'FILE',
      help: 'with --listen: keep what is usual here, written every ten minutes and at the end; else a restart forgets it',
    },
    ...metricsOption,
    ...liveOptions,
  },
  run(call) {
    const { listen } = call.values
    const pcap = captureNamed(call)
    if ((pcap === undefined) !== (typeof listen === 'string'))
      throw new CommandError('expected one capture file, or --listen', { isUsage: true })
    refuseBesideListen(call, ['port', 'packets'])
    if (call.values['packets'] === true && call.values['port'] !== undefined)
      throw new CommandError('--packets and --port exclude each other', { isUsage: true })
    if (pcap !== undefined) refuseWatch(call)
    if (pcap !== undefined && call.values['baselines'] !== undefined)
      throw new CommandError('--baselines goes with --listen', { isUsage: true })
    return pcap === undefined ? detectOnSocket(call, listen as string) : detectInFile(call, pcap)
  },
}
