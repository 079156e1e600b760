import { createHash, randomUUID } from 'node:crypto'
import { mkdir, open, opendir, readFile, rename, stat, unlink, utimes } from 'node:fs/promises'
import path from 'node:path'
import { flushDirectory } from '#platform/database/data-directory.ts'

// Files on disk, by the SHA-256 of their bytes: `<data>/files/ab/abcd…`. A file that is there is whole: it is written beside
// its place, synced, put there by renaming, and the folder synced too, before anybody commits that it exists.

export const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

export const pathOf = (directory: string, sha256: string): string => path.join(directory, sha256.slice(0, 2), sha256)

const incomingOf = (directory: string): string => path.join(directory, 'incoming')

const markOf = (directory: string): string => path.join(directory, 'mark')

/** What a database knows the directory by; undefined before anybody kept files in it. */
export async function readMark(directory: string): Promise<string | undefined> {
  try {
    return (await readFile(markOf(directory), 'utf8')).trim()
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return undefined
    throw error
  }
}

export const writeMark = (directory: string, mark: string): Promise<void> => putFile(directory, markOf(directory), Buffer.from(`${mark}\n`))

/** Makes a folder that will be there after a power cut too. */
async function makeFolder(folder: string): Promise<void> {
  if ((await mkdir(folder, { recursive: true, mode: 0o700 })) !== undefined) await flushDirectory(path.dirname(folder))
}

/** Puts bytes at a path whole, or not at all; they survive a power cut from then on. */
export async function putFile(directory: string, target: string, bytes: Uint8Array): Promise<void> {
  const incoming = incomingOf(directory)
  await makeFolder(directory)
  await makeFolder(incoming)
  await makeFolder(path.dirname(target))
  const temporary = path.join(incoming, randomUUID())
  const handle = await open(temporary, 'wx', 0o600)
  try {
    await handle.writeFile(bytes)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(temporary, target)
  await flushDirectory(path.dirname(target))
}

/** Keeps the bytes under their SHA-256. The same bytes once more only renew the file's time, so that no sweep takes them. */
export async function keepBytes(directory: string, sha256: string, bytes: Uint8Array): Promise<void> {
  const target = pathOf(directory, sha256)
  // What was damaged on disk is mended by whoever sends it again.
  const isThere = (await stat(target).catch(() => undefined))?.size === bytes.byteLength && sha256Of(await readFile(target)) === sha256
  if (!isThere) return putFile(directory, target, bytes)
  const now = new Date()
  await utimes(target, now, now)
}

/** The bytes; throws when the file is gone or no longer what was kept. */
export async function readBytes(directory: string, sha256: string): Promise<Uint8Array> {
  const bytes = await readFile(pathOf(directory, sha256))
  if (sha256Of(bytes) !== sha256) throw new Error(`files: ${sha256} is damaged on disk`)
  return bytes
}

export const existsBytes = async (directory: string, sha256: string): Promise<boolean> =>
  (await stat(pathOf(directory, sha256)).catch(() => undefined)) !== undefined

export interface OldFile {
  path: string
  /** Undefined for what was left of writing. */
  sha256: string | undefined
}

/** Files on disk older than `before`. */
export async function* listOldFiles(directory: string, before: Date): AsyncGenerator<OldFile> {
  for await (const folder of walk(directory)) {
    if (!folder.isDirectory() || !/^([0-9a-f]{2}|incoming)$/.test(folder.name)) continue
    const place = path.join(directory, folder.name)
    for await (const file of walk(place)) {
      const isKept = /^[0-9a-f]{64}$/.test(file.name) && file.name.startsWith(folder.name)
      if (!file.isFile() || (!isKept && folder.name !== 'incoming')) continue
      const at = path.join(place, file.name)
      if (await isOlder(at, before)) yield { path: at, sha256: isKept ? file.name : undefined }
    }
  }
}

async function* walk(folder: string) {
  const handle = await opendir(folder).catch((error: { code?: string }) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (handle) yield* handle
}

export const isOlder = async (file: string, before: Date): Promise<boolean> => {
  const found = await stat(file).catch(() => undefined)
  return found !== undefined && found.mtime < before
}

export const removeFile = (file: string): Promise<void> => unlink(file)
