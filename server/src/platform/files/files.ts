import path from 'node:path'
import { v7 as uuidv7 } from 'uuid'
import { inSystemWork } from '#platform/database/connection.ts'
import type { Connection } from '#platform/database/connection.ts'
import type { Db, Work } from '#platform/database/work.ts'
import type { Download, Upload } from '#platform/http/endpoint.ts'
import { Problem, notFound } from '#platform/http/problem.ts'
import { recordChange } from '#platform/ledger/ledger.ts'
import { existsBytes, isOlder, keepBytes, listOldFiles, readBytes, readMark, removeFile, sha256Of, writeMark } from './directory.ts'
import type { OldFile } from './directory.ts'
import { safeFileName } from './file-name.ts'
import { insertFile, lockBytes, lockStore, selectFile, selectKept, selectSha256s, selectStoreId, writeStoreId } from './files.store.ts'
import type { FileRow } from './files.store.ts'
import { mediaTypeOf } from './media-type.ts'
import { maxFileBytes } from './files.api.ts'

// Files that people attach: bytes in the data directory, everything else in PostgreSQL. Which record a file belongs to, and
// with it who may read it, is the business of the module that keeps it.

export interface FileStore {
  directory: string
  maxBytes: number
  /** Mark of the directory; as long as the database names the same one, files may be kept here. */
  id: string
}

/**
 * Opens the folder for files in the data directory. Several servers over one database share one directory: the database
 * knows its mark. A directory with another mark is refused; one without any is taken if it holds every file that is kept
 * (a new installation, a restored backup), and whoever served another keeps no more files from then on.
 */
export async function openFileStore(
  connection: Connection,
  { dataDirectory, maxBytes = maxFileBytes }: { dataDirectory: string; maxBytes?: number },
): Promise<FileStore> {
  const directory = path.join(dataDirectory, 'files')
  const mark = await readMark(directory)
  const id = await inSystemWork(connection.db, async system => {
    // Whoever is keeping a file at the moment is waited for.
    await lockStore(system, 'alone')
    const known = await selectStoreId(system)
    if (mark !== undefined && mark === known) return mark
    if (mark !== undefined && known !== undefined)
      throw new Error(`${directory} is not where this database keeps its files: several servers over one database share one data directory`)
    const missing = await findMissing(system, directory)
    if (missing) throw new Error(`${directory} lacks files that this database keeps, such as ${missing}: bring the directory back`)
    const made = mark ?? uuidv7()
    await writeMark(directory, made)
    await writeStoreId(system, made)
    return made
  })
  return { directory, maxBytes, id }
}

const checkedAtOnce = 1000

async function findMissing(system: Db, directory: string): Promise<string | undefined> {
  for (let after = ''; ;) {
    const page = await selectSha256s(system, after, checkedAtOnce)
    for (const sha256 of page) if (!(await existsBytes(directory, sha256))) return sha256
    if (page.length < checkedAtOnce) return undefined
    after = page.at(-1)!
  }
}

/** Keeps a file that was sent, with its line in the ledger. 422 unless it is a PDF, JPEG or PNG. */
export async function storeFile(work: Work, store: FileStore, upload: Upload): Promise<FileRow> {
  const { userId } = work.actor
  if (userId === null) throw new TypeError('storeFile: needs a person who sends')
  const { bytes } = upload
  if (bytes.byteLength > store.maxBytes) throw new Problem(413, 'file.too-large', { params: { megabytes: store.maxBytes / 1_000_000 } })
  const mediaType = mediaTypeOf(bytes)
  if (!mediaType) throw new Problem(422, 'file.unsupported')
  await lockStore(work.db, 'with others')
  if ((await selectStoreId(work.db)) !== store.id) throw new Problem(503, 'file.other-directory')
  const sha256 = sha256Of(bytes)
  await lockBytes(work.db, sha256)
  await keepBytes(store.directory, sha256, bytes)
  const file = { id: uuidv7(), name: safeFileName(upload.fileName, mediaType), mediaType, byteCount: bytes.byteLength, sha256 }
  await insertFile(work, file, userId)
  await recordChange(work, { verb: 'file.stored', recordType: 'file', recordId: file.id, after: file })
  return file
}

/** Finds the file; its bytes are read when the transaction is over. Who may read it was the caller's question. */
export async function readStoredFile(work: Work, store: FileStore, fileId: string): Promise<() => Promise<Download>> {
  const file = await selectFile(work, fileId)
  if (!file) throw notFound('file')
  return async () => ({ fileName: file.name, contentType: file.mediaType, bytes: await readBytes(store.directory, file.sha256) })
}

/** Longer than any transaction that keeps a file. */
const sweptAfterMs = 3_600_000

/** Removes what a transaction that never committed, or a crash, left on disk; returns how many. */
export async function sweepFiles(connection: Connection, store: FileStore, now: Date): Promise<number> {
  const before = new Date(now.getTime() - sweptAfterMs)
  let removed = 0
  let batch: OldFile[] = []
  const sweep = async (): Promise<void> => {
    const files = batch
    batch = []
    const sums = files.flatMap(({ sha256 }) => sha256 ?? [])
    const kept = await inSystemWork(connection.db, system => selectKept(system, sums))
    for (const file of files)
      if (!(file.sha256 && kept.has(file.sha256)) && (await removeOrphan(connection, store, file, before))) removed += 1
  }
  for await (const file of listOldFiles(store.directory, before)) if (batch.push(file) >= checkedAtOnce) await sweep()
  if (batch.length > 0) await sweep()
  return removed
}

/** Looks once more while nobody can be keeping the same bytes. */
function removeOrphan(connection: Connection, store: FileStore, { path: file, sha256 }: OldFile, before: Date): Promise<boolean> {
  return inSystemWork(connection.db, async system => {
    // A server that is no longer the one to keep files must not judge what is an orphan.
    if ((await selectStoreId(system)) !== store.id) return false
    if (sha256 !== undefined) {
      await lockBytes(system, sha256)
      if ((await selectKept(system, [sha256])).has(sha256) || !(await isOlder(file, before))) return false
    }
    await removeFile(file)
    return true
  })
}
