import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { decodeCapture } from '../decode-capture.ts'

// Captures of sFlow from tcpdump's own tests, with what tcpdump prints of them. The files are not part of the repository:
// npm run test:conformance -- <folder with flow/tcpdump-sflow>

const data = process.env['LUYTRE_TEST_CONFORMANCE_DATA']
if (!data) throw new Error('conformance: name the folder of the reference data: npm run test:conformance -- <folder>')
const file = (name: string): string => path.join(data, 'flow/tcpdump-sflow', `tests__${name}`)

/** Numbers of all lines that match, in order. */
const numbersOf = (text: string, pattern: RegExp): number[] => [...text.matchAll(pattern)].map(match => Number(match[1]))

test.each([
  ['sflow_multiple_counter_30_pdus', 144],
  ['sflow-print-v6', 48],
])('%s: interfaces and their counters are as tcpdump prints them', (name, counterSamples) => {
  const { interfaces, summary, rejections } = decodeCapture(file(`${name}.pcap`))
  const text = readFileSync(file(`${name}.out`), 'utf8')
  expect(interfaces.map(one => one.interface)).toEqual(numbersOf(text, /ifindex (\d+)/g))
  expect(interfaces.map(one => one.interfaceType)).toEqual(numbersOf(text, /iftype (\d+)/g))
  expect(interfaces.map(one => one.bitsPerSecond)).toEqual(numbersOf(text, /ifspeed (\d+)/g))
  expect(interfaces.map(one => one.inBytes)).toEqual(numbersOf(text, /In octets (\d+)/g))
  expect(interfaces.map(one => one.outBytes)).toEqual(numbersOf(text, /Out octets (\d+)/g))
  expect(interfaces.map(one => one.outMulticastPackets)).toEqual(numbersOf(text, /Out octets.*multicast pkts (\d+)/g))
  expect(interfaces.map(one => one.inErrors)).toEqual(numbersOf(text, /In errors (\d+)/g))
  expect(summary.counterSamples).toBe(counterSamples)
  expect(summary.counterSamples).toBe([...text.matchAll(/counter sample \(/g)].length)
  expect(rejections).toEqual([])
})

test('sampled packets over IPv6 are as many as tcpdump prints', () => {
  const { summary } = decodeCapture(file('sflow-print-v6.pcap'))
  const text = readFileSync(file('sflow-print-v6.out'), 'utf8')
  expect(summary.flows + summary.otherSamples).toBe([...text.matchAll(/flow sample \(/g)].length)
})

test('the datagram that once crashed a decoder is rejected, with its place', () => {
  const { rejections, summary } = decodeCapture(file('sflow_print-segv.pcap'))
  expect(summary).toMatchObject({ datagrams: 1, rejected: 1 })
  expect(rejections).toEqual([{ reason: 'header-truncated', offset: 8, exporter: 0 }])
})

test.each(['amp.TCP.reflection.SYNACK', 'amp.UDP.isakmp'])('an attack itself, %s, is read whole and is no flow export', name => {
  const { udp, summary, flows } = decodeCapture(path.join(data, 'flow/attacks', `${name}.pcap`))
  expect(udp.packets).toBe(udp.datagrams + udp.fragments + udp.others)
  expect(summary.datagrams).toBe(udp.datagrams)
  expect(summary.rejectedBy['unknown-version']).toBe(udp.datagrams)
  expect(flows).toEqual([])
})
