import { sql } from 'kysely'
import type { Db, Work } from '#platform/database/work.ts'
import { ownRows } from '#platform/permissions/reach.ts'
import type { MediaType } from './files.api.ts'

export interface FileRow {
  id: string
  name: string
  mediaType: MediaType
  byteCount: number
  sha256: string
}

export async function insertFile(work: Work, file: FileRow, createdBy: string): Promise<void> {
  const { organisationId } = work.actor
  await work.db
    .insertInto('storedFile')
    .values({ ...file, organisationId, createdBy, createdAt: work.now })
    .execute()
}

export const selectFile = (work: Work, fileId: string): Promise<FileRow | undefined> =>
  work.db
    .selectFrom('storedFile')
    .select(['id', 'name', 'mediaType', 'byteCount', 'sha256'])
    .where(ownRows(work))
    .where('id', '=', fileId)
    .executeTakeFirst()

/** Whoever writes a file and whoever sweeps it wait for each other, on every server, until the transaction ends. */
export async function lockBytes(db: Db, sha256: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`file ${sha256}`}, 0))`.execute(db)
}

/** Until the transaction ends: `alone` while the directory may become another one. */
export async function lockStore(db: Db, how: 'alone' | 'with others'): Promise<void> {
  const lock = sql.raw(how === 'alone' ? 'pg_advisory_xact_lock' : 'pg_advisory_xact_lock_shared')
  await sql`select ${lock}(hashtextextended('file store', 0))`.execute(db)
}

/** Of these, the ones that some organisation keeps; for the program, which sees all. */
export async function selectKept(db: Db, sha256: readonly string[]): Promise<Set<string>> {
  const rows = await db
    .selectFrom('storedFile')
    .select('sha256')
    .distinct()
    .where(sql<boolean>`sha256 = any(${[...sha256]}::text[])`)
    .execute()
  return new Set(rows.map(row => row.sha256))
}

/** A page of the SHA-256s that are kept, in order, after `after`. */
export async function selectSha256s(db: Db, after: string, limit: number): Promise<string[]> {
  const rows = await db
    .selectFrom('storedFile')
    .select('sha256')
    .distinct()
    .where('sha256', '>', after)
    .orderBy('sha256')
    .limit(limit)
    .execute()
  return rows.map(row => row.sha256)
}

export async function selectStoreId(db: Db): Promise<string | undefined> {
  return (await db.selectFrom('fileStore').select('id').executeTakeFirst())?.id
}

export async function writeStoreId(db: Db, id: string): Promise<void> {
  await db
    .insertInto('fileStore')
    .values({ id, isOnly: true })
    .onConflict(conflict => conflict.column('isOnly').doUpdateSet({ id }))
    .execute()
}
