import type { Query, QueryClient } from '@tanstack/react-query'
import { openLiveStream, type Change, type LiveMessage } from '#platform/live/live-stream.ts'
import type { TabMessage } from '#platform/live/live.worker.ts'

// A page that is open changes when a colleague changes what it shows: the server says of which records, and the queries that
// read such records (`reads` of their endpoint) are asked again.

const hereEveryMs = 30_000
// A burst is one round of questions, and a flood is one in a while.
const soonMs = 50
const pauseMs = 1500

/** Listens for the person who is signed in; returns what ends that. */
export function listenForChanges(queries: QueryClient, userId: string): () => void {
  let waiting: Change[] = []
  let timer: ReturnType<typeof setTimeout> | undefined
  let lastAt = 0

  const ask = (): void => {
    timer = undefined
    lastAt = Date.now()
    const changes = waiting
    waiting = []
    void queries.invalidateQueries({ predicate: query => changes.some(change => concerns(change, query)) })
  }

  const take = (message: LiveMessage): void => {
    // After the end of a session the first answer leads to sign-in.
    if (message.is !== 'changed') return void queries.invalidateQueries()
    waiting.push(...message.changes)
    timer ??= setTimeout(ask, Math.max(soonMs, lastAt + pauseMs - Date.now()))
  }

  const leave = typeof SharedWorker === 'undefined' ? openLiveStream(take).close : joinWorker(userId, take)
  return () => {
    clearTimeout(timer)
    leave()
  }
}

function joinWorker(userId: string, take: (message: LiveMessage) => void): () => void {
  const { port } = new SharedWorker(new URL('./live.worker.ts', import.meta.url), { type: 'module', name: 'luytre-live' })
  const say = (is: TabMessage['is']): void => port.postMessage({ is, userId } satisfies TabMessage)
  port.addEventListener('message', ({ data }: MessageEvent<LiveMessage>) => take(data))
  port.start()
  say('joined')
  const timer = setInterval(() => say('here'), hereEveryMs)
  const leave = (): void => say('left')
  // A page that is put aside is not there; one that is taken out again is.
  const comeBack = (event: PageTransitionEvent): void => {
    if (event.persisted) say('here')
  }
  window.addEventListener('pagehide', leave)
  window.addEventListener('pageshow', comeBack)
  return () => {
    clearInterval(timer)
    window.removeEventListener('pagehide', leave)
    window.removeEventListener('pageshow', comeBack)
    leave()
    port.close()
  }
}

interface Asked {
  params?: Record<string, string>
}

/** Whether an answer may be another one after a change: it is made of such records, and asked for no other one. */
export function concerns({ type, id, personId }: Change, { meta, queryKey }: Pick<Query, 'meta' | 'queryKey'>): boolean {
  const reads = meta?.['reads'] as readonly string[] | undefined
  if (!reads?.includes(type)) return false
  const { params = {} } = (queryKey[1] ?? {}) as Asked
  const asked = params[`${type}Id`]
  if (asked !== undefined && id !== null && asked !== id) return false
  return params['personId'] === undefined || personId === undefined || params['personId'] === personId
}
