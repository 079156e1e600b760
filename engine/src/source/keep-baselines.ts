import { open, readFile, rename } from 'node:fs/promises'
import { encodeBaselines, restoreBaselines } from '../detect/baseline-file.ts'
import { createBaselines } from '../detect/baselines.ts'
import type { Baselines } from '../detect/baselines.ts'

// Baselines that outlive the process: read at its start, written every ten minutes and at its end. A file is replaced only by a
// whole one; one that cannot be read is kept aside.

const everyMs = 600_000
/** Written in pieces of about so much, between which flows are counted. */
const pieceBytes = 65_536

export interface KeptBaselines {
  baselines: Baselines
  /** Of the file: how many targets it knew, or where it is damaged and what it is called now. */
  found: { targets: number } | { damagedAt: number; keptAs: string } | undefined
  /** Writes it now; rejects with what the file system says. */
  save(): Promise<void>
  /** Writes it from time to time; `onFailure` hears of the first failure, and of the next one only after a success. */
  start(onFailure: (error: Error) => void): void
  /** Writes it for the last time. */
  stop(): Promise<void>
}

/** Throws what the file system says, but for a file that is not there yet. */
export async function openBaselines(file: string): Promise<KeptBaselines> {
  const baselines = createBaselines()
  let found: KeptBaselines['found']
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (bytes) {
    const restored = restoreBaselines(baselines, bytes)
    if ('targets' in restored) found = restored
    else {
      const keptAs = `${file}.damaged`
      await rename(file, keptAs)
      found = { ...restored, keptAs }
    }
  }

  let timer: NodeJS.Timeout | undefined
  let saving: Promise<void> = Promise.resolve()

  async function write(): Promise<void> {
    const unfinished = `${file}.new`
    const handle = await open(unfinished, 'w', 0o600)
    try {
      let pieces: Uint8Array[] = []
      let size = 0
      const flush = async (): Promise<void> => {
        await handle.writeFile(Buffer.concat(pieces))
        pieces = []
        size = 0
      }
      for (const piece of encodeBaselines(baselines)) {
        pieces.push(piece)
        size += piece.length
        if (size >= pieceBytes) await flush()
      }
      await flush()
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(unfinished, file)
  }

  // One after the other: two would write into one file.
  const save = (): Promise<void> => {
    const next = saving.then(write)
    saving = next.catch(() => {})
    return next
  }

  return {
    baselines,
    found,
    save,
    start(onFailure) {
      let isFailing = false
      timer = setInterval(() => {
        save().then(
          () => (isFailing = false),
          (error: Error) => {
            if (!isFailing) onFailure(error)
            isFailing = true
          },
        )
      }, everyMs).unref()
    },
    async stop() {
      clearInterval(timer)
      await save()
    },
  }
}
