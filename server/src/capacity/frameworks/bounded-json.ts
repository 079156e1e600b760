import { Problem } from '#platform/http/problem.ts'

// Bytes from outside → JSON value that the rest may rely on: bounded in size, depth and number of values, without keys
// that reach into prototypes, and without text that PostgreSQL or a reader could not hold.

export const maxBytes = 20_000_000
const maxDepth = 20
/** Values in the document. 50,000 elements and 200,000 relations of seven fields each fit. */
const maxValues = 3_000_000
const maxKeyLength = 200
/** Like the longest text that a translated field takes. */
const maxTextLength = 20_000

const reservedKeys = new Set(['__proto__', 'constructor', 'prototype'])
// NUL is refused by PostgreSQL; the other control characters have no place in a text, tabs and line ends aside.
const controlCharacters = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/

const quote = 0x22
const backslash = 0x5c
const comma = 0x2c
const openers = new Set([0x5b, 0x7b])
const closers = new Set([0x5d, 0x7d])

/** Looks at brackets and commas only, before the parser builds anything: it would need gigabytes for a file of brackets. */
function assertModest(bytes: Uint8Array): void {
  let depth = 0
  let values = 1
  let inText = false
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!
    if (inText) {
      if (byte === backslash) i++
      else if (byte === quote) inText = false
    } else if (byte === quote) {
      inText = true
    } else if (byte === comma) {
      values++
    } else if (openers.has(byte)) {
      depth++
      values++
    } else if (closers.has(byte)) {
      depth--
    }
    if (depth > maxDepth || values > maxValues) throw new Problem(422, 'framework.too-complex', { params: { maxDepth, maxValues } })
  }
}

const fault = (path: string, code: string): Problem => new Problem(422, 'request.invalid', { fields: [{ path: path.slice(0, 300), code }] })

function assertPlain(root: unknown): void {
  const pending: { value: unknown; path: string }[] = [{ value: root, path: '' }]
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { value, path } = next
    if (typeof value === 'string') assertText(value, path)
    if (typeof value !== 'object' || value === null) continue
    for (const [key, child] of Object.entries(value)) {
      const childPath = path ? `${path}.${key}` : key
      if (reservedKeys.has(key) || key.length > maxKeyLength || controlCharacters.test(key) || !key.isWellFormed())
        throw fault(childPath, 'invalid')
      if (typeof child === 'string') assertText(child, childPath)
      else if (typeof child === 'object' && child !== null) pending.push({ value: child, path: childPath })
    }
  }
}

export function assertText(text: string, path: string): void {
  if (text.length > maxTextLength) throw fault(path, 'too-long')
  if (controlCharacters.test(text) || !text.isWellFormed()) throw fault(path, 'unreadable-text')
}

/** Throws nothing but a Problem, whatever the bytes are. */
export function readBoundedJson(bytes: Uint8Array): unknown {
  if (bytes.byteLength > maxBytes) throw new Problem(413, 'request.too-large')
  assertModest(bytes)
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    throw new Problem(422, 'import.unreadable')
  }
  assertPlain(value)
  return value
}
