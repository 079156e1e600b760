import { isLoopback } from '#source/socket-address.ts'
import { CommandError } from './command.ts'
import type { CommandCall } from './command.ts'

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

/** `2055`, `192.0.2.1:2055`, `[::1]:2055`; without an address on loopback only. */
export function readEndpoint(text: string, option: string, minPort = 0): { address: string; port: number } {
  const match = /^(?:(?:\[([\da-f:.]+(?:%\w+)?)\]|([\d.]+)):)?(\d{1,5})$/i.exec(text)
  const port = readNumber(match?.[3] ?? text, option, minPort, 65_535)!
  return { address: match?.[1] ?? match?.[2] ?? '127.0.0.1', port }
}

/** A repeatable option's ports; empty when it was not given. */
export const readPorts = (value: unknown): ReadonlySet<number> =>
  new Set([value ?? []].flat().map(port => readNumber(port, '--port', 1, 65_535)!))

/** Refuses an address to which others may listen, unless the operator says that it is meant. */
export function requireLoopback({ values }: CommandCall, address: string): void {
  if (!isLoopback(address) && values['beyond-loopback'] !== true)
    throw new CommandError(`${address} is not this machine's loopback; --beyond-loopback allows it`)
}
