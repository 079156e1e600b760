import { createHash } from 'node:crypto'
import { canonicalText } from '#platform/ledger/ledger.ts'
import type { Translated } from '#platform/i18n/translated.ts'
import type { PlanAction, Preferences } from './plan-content.api.ts'
import type { GapRow } from './development-plans.store.ts'

// The content of a plan as one version keeps it, and the code that ties a paper to it.

/** Everything that people agree to. Roles and elements by id: frameworks never change. */
export interface PlanContent {
  /** As they were on the day of the version. */
  person: {
    name: string
    title: string | null
    unitName: Translated | null
    supervisorId: string | null
    supervisorName: string | null
  }
  duties: string
  currentRoleId: string | null
  targetRoleId: string
  preferences: Preferences
  /** In order of priority. */
  gaps: GapRow[]
  /** As the plan orders them. */
  actions: PlanAction[]
}

export const writeContent = (content: PlanContent): string => canonicalText(content)
export const readContent = (text: string): PlanContent => JSON.parse(text) as PlanContent

/** Hex. The same content of another plan, or as another version, has another one. */
export const sha256OfVersion = (planId: string, number: number, content: string): string =>
  createHash('sha256').update(`${planId} ${number} ${content}`).digest('hex')

// Crockford's base 32: no letter looks like a figure, and upper case is enough.
const digits = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** The first 50 bits as ten characters that are read off a paper and typed: `7K3F9-QXM2A`. */
export function codeOf(sha256: string): string {
  let bits = BigInt(`0x${sha256.slice(0, 13)}`) >> 2n
  let code = ''
  for (let i = 0; i < 10; i++) {
    code = digits[Number(bits & 31n)]! + code
    bits >>= 5n
  }
  return `${code.slice(0, 5)}-${code.slice(5)}`
}

/** A code as somebody typed it, as it is printed: hyphens and case do not matter, nor a letter that looks like a figure. */
export function readCode(typed: string): string {
  const plain = typed
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[^0-9A-Z]/g, '')
    .replaceAll('O', '0')
    .replace(/[IL]/g, '1')
  return `${plain.slice(0, 5)}-${plain.slice(5)}`
}
