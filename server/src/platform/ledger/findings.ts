import { findText } from '#platform/i18n/server-texts.ts'
import type { Language } from '#platform/i18n/languages.ts'

// What `verify` has to say, as data and as sentences (locales/<language>/ledger.json).

export const findingKinds = [
  'altered-line',
  'altered-column',
  'unreadable-line',
  'altered-payload',
  'missing-payload',
  'added-payload',
  'unexplained-erasure',
  'deleted-line',
  'removed-lines',
  'gap',
  'swapped-lines',
  'inserted-line',
  'altered-seal',
  'missing-seal',
  'cut-tail',
  'rewritten-chain',
  'bad-signature',
  'unknown-key',
  'missing-checkpoint',
  'unreadable-checkpoint',
  'unreadable-record',
  'torn-export',
] as const
export type FindingKind = (typeof findingKinds)[number]

export interface Finding {
  kind: FindingKind
  /** Position in the chain; null for a line that has none. */
  position: number | null
  lineId: string | null
  params: Readonly<Record<string, string | number>>
}

export const noteKinds = ['erased-payload', 'no-head', 'no-checkpoint', 'no-place'] as const

/** What a reader should know and that is no fault. */
export interface Note {
  kind: (typeof noteKinds)[number]
  position: number | null
  lineId: string | null
  params: Readonly<Record<string, string | number>>
}

export interface Verification {
  ok: boolean
  /** Last position, 0 for an empty chain. */
  position: number
  /** Hash there. */
  hash: string
  counts: {
    /** Lines in the chain. */
    lines: number
    /** Lines that the sealer has not chained yet. */
    unsealed: number
    payloads: number
    erasedPayloads: number
    withheldPayloads: number
    /** Signed positions whose signature and hash are right, each counted once. */
    signedPositions: number
    findings: number
  }
  /** The first findings, in the order of the chain. */
  findings: Finding[]
  notes: Note[]
}

/** The result as sentences: one that sums up, then what was counted, found and noted. */
export function describeVerification(result: Verification, language: Language): string[] {
  const text = (key: string, params: Readonly<Record<string, string | number>> = {}): string => {
    const found = findText(language, 'ledger', key, params)
    if (found === undefined) throw new Error(`ledger.json (${language}) has no text ${key}`)
    return found
  }
  const { counts } = result
  const sentences = [
    text(result.ok ? 'verify.ok' : 'verify.notOk', { findings: counts.findings }),
    text('verify.counted', { lines: counts.lines, position: result.position, payloads: counts.payloads, signed: counts.signedPositions }),
    text('verify.head', { hash: result.hash }),
  ]
  if (counts.unsealed > 0) sentences.push(text('verify.unsealed', { lines: counts.unsealed }))
  if (counts.withheldPayloads > 0) sentences.push(text('verify.withheld', { payloads: counts.withheldPayloads }))
  for (const { kind, position, lineId, params } of result.findings) {
    sentences.push(text(`finding.${kind}`, { position: position ?? '–', line: lineId ?? '–', ...params }))
  }
  if (counts.findings > result.findings.length) sentences.push(text('verify.more', { findings: counts.findings - result.findings.length }))
  for (const { kind, position, lineId, params } of result.notes) {
    sentences.push(text(`note.${kind}`, { position: position ?? '–', line: lineId ?? '–', ...params }))
  }
  if (counts.erasedPayloads > 0) sentences.push(text('verify.erased', { payloads: counts.erasedPayloads }))
  return sentences
}
