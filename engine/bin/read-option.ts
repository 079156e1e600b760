import { CommandError } from './command.ts'

/** A whole number; undefined when the option was not given. */
export function readNumber(value: unknown, option: string, min: number, max = Number.MAX_SAFE_INTEGER): number | undefined {
  if (typeof value !== 'string') return undefined
  const number = Number(value)
  if (!/^\d+$/.test(value) || number < min || number > max)
    throw new CommandError(`${option} takes a whole number from ${min} on, not "${value}"`, { isUsage: true })
  return number
}

/** `2055`, `192.0.2.1:2055`, `[::1]:2055`; without an address on loopback only. */
export function readEndpoint(text: string): { address: string; port: number } {
  const match = /^(?:(?:\[([\da-f:.]+)\]|([\d.]+)):)?(\d{1,5})$/i.exec(text)
  const port = readNumber(match?.[3] ?? text, '--listen', 0, 65_535)!
  return { address: match?.[1] ?? match?.[2] ?? '127.0.0.1', port }
}
