import { createHash, verify } from 'node:crypto'
import { open } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { zstdDecompress } from 'node:zlib'
import { z } from 'zod'
import { readPublicKeys } from '#platform/ledger/keyring.ts'
import type { PublicKeys } from '#platform/ledger/keyring.ts'
import { BackupError } from './backup-error.ts'
import {
  formatVersion,
  keptFilePattern,
  ledgerFilePattern,
  manifest as manifestSchema,
  manifestMaxBytes,
  manifestSignature,
  partMaxBytes,
  partPattern,
} from './manifest.ts'
import type { Manifest } from './manifest.ts'
import { blockBytes, decodeHeader, paddingOf } from './tar-header.ts'
import type { TarHeader } from './tar-header.ts'

// Reads an archive that may have been cut, spoilt or made by somebody hostile: every byte is accounted for before any of it is
// used, in constant memory. Names are matched against the few that there can be, and none becomes a path.

/** With the number of bytes that it was made from: zstd passes over whatever stands behind its frame. */
const decompress = (stored: Buffer): Promise<{ buffer: Buffer; engine: { bytesWritten: number } }> =>
  new Promise((resolve, reject) => {
    zstdDecompress(stored, { maxOutputLength: partMaxBytes, info: true }, (error, result) =>
      error ? reject(error) : resolve(result as unknown as { buffer: Buffer; engine: { bytesWritten: number } }),
    )
  })

// Text of tables shrinks by a factor of five to twenty; a part alone cannot grow beyond its bound.
const growthMax = 250
const growthFreeBytes = 256 * 1024 * 1024
// A checkpoint a day for 100 years is 10 MB.
const ledgerFileMaxBytes = 64 * 1024 * 1024
// As many as its manifest can name.
const ledgerFilesMax = 1100
const chunkBytes = 1024 * 1024

interface Member extends TarHeader {
  /** Where the content begins in the archive. */
  at: number
}

export interface CheckedArchive {
  manifest: Manifest
  /** Id of the key that signed the manifest. */
  key: string
  /** Bytes of the archive. */
  bytes: number
  /** Content of the ledger's files, by name. */
  ledgerFiles: ReadonlyMap<string, Buffer>
  /** Decompressed parts of a table, in order. They are read again: whoever uses them compares the digest again. */
  readTable(name: string): AsyncGenerator<Buffer>
  /** Kept files, in order, their content as it is asked for. */
  readFiles(): AsyncGenerator<{ sha256: string; size: number; content: AsyncGenerator<Buffer> }>
  close(): Promise<void>
}

const damaged = (what: string): BackupError =>
  new BackupError('restore.archive-damaged', `This is no whole backup: ${what}. Nothing was restored; take another one.`)

/**
 * Reads the whole archive and compares everything with its manifest. Throws a `BackupError` for whatever is not as it should be.
 * With `trusted` keys the manifest must be signed by one of them; without, by a key that the archive itself holds.
 */
export async function checkArchive(file: string, options: { trusted?: PublicKeys; signal?: AbortSignal } = {}): Promise<CheckedArchive> {
  const handle = await open(file, 'r').catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ENOENT' ? new BackupError('restore.archive-missing', `There is no file ${file}.`) : error
  })
  try {
    return await new Check(handle, (await handle.stat()).size, options).run()
  } catch (error) {
    await handle.close()
    throw error
  }
}

class Check {
  #handle: FileHandle
  #bytes: number
  #options: { trusted?: PublicKeys; signal?: AbortSignal }
  #parts = new Map<string, Member[]>()
  #found: { name: string; rows: number; bytes: number; sha256: string }[] = []
  #table: { name: string; rows: number; bytes: number; hash: ReturnType<typeof createHash> } | undefined
  #ledgerFiles = new Map<string, Buffer>()
  #filesAt: number | undefined
  #files = { count: 0, bytes: 0, names: createHash('sha256') }
  #expanded = 0

  constructor(handle: FileHandle, bytes: number, options: { trusted?: PublicKeys; signal?: AbortSignal }) {
    this.#handle = handle
    this.#bytes = bytes
    this.#options = options
  }

  async run(): Promise<CheckedArchive> {
    let at = 0
    let stage = 0
    let manifestBytes: Buffer | undefined
    for (;;) {
      this.#options.signal?.throwIfAborted()
      const member = await this.#memberAt(at)
      const { name } = member
      // Their order is fixed: a reader knows what is behind it, and nothing can be said twice.
      const found = [partPattern, ledgerFilePattern, keptFilePattern, /^manifest\.json$/, /^manifest\.sig$/].findIndex(one =>
        one.test(name),
      )
      if (found < stage || found === -1) throw damaged(`it holds "${name.slice(0, 100)}" where that cannot be`)
      stage = found
      if (stage > 0) this.#closeTable()
      if (stage === 0) await this.#takePart(member)
      else if (stage === 1) await this.#takeLedgerFile(member)
      else if (stage === 2) await this.#takeKeptFile(member)
      else if (stage === 3) {
        if (manifestBytes) throw damaged('it has two manifests')
        manifestBytes = await this.#readWhole(member, manifestMaxBytes)
      }
      at = member.at + member.size + paddingOf(member.size)
      if (stage !== 4) continue
      if (!manifestBytes) throw damaged('its manifest is missing')
      const key = this.#checkSignature(manifestBytes, await this.#readWhole(member, 1000))
      const rest = await this.#readAt(at, Math.min(this.#bytes - at, 3 * blockBytes))
      if (rest.length !== 2 * blockBytes || rest.some(byte => byte !== 0)) throw damaged('it does not end where it should')
      return this.#finish(parseManifest(manifestBytes), key)
    }
  }

  async #readAt(at: number, length: number): Promise<Buffer> {
    if (length < 0 || at + length > this.#bytes) throw damaged('it is cut short')
    const buffer = Buffer.allocUnsafe(length)
    let read = 0
    while (read < length) {
      const { bytesRead } = await this.#handle.read(buffer, read, length - read, at + read)
      if (bytesRead === 0) throw damaged('it is cut short')
      read += bytesRead
    }
    return buffer
  }

  async #memberAt(at: number): Promise<Member> {
    const header = decodeHeader(await this.#readAt(at, blockBytes))
    if (!header) throw damaged(`there is no header at byte ${at}`)
    const padding = paddingOf(header.size)
    const end = at + blockBytes + header.size
    if ((await this.#readAt(end, padding)).some(byte => byte !== 0)) throw damaged(`the filling at byte ${end} is not empty`)
    return { ...header, at: at + blockBytes }
  }

  async #readWhole(member: Member, maxBytes: number): Promise<Buffer> {
    if (member.size > maxBytes) throw damaged(`${member.name} is larger than it can be`)
    return this.#readAt(member.at, member.size)
  }

  async #expand(member: Member): Promise<Buffer> {
    // Stored bytes can be a little more than the bytes they stand for.
    const stored = await this.#readWhole(member, partMaxBytes + partMaxBytes / 64)
    const { buffer, engine } = await decompress(stored).catch((error: Error) => {
      throw damaged(`${member.name} cannot be decompressed (${error.message})`)
    })
    if (engine.bytesWritten !== stored.length) throw damaged(`${member.name} holds more than its rows`)
    return buffer
  }

  async #takePart(member: Member): Promise<void> {
    const [, name, number] = partPattern.exec(member.name)!
    const parts = this.#parts.get(name!)
    if (Number(number) !== (parts?.length ?? 0) + 1 || (parts && this.#table?.name !== name))
      throw damaged(`${member.name} is not the part that follows`)
    if (!parts) {
      this.#closeTable()
      this.#table = { name: name!, rows: 0, bytes: 0, hash: createHash('sha256') }
      this.#parts.set(name!, [])
    }
    this.#parts.get(name!)!.push(member)
    const content = await this.#expand(member)
    this.#expanded += content.length
    if (this.#expanded > growthFreeBytes + growthMax * this.#bytes) throw damaged('it would grow beyond measure')
    const table = this.#table!
    table.rows += countRows(content)
    table.bytes += content.length
    table.hash.update(content)
  }

  #closeTable(): void {
    if (!this.#table) return
    const { name, rows, bytes, hash } = this.#table
    this.#found.push({ name, rows, bytes, sha256: hash.digest('hex') })
    this.#table = undefined
  }

  async #takeLedgerFile(member: Member): Promise<void> {
    if (this.#ledgerFiles.has(member.name)) throw damaged(`${member.name} is there twice`)
    if (this.#ledgerFiles.size >= ledgerFilesMax) throw damaged('it holds more files of the ledger than there can be')
    this.#ledgerFiles.set(member.name, await this.#readWhole(member, ledgerFileMaxBytes))
  }

  async #takeKeptFile(member: Member): Promise<void> {
    const [, folder, sha256] = keptFilePattern.exec(member.name)!
    this.#filesAt ??= member.at - blockBytes
    const hash = createHash('sha256')
    for await (const chunk of this.#readChunks(member)) hash.update(chunk)
    if (hash.digest('hex') !== sha256 || !sha256.startsWith(folder!)) throw damaged(`${member.name} is not what its name says`)
    this.#files.count += 1
    this.#files.bytes += member.size
    this.#files.names.update(`${sha256}\n`)
  }

  async *#readChunks({ at, size }: Member): AsyncGenerator<Buffer> {
    for (let read = 0; read < size; read += chunkBytes) {
      this.#options.signal?.throwIfAborted()
      yield await this.#readAt(at + read, Math.min(chunkBytes, size - read))
    }
  }

  #checkSignature(manifestBytes: Buffer, bytes: Buffer): string {
    const signature = parseJson(bytes, manifestSignature, 'signature')
    if (createHash('sha256').update(manifestBytes).digest('hex') !== signature.sha256) throw damaged('its manifest was changed')
    const keys = this.#options.trusted ?? this.#ownKeys()
    const key = keys.get(signature.key)
    if (!key)
      throw new BackupError(
        'restore.key-unknown',
        `The backup was signed with key ${signature.key}, which ${this.#options.trusted ? 'is not the one that you trust' : 'it does not hold'}.`,
      )
    if (!verify(null, manifestBytes, key, Buffer.from(signature.signature, 'base64'))) throw damaged('its signature is wrong')
    return signature.key
  }

  #ownKeys(): PublicKeys {
    const pems = [...this.#ledgerFiles].filter(([name]) => name.endsWith('.public.pem')).map(([, bytes]) => bytes.toString('latin1'))
    try {
      return readPublicKeys(pems.join('\n'))
    } catch {
      throw damaged('it holds no public key')
    }
  }

  #finish(manifest: Manifest, key: string): CheckedArchive {
    const inParts = new Map(this.#found.map(table => [table.name, table]))
    for (const { name, rows, bytes, parts, sha256 } of manifest.tables) {
      const found = inParts.get(name) ?? { rows: 0, bytes: 0, sha256: createHash('sha256').digest('hex') }
      if (found.rows !== rows || found.bytes !== bytes || found.sha256 !== sha256 || (this.#parts.get(name)?.length ?? 0) !== parts)
        throw damaged(`table ${name} is not the one that the manifest describes`)
      inParts.delete(name)
    }
    if (inParts.size > 0) throw damaged(`the manifest does not know table ${[...inParts.keys()].join(', ')}`)
    if (manifest.ledgerFiles.length !== this.#ledgerFiles.size) throw damaged('files of the ledger are missing')
    for (const { name, bytes, sha256 } of manifest.ledgerFiles) {
      const content = this.#ledgerFiles.get(name)
      if (content?.length !== bytes || createHash('sha256').update(content).digest('hex') !== sha256) throw damaged(`${name} was changed`)
    }
    const { count, bytes, names } = this.#files
    if (count !== manifest.files.count || bytes !== manifest.files.bytes || names.digest('hex') !== manifest.files.sha256)
      throw damaged('the kept files are not those that the manifest counts')
    return {
      manifest,
      key,
      bytes: this.#bytes,
      ledgerFiles: this.#ledgerFiles,
      readTable: name => this.#readTable(name),
      readFiles: () => this.#readFiles(count),
      close: () => this.#handle.close(),
    }
  }

  async *#readTable(name: string): AsyncGenerator<Buffer> {
    for (const member of this.#parts.get(name) ?? []) yield await this.#expand(member)
  }

  async *#readFiles(count: number): AsyncGenerator<{ sha256: string; size: number; content: AsyncGenerator<Buffer> }> {
    let at = this.#filesAt ?? 0
    for (let index = 0; index < count; index++) {
      const member = await this.#memberAt(at)
      const sha256 = keptFilePattern.exec(member.name)?.[2]
      if (!sha256) throw damaged('it changed while it was being read')
      yield { sha256, size: member.size, content: this.#readChunks(member) }
      at = member.at + member.size + paddingOf(member.size)
    }
  }
}

/** PostgreSQL writes a line feed inside a value as `\n`: each that is left ends a row. */
export function countRows(content: Buffer): number {
  let rows = 0
  for (let at = content.indexOf(10); at !== -1; at = content.indexOf(10, at + 1)) rows += 1
  return rows
}

function parseManifest(bytes: Buffer): Manifest {
  const { luytreBackup } = parseJson(bytes, z.looseObject({ luytreBackup: z.number() }), 'manifest')
  if (luytreBackup !== formatVersion)
    throw new BackupError('restore.format-unknown', `The backup has format ${luytreBackup}; this program reads format ${formatVersion}.`)
  return parseJson(bytes, manifestSchema, 'manifest')
}

function parseJson<T>(bytes: Buffer, schema: { parse(value: unknown): T }, what: string): T {
  try {
    return schema.parse(JSON.parse(bytes.toString('utf8')))
  } catch (error) {
    throw damaged(`its ${what} cannot be read (${(error as Error).message.slice(0, 200)})`)
  }
}
