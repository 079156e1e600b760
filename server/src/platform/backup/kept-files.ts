import { createHash } from 'node:crypto'
import { open, readdir } from 'node:fs/promises'
import path from 'node:path'
import type pg from 'pg'
import type { Connection } from '#platform/database/connection.ts'
import { inSnapshot } from '#platform/database/snapshot.ts'
import { readMark } from '#platform/files/directory.ts'
import type { ArchiveWriter } from './archive-writer.ts'
import { BackupError } from './backup-error.ts'
import { findStoreId, listKeptSums } from './backup.store.ts'
import { keptFilePattern } from './manifest.ts'
import type { Manifest } from './manifest.ts'

// Kept files lie in the data directory while the rows that speak of them are in the database: a backup has both or is none.

/** Throws unless this is the data directory that the database's server keeps its files in. */
export async function assertOwnDirectory({ pool }: Connection, dataDirectory: string): Promise<void> {
  const known = await inSnapshot(pool, findStoreId)
  if (known !== undefined && known !== (await readMark(path.join(dataDirectory, 'files'))))
    throw new BackupError(
      'backup.incomplete',
      `${dataDirectory} is not the data directory of this database's server, so its files and its ledger key are elsewhere: LUYTRE_DATA names it.`,
    )
}

/** Files that rows speak of are on disk before the row is committed, so those of the snapshot are all here, or the backup fails. */
export async function copyKeptFiles(
  client: pg.PoolClient,
  dataDirectory: string,
  archive: ArchiveWriter,
  signal: AbortSignal | undefined,
): Promise<Manifest['files']> {
  const directory = path.join(dataDirectory, 'files')
  const sums = listKeptSums(client)
  let wanted = await sums.next()
  /** What the snapshot speaks of before `file` in order is not there. */
  const meet = async (file?: string): Promise<void> => {
    if (!wanted.done && (file === undefined || wanted.value < file))
      throw new BackupError('backup.incomplete', `${directory} lacks a file that the database keeps: ${wanted.value}.`)
    if (!wanted.done && wanted.value === file) wanted = await sums.next()
  }
  const names = createHash('sha256')
  let count = 0
  let bytes = 0
  for (const folder of (await readdir(directory).catch((): string[] => [])).sort()) {
    for (const file of (await readdir(path.join(directory, folder)).catch((): string[] => [])).sort()) {
      signal?.throwIfAborted()
      const name = `files/${folder}/${file}`
      if (!keptFilePattern.test(name)) continue
      const place = path.join(directory, folder, file)
      // A file that no row speaks of may be swept at this moment.
      const handle = await open(place, 'r').catch(() => undefined)
      if (!handle) continue
      try {
        const { size } = await handle.stat()
        const sha256 = await archive.addFile(name, size, handle.createReadStream({ autoClose: false, highWaterMark: 1024 * 1024 }))
        if (sha256 !== file)
          throw new BackupError('backup.file-spoilt', `${place} is no longer what its name says: its content was changed.`)
        await meet(file)
        count += 1
        bytes += size
        names.update(`${file}\n`)
      } finally {
        await handle.close()
      }
    }
  }
  await meet()
  return { count, bytes, sha256: names.digest('hex') }
}
