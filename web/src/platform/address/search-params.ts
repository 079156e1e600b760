// What a page reads from its address, for `validateSearch`. An address is typed, shared and kept for years: what does not
// fit is as if it were not there, and the page opens all the same.

import { isDay } from '#platform/i18n/format.ts'

type Reader<T> = (value: unknown) => T | undefined

const matching =
  (pattern: RegExp): Reader<string> =>
  value =>
    typeof value === 'string' && pattern.test(value) ? value : undefined

export const anyText: Reader<string> = value => (typeof value === 'string' ? value : undefined)
export const anId = matching(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i)
/** Only an address of this site: a link in a mail cannot send somebody elsewhere after signing in. */
export const ownAddress = matching(/^\/(?![/\\])/)
export const aFlag: Reader<boolean> = value => (typeof value === 'boolean' ? value : undefined)
export const aVersion: Reader<number> = value => (Number.isSafeInteger(value) && (value as number) > 0 ? (value as number) : undefined)

/** `2026-11-22`, a day that the calendar has. */
export const aDay: Reader<string> = value => (typeof value === 'string' && isDay(value) ? value : undefined)

export const oneOf =
  <const T extends string>(...choices: readonly T[]): Reader<T> =>
  value =>
    choices.find(choice => choice === value)

type Read<R> = { [Name in keyof R]?: R[Name] extends Reader<infer T> ? T | undefined : never }

export const searchOf =
  <R extends Record<string, Reader<unknown>>>(readers: R) =>
  (search: Record<string, unknown>): Read<R> =>
    Object.fromEntries(
      Object.entries(readers).flatMap(([name, read]) => {
        const value = read(search[name])
        return value === undefined ? [] : [[name, value]]
      }),
    ) as Read<R>
