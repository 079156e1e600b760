import { lookup } from 'node:dns/promises'
import { parseAddress } from '#flow/addresses.ts'
import { isLoopback } from '#source/socket-address.ts'
import { CommandError } from './command.ts'
import type { Command, CommandCall } from './command.ts'

// How options are written that several commands take.

/** A whole number; undefined when the option was not given. */
export function readNumber(value: unknown, option: string, min: number, max = Number.MAX_SAFE_INTEGER): number | undefined {
  if (typeof value !== 'string') return undefined
  const number = Number(value)
  if (!/^\d+$/.test(value) || number < min || number > max)
    throw new CommandError(
      `${option} takes a whole number from ${min} ${max === Number.MAX_SAFE_INTEGER ? 'on' : `to ${max}`}, not "${value}"`,
      { isUsage: true },
    )
  return number
}

export interface Endpoint {
  address: string
  port: number
}

const onlyLoopback = '127.0.0.1'
const wrongEndpoint = (text: string, option: string): CommandError =>
  new CommandError(`${option} takes PORT, ADDRESS:PORT or [ADDRESS]:PORT, not "${text}"`, { isUsage: true })

/** `host` is an address, or by its form the name of a host other than `localhost`. */
function splitEndpoint(text: string, option: string, minPort: number): { host: string; isName: boolean; port: number } {
  const match = /^(?:(?:\[([^\]]+)\]|([^[\]:]+)):)?(\d{1,5})$/.exec(text)
  if (!match) throw wrongEndpoint(text, option)
  const [, bracketed, bare = onlyLoopback, digits] = match
  const port = readNumber(digits, option, minPort, 65_535)!
  if (bracketed !== undefined) {
    if (parseAddress(bracketed)?.family !== 6) throw wrongEndpoint(text, option)
    return { host: bracketed, isName: false, port }
  }
  const host = bare.toLowerCase() === 'localhost' ? onlyLoopback : bare
  if (parseAddress(host)) return { host, isName: false, port }
  // What looks like an address of IPv4 is none of these names (RFC 1123 §2.1).
  if (!/^[\w-]+(?:\.[\w-]+)*\.?$/.test(host) || /^[\d.]+$/.test(host)) throw wrongEndpoint(text, option)
  return { host, isName: true, port }
}

/**
 * `2055`, `192.0.2.1:2055`, `[::1]:2055`, `collector:2055`; without an address on loopback only. What counts is where a name leads, not
 * what it is called.
 */
export async function findEndpoint(text: string, option: string, minPort = 0): Promise<Endpoint> {
  const { host, isName, port } = splitEndpoint(text, option, minPort)
  const address = isName ? (await lookup(host).catch(() => undefined))?.address : host
  if (address === undefined) throw new CommandError(`${option}: ${host} is no address and no name that leads to one`)
  return { address, port }
}

/** Refuses an option that was given twice and may not be: the first would be forgotten without a word. */
export function refuseRepeated({ options }: Command, tokens: readonly { kind: string; name?: string }[]): void {
  const seen = new Set<string>()
  for (const { kind, name } of tokens) {
    if (kind !== 'option' || name === undefined) continue
    if (seen.has(name) && !options[name]?.isRepeatable) throw new CommandError(`--${name} was given twice`, { isUsage: true })
    seen.add(name)
  }
}

/** For commands that read a capture: by its place, or by the option that `detect` has. */
export const captureOption: Command['options'] = { pcap: { value: 'FILE', help: 'the same as FILE (- is standard input)' } }

/** The capture that is named; undefined when there is none. */
export function captureNamed({ values, positionals }: CommandCall): string | undefined {
  const named = [...positionals, ...(typeof values['pcap'] === 'string' ? [values['pcap']] : [])]
  if (named.length > 1) throw new CommandError(`expected one capture file, not ${named.length}`, { isUsage: true })
  return named[0]
}

/** Refuses beside --listen what is said of captures. */
export function refuseBesideListen({ values }: CommandCall, options: readonly string[]): void {
  for (const option of options)
    if (values['listen'] !== undefined && values[option] !== undefined)
      throw new CommandError(`--${option} is for a capture`, { isUsage: true })
}

/** What standard error says of a capture's datagrams that did not become flows. */
export function sayOfDatagrams(
  file: string,
  ports: ReadonlySet<number>,
  { datagrams, waiting }: { datagrams: number; waiting: number },
): void {
  if (ports.size > 0 && datagrams === 0)
    console.error(`luytre-engine: ${file} has no datagram to port ${[...ports].join(', ')}; without --port all are read`)
  if (waiting > 0) console.error(`luytre-engine: ${file} has ${waiting} datagrams whose template is missing`)
}

/** A repeatable option's ports; empty when it was not given. */
export const readPorts = (value: unknown): ReadonlySet<number> =>
  new Set([value ?? []].flat().map(port => readNumber(port, '--port', 1, 65_535)!))

/** Refuses an address to which others may listen, unless the operator says that it is meant. */
export function requireLoopback({ values }: CommandCall, address: string): void {
  if (!isLoopback(address) && values['beyond-loopback'] !== true)
    throw new CommandError(`${address} is not this machine's loopback; --beyond-loopback allows it`)
}
