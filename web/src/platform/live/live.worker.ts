import { openLiveStream, type LiveMessage } from '#platform/live/live-stream.ts'

// One stream for all tabs of a browser, whose connections to one server are few. Open as long as a tab is there.

export interface TabMessage {
  is: 'joined' | 'here' | 'left'
  userId: string
}

// A tab that crashed says no goodbye; one that sleeps says nothing for a while and comes back.
const silentForMs = 150_000

const tabs = new Map<MessagePort, number>()
let stream: { close: () => void } | undefined
let streamOf: string | undefined
let hasSessionEnded = false

function tellAll(message: LiveMessage): void {
  if (message.is === 'session-ended') {
    stream = undefined
    hasSessionEnded = true
  }
  for (const tab of tabs.keys()) tab.postMessage(message)
}

function close(): void {
  stream?.close()
  stream = undefined
}

function take(tab: MessagePort, { is, userId }: TabMessage): void {
  if (is === 'left') {
    tabs.delete(tab)
    if (tabs.size === 0) close()
    return
  }
  if (is === 'here' && !tabs.has(tab)) tab.postMessage({ is: 'all-changed' } satisfies LiveMessage)
  tabs.set(tab, Date.now())
  // Somebody else has signed in: what the stream may tell is another thing now.
  if (streamOf !== userId) close()
  if (is === 'joined') hasSessionEnded = false
  if (stream || hasSessionEnded) return
  streamOf = userId
  stream = openLiveStream(tellAll)
}

setInterval(() => {
  for (const [tab, heardAt] of tabs) if (Date.now() - heardAt > silentForMs) tabs.delete(tab)
  if (tabs.size === 0) close()
}, 60_000)

self.addEventListener('connect', event => {
  const [tab] = (event as MessageEvent).ports
  tab?.addEventListener('message', ({ data }: MessageEvent<TabMessage>) => take(tab, data))
  tab?.start()
})
