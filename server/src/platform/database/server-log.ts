import type { Readable } from 'node:stream'
import { EmbeddedPostgresError } from './embedded-postgres-error.ts'

const logLineMaxLength = 4096
const keptLogLines = 40

/** Cuts a stream into lines of bounded length, passes them on, and keeps the last ones for an error message. */
export class ServerLog {
  #kept: string[] = []
  #receive: (line: string) => void

  constructor(receive: (line: string) => void = () => {}) {
    this.#receive = receive
  }

  add(line: string): void {
    const bounded = line.slice(0, logLineMaxLength)
    this.#kept.push(bounded)
    if (this.#kept.length > keptLogLines) this.#kept.shift()
    this.#receive(bounded)
  }

  follow(stream: Readable | null): void {
    let rest = ''
    stream?.setEncoding('utf8')
    stream?.on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n')
      // One character beyond the bound is enough to know that the line is longer.
      rest = (lines.pop() ?? '').slice(0, logLineMaxLength + 1)
      for (const line of lines) if (line !== '') this.add(line)
    })
    stream?.on('end', () => {
      if (rest !== '') this.add(rest)
    })
  }

  tail(): string {
    return this.#kept.join('\n')
  }
}

/** What did not work, with PostgreSQL's own last words. */
export function failure(code: 'initdb-failed' | 'start-failed' | 'start-timeout', what: string, log: ServerLog): EmbeddedPostgresError {
  const isDiskFull = /No space left on device|Disk quota exceeded/.test(log.tail())
  return new EmbeddedPostgresError(isDiskFull ? 'disk-full' : code, `${what}:\n${log.tail()}`)
}
