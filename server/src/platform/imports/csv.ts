import { keptCellCharacters, maxCellCharacters, maxTableColumns, maxTableRows, textCell, Unreadable } from './table.ts'
import type { Cell, TableRow } from './table.ts'

// Text with separators as spreadsheets write it (RFC 4180, and `;` or tab where the comma is the decimal sign).

const separators = [',', ';', '\t'] as const
/** Lines looked at to find the separator. */
const sampleLines = 20
const sampleCharacters = 65_536
/** Lines without content that are passed over before a file counts as no table. */
const maxLines = 2 * maxTableRows

/** The separator that most sample lines have in equal number, quoted text left out of account. */
export function findSeparator(text: string): { separator: string; start: number } {
  const named = /^sep=([,;\t])\r?\n/i.exec(text)
  if (named) return { separator: named[1]!, start: named[0].length }
  const lines = text
    .slice(0, sampleCharacters)
    .replace(/"(?:[^"]|"")*"/g, '')
    .split(/\r\n|\r|\n/)
    .filter(line => line.trim() !== '')
    .slice(0, sampleLines)
  const score = (separator: string): number => {
    const counts = Map.groupBy(
      lines.map(line => line.split(separator).length - 1).filter(count => count > 0),
      count => count,
    )
    return Math.max(0, ...[...counts].map(([count, equal]) => equal.length * 100 + count))
  }
  return { separator: separators.toSorted((a, b) => score(b) - score(a))[0]!, start: 0 }
}

const toCell = (text: string): Cell | undefined => {
  const trimmed = text.trim()
  if (trimmed === '') return undefined
  // A spreadsheet would calculate this text; so it is taken for what it would become there.
  return { ...textCell(trimmed.slice(0, keptCellCharacters)), isFormula: trimmed.startsWith('=') }
}

/** Row by row, as they are asked for: what is wrong further down is thrown only there. */
export function* parseCsv(text: string): Generator<TableRow, void, undefined> {
  const { separator, start } = findSeparator(text)
  let rows = 0
  let cells: (Cell | undefined)[] = []
  let number = start > 0 ? 2 : 1
  let line = number
  let column = 0
  let at = start
  const endCell = (content: string): void => {
    if (content.length > maxCellCharacters) throw new Unreadable('cell-too-long', { line, maximum: maxCellCharacters })
    const cell = toCell(content)
    if (column >= maxTableColumns && cell) throw new Unreadable('too-many-columns', { line, maximum: maxTableColumns })
    if (cell) cells[column] = cell
    column++
  }
  const endRow = (): TableRow | undefined => {
    const row = cells.length > 0 ? { row: number, cells } : undefined
    if (row && ++rows > maxTableRows) throw new Unreadable('too-many-rows', { maximum: maxTableRows })
    if (number > maxLines) throw new Unreadable('too-many-rows', { maximum: maxTableRows })
    cells = []
    column = 0
    number++
    line++
    return row
  }
  while (at < text.length) {
    const startLine = line
    let content
    // Spaces before a quote are tolerated, as spreadsheets do.
    let quote = at
    while (text[quote] === ' ') quote++
    if (text[quote] === '"') {
      const from = quote + 1
      let end = text.indexOf('"', from)
      while (end >= 0 && text[end + 1] === '"') end = text.indexOf('"', end + 2)
      if (end < 0) throw new Unreadable('unbalanced-quotes', { line: startLine })
      content = text.slice(from, end).replaceAll('""', '"')
      if (content.length <= maxCellCharacters) line += content.match(/\r\n|\r|\n/g)?.length ?? 0
      at = end + 1
      while (text[at] === ' ') at++
      if (at < text.length && text[at] !== separator && text[at] !== '\n' && text[at] !== '\r')
        throw new Unreadable('unbalanced-quotes', { line: startLine })
    } else {
      const end = nextBreak(text, at, separator)
      content = text.slice(at, end)
      at = end
    }
    endCell(content)
    if (text[at] === separator) at++
    else {
      const row = endRow()
      if (row) yield row
      at += text.startsWith('\r\n', at) ? 2 : 1
    }
  }
  // A separator at the very end leaves a row that no line end has closed.
  const last = column > 0 ? endRow() : undefined
  if (last) yield last
}

function nextBreak(text: string, from: number, separator: string): number {
  const code = separator.charCodeAt(0)
  for (let at = from; at < text.length; at++) {
    const character = text.charCodeAt(at)
    if (character === code || character === 10 || character === 13) return at
  }
  return text.length
}
