import { open, readFile, rename, stat } from 'node:fs/promises'
import path from 'node:path'
import { flushDirectory } from '#platform/database/data-directory.ts'
import { ledgerDirectory } from './keyring.ts'
import { parseSignedPosition } from './signed-position.ts'
import type { SignedPosition } from './signed-position.ts'

// Checkpoints and the head as files: in the data directory, and wherever else the operator keeps checkpoints out of an
// intruder's reach. One JSON line a checkpoint, appended and flushed.

export const checkpointsFile = (dataDirectory: string): string => path.join(ledgerDirectory(dataDirectory), 'checkpoints.jsonl')
export const headFile = (dataDirectory: string): string => path.join(ledgerDirectory(dataDirectory), 'head.json')
/** Heads that the database could not account for when a sealer started: evidence, kept and never written again. */
export const lostHeadsFile = (dataDirectory: string): string => path.join(ledgerDirectory(dataDirectory), 'lost-heads.jsonl')

// A checkpoint a day for 100 years is 10 MB; whatever is larger is not ours.
const fileMaxBytes = 64 * 1024 * 1024

export interface CheckpointFile {
  file: string
  positions: SignedPosition[]
  /** Numbers of the lines that hold no checkpoint; those that a power cut tore are not among them. */
  unreadableLines: number[]
  endsInLine: boolean
}

/** Undefined when there is no such file. */
export async function readCheckpointFile(file: string): Promise<CheckpointFile | undefined> {
  const found = await stat(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (!found) return undefined
  if (found.size > fileMaxBytes) throw new RangeError(`${file} is larger than ${fileMaxBytes / 1024 / 1024} MB`)
  const text = await readFile(file, 'utf8')
  const lines = text.split('\n')
  const endsInLine = lines.at(-1) === ''
  if (endsInLine) lines.pop()
  const result: CheckpointFile = { file, positions: [], unreadableLines: [], endsInLine }
  lines.forEach((line, index) => {
    const position = parseSignedPosition(line)
    if (position) result.positions.push(position)
    // An append that a power cut tore is a beginning of the same line, which the sealer then writes again.
    else if (index < lines.length - 1 ? !lines[index + 1]!.startsWith(line) : endsInLine) result.unreadableLines.push(index + 1)
  })
  return result
}

export async function appendPositions(
  file: string,
  positions: readonly SignedPosition[],
  options: { afterTornLine: boolean },
): Promise<void> {
  const handle = await open(file, 'a', 0o644)
  try {
    const lines = positions.map(position => `${JSON.stringify(position)}\n`).join('')
    await handle.appendFile(options.afterTornLine ? `\n${lines}` : lines)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Replaces the head at once: readers see the old one or the new one, also after a power cut. */
export async function writeHead(dataDirectory: string, head: SignedPosition): Promise<void> {
  const file = headFile(dataDirectory)
  const handle = await open(`${file}.tmp`, 'w', 0o644)
  try {
    await handle.writeFile(`${JSON.stringify(head)}\n`)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(`${file}.tmp`, file)
  await flushDirectory(path.dirname(file))
}

/** The head of a data directory; `'unreadable'` when the file holds something else. */
export async function readHead(dataDirectory: string): Promise<SignedPosition | 'unreadable' | undefined> {
  const text = await readFile(headFile(dataDirectory), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  return text === undefined ? undefined : (parseSignedPosition(text) ?? 'unreadable')
}

/**
 * One file that receives every checkpoint. What the database has and the file lacks (after a crash, or while the place
 * was away) is appended when the file can be written again.
 */
export interface CheckpointSink {
  file: string
  /** Position of the last checkpoint in the file; undefined until the file has been read. */
  written: number | undefined
}

/** Appends the checkpoints that the file lacks; `listAfter` gives them in order of position. */
export async function bringUpToDate(
  sink: CheckpointSink,
  listAfter: (position: number) => Promise<readonly SignedPosition[]>,
): Promise<void> {
  let afterTornLine = false
  if (sink.written === undefined) {
    const present = await readCheckpointFile(sink.file)
    afterTornLine = present !== undefined && !present.endsInLine
    sink.written = Math.max(0, ...(present?.positions.map(one => one.position) ?? []))
  }
  const missing = await listAfter(sink.written)
  if (missing.length === 0) return
  // Until the append has returned nobody knows what the file holds: then it is read again.
  sink.written = undefined
  await appendPositions(sink.file, missing, { afterTornLine })
  sink.written = missing.at(-1)!.position
}
