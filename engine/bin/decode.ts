import type { UdpCounters } from '#capture/udp-datagrams.ts'
import { createFlowBatch } from '#flow/flow-batch.ts'
import { readFlow } from '#flow/flow-record.ts'
import { feedCapture } from '#source/capture-source.ts'
import type { ReceiverReport } from '#source/receiver.ts'
import { createUdpReceiver } from '#source/udp-receiver.ts'
import { createDecoder } from '#wire/decoder.ts'
import type { Decoder } from '#wire/decoder.ts'
import { createExporterTable } from '#wire/exporter-table.ts'
import type { ExporterTable } from '#wire/exporter-table.ts'
import { CommandError, whenAskedToEnd } from './command.ts'
import type { Command, CommandCall } from './command.ts'
import { formatLine } from './format-line.ts'
import { captureNamed, captureOption, findEndpoint, readNumber, readPorts, refuseBesideListen, sayOfDatagrams } from './options.ts'
import { checkWatch, metricsOption, refuseWatch, startWatch } from './watch.ts'
import type { Watch } from './watch.ts'

const batchRows = 4096

const print = (type: string, value: object): boolean => process.stdout.write(formatLine({ ...value, type }))

function createPrintingDecoder(call: CommandCall, exporters: ExporterTable): Decoder {
  const { addressOf } = exporters
  const defaultSamplingRate = readNumber(call.values['sampling'], '--sampling', 1) ?? 1
  return createDecoder({
    batch: createFlowBatch(batchRows),
    exporters,
    defaultSamplingRate,
    looksIntoTunnels: call.values['tunnels'] === true,
    deliver(batch) {
      let lines = ''
      for (let row = 0; row < batch.length; row++) lines += formatLine({ type: 'flow', ...readFlow(batch, row, addressOf) })
      process.stdout.write(lines)
    },
    onRejected: ({ exporter, ...rejection }) => print('rejected', { exporter: addressOf(exporter), ...rejection }),
    onInterfaceCounters: ({ exporter, ...counters }) => print('interface', { exporter: addressOf(exporter), ...counters }),
  })
}

/** The last line: what came, what became of it, what was lost on the way. */
function printSummary(decoder: Decoder, source: { capture: UdpCounters } | { receiver: ReceiverReport }): void {
  decoder.flush()
  const { rejectedBy, datagramsBy, flowsBy, ...counters } = decoder.counters
  const positive = (counts: Record<string, number>): Record<string, number> =>
    Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0))
  const { sets, bytes, dropped } = decoder.waiting
  print('summary', {
    ...source,
    ...counters,
    datagramsBy: positive(datagramsBy),
    flowsBy: positive(flowsBy),
    rejectedBy: positive(rejectedBy),
    waitingNow: { sets, bytes, dropped },
    domains: decoder
      .listDomains()
      .map(({ exporter, ...domain }) => Object.assign({ exporter: decoder.exporters.addressOf(exporter) }, domain)),
  })
}

/** Most datagrams are of no protocol of exporters, or there is none at all. */
function looksLikeTraffic({ packets, datagrams }: UdpCounters, { counters }: Decoder): boolean {
  if (datagrams === 0) return packets > 0
  const { 'unknown-version': unknown, empty } = counters.rejectedBy
  return (unknown + empty) * 2 > datagrams
}

async function decodeFile(call: CommandCall, file: string): Promise<number> {
  const exporters = createExporterTable()
  const decoder = createPrintingDecoder(call, exporters)
  const ports = readPorts(call.values['port'])
  const { fault, counters } = await feedCapture(file, { exporters, onDatagram: decoder.decode, onPause() {} }, ports)
  if (fault?.reason === 'not-a-capture') throw new CommandError(`${file} is no pcap or pcapng file`)
  printSummary(decoder, { capture: counters })
  sayOfDatagrams(file, ports, { datagrams: counters.datagrams, waiting: decoder.counters.waiting })
  if (ports.size === 0 && looksLikeTraffic(counters, decoder))
    console.error(`luytre-engine: ${file} looks like traffic itself, not like exports of flows: detect --pcap reads it`)
  if (!fault) return 0
  console.error(`luytre-engine: ${file} is broken at byte ${fault.offset} (${fault.reason}); what comes before it was decoded`)
  return 1
}

async function decodeFromSocket(call: CommandCall, endpoint: string): Promise<number> {
  const exporters = createExporterTable()
  const decoder = createPrintingDecoder(call, exporters)
  const wanted = await findEndpoint(endpoint, '--listen')
  await checkWatch(call)
  let watch: Watch | undefined
  let latestMs = 0
  const receiver = createUdpReceiver({
    ...wanted,
    exporters,
    onDatagram(bytes, offset, length, exporter, receivedMs) {
      latestMs = receivedMs
      decoder.decode(bytes, offset, length, exporter, receivedMs)
    },
    onPause(nowMs) {
      decoder.flush()
      if (latestMs > 0) watch?.noteLag(latestMs, nowMs)
      latestMs = 0
    },
  })
  const asked = whenAskedToEnd()
  await receiver.start()
  console.error(`luytre-engine: listening on ${wanted.address} port ${receiver.port}; Ctrl+C ends it`)
  try {
    watch = await startWatch(call, 'decode', () => ({ receiving: receiver.report(), decoder }))
  } catch (error) {
    await receiver.stop()
    throw error
  }
  await asked
  await receiver.stop()
  await watch.stop()
  printSummary(decoder, { receiver: receiver.report() })
  return 0
}

export const decode: Command = {
  name: 'decode',
  usage: 'decode FILE | --listen [ADDRESS:]PORT',
  summary: 'print the flows in NetFlow v1, v5, v7, v9, IPFIX and sFlow v5, from a capture (- is standard input) or as they come',
  options: {
    ...captureOption,
    listen: { value: '[ADDRESS:]PORT', help: 'receive by UDP; on loopback unless an address is given' },
    port: { value: 'PORT', isRepeatable: true, help: 'of a capture only the datagrams to this UDP port; may be repeated' },
    sampling: { value: 'N', help: 'take one in N for what exporters do not say themselves' },
    tunnels: { help: 'in sFlow: tell the packet inside of GRE and IP in IP' },
    ...metricsOption,
  },
  run(call) {
    const { listen } = call.values
    const file = captureNamed(call)
    if ((file === undefined) === (typeof listen !== 'string'))
      throw new CommandError('expected one capture file, or --listen', { isUsage: true })
    refuseBesideListen(call, ['port'])
    if (file !== undefined) refuseWatch(call)
    return file === undefined ? decodeFromSocket(call, listen as string) : decodeFile(call, file)
  },
}
