import { expect, test } from 'vitest'
import { createFlowBatch } from '../flow/flow-batch.ts'
import { kindNames, kindOf } from './kinds.ts'

test.each<[string, { protocol: number; tcpFlags?: number; sourcePort?: number; fragment?: number }]>([
  ['tcp-syn', { protocol: 6, tcpFlags: 0x02 }],
  ['tcp-syn', { protocol: 6, tcpFlags: 0xc2 }],
  ['tcp-syn-ack', { protocol: 6, tcpFlags: 0x12 }],
  ['tcp-ack', { protocol: 6, tcpFlags: 0x18 }],
  ['tcp-rst', { protocol: 6, tcpFlags: 0x04 }],
  ['tcp-rst', { protocol: 6, tcpFlags: 0x14 }],
  ['tcp-other', { protocol: 6, tcpFlags: 0x1b }],
  ['tcp-other', { protocol: 6, tcpFlags: 0 }],
  ['udp', { protocol: 17, sourcePort: 40_000 }],
  ['dns', { protocol: 17, sourcePort: 53 }],
  ['isakmp', { protocol: 17, sourcePort: 4500 }],
  ['tcp-other', { protocol: 6, sourcePort: 53 }],
  // A first fragment names its port, the others have none; that fragments are forbidden makes none.
  ['dns', { protocol: 17, sourcePort: 53, fragment: 4 }],
  ['fragment', { protocol: 17, fragment: 2 }],
  ['fragment', { protocol: 6, tcpFlags: 2, fragment: 10 }],
  ['tcp-syn', { protocol: 6, tcpFlags: 2, fragment: 1 }],
  ['icmp', { protocol: 1 }],
  ['icmp', { protocol: 1, fragment: 2 }],
  ['icmp', { protocol: 58, fragment: 4 }],
  ['icmp', { protocol: 58 }],
  ['other', { protocol: 47 }],
])('%s: %j', (name, columns) => {
  const batch = createFlowBatch(1)
  for (const [column, value] of Object.entries(columns)) batch[column as 'protocol'][0] = value
  expect(kindNames[kindOf(batch, 0)]).toBe(name)
})
