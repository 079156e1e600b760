// The server's stream of changes, read by the browser's own EventSource: in the worker that all tabs share, or in the tab
// itself where there is no such worker.

export interface Change {
  /** Kind of record, as the server's ledger names it. */
  type: string
  /** Null: many of this kind. */
  id: string | null
  personId?: string
}

export type LiveMessage = { is: 'changed'; changes: readonly Change[] } | { is: 'all-changed' } | { is: 'session-ended' }

const firstPauseMs = 3000
const longestPauseMs = 60_000

/** Keeps a stream open, and reads on where it broke, until it is closed or the session has ended. */
export function openLiveStream(tell: (message: LiveMessage) => void): { close: () => void } {
  let source: EventSource
  let after = ''
  let pauseMs = firstPauseMs
  let timer: ReturnType<typeof setTimeout> | undefined

  const open = (): void => {
    const isRetry = timer !== undefined
    source = new EventSource(`/api/v1/events${after && `?after=${after}`}`)
    const on = (name: string, take: (data: string) => void): void =>
      source.addEventListener(name, event => {
        after = event.lastEventId
        take(String(event.data))
      })
    source.addEventListener('open', () => {
      pauseMs = firstPauseMs
      // Nothing says what was missed.
      if (isRetry && after === '') tell({ is: 'all-changed' })
    })
    on('changed', data => tell({ is: 'changed', changes: JSON.parse(data) as Change[] }))
    on('all-changed', () => tell({ is: 'all-changed' }))
    on('session-ended', () => {
      source.close()
      tell({ is: 'session-ended' })
    })
    source.addEventListener('error', () => {
      // A line that broke the browser mends by itself; an answer that was no stream is its last word.
      if (source.readyState !== EventSource.CLOSED) return
      timer = setTimeout(open, pauseMs)
      pauseMs = Math.min(pauseMs * 2, longestPauseMs)
    })
  }

  open()
  return {
    close: () => {
      clearTimeout(timer)
      source.close()
    },
  }
}
