import { encodeNetflow5 } from '#generate/encode-netflow5.ts'
import { encodeEthernet, encodeIp, encodeMpls, encodeUdp, encodeVlan } from '#generate/encode-packet.ts'
import { encodeSflow5, gateway, sampledHeader } from '#generate/encode-sflow5.ts'
import { encodeIpfix, encodeNetflow9 } from '#generate/encode-templated.ts'
import type { EncodedSet } from '#generate/encode-templated.ts'
import { element as ie, reverseEnterprise } from '#wire/information-elements.ts'

// Datagrams with what is rare in captures: fields of variable length, biflows, sampled packets, withdrawals, expanded samples.
// Tests and fuzzers change them.

export const fields = [
  { id: ie.sourceIPv4Address, length: 4 },
  { id: ie.destinationIPv4Address, length: 4 },
  { id: ie.packetDeltaCount, length: 4 },
  { id: ie.octetDeltaCount, length: 4 },
  { id: ie.flowStartMilliseconds, length: 8 },
]
const variable = [...fields, { id: 82, length: 65_535 }, { id: ie.packetDeltaCount, length: 4, enterprise: reverseEnterprise }]
const scope = [{ id: 2, length: 4 }]
const rate = [{ id: ie.samplingInterval, length: 4 }]
export const record = ['192.0.2.7', '192.0.2.8', 5, 600, 1_699_999_990_000]
export const header = { exportSeconds: 1_700_000_000, uptimeMs: 1000, sequence: 4, domain: 1 }
export const sets: EncodedSet[] = [
  { kind: 'templates', templates: [{ id: 256, fields }] },
  { kind: 'options-templates', templates: [{ id: 258, scope, fields: rate }] },
  { kind: 'data', id: 256, fields, records: [record, record, record] },
  { kind: 'data', id: 258, fields: [...scope, ...rate], records: [[7, 100]] },
]
const variableSets: EncodedSet[] = [
  { kind: 'templates', templates: [{ id: 257, fields: variable }] },
  {
    kind: 'data',
    id: 257,
    fields: variable,
    records: [
      [...record, new Uint8Array(300), 9],
      [...record, new Uint8Array(2), 9],
    ],
  },
  { kind: 'withdrawal', set: 2, id: 300 },
]
const packet = encodeEthernet(
  0x8100,
  encodeVlan(
    7,
    0x8847,
    encodeMpls([5], encodeIp({ source: '2001:db8::1', destination: '2001:db8::2', protocol: 17 }, encodeUdp(1, 2, new Uint8Array(9)))),
  ),
)
const packet4 = encodeEthernet(0x0800, encodeIp({ source: '192.0.2.1', destination: '192.0.2.2', protocol: 1 }, new Uint8Array(8)))
const selector = [{ id: ie.selectorId, length: 2 }]
const chances = [
  { id: ie.samplingProbability, length: 8 },
  { id: ie.octetDeltaCount, length: 8 },
]
const half = Uint8Array.from([0x3f, 0xe0, 0, 0, 0, 0, 0, 0])
const chanceSets: EncodedSet[] = [
  { kind: 'templates', templates: [{ id: 260, fields: chances }] },
  { kind: 'data', id: 260, fields: chances, records: [[half, 600]] },
  { kind: 'options-templates', templates: [{ id: 261, scope: selector, fields: chances.slice(0, 1) }] },
  { kind: 'data', id: 261, fields: [...selector, ...chances.slice(0, 1)], records: [[7, half]] },
]
const sectionFields = [
  { id: ie.samplingInterval, length: 4 },
  { id: ie.dataLinkFrameSection, length: 65_535 },
]
const sectionSets: EncodedSet[] = [
  { kind: 'templates', templates: [{ id: 259, fields: sectionFields }] },
  {
    kind: 'data',
    id: 259,
    fields: sectionFields,
    records: [
      [10, packet],
      [10, packet.slice(0, 20)],
    ],
  },
]
/** One or more of each protocol. */
export const hostileSeeds: Uint8Array[] = [
  encodeIpfix(header, sectionSets),
  encodeIpfix(header, chanceSets),
  encodeNetflow5({ uptimeMs: 5, exportSeconds: 9, sampling: 10 }, [
    { source: '192.0.2.7', destination: '192.0.2.8', packets: 1, bytes: 2, firstMs: 3, lastMs: 4 },
  ]),
  encodeNetflow9(header, sets),
  encodeNetflow9(header, sets.slice(2)),
  encodeIpfix(header, [...sets, ...variableSets]),
  encodeIpfix(header, variableSets.slice(1)),
  encodeSflow5({ agent: '192.0.2.250', sequence: 1 }, [
    { kind: 'flow', rate: 10, parts: [sampledHeader(packet), gateway({ sourceAs: 1, path: [2, 3] })] },
    { kind: 'expanded-flow', rate: 10, parts: [sampledHeader(packet)] },
    { kind: 'flow', rate: 10, parts: [sampledHeader(packet), sampledHeader(packet4)] },
    { kind: 'counters', parts: [{ kind: 1, content: new Uint8Array(88) }] },
  ]),
]
