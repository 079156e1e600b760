import { z } from 'zod'

// What a backup says about itself: its last member but one, `manifest.json`. The layout is docs/reference/backup-format.md.

export const formatVersion = 1

/** Uncompressed bytes of a part of a table, at most: what a reader needs to hold. */
export const partMaxBytes = 8 * 1024 * 1024
export const manifestMaxBytes = 16 * 1024 * 1024

const sha256 = z.string().regex(/^[0-9a-f]{64}$/)
const name = z.string().regex(/^[a-z_][a-z0-9_]{0,62}$/)
const count = z.int().min(0)

const table = z.strictObject({
  name,
  /** In the order of the values in a row. */
  columns: z.array(name).min(1).max(1600),
  rows: count,
  /** Of all parts together, uncompressed. */
  bytes: count,
  parts: count,
  sha256,
})
export type TableEntry = z.infer<typeof table>

export const manifest = z.strictObject({
  luytreBackup: z.literal(formatVersion),
  createdAt: z.iso.datetime({ precision: 3 }),
  /** Version of the program that wrote it. */
  program: z.string().max(100),
  /** `server_version` of the database. */
  postgres: z.string().max(100),
  migrations: z.array(z.strictObject({ number: z.int().min(1), name: z.string().max(200), sha256 })).max(10_000),
  tables: z.array(table).max(10_000),
  sequences: z.array(z.strictObject({ name, lastValue: z.int() })).max(10_000),
  leftOut: z.array(z.strictObject({ name, reason: z.string().max(500) })).max(100),
  /** Where the chain stood, and how many lines waited for their seal. */
  ledger: z.strictObject({ position: count, hash: sha256, unsealed: count }),
  /** Public keys, checkpoints and the signed head. */
  ledgerFiles: z.array(z.strictObject({ name: z.string().max(100), bytes: count, sha256 })).max(1100),
  /** Kept files: each is named by the SHA-256 of its content; here that of their names, each with a line feed. */
  files: z.strictObject({ count, bytes: count, sha256 }),
})
export type Manifest = z.infer<typeof manifest>

/** The last member, `manifest.sig`. */
export const manifestSignature = z.strictObject({
  /** Id of the ledger's key. */
  key: z.string().regex(/^[0-9a-f]{16}$/),
  sha256,
  /** Ed25519 over the bytes of `manifest.json`, base64. */
  signature: z.base64().max(100),
})

export const memberNames = {
  manifest: 'manifest.json',
  signature: 'manifest.sig',
  part: (ofTable: string, part: number): string => `tables/${ofTable}/${String(part).padStart(6, '0')}.copy.zst`,
}
/** Tables first, then the ledger's files, kept files, manifest, signature. */
export const partPattern = /^tables\/([a-z_][a-z0-9_]{0,62})\/([0-9]{6})\.copy\.zst$/
export const ledgerFilePattern = /^ledger\/([0-9a-f]{16}\.public\.pem|checkpoints\.jsonl|lost-heads\.jsonl|head\.json)$/
export const keptFilePattern = /^files\/([0-9a-f]{2})\/([0-9a-f]{64})$/
