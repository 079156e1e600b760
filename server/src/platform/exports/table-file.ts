import writeExcelFile from 'write-excel-file/node'
import type { Download } from '#platform/http/endpoint.ts'

// A table that leaves the house as a spreadsheet: CSV that Excel opens rightly (UTF-8 with its mark), or a workbook.

export type TableFormat = 'csv' | 'xlsx'
export type TableCell = string | number | null

export interface TableFile {
  /** Without its ending. */
  name: string
  sheet: string
  headings: readonly string[]
  rows: readonly (readonly TableCell[])[]
}

/** Excel takes no more. */
const maxSheetName = 31

export async function writeTableFile({ name, sheet, headings, rows }: TableFile, format: TableFormat): Promise<Download> {
  if (format === 'csv') {
    const lines = [headings, ...rows].map(row => row.map(csvCell).join(','))
    return { fileName: `${name}.csv`, contentType: 'text/csv; charset=utf-8', bytes: Buffer.from(`\ufeff${lines.join('\r\n')}\r\n`) }
  }
  const cells = rows.map(row => row.map(value => (value === null ? null : { value, type: typeof value === 'number' ? Number : String })))
  const head = headings.map(value => ({ value, type: String, fontWeight: 'bold' as const, wrap: true }))
  const bytes = await writeExcelFile([head, ...cells] as never, {
    sheet: sheet.replaceAll(/[\\/?*[\]:]/g, ' ').slice(0, maxSheetName),
    stickyRowsCount: 1,
    stickyColumnsCount: 1,
    columns: headings.map((_, index) => ({ width: index === 0 ? 36 : 16 })),
  }).toBuffer()
  return {
    fileName: `${name}.xlsx`,
    contentType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    bytes,
  }
}

/** A text that a spreadsheet would take for a formula gets an apostrophe before it, which the program shows as text. */
function csvCell(value: TableCell): string {
  if (value === null) return ''
  if (typeof value === 'number') return String(value)
  const text = /^[\s]*[=+\-@]|^[\t\r\n]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
