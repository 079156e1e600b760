import { sql } from 'kysely'
import type { Db } from '#platform/database/work.ts'
import type { SignedPosition } from './signed-position.ts'

// What the sealer reads and writes. It inserts and never changes: the server's role may do no more.

// Any constant; advisory locks are per database, and so is the sealer.
const sealerLock = 7_204_112

export async function tryLock(db: Db): Promise<boolean> {
  const { rows } = await sql<{ isOurs: boolean }>`select pg_try_advisory_lock(${sealerLock}) as is_ours`.execute(db)
  return rows[0]!.isOurs
}

export async function unlock(db: Db): Promise<void> {
  await sql`select pg_advisory_unlock(${sealerLock})`.execute(db)
}

/** A place in the order in which lines are sealed. */
export interface Cursor {
  txid: string
  lineId: string
}

export const firstId = '00000000-0000-0000-0000-000000000000'

export interface SealedHead {
  position: number
  hash: string
}

export async function findHead(db: Db): Promise<SealedHead | undefined> {
  const { rows } =
    await sql<SealedHead>`select position, encode(hash, 'hex') as hash from ledger_seal order by position desc limit 1`.execute(db)
  return rows[0]
}

export async function findSealHash(db: Db, position: number): Promise<string | undefined> {
  const { rows } = await sql<{ hash: string }>`select encode(hash, 'hex') as hash from ledger_seal where position = ${position}`.execute(db)
  return rows[0]?.hash
}

/** Transaction number and instant of the last sealed line that exists. */
export async function findLastSealedLine(db: Db): Promise<{ txid: string; at: Date; isAhead: boolean } | undefined> {
  const { rows } = await sql<{ txid: string; at: Date; isAhead: boolean }>`
    select line.txid::text as txid, line.at, line.txid >= pg_snapshot_xmax(pg_current_snapshot()) as is_ahead
    from ledger_seal seal join ledger_line line on line.id = seal.line_id
    order by seal.position desc limit 1`.execute(db)
  return rows[0]
}

export interface SealableLine {
  id: string
  txid: string
  body: string
}

/** Lines behind the horizon and after `after`, in the order of sealing. `sealer.ts` says why none can be missing. */
export async function listSealable(db: Db, after: Cursor, options: { limit: number; mayBeSealed: boolean }): Promise<SealableLine[]> {
  // Else PostgreSQL, which expects few rows behind the policies' conditions, may read all seals once for each line. All lines of a
  // restored ledger are of one transaction: of millions the first look takes longer than a screen may wait.
  if (options.mayBeSealed) await sql`set local enable_seqscan = off; set local statement_timeout = 0`.execute(db)
  const { rows } = await sql<SealableLine>`
    select line.id, line.txid::text as txid, line.body from ledger_line line
    where line.txid < pg_snapshot_xmin(pg_current_snapshot())
      and (line.txid, line.id) > (${after.txid}::xid8, ${after.lineId}::uuid)
      ${options.mayBeSealed ? sql`and not exists (select from ledger_seal seal where seal.line_id = line.id)` : sql``}
    order by line.txid, line.id limit ${options.limit}`.execute(db)
  return rows
}

/** Whether a line waits after `after`, behind the horizon or not. */
export async function hasUnsealed(db: Db, after: Cursor): Promise<boolean> {
  const { rows } = await sql<{ waits: boolean }>`
    select exists (select from ledger_line line where (line.txid, line.id) > (${after.txid}::xid8, ${after.lineId}::uuid)) as waits`.execute(
    db,
  )
  return rows[0]!.waits
}

export interface NewSeal {
  position: number
  lineId: string
  hash: string
}

export async function insertSeals(db: Db, seals: readonly NewSeal[]): Promise<void> {
  // Three arrays instead of thousands of parameters: the statement stays small to parse.
  await sql`insert into ledger_seal (position, line_id, hash)
    select position, line_id, decode(hash, 'hex') from unnest(
      ${seals.map(seal => seal.position)}::bigint[], ${seals.map(seal => seal.lineId)}::uuid[], ${seals.map(seal => seal.hash)}::text[]
    ) as seal (position, line_id, hash)`.execute(db)
}

/**
 * A checkpoint as it is signed. A time that no sealer gives (infinite, beyond the year 9999) and what is missing become texts that
 * nobody signed; PostgreSQL breaks base64 into lines.
 */
export const checkpointColumns = `position, coalesce(encode(hash, 'hex'), '') as hash,
  coalesce(to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), '') as at,
  coalesce(key_id, '') as key, coalesce(translate(encode(signature, 'base64'), E'\\n', ''), '') as signature`
export type CheckpointRow = Omit<SignedPosition, 'format' | 'kind'>
export const signedPositionOf = (row: CheckpointRow): SignedPosition => ({ format: 1, kind: 'checkpoint', ...row })

export async function findLastCheckpoint(db: Db): Promise<SignedPosition | undefined> {
  const { rows } =
    await sql<CheckpointRow>`select ${sql.raw(checkpointColumns)} from ledger_checkpoint order by position desc limit 1`.execute(db)
  return rows[0] && signedPositionOf(rows[0])
}

/** At most `limit` checkpoints after a position, in order. */
export async function listCheckpoints(db: Db, after: number, limit: number): Promise<SignedPosition[]> {
  const { rows } = await sql<CheckpointRow>`
    select ${sql.raw(checkpointColumns)} from ledger_checkpoint where position > ${after} order by position limit ${limit}`.execute(db)
  return rows.map(signedPositionOf)
}

export async function insertCheckpoint(db: Db, checkpoint: SignedPosition): Promise<void> {
  await db
    .insertInto('ledgerCheckpoint')
    .values({
      position: checkpoint.position,
      hash: Buffer.from(checkpoint.hash, 'hex'),
      at: new Date(checkpoint.at),
      keyId: checkpoint.key,
      signature: Buffer.from(checkpoint.signature, 'base64'),
    })
    .execute()
}
