import { createHash, sign } from 'node:crypto'
import { readFile, readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { zstdCompress } from 'node:zlib'
import type { Duplex } from 'node:stream'
import type pg from 'pg'
import { to as copyTo } from 'pg-copy-streams'
import type { Connection } from '#platform/database/connection.ts'
import { inSnapshot } from '#platform/database/snapshot.ts'
import { ledgerDirectory } from '#platform/ledger/keyring.ts'
import type { Keyring } from '#platform/ledger/keyring.ts'
import { signPosition } from '#platform/ledger/signed-position.ts'
import { checkArchive } from './archive-reader.ts'
import { openArchive } from './archive-writer.ts'
import type { ArchiveWriter } from './archive-writer.ts'
import { BackupError, explainWriting } from './backup-error.ts'
import * as store from './backup.store.ts'
import { assertOwnDirectory, copyKeptFiles } from './kept-files.ts'
import { leftOut } from './left-out.ts'
import { formatVersion, ledgerFilePattern, memberNames, partMaxBytes } from './manifest.ts'
import type { Manifest, TableEntry } from './manifest.ts'

// `luytre backup`: everything that people decided, as one snapshot in one archive, while writers go on. Its layout is
// docs/reference/backup-format.md. What counts as a backup has been read back and compared before it gets its name.

const compress = promisify(zstdCompress)

export interface BackupOptions {
  connection: Connection
  /** The archive's path; nothing may be there. */
  file: string
  dataDirectory: string
  /** Signs the manifest and the head. */
  keyring: Keyring
  /** Seals what can be sealed now. */
  seal: () => Promise<unknown>
  /** Of the program. */
  version: string
  now: Date
  /** Ends it early; nothing is left then. */
  signal?: AbortSignal
}

export interface BackupMade {
  file: string
  bytes: number
  manifest: Manifest
}

/** `luytre-20261122T030000Z.tar`: what scheduled backups are called, and those that are put into a directory. */
export const nameBackup = (now: Date): string => `luytre-${now.toISOString().replace(/\.\d+/, '').replaceAll(/[-:]/g, '')}.tar`

export async function makeBackup(options: BackupOptions): Promise<BackupMade> {
  const { file, now, signal } = options
  if (await stat(file).catch(() => undefined))
    throw new BackupError('backup.exists', `${file} exists already; a backup never replaces a file.`)
  await assertOwnDirectory(options.connection, options.dataDirectory)
  let archive: ArchiveWriter | undefined
  try {
    await options.seal()
    archive = await openArchive(file, { modifiedAt: now })
    const manifest = await fillArchive(archive, options)
    const bytes = await archive.end()
    const read = await checkArchive(archive.draft, signal ? { signal } : {})
    await read.close()
    await archive.publish()
    return { file, bytes, manifest }
  } catch (error) {
    await archive?.discard()
    throw explainWriting(error, file)
  }
}

async function fillArchive(archive: ArchiveWriter, options: BackupOptions): Promise<Manifest> {
  const { connection, keyring, dataDirectory, now } = options
  // Before the snapshot: what checkpoints speak of is in it then.
  const ledgerFiles = await readLedgerFiles(dataDirectory)
  return inSnapshot(connection.pool, async client => {
    const listed = await store.listTables(client)
    const migrations = await store.listMigrations(client)
    const ledger = await store.describeLedger(client)
    const postgres = await store.readServerVersion(client)
    const tables: TableEntry[] = []
    for (const table of listed) tables.push(await copyTable(client, table, archive, options.signal))
    const sequences = await store.listSequences(client)
    if (ledger.position > 0) {
      const head = signPosition(keyring, { kind: 'head', position: ledger.position, hash: ledger.hash, at: now })
      ledgerFiles.set('ledger/head.json', Buffer.from(`${JSON.stringify(head)}\n`))
    }
    ledgerFiles.set(`ledger/${keyring.keyId}.public.pem`, Buffer.from(keyring.publicKeyPem))
    for (const [name, content] of ledgerFiles) await archive.add(name, content)
    const files = await copyKeptFiles(client, dataDirectory, archive, options.signal)
    const manifest: Manifest = {
      luytreBackup: formatVersion,
      createdAt: now.toISOString(),
      program: options.version,
      postgres,
      migrations,
      tables,
      sequences,
      leftOut: [...leftOut].map(([name, reason]) => ({ name, reason })),
      ledger,
      ledgerFiles: [...ledgerFiles].map(([name, content]) => ({ name, bytes: content.length, sha256: digest(content) })),
      files,
    }
    await signManifest(archive, manifest, keyring)
    return manifest
  })
}

const digest = (content: Buffer): string => createHash('sha256').update(content).digest('hex')

async function signManifest(archive: ArchiveWriter, manifest: Manifest, keyring: Keyring): Promise<void> {
  const bytes = Buffer.from(`${JSON.stringify(manifest, null, 1)}\n`)
  const signature = sign(null, bytes, keyring.privateKey).toString('base64')
  await archive.add(memberNames.manifest, bytes)
  await archive.add(memberNames.signature, Buffer.from(`${JSON.stringify({ key: keyring.keyId, sha256: digest(bytes), signature })}\n`))
}

/** Copies one table in parts; while one is being compressed and written the next is read. */
async function copyTable(
  client: pg.PoolClient,
  table: store.ListedTable,
  archive: ArchiveWriter,
  signal: AbortSignal | undefined,
): Promise<TableEntry> {
  const hash = createHash('sha256')
  let bytes = 0
  let parts = 0
  let writing = Promise.resolve()
  let collected: Buffer[] = []
  let collectedBytes = 0
  const flush = async (): Promise<void> => {
    const part = Buffer.concat(collected)
    collected = []
    collectedBytes = 0
    parts += 1
    const name = memberNames.part(table.name, parts)
    await writing
    writing = compress(part).then(stored => archive.add(name, stored))
    // It is awaited with the next part; until then a failure must not count as unhandled.
    writing.catch(() => {})
  }
  const rows = client.query(copyTo(table.copy))
  try {
    for await (const piece of rows) {
      signal?.throwIfAborted()
      let chunk = piece as Buffer
      hash.update(chunk)
      bytes += chunk.length
      while (collectedBytes + chunk.length >= partMaxBytes) {
        const room = partMaxBytes - collectedBytes
        collected.push(chunk.subarray(0, room))
        chunk = chunk.subarray(room)
        await flush()
      }
      collected.push(chunk)
      collectedBytes += chunk.length
    }
    if (collectedBytes > 0) await flush()
  } catch (error) {
    // What is left of the table would have to be read to its end before the connection could be asked for anything else.
    ;(client as unknown as { connection: { stream: Duplex } }).connection.stream.destroy()
    throw error
  } finally {
    // Nobody writes to the archive once this has returned or thrown.
    await writing.catch(() => {})
  }
  await writing
  return { name: table.name, columns: table.columns, rows: rows.rowCount, bytes, parts, sha256: hash.digest('hex') }
}

/** Public keys, checkpoints, lost heads. The private key never leaves its file. */
async function readLedgerFiles(dataDirectory: string): Promise<Map<string, Buffer>> {
  const directory = ledgerDirectory(dataDirectory)
  const names = (await readdir(directory).catch((): string[] => [])).map(name => `ledger/${name}`)
  const found = new Map<string, Buffer>()
  // The head of the snapshot is signed anew: the file may speak of lines that the snapshot lacks.
  for (const name of names.filter(one => ledgerFilePattern.test(one) && one !== 'ledger/head.json').sort())
    found.set(name, await readFile(path.join(directory, path.basename(name))))
  return found
}
