import { hash } from 'node:crypto'

// The arithmetic of the chain, alone: the sealer makes links with it, `verify` checks them with it, and whoever wants to
// check an export with a program of their own finds all of it here. Hashes are SHA-256, written in hexadecimal.

/** What the first line is chained to. */
export const genesis = '00'.repeat(32)

export const bodyDigest = (body: string): string => hash('sha256', body, 'hex')

// One buffer for all links: a link is computed in one go, and nothing of it outlives the call.
// 0x01 (version of this layout) | hash before (32) | position, big endian (8) | digest of the body (32)
const link = Buffer.alloc(73)
link[0] = 1

/**
 * The hash at `position`: SHA-256(0x01 ‖ hash before ‖ position ‖ SHA-256(body)). Positions count from 1; that the
 * position is part of it keeps a line from being valid anywhere else.
 */
export function chainHash(before: string, position: number, digest: string): string {
  link.write(before, 1, 32, 'hex')
  link.writeUInt32BE(Math.floor(position / 0x1_0000_0000), 33)
  link.writeUInt32BE(position % 0x1_0000_0000, 37)
  link.write(digest, 41, 32, 'hex')
  return hash('sha256', link, 'hex')
}

/** Digest of a personal value, which the line keeps in its place; without the salt nobody can try values against it. */
export const payloadDigest = (salt: string, content: string): string => hash('sha256', `${salt}\n${content}`, 'hex')
