import { createWriteStream } from 'node:fs'
import { mkdir, readdir, rm, statfs, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { DatabaseAddress } from '#platform/database/connection.ts'
import { flushDirectory, makeDataDirectory } from '#platform/database/data-directory.ts'
import { migrate, readMigrations } from '#platform/database/migrate.ts'
import { ledgerDirectory } from '#platform/ledger/keyring.ts'
import type { CheckedArchive } from './archive-reader.ts'
import { BackupError, explainWriting } from './backup-error.ts'
import type { Manifest } from './manifest.ts'
import { fillDatabase } from './restore.store.ts'

// `luytre restore`: a checked archive becomes an installation, in an empty directory and an empty database only. A mark lies in
// the directory from the first byte to the last; while it is there no server starts on it.

const mark = 'restore-unfinished.txt'
const markText = 'A restore did not come to its end here. Empty this directory (and the database, if it is your own), then restore again.\n'

/** Rows with their indexes, and the write-ahead log beside them. */
const growth = 3
const reservedBytes = 256 * 1024 * 1024

/** Throws when a restore into this directory was cut short. */
export async function refuseUnfinishedRestore(dataDirectory: string): Promise<void> {
  const names = await readdir(dataDirectory).catch((): string[] => [])
  if (names.includes(mark))
    throw new BackupError(
      'restore.unfinished',
      `A restore into ${dataDirectory} did not come to its end: empty the directory (and the database, if it is your own), then restore again.`,
    )
}

/** Throws unless this program can read rows that were written under these migrations. */
export async function compareMigrations({ migrations, program }: Manifest): Promise<void> {
  const known = new Map((await readMigrations()).map(one => [one.number, one]))
  const last = Math.max(0, ...migrations.map(one => one.number))
  const unknown = migrations.filter(({ number, sha256 }) => known.get(number)?.sha256 !== sha256)
  const skipped = [...known.keys()].filter(number => number <= last && !migrations.some(one => one.number === number))
  if (unknown.length > 0)
    throw new BackupError(
      'restore.newer-program',
      `The backup was made by version ${program}, whose migrations (${unknown.map(one => one.name).join(', ')}) this program does not have: restore it with that version or a newer one.`,
    )
  if (skipped.length > 0)
    throw new BackupError('restore.schema-differs', `The backup lacks migrations ${skipped.join(', ')}, which come before its last one.`)
}

/**
 * Runs `fill` in the directory, which may hold nothing but the ledger's private key. What was written is removed if it fails;
 * the mark stays only when the process itself is ended.
 */
export async function inMarkedDirectory<T>(dataDirectory: string, archive: CheckedArchive, fill: () => Promise<T>): Promise<T> {
  const { tables, files } = archive.manifest
  await makeDataDirectory(dataDirectory)
  await refuseUnfinishedRestore(dataDirectory)
  const present = await readdir(dataDirectory)
  const keys = (await readdir(ledgerDirectory(dataDirectory)).catch(() => [])).filter(name => name !== 'key.pem')
  if (present.some(name => name !== 'ledger' && name !== 'lost+found') || keys.length > 0)
    throw new BackupError('restore.not-empty', `${dataDirectory} is not empty; a restore replaces nothing.`)
  const { bavail, bsize } = await statfs(dataDirectory)
  const neededBytes = reservedBytes + files.bytes + growth * tables.reduce((sum, table) => sum + table.bytes, 0)
  if (bavail * bsize < neededBytes)
    throw new BackupError(
      'restore.disk-full',
      `The restored data need about ${Math.ceil(neededBytes / 1e6)} MB; the disk of ${dataDirectory} has ${Math.floor((bavail * bsize) / 1e6)} MB left.`,
    )
  try {
    await writeFile(path.join(dataDirectory, mark), markText, { flush: true })
    await flushDirectory(dataDirectory)
    const filled = await fill()
    await flushDirectory(dataDirectory)
    await rm(path.join(dataDirectory, mark))
    await flushDirectory(dataDirectory)
    return filled
  } catch (error) {
    await clear(dataDirectory, present)
    throw explainWriting(error, dataDirectory)
  }
}

async function clear(dataDirectory: string, present: readonly string[]): Promise<void> {
  const made = (await readdir(dataDirectory)).filter(name => !present.includes(name))
  const ledgerFiles = present.includes('ledger') ? (await readdir(ledgerDirectory(dataDirectory))).filter(name => name !== 'key.pem') : []
  // The mark goes last: should this be cut short as well, it still stands.
  for (const name of [...ledgerFiles.map(one => path.join('ledger', one)), ...made.filter(one => one !== mark), mark])
    await rm(path.join(dataDirectory, name), { recursive: true, force: true })
}

/** Kept files and the ledger's files, flushed: rows that speak of them come after. */
export async function restoreFiles(dataDirectory: string, archive: CheckedArchive): Promise<void> {
  const ledger = ledgerDirectory(dataDirectory)
  await mkdir(ledger, { recursive: true, mode: 0o700 })
  for (const [name, content] of archive.ledgerFiles)
    await writeFile(path.join(ledger, path.basename(name)), content, { flag: 'wx', mode: 0o644, flush: true })
  await flushDirectory(ledger)
  const folders = new Set<string>()
  for await (const { sha256, content } of archive.readFiles()) {
    const folder = path.join(dataDirectory, 'files', sha256.slice(0, 2))
    if (!folders.has(folder)) await mkdir(folder, { recursive: true, mode: 0o700 })
    folders.add(folder)
    await pipeline(content, createWriteStream(path.join(folder, sha256), { flags: 'wx', mode: 0o600, flush: true }))
  }
  for (const folder of folders) await flushDirectory(folder)
  if (folders.size > 0) await flushDirectory(path.join(dataDirectory, 'files'))
}

/** The schema as it was, the rows, then whatever the schema has become since. The job queue begins anew. */
export async function restoreDatabase(owner: DatabaseAddress, archive: CheckedArchive): Promise<void> {
  const last = Math.max(0, ...archive.manifest.migrations.map(one => one.number))
  const { at } = await migrate(owner, { to: last })
  if (at !== last)
    throw new BackupError(
      'restore.schema-differs',
      `The database is at migration ${at}, the backup at ${last}: restore into a new database, or one at ${last}.`,
    )
  await fillDatabase(owner, archive)
  await migrate(owner)
}
