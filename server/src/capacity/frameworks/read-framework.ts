import { Problem } from '#platform/http/problem.ts'
import { readInThread, threadLimits } from '#platform/imports/reading-thread.ts'
import { isZip, refuseOldExcel } from '#platform/imports/read-table.ts'
import { maxBytes, readBoundedJson } from './bounded-json.ts'
import { readCprt } from './cprt.ts'
import type { ReadFramework } from './framework-draft.ts'
import { readPack } from './pack.ts'

/** Reads a framework file: a large one, and every workbook, in a thread of its own, so that others need not wait for it. */
export async function readFrameworkBytes(bytes: Uint8Array): Promise<ReadFramework> {
  if (bytes.byteLength > maxBytes) throw new Problem(413, 'request.too-large')
  if (bytes.byteLength <= threadLimits.hereBytes && !isZip(bytes)) return readFramework(bytes)
  return readInThread<ReadFramework>(new URL('./read-framework.worker.ts', import.meta.url), bytes, { maxBytes })
}

/** A framework file, of whichever format it is → draft. Throws nothing but a Problem, whatever the bytes are. */
export async function readFrameworkHere(bytes: Uint8Array): Promise<ReadFramework> {
  if (!isZip(bytes)) return readFramework(bytes)
  // Loaded only here: most files are JSON, and a spreadsheet's reader is large.
  const { readNiceWorkbook } = await import('./nice-workbook.ts')
  return readNiceWorkbook(bytes)
}

/** A framework file in JSON. */
export function readFramework(bytes: Uint8Array): ReadFramework {
  refuseOldExcel(bytes)
  const value = readBoundedJson(bytes)
  if (typeof value === 'object' && value !== null) {
    if (Object.hasOwn(value, 'response')) return readCprt(value)
    if (Object.hasOwn(value, 'pack')) return readPack(value)
  }
  throw new Problem(422, 'framework.unknown-format')
}
