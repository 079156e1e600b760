import { sign, verify } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { z } from 'zod'
import { canonicalText } from './ledger.ts'
import type { Keyring } from './keyring.ts'

// A statement of this installation, signed: "the chain has this hash at this position". A checkpoint is kept for good;
// the head is replaced after each sealing and tells when the newest lines were cut off.

const signature = z.strictObject({
  format: z.literal(1),
  kind: z.enum(['checkpoint', 'head']),
  position: z.int().positive(),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  at: z.iso.datetime({ precision: 3 }),
  /** Id of the key: the first 16 digits of the SHA-256 of the public key (SPKI, DER). */
  key: z.string().regex(/^[0-9a-f]{16}$/),
  /** Ed25519 over the RFC 8785 text of the other fields, base64. */
  signature: z.base64().max(100),
})
export type SignedPosition = z.infer<typeof signature>

type Statement = Omit<SignedPosition, 'signature'>

const messageOf = ({ format, kind, position, hash, at, key }: Statement): Buffer =>
  Buffer.from(canonicalText({ format, kind, position, hash, at, key }))

export function signPosition(
  keyring: Keyring,
  said: { kind: SignedPosition['kind']; position: number; hash: string; at: Date },
): SignedPosition {
  const statement: Statement = { format: 1, ...said, at: said.at.toISOString(), key: keyring.keyId }
  return { ...statement, signature: sign(null, messageOf(statement), keyring.privateKey).toString('base64') }
}

export function isSignedBy(key: KeyObject, position: SignedPosition): boolean {
  return verify(null, messageOf(position), key, Buffer.from(position.signature, 'base64'))
}

/** Undefined for a text that is none. */
export function parseSignedPosition(text: string): SignedPosition | undefined {
  try {
    return signature.parse(JSON.parse(text))
  } catch {
    return undefined
  }
}
