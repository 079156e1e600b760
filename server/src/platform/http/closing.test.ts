import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { connect } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import Fastify from 'fastify'
import type { FastifyInstance } from 'fastify'
import { expect, test, vi } from 'vitest'
import { makeClosing } from './closing.ts'

async function start(): Promise<{ app: FastifyInstance; close: () => Promise<void>; port: number; reached: () => boolean }> {
  const app = Fastify()
  const close = makeClosing(app)
  let isReached = false
  app.get('/slow', async () => {
    isReached = true
    await wait(700)
    return 'answered'
  })
  await app.listen({ port: 0, host: '127.0.0.1' })
  return { app, close, port: (app.server.address() as AddressInfo).port, reached: () => isReached }
}

test('a connection over which nothing was asked keeps no server from its end', async () => {
  const { close, port } = await start()
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  const started = performance.now()
  await Promise.all([close(), once(socket, 'close')])
  expect(performance.now() - started).toBeLessThan(5000)
})

test('what was asked before is answered to its end', async () => {
  const { close, port, reached } = await start()
  const answer = fetch(`http://127.0.0.1:${port}/slow`)
  await vi.waitUntil(reached, 5000)
  await close()
  expect(await (await answer).text()).toBe('answered')
})
