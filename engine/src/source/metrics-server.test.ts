import { connect } from 'node:net'
import { once } from 'node:events'
import { get } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { hostname } from 'node:os'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { serveMetrics } from './metrics-server.ts'
import type { MetricsServer } from './metrics-server.ts'

let server: MetricsServer
let asked = 0
beforeAll(async () => {
  server = await serveMetrics({ address: '127.0.0.1', port: 0 }, () => `asked ${++asked}\n`)
})
afterAll(() => server.close())

const ask = (path: string, init?: RequestInit): Promise<Response> => fetch(`http://127.0.0.1:${server.port}${path}`, init)

test.each<[string, string, number]>([
  ['GET', '/metrics', 200],
  ['GET', '/metrics?name=up', 200],
  ['HEAD', '/metrics', 200],
  ['POST', '/metrics', 405],
  ['DELETE', '/metrics', 405],
  ['GET', '/', 404],
  ['GET', '/metrics/more', 404],
  ['POST', '/', 404],
])('%s %s is %d', async (method, path, status) => {
  const response = await ask(path, { method, ...(method === 'POST' ? { body: 'x'.repeat(100_000) } : {}) })
  expect(response.status).toBe(status)
  expect(response.headers.get('allow')).toBe(status === 405 ? 'GET, HEAD' : null)
  if (status === 200) expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
  const text = await response.text()
  if (status === 200) expect(text).toMatch(method === 'HEAD' ? /^$/ : /^asked \d+\n$/)
})

// A web page can have its own name resolved to this machine, and then read what it answers.
test.each<[string, number]>([
  ['127.0.0.1', 200],
  ['127.0.0.1:9100', 200],
  ['192.0.2.7:9100', 200],
  ['[::1]:9100', 200],
  ['[2001:db8::1]', 200],
  ['localhost:9100', 200],
  ['LOCALHOST.', 200],
  [hostname(), 200],
  [`${hostname()}:9100`, 200],
  ['rebound.example', 403],
  ['rebound.example:9100', 403],
  ['127.0.0.1.rebound.example', 403],
  ['localhost.rebound.example', 403],
  ['[::1].rebound.example', 403],
  ['[rebound.example]', 403],
  ['127.0.0.1:9100:1', 403],
])('asked as "%s": %d', async (host, status) => {
  const request = get({ host: '127.0.0.1', port: server.port, path: '/metrics', headers: { host } })
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  const text = (await response.toArray()).join('')
  expect(response.statusCode).toBe(status)
  expect(text).toMatch(status === 200 ? /^asked \d+\n$/ : /^Only by an IP address.+\n$/)
})

test.each([
  ['headers without an end', `GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ${'y'.repeat(20_000)}\r\n\r\n`, '431'],
  ['a Host header without a name', 'GET /metrics HTTP/1.1\r\nHost: \r\nConnection: close\r\n\r\n', '403'],
  ['what is no HTTP', '\u0016\u0003\u0001 hello\r\n\r\n', '400'],
])('%s: refused, and the next one is served', async (_, text, status) => {
  const socket = connect(server.port, '127.0.0.1')
  socket.on('error', () => {})
  socket.write(text)
  let answer = ''
  socket.on('data', piece => (answer += piece.toString()))
  await once(socket, 'close')
  expect(answer.split(' ')[1]).toBe(status)
  expect((await ask('/metrics')).status).toBe(200)
})

test('of many requests in one piece the first is answered, and the text is made once', async () => {
  const socket = connect(server.port, '127.0.0.1')
  let answer = ''
  socket.on('error', () => {})
  socket.on('data', piece => (answer += piece.toString()))
  const before = asked
  socket.write('GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n'.repeat(2000))
  await once(socket, 'close')
  expect(answer.match(/^HTTP/gm)).toHaveLength(1)
  expect(answer).toMatch(/connection: close/i)
  await Promise.all(Array.from({ length: 20 }, () => ask('/metrics').then(response => response.text())))
  expect(asked - before).toBeLessThanOrEqual(3)
})

test('a port that is taken is told as the system says it', async () => {
  await expect(serveMetrics({ address: '127.0.0.1', port: server.port }, () => '')).rejects.toMatchObject({
    code: 'EADDRINUSE',
    syscall: 'listen',
  })
})
