import { createHash } from 'node:crypto'
import { open, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { flushDirectory } from '#platform/database/data-directory.ts'
import { blockBytes, encodeHeader, paddingOf } from './tar-header.ts'

// A backup comes into being under a name that says it is unfinished; only what is whole, flushed and read back gets its own.

export interface ArchiveWriter {
  /** Where the bytes are until `publish`. */
  draft: string
  add(name: string, content: Buffer): Promise<void>
  /** Adds a file of `size` bytes; throws when it has another size. Resolves with its SHA-256. */
  addFile(name: string, size: number, content: AsyncIterable<Buffer>): Promise<string>
  /** Ends the archive and flushes it; resolves with its bytes. */
  end(): Promise<number>
  /** Gives it its name. */
  publish(): Promise<void>
  /** Removes what there is of it, unless it is published. */
  discard(): Promise<void>
}

export const draftSuffix = '.unfinished'

export async function openArchive(file: string, options: { modifiedAt: Date }): Promise<ArchiveWriter> {
  const draft = `${file}${draftSuffix}`
  // What a run that was killed left behind under this name is ours to replace.
  await rm(draft, { force: true })
  const handle = await open(draft, 'wx', 0o600)
  const modifiedAt = Math.floor(options.modifiedAt.getTime() / 1000)
  let bytes = 0
  const write = async (content: Buffer): Promise<void> => {
    for (let at = 0; at < content.length;) at += (await handle.write(content, at)).bytesWritten
    bytes += content.length
  }
  return {
    draft,
    async add(name, content) {
      await write(
        Buffer.concat([encodeHeader({ name, size: content.length, modifiedAt }), content, Buffer.alloc(paddingOf(content.length))]),
      )
    },
    async addFile(name, size, content) {
      await write(encodeHeader({ name, size, modifiedAt }))
      const hash = createHash('sha256')
      let written = 0
      for await (const chunk of content) {
        hash.update(chunk)
        written += chunk.length
        if (written > size) break
        await write(chunk)
      }
      if (written !== size) throw new Error(`${name} changed its size while it was being read`)
      await write(Buffer.alloc(paddingOf(size)))
      return hash.digest('hex')
    },
    async end() {
      // POSIX: two blocks of zeros.
      await write(Buffer.alloc(2 * blockBytes))
      await handle.sync()
      await handle.close()
      return bytes
    },
    async publish() {
      await rename(draft, file)
      await flushDirectory(path.dirname(path.resolve(file)))
    },
    async discard() {
      await handle.close().catch(() => {})
      await rm(draft, { force: true })
    },
  }
}
