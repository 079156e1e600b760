import { readFile } from 'node:fs/promises'
import path from 'node:path'
import serveFiles from '@fastify/static'
import type { FastifyInstance } from 'fastify'
import { makeNonce, pageHeaders } from './security-headers.ts'

/** Where `npm run build` puts the web app. */
export const builtWebApp = path.join(import.meta.dirname, '../../../../web/dist')

/**
 * Serves the web app: its files, which carry a hash in their names, for good; every other address gets the one page,
 * which finds its own way (the API's addresses excepted). The page carries the nonce of its style element.
 */
export async function servePages(app: FastifyInstance): Promise<void> {
  const page = await readFile(path.join(builtWebApp, 'index.html'), 'utf8')
  await app.register(serveFiles, {
    root: path.join(builtWebApp, 'assets'),
    prefix: '/assets/',
    decorateReply: false,
    immutable: true,
    maxAge: '365d',
    index: false,
    preCompressed: true,
    setHeaders: (response, file) => {
      response.header('x-content-type-options', 'nosniff')
      response.header('cross-origin-resource-policy', 'same-origin')
      // The worker that hears of changes is the one file that runs under a policy of its own.
      const isWorker = /\/live\.worker-[\w-]+\.js$/.test(file.replace(/\.(?:br|gz)$/, ''))
      response.header('content-security-policy', isWorker ? "default-src 'none'; connect-src 'self'" : "default-src 'none'; sandbox")
    },
  })
  app.get('/*', { config: { rateLimit: false }, exposeHeadRoute: true }, async (request, reply) => {
    if (request.url.startsWith('/api/') || request.url.startsWith('/assets/')) return reply.callNotFound()
    const nonce = makeNonce()
    return reply.headers(pageHeaders(nonce)).type('text/html; charset=utf-8').send(page.replaceAll('__CSP_NONCE__', nonce))
  })
}
