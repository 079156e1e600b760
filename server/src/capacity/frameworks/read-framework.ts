import { Problem } from '#platform/http/problem.ts'
import { readBoundedJson } from './bounded-json.ts'
import { readCprt } from './cprt.ts'
import type { ReadFramework } from './framework-draft.ts'
import { readPack } from './pack.ts'

/** A framework file, of whichever format it is → draft. Throws nothing but a Problem, whatever the bytes are. */
export function readFramework(bytes: Uint8Array): ReadFramework {
  const value = readBoundedJson(bytes)
  if (typeof value === 'object' && value !== null) {
    if (Object.hasOwn(value, 'response')) return readCprt(value)
    if (Object.hasOwn(value, 'pack')) return readPack(value)
  }
  throw new Problem(422, 'framework.unknown-format')
}
