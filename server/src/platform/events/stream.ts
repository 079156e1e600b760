import type { ServerResponse } from 'node:http'
import type { Change } from './changes.ts'

// One browser's stream of server-sent events (WHATWG HTML §9.2).

// What a reader may leave unread in this process. Beyond, the stream is cut: the browser comes back and reads on from the
// last position that it got.
const unreadBytesMax = 64 * 1024
const retryMs = 3000

export type Ending = 'left' | 'slow' | 'session-ended' | 'stopping'

export interface Stream {
  /** Position of the ledger that the reader has been told of. */
  tell(position: number, changes: readonly Change[]): void
  /** Everything may have changed: the reader asks for all it shows again. */
  tellAll(position: number): void
  /** Something of the reader's own that the ledger does not hold. */
  tellOwn(change: Change): void
  /** Shows both sides that the other is there, and keeps the position. */
  beat(position: number): void
  end(reason: Ending): void
}

/** Takes the answer over; `onEnd` is called once, whoever ended it. */
export function openStream(response: ServerResponse, onEnd: (reason: Ending) => void): Stream {
  let isOpen = true
  const finish = (reason: Ending): void => {
    if (!isOpen) return
    isOpen = false
    onEnd(reason)
  }
  const write = (text: string): void => {
    if (!isOpen) return
    response.write(text)
    if (response.writableLength <= unreadBytesMax) return
    finish('slow')
    response.destroy()
  }
  response.on('close', () => finish('left'))
  response.on('error', () => finish('left'))
  write(`retry: ${retryMs}\n\n`)
  return {
    tell: (position, changes) => write(`event: changed\nid: ${position}\ndata: ${JSON.stringify(changes)}\n\n`),
    tellAll: position => write(`event: all-changed\nid: ${position}\ndata: {}\n\n`),
    tellOwn: change => write(`event: changed\ndata: ${JSON.stringify([change])}\n\n`),
    beat: position => write(`id: ${position}\n\n`),
    end: reason => {
      if (!isOpen) return
      if (reason === 'session-ended') write('event: session-ended\ndata: {}\n\n')
      finish(reason)
      response.end()
    },
  }
}
