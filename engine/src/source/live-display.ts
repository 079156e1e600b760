import type { WriteStream } from 'node:tty'

// A block of lines at the end of a terminal, written anew in place, in one piece, so that nothing flickers. What is printed
// between goes above it. Where there is no terminal, lines follow each other, and seldom.

/** What of a stream is used: a terminal if `isTTY`. */
export type DisplayStream = Pick<WriteStream, 'write'> & Partial<Pick<WriteStream, 'isTTY' | 'columns' | 'rows'>>

export interface LiveDisplay {
  /** Whether there is a block; else each draw is a line. */
  readonly isBlock: boolean
  readonly size: { columns: number; rows: number; hasColour: boolean }
  draw(lines: readonly string[]): void
  /** Takes the block away, so that something can be printed, and brings it back. */
  clear(): void
  redraw(): void
  /** Leaves the last block as it is and gives the terminal back. */
  close(): void
}

const escape = '\u001b['
const code = {
  hideCursor: `${escape}?25l`,
  showCursor: `${escape}?25h`,
  /** Terminals that know it show all that is between at once; others ignore it. */
  beginUpdate: `${escape}?2026h`,
  endUpdate: `${escape}?2026l`,
  eraseLineEnd: `${escape}K`,
  eraseBelow: `${escape}J`,
} as const

export function createLiveDisplay(
  stream: DisplayStream,
  { term, noColour }: { term?: string | undefined; noColour: boolean },
): LiveDisplay {
  const isBlock = stream.isTTY === true && term !== 'dumb'
  let latest: readonly string[] = []
  let drawn = 0
  let columnsDrawn = 0
  let isHidden = false

  const toTop = (): string => (drawn > 0 ? `${escape}${drawn}A\r` : '\r')
  const restore = (): void => {
    if (isHidden) stream.write(code.showCursor)
    isHidden = false
  }
  const sizeNow = (): { columns: number; rows: number } => ({ columns: stream.columns || 80, rows: stream.rows || 24 })
  // Ctrl+Z: the shell gets its cursor back.
  const suspend = (): void => {
    restore()
    process.kill(process.pid, 'SIGSTOP')
  }
  const resume = (): void => {
    drawn = 0
    draw(latest)
  }
  if (isBlock) {
    // Also when the program ends by a fault.
    process.once('exit', restore)
    process.on('SIGTSTP', suspend)
    process.on('SIGCONT', resume)
  }

  function draw(lines: readonly string[]): void {
    const { columns, rows } = sizeNow()
    // A terminal that became narrower has wrapped what was drawn, one that became lower has lost its beginning: it begins anew.
    const isWhere = drawn === 0 || (columns === columnsDrawn && drawn < rows)
    const start = isWhere ? toTop() : `${escape}2J${escape}H`
    // Erased first: after a line that fills the width, many terminals would erase its last letter.
    const body = lines.map(line => `${code.eraseLineEnd}${line}\n`).join('')
    stream.write(`${code.beginUpdate}${isHidden ? '' : code.hideCursor}${start}${body}${code.eraseBelow}${code.endUpdate}`)
    isHidden = true
    latest = lines
    drawn = lines.length
    columnsDrawn = columns
  }

  return {
    isBlock,
    get size() {
      return { ...sizeNow(), hasColour: isBlock && !noColour }
    },
    draw(lines) {
      if (isBlock) draw(lines)
      else stream.write(`${lines.join('\n')}\n`)
    },
    redraw() {
      if (isBlock && latest.length > 0) draw(latest)
    },
    clear() {
      if (!isBlock || drawn === 0) return
      stream.write(`${toTop()}${code.eraseBelow}`)
      drawn = 0
    },
    close() {
      process.off('exit', restore)
      process.off('SIGTSTP', suspend)
      process.off('SIGCONT', resume)
      restore()
    },
  }
}
