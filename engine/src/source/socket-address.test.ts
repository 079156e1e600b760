import os from 'node:os'
import { expect, test } from 'vitest'
import { createExporterTable } from '../wire/exporter-table.ts'
import { encodeSocketAddress, isLoopback, portOf, senderAt } from './socket-address.ts'

test.each([
  ['192.0.2.1', '192.0.2.1'],
  ['2001:db8::1', '2001:db8::1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['::', '::'],
])('%s as a socket address is the exporter %s', (text, exporter) => {
  const exporters = createExporterTable()
  const { bytes } = encodeSocketAddress(text, 2055)!
  const padded = new Uint8Array(3 + bytes.length)
  padded.set(bytes, 3)
  const number = senderAt(new DataView(padded.buffer), 3, (...words) => exporters.numberOf(...words))
  expect(exporters.addressOf(number)).toBe(exporter)
  expect(portOf(bytes)).toBe(2055)
})

test('what is no address has no socket address', () => expect(encodeSocketAddress('router', 1)).toBeUndefined())

test('a zone is a number or the name of an interface', () => {
  const scopeOf = (text: string): number => new DataView(encodeSocketAddress(text, 1)!.bytes.buffer).getUint32(24, true)
  expect(scopeOf('fe80::1%7')).toBe(7)
  expect(scopeOf('fe80::1')).toBe(0)
  for (const [name, addresses] of Object.entries(os.networkInterfaces())) {
    const scope = addresses?.find(one => one.family === 'IPv6')?.scopeid
    if (scope !== undefined) expect(scopeOf(`fe80::1%${name}`)).toBe(scope)
  }
})

test.each([
  ['127.0.0.1', true],
  ['127.255.255.254', true],
  ['::1', true],
  ['::ffff:127.0.0.1', true],
  ['128.0.0.1', false],
  ['0.0.0.0', false],
  ['::', false],
  ['::ffff:192.0.2.1', false],
  ['::127.0.0.1', false],
  ['fe80::1%lo', false],
  ['localhost', false],
  ['127.1', false],
])('%s is loopback: %s', (text, isIt) => expect(isLoopback(text)).toBe(isIt))
