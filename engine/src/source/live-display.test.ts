import { expect, test, vi } from 'vitest'
import { createLiveDisplay } from './live-display.ts'
import type { DisplayStream } from './live-display.ts'

/** A terminal, as far as a block of lines needs one: what a reader sees afterwards. */
function createTerminal(isTTY = true) {
  const screen: string[] = ['before', '']
  let [row, column, isHidden, raw] = [1, 0, false, '']
  const stream: DisplayStream = {
    isTTY,
    columns: 40,
    rows: 10,
    write(text: string | Uint8Array) {
      const all = String(text)
      raw += all
      for (const [, parameters = '', final, letters = ''] of all.matchAll(/\u001b\[([\d?]*)([A-Za-z])|([^\u001b]+)/g)) {
        if (final === 'A') row -= Number(parameters)
        // After the last column the cursor still stands on it, as xterm has it.
        else if (final === 'K') screen[row] = screen[row]!.slice(0, Math.min(column, stream.columns! - 1))
        else if (final === 'J' && parameters === '2') screen.fill('')
        else if (final === 'J') screen.splice(row, screen.length, '')
        else if (final === 'H') [row, column] = [0, 0]
        else if (parameters === '?25') isHidden = final === 'l'
        for (const letter of letters) {
          if (letter === '\n') [row, column] = [row + 1, 0]
          screen[row] ??= ''
          if (letter === '\r') column = 0
          if (letter === '\r' || letter === '\n') continue
          screen[row] = screen[row]!.slice(0, column).padEnd(column) + letter + screen[row]!.slice(column + 1)
          column++
        }
      }
      return true
    },
  }
  return {
    stream,
    seen: () => [...screen],
    isHidden: () => isHidden,
    raw: () => raw,
    resize: (columns: number, rows: number) => Object.assign(stream, { columns, rows }),
  }
}

test('each draw takes the place of the one before, also when it is shorter, and the cursor comes back', () => {
  const terminal = createTerminal()
  const display = createLiveDisplay(terminal.stream, { term: 'xterm', noColour: false })
  expect(display).toMatchObject({ isBlock: true, size: { columns: 40, rows: 10, hasColour: true } })
  display.draw(['one', 'a longer line', 'three'])
  expect(terminal.seen()).toEqual(['before', 'one', 'a longer line', 'three', ''])
  expect(terminal.isHidden()).toBe(true)
  display.draw(['one', 'short'])
  expect(terminal.seen()).toEqual(['before', 'one', 'short', ''])
  display.close()
  expect(terminal.isHidden()).toBe(false)
  expect(terminal.seen()).toEqual(['before', 'one', 'short', ''])
})

test('a line as wide as the terminal keeps its last letter', () => {
  const terminal = createTerminal()
  const display = createLiveDisplay(terminal.stream, { term: 'xterm', noColour: false })
  const whole = 'x'.repeat(39) + 'y'
  for (let time = 0; time < 2; time++) display.draw([whole, 'below'])
  expect(terminal.seen()).toEqual(['before', whole, 'below', ''])
  display.close()
})

test('a terminal that does not know its size is taken for one of 80 columns', () => {
  const terminal = createTerminal()
  terminal.resize(0, 0)
  const display = createLiveDisplay(terminal.stream, { term: 'xterm', noColour: false })
  expect(display.size).toMatchObject({ columns: 80, rows: 24 })
  display.close()
})

test('after Ctrl+Z the shell has its cursor, and the block is drawn again below', () => {
  const terminal = createTerminal()
  const display = createLiveDisplay(terminal.stream, { term: 'xterm', noColour: false })
  display.draw(['one', 'two'])
  const stopped = vi.spyOn(process, 'kill').mockReturnValue(true)
  process.emit('SIGTSTP')
  expect(stopped).toHaveBeenCalledWith(process.pid, 'SIGSTOP')
  stopped.mockRestore()
  expect(terminal.isHidden()).toBe(false)
  terminal.stream.write('$ fg\n')
  process.emit('SIGCONT')
  expect(terminal.isHidden()).toBe(true)
  expect(terminal.seen()).toEqual(['before', 'one', 'two', '$ fg', 'one', 'two', ''])
  display.close()
  expect(process.listenerCount('SIGTSTP')).toBe(0)
})

test('what is printed meanwhile stands above', () => {
  const terminal = createTerminal()
  const display = createLiveDisplay(terminal.stream, { term: 'xterm', noColour: false })
  display.draw(['one', 'two'])
  display.clear()
  terminal.stream.write('{"type":"attack"}\n')
  display.redraw()
  expect(terminal.seen()).toEqual(['before', '{"type":"attack"}', 'one', 'two', ''])
  display.close()
})

test.each([
  ['narrower', 20, 10],
  ['lower than the block', 40, 2],
])('a draw is written in one piece; on a terminal that became %s it begins anew', (_, columns, rows) => {
  const terminal = createTerminal()
  const display = createLiveDisplay(terminal.stream, { term: 'xterm', noColour: true })
  expect(display.size.hasColour).toBe(false)
  let writes = 0
  const { write } = terminal.stream
  terminal.stream.write = (text: string | Uint8Array) => {
    writes++
    return write(text)
  }
  display.draw(['one', 'two'])
  expect(writes).toBe(1)
  display.draw(['one', 'two'])
  expect(terminal.raw()).not.toContain('\u001b[2J')
  terminal.resize(columns, rows)
  display.draw(['one', 'two'])
  expect(terminal.raw()).toContain('\u001b[2J\u001b[H')
  display.close()
})

test.each([
  ['a file', false, 'xterm'],
  ['a terminal that cannot move its cursor', true, 'dumb'],
])('to %s go plain lines', (_, isTTY, term) => {
  const terminal = createTerminal(isTTY)
  const display = createLiveDisplay(terminal.stream, { term, noColour: false })
  expect(display.isBlock).toBe(false)
  display.draw(['one'])
  display.clear()
  display.redraw()
  display.draw(['two'])
  display.close()
  expect(terminal.raw()).toBe('one\ntwo\n')
})
