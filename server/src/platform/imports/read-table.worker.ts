import { parentPort, workerData } from 'node:worker_threads'
import { parseCsv } from './csv.ts'
import { Unreadable } from './table.ts'
import type { Table } from './table.ts'
import { decodeText } from './text-encoding.ts'

// Reads one file in a thread of its own, whose memory is bounded and which can be ended: a hostile file costs that much
// and no more, and the server goes on answering meanwhile.

const startsWith = (bytes: Uint8Array, ...start: number[]): boolean => start.every((byte, index) => bytes[index] === byte)

async function readTable(bytes: Uint8Array): Promise<Table> {
  if (bytes.length === 0) throw new Unreadable('empty')
  if (startsWith(bytes, 0x50, 0x4b)) {
    // Loaded only here: it is the larger part of what reading a text needs.
    const { readWorkbook } = await import('./workbook.ts')
    return readWorkbook(bytes)
  }
  // MS-CFB: the container of .xls, and of .xlsx under a password.
  if (startsWith(bytes, 0xd0, 0xcf, 0x11, 0xe0)) {
    throw new Unreadable(Buffer.from(bytes).includes(Buffer.from('EncryptedPackage', 'utf16le')) ? 'encrypted' : 'old-excel')
  }
  const beginning = Buffer.from(bytes.subarray(0, 512)).toString('latin1').trimStart().toLowerCase()
  if (/^(%pdf|\{\\rtf|<!doctype|<html|<\?xml|<table)/.test(beginning)) throw new Unreadable('not-a-table')
  const { text, encoding } = decodeText(bytes)
  const rows = parseCsv(text.startsWith('\ufeff') ? text.slice(1) : text)
  if (rows.length === 0) throw new Unreadable('empty')
  return { encoding, rows, otherSheets: [] }
}

export type WorkerAnswer = { table: Table } | { reason: string; params: Record<string, string | number> }

let answer: WorkerAnswer
try {
  answer = { table: await readTable(workerData as Uint8Array) }
} catch (error) {
  if (!(error instanceof Unreadable)) throw error
  answer = { reason: error.reason, params: error.params }
}
parentPort!.postMessage(answer)
