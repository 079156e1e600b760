import { createServer } from 'node:http'
import { isIP } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { hostname } from 'node:os'

// Prometheus asks by HTTP and gets text; there is nothing else to be had. What a client may send and hold is bounded.

export interface MetricsServer {
  readonly port: number
  close(): Promise<void>
}

const maxConnections = 32
/** A scrape is a line and some headers. */
const maxHeaderBytes = 8192
const requestTimeoutMs = 10_000
/** Who asks sooner gets the same text again: making it takes time from the flows. */
const keptMs = 500

/**
 * Whether a Host header (RFC 9110 §7.2) names this machine: by an IP address, as localhost or by its own name. Any other name may be one that a
 * web page had resolved anew to this address, so that the browser lets it read the answer. Without one, no browser asks.
 */
function isOwnHost(host: string | undefined): boolean {
  if (host === undefined) return true
  const name = /^(\[.+\]|[^:]+?)\.?(?::\d*)?$/.exec(host)?.[1]?.toLowerCase() ?? ''
  const own = hostname().toLowerCase()
  if (name.startsWith('[')) return isIP(name.slice(1, -1)) === 6
  return isIP(name) === 4 || name === 'localhost' || name === own || name === own.split('.')[0]
}

/** Answers `GET /metrics` with what `format` makes then. Rejects with what the system says when the address cannot be had. */
export async function serveMetrics({ address, port }: { address: string; port: number }, format: () => string): Promise<MetricsServer> {
  // Elsewhere whoever reaches the port may read it anyway, and a Prometheus may know the machine by any name.
  const isLoopback = address === 'localhost' || address === '::1' || address.startsWith('127.')
  let kept = { text: '', atMs: -Infinity }
  const current = (): string => {
    const nowMs = performance.now()
    if (nowMs - kept.atMs >= keptMs) kept = { text: format(), atMs: nowMs }
    return kept.text
  }
  const answered = new WeakSet<Socket>()
  const server = createServer(
    {
      maxHeaderSize: maxHeaderBytes,
      requestTimeout: requestTimeoutMs,
      headersTimeout: requestTimeoutMs,
      connectionsCheckingInterval: 1000,
    },
    (request, response) => {
      // One request a connection: many in one piece would be many answers that nobody reads.
      if (answered.has(request.socket)) return
      answered.add(request.socket)
      const answer = (status: number, text: string, headers: Record<string, string> = {}): void => {
        response.writeHead(status, {
          Connection: 'close',
          'Content-Type': 'text/plain; charset=utf-8',
          'Content-Length': Buffer.byteLength(text),
          'Cache-Control': 'no-store',
          'X-Content-Type-Options': 'nosniff',
          ...headers,
        })
        response.end(request.method === 'HEAD' ? undefined : text)
      }
      if (isLoopback && !isOwnHost(request.headers.host))
        return answer(403, "Only by an IP address, localhost or this machine's host name.\n")
      if (request.url?.split('?')[0] !== '/metrics') return answer(404, 'There is only /metrics.\n')
      if (request.method !== 'GET' && request.method !== 'HEAD') return answer(405, 'Only GET and HEAD.\n', { Allow: 'GET, HEAD' })
      answer(200, current(), { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' })
    },
  )
  server.maxConnections = maxConnections
  // Of whoever reads no answer.
  server.setTimeout(requestTimeoutMs)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host: address, port }, () => {
      server.off('error', reject)
      resolve()
    })
  })
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
