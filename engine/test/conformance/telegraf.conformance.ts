import { readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import type { FlowRecord } from '#flow/flow-record.ts'
import { createCollector } from '../decode-kit.ts'

// Datagrams of real exporters that telegraf publishes, each with its decoding. The files are not part of the repository:
// npm run test:conformance -- <folder with flow/telegraf-netflow>

const data = process.env['LUYTRE_TEST_CONFORMANCE_DATA']
if (!data) throw new Error('conformance: name the folder of the reference data: npm run test:conformance -- <folder>')
const folder = path.join(data, 'flow/telegraf-netflow')
const prefix = 'plugins__inputs__netflow__testcases__'
const files = readdirSync(folder).filter(name => name.startsWith(prefix))

/** The datagrams of a case in order, with what was expected of them: fields by telegraf's names. */
function readCase(name: string): { datagrams: Buffer[]; lines: Record<string, string | number>[] } {
  const own = files.filter(file => file.startsWith(`${prefix}${name}__`)).sort()
  const datagrams = own.filter(file => file.endsWith('.bin')).map(file => readFileSync(path.join(folder, file)))
  const text = readFileSync(path.join(folder, `${prefix}${name}__expected.out`), 'utf8')
  const lines = text
    .trim()
    .split('\n')
    .map(line => {
      const fields: Record<string, string | number> = {}
      for (const [, key, quoted, number] of line.matchAll(/(\w+)=(?:"([^"]*)"|(\d+)u?)/g)) fields[key!] = quoted ?? Number(number)
      return fields
    })
  return { datagrams, lines }
}

const flagsOf = (text: string): number => [...text].reverse().reduce((bits, letter, index) => bits | (letter === '.' ? 0 : 1 << index), 0)

type Line = Record<string, string | number>

/** Volume of a line: of IPFIX's totals, of NetFlow's deltas, of a packet that sFlow sampled. */
const bytesOf = (line: Line): unknown => {
  if (line['l2_bytes'] !== undefined) return Number(line['l2_bytes']) * Number(line['sampling_interval'])
  return line['in_bytes'] ?? line['in_total_bytes']
}

/** What a flow and a line say of the fields that the line prints. */
function alike(flow: FlowRecord, line: Line): [ours: object, theirs: object] {
  const isSample = line['l2_bytes'] !== undefined
  const number = (name: string): unknown => (line[name] === undefined ? undefined : Number(line[name]))
  const fields: Record<string, [ours: unknown, theirs: unknown]> = {
    source: [flow.sourceIPv4Address ?? flow.sourceIPv6Address, line['src']],
    destination: [flow.destinationIPv4Address ?? flow.destinationIPv6Address, line['dst']],
    sourcePort: [flow.sourceTransportPort, line['src_port']],
    destinationPort: [flow.destinationTransportPort, line['dst_port']],
    bytes: [flow.octetDeltaCount, bytesOf(line)],
    packets: [flow.packetDeltaCount, isSample ? line['sampling_interval'] : (line['in_packets'] ?? line['in_total_packets'])],
    flags: [
      flow.tcpControlBits ?? 0,
      typeof line['tcp_flags'] === 'string' && /^[.A-Z]{8}$/.test(line['tcp_flags']) ? flagsOf(line['tcp_flags']) : undefined,
    ],
    tos: [flow.ipClassOfService, number('src_tos')],
    // Of a sample telegraf prints the interface where it was taken.
    input: [flow.ingressInterface, isSample ? undefined : line['in_snmp']],
    output: [flow.egressInterface, line['out_snmp']],
    start: [flow.flowStartMilliseconds, line['flow_start_ms']],
    end: [flow.flowEndMilliseconds, line['flow_end_ms']],
    sourceAs: [flow.bgpSourceAsNumber ?? 0, line['bgp_src_as']],
    destinationAs: [flow.bgpDestinationAsNumber ?? 0, line['bgp_dst_as']],
  }
  const printed = Object.entries(fields).filter(([, [, theirs]]) => theirs !== undefined)
  return [
    Object.fromEntries(printed.map(([name, [ours]]) => [name, ours])),
    Object.fromEntries(printed.map(([name, [, theirs]]) => [name, theirs])),
  ]
}

/** Whether a line tells of a biflow that also went back (RFC 5103: octets under enterprise 29305). */
const wentBack = (line: Line): boolean => Number(line['type_29305_85'] ?? 0) > 0

const names = [...new Set(files.map(file => file.slice(prefix.length).split('__')[0]!))].filter(name =>
  files.some(file => file.startsWith(`${prefix}${name}__`) && file.endsWith('.bin')),
)

test.each(names)('%s', name => {
  const { datagrams, lines } = readCase(name)
  const collector = createCollector()
  for (const datagram of datagrams) collector.take(datagram)
  const flows = collector.all()
  const told = lines.filter(line => line['src'] !== undefined && line['dst'] !== undefined)
  for (const line of told) {
    const [, theirs] = alike(flows[0]!, line)
    expect(flows.map(flow => alike(flow, line)[0])).toContainEqual(theirs)
  }
  expect(flows).toHaveLength(told.length + told.filter(wentBack).length)
  expect(collector.interfaces.map(one => one.interface)).toEqual(
    lines.filter(line => line['interface_type'] !== undefined).map(line => line['interface']),
  )
  // One of them announces a message two bytes shorter than it is.
  expect(collector.rejections).toEqual(name === 'issue_14370' ? [{ reason: 'message-length-wrong', offset: 2, exporter: 0 }] : [])
  expect(collector.decoder.counters.waiting).toBe(0)
})
