import { describe, expect, test } from 'vitest'
import { findEndpoint } from './options.ts'

describe('an endpoint', () => {
  test.each([
    ['2055', '127.0.0.1', 2055],
    ['192.0.2.1:0', '192.0.2.1', 0],
    ['[::1]:2055', '::1', 2055],
    ['[fe80::1%eth0]:2055', 'fe80::1%eth0', 2055],
    ['localhost:9100', '127.0.0.1', 9100],
  ])('%s is %s port %i', async (text, address, port) => {
    expect(await findEndpoint(text, '--listen')).toEqual({ address, port })
  })

  test.each(['', 'localhost', '::1:2055', '::1', '[192.0.2.1]:1', '[x]:1', '999.1.1.1:3400', '1.2.3:1', 'a b:1', '.:1', '2055x'])(
    '"%s" is none, and the option is named',
    async text => {
      const said = `--listen takes PORT, ADDRESS:PORT or [ADDRESS]:PORT, not "${text}"`
      await expect(findEndpoint(text, '--listen')).rejects.toThrow(said)
    },
  )

  test('a port beyond 65535 is none', async () => {
    await expect(findEndpoint('localhost:65536', '--metrics')).rejects.toThrow('--metrics takes a whole number from 0 to 65535')
  })

  test('a name that leads nowhere is told with its option', async () => {
    // RFC 6761 §6.4: nothing is ever called .invalid.
    await expect(findEndpoint('collector.invalid:2055', '--to')).rejects.toThrow('--to: collector.invalid is no address')
  })
})
