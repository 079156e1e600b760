import type { FastifyInstance } from 'fastify'

/** How long what is being answered may take when the server is told to stop. */
const graceMs = 10_000

/**
 * Gives the server an end within bounds: it takes no new connections, answers what it was asked, then closes every
 * connection. Node alone waits a minute and more for one that has not asked for anything, as browsers keep some ready.
 * To be called before the routes are made.
 */
export function makeClosing(app: FastifyInstance): () => Promise<void> {
  let underWay = 0
  let onAnswered = (): void => {}
  app.addHook('onRequest', async (_request, reply) => {
    underWay++
    reply.raw.once('close', () => {
      underWay--
      if (underWay === 0) onAnswered()
    })
  })
  return async () => {
    const closed = app.close()
    if (underWay > 0) {
      let timer!: NodeJS.Timeout
      await new Promise<void>(resolve => {
        timer = setTimeout(resolve, graceMs)
        onAnswered = resolve
      })
      clearTimeout(timer)
    }
    app.server.closeAllConnections()
    await closed
  }
}
