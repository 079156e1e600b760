import { learnedValues } from './baselines.ts'
import type { Baselines, LearnedTarget } from './baselines.ts'

// Baselines as bytes, for a file that outlives a process: a mark, then each target as the length of its name in one byte, its name,
// and its values as 32-bit floats, little-endian; then a zero, and how many targets there were, in four bytes.

const mark = 'LTBASE01'
const longestName = 64
/** More are in no file of ours: createBaselines has room for 8192. */
const mostTargets = 1_000_000
const bytesOfValues = learnedValues * 4

const utf8 = new TextEncoder()

function encodeTarget({ target, usual }: LearnedTarget): Uint8Array {
  const name = utf8.encode(target)
  const bytes = new Uint8Array(1 + name.length + bytesOfValues)
  bytes[0] = name.length
  bytes.set(name, 1)
  const view = new DataView(bytes.buffer, 1 + name.length)
  for (let value = 0; value < learnedValues; value++) view.setFloat32(value * 4, usual[value]!, true)
  return bytes
}

/** The file piece by piece; what is learned meanwhile may be in it or not. */
export function* encodeBaselines(baselines: Baselines): Generator<Uint8Array> {
  yield utf8.encode(mark)
  let count = 0
  for (const learned of baselines.list()) {
    if (utf8.encode(learned.target).length > longestName) continue
    count++
    yield encodeTarget(learned)
  }
  const end = new Uint8Array(5)
  new DataView(end.buffer).setUint32(1, count, true)
  yield end
}

/** Takes up what a file holds, or nothing of it; then says at which byte it is not what was written. */
export function restoreBaselines(baselines: Baselines, bytes: Uint8Array): { targets: number } | { damagedAt: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const text = new TextDecoder('utf-8', { fatal: true })
  if (bytes.length < mark.length || mark !== String.fromCodePoint(...bytes.subarray(0, mark.length))) return { damagedAt: 0 }
  const found: LearnedTarget[] = []
  let at = mark.length
  for (;;) {
    const length = bytes[at] ?? 255
    if (length === 0) break
    const values = at + 1 + length
    if (length > longestName || values + bytesOfValues > bytes.length || found.length === mostTargets) return { damagedAt: at }
    const usual = new Float32Array(learnedValues)
    for (let value = 0; value < learnedValues; value++) {
      const rate = view.getFloat32(values + value * 4, true)
      if (rate < 0 || rate === Infinity) return { damagedAt: values + value * 4 }
      usual[value] = rate
    }
    try {
      found.push({ target: text.decode(bytes.subarray(at + 1, values)), usual })
    } catch {
      return { damagedAt: at }
    }
    at = values + bytesOfValues
  }
  if (at + 5 !== bytes.length || view.getUint32(at + 1, true) !== found.length) return { damagedAt: at }
  for (const learned of found) baselines.restore(learned)
  return { targets: found.length }
}
