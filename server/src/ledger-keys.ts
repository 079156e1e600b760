import type { Connection } from '#platform/database/connection.ts'
import { inSystemWork } from '#platform/database/connection.ts'
import { loadPublicKeys } from '#platform/ledger/keyring.ts'

// Whichever of several servers over one database seals the ledger also signs it. With a key of its own each, the proof
// needs all of their public keys, and no server alone has them.

/** Ids that a start names; there is one key a server, and a new one a change of keys. */
const maxNamed = 20

/** Ids of keys that signed checkpoints of this database and whose public keys the data directory lacks. */
export async function findUnknownKeys({ db }: Connection, dataDirectory: string): Promise<string[]> {
  const known = await loadPublicKeys(dataDirectory)
  const used = await inSystemWork(db, system => system.selectFrom('ledgerCheckpoint').select('keyId').distinct().orderBy('keyId').execute())
  return used
    .map(({ keyId }) => keyId)
    .filter(keyId => !known.has(keyId))
    .slice(0, maxNamed)
}

/** What to do about them. */
export const unknownKeysAdvice = (keyIds: readonly string[]): string =>
  `checkpoints of this database are signed by ${keyIds.join(', ')}, of which this data directory has no public key. Where several servers share ` +
  'the database, give all of them the same key file in LUYTRE_LEDGER_KEY; where the data directory is a new one, copy ledger/*.public.pem from the former one into its ledger directory'
