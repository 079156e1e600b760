import { parseCsv } from './csv.ts'
import { Unreadable } from './table.ts'
import type { Table, TableRow } from './table.ts'
import { decodeText } from './text-encoding.ts'

// What a file is, its first bytes say, whatever its name.

const startsWith = (bytes: Uint8Array, ...start: number[]): boolean => start.every((byte, index) => bytes[index] === byte)

export const isZip = (bytes: Uint8Array): boolean => startsWith(bytes, 0x50, 0x4b)

/** MS-CFB: the container of .xls, and of .xlsx under a password. */
export function refuseOldExcel(bytes: Uint8Array): void {
  if (startsWith(bytes, 0xd0, 0xcf, 0x11, 0xe0))
    throw new Unreadable(Buffer.from(bytes).includes(Buffer.from('EncryptedPackage', 'utf16le')) ? 'encrypted' : 'old-excel')
}

export async function readTableBytes(bytes: Uint8Array): Promise<Table> {
  if (bytes.length === 0) throw new Unreadable('empty')
  if (isZip(bytes)) {
    // Loaded only here: it is the larger part of what reading a text needs.
    const { readWorkbook } = await import('./workbook.ts')
    return readWorkbook(bytes)
  }
  refuseOldExcel(bytes)
  const beginning = Buffer.from(bytes.subarray(0, 512)).toString('latin1').trimStart().toLowerCase()
  if (/^(%pdf|\{\\rtf|<!doctype|<html|<\?xml|<table)/.test(beginning)) throw new Unreadable('not-a-table')
  const { text, encoding } = decodeText(bytes)
  return { encoding, rows: notEmpty(parseCsv(text.startsWith('\ufeff') ? text.slice(1) : text)), otherSheets: [] }
}

function* notEmpty(rows: Iterable<TableRow>): Generator<TableRow, void, undefined> {
  let isEmpty = true
  for (const row of rows) {
    isEmpty = false
    yield row
  }
  if (isEmpty) throw new Unreadable('empty')
}
