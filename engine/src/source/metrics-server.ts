import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

// Prometheus asks by HTTP and gets text; there is nothing else to be had. What a client may send and hold is bounded.

export interface MetricsServer {
  readonly port: number
  close(): Promise<void>
}

const maxConnections = 32
/** A scrape is a line and some headers. */
const maxHeaderBytes = 8192
const requestTimeoutMs = 10_000

/** Answers `GET /metrics` with what `format` makes then. Rejects with what the system says when the address cannot be had. */
export async function serveMetrics({ address, port }: { address: string; port: number }, format: () => string): Promise<MetricsServer> {
  const server = createServer(
    {
      maxHeaderSize: maxHeaderBytes,
      requestTimeout: requestTimeoutMs,
      headersTimeout: requestTimeoutMs,
      connectionsCheckingInterval: 1000,
    },
    (request, response) => {
      const answer = (status: number, text: string, headers: Record<string, string> = {}): void => {
        // A body that nobody reads would be waited for.
        if (request.headers['content-length'] !== undefined || request.headers['transfer-encoding'] !== undefined)
          response.setHeader('Connection', 'close')
        response.writeHead(status, {
          'Content-Type': 'text/plain; charset=utf-8',
          'Content-Length': Buffer.byteLength(text),
          'Cache-Control': 'no-store',
          'X-Content-Type-Options': 'nosniff',
          ...headers,
        })
        response.end(request.method === 'HEAD' ? undefined : text)
      }
      if (request.url?.split('?')[0] !== '/metrics') return answer(404, 'There is only /metrics.\n')
      if (request.method !== 'GET' && request.method !== 'HEAD') return answer(405, 'Only GET and HEAD.\n', { Allow: 'GET, HEAD' })
      answer(200, format(), { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' })
    },
  )
  server.maxConnections = maxConnections
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
