import { spawn } from 'node:child_process'
import path from 'node:path'
import { createInterface } from 'node:readline'
import type { Ask } from './people-import.ts'

// The product as people start it, and somebody signed in to it.

export const main = path.join(import.meta.dirname, '../src/main.ts')

export const environmentOf = (directory: string): NodeJS.ProcessEnv => ({
  PATH: process.env['PATH'],
  LUYTRE_DATA: directory,
  LUYTRE_PORT: '0',
  LUYTRE_LOG_LEVEL: 'error',
  LUYTRE_RATE_LIMIT: '1000000',
})

export interface RunningServer {
  url: string
  pid: number
  stop(): Promise<void>
}

export async function startServer(directory: string): Promise<RunningServer> {
  const child = spawn(process.execPath, [main, 'serve', '--empty', '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: environmentOf(directory),
  })
  const exited = new Promise<void>(resolve => child.once('exit', () => resolve()))
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', line => {
      const said = JSON.parse(line) as { event?: string; url: string }
      if (said.event === 'listening') resolve(said.url)
    })
    void exited.then(() => reject(new Error('the server ended before it listened')))
  })
  return {
    url,
    pid: child.pid!,
    async stop() {
      child.kill('SIGTERM')
      await exited
    },
  }
}

export async function signIn(url: string, account: { email: string; password: string }): Promise<Ask> {
  const answer = await fetch(`${url}/api/v1/session`, {
    method: 'POST',
    headers: { origin: url, 'content-type': 'application/json' },
    body: JSON.stringify(account),
  })
  if (!answer.ok) throw new Error(`sign-in: ${answer.status} ${await answer.text()}`)
  let cookie = answer.headers
    .getSetCookie()
    .map(value => value.split(';')[0])
    .join('; ')
  return async (method, path_, { body, headers } = {}) => {
    const response = await fetch(`${url}/api/v1${path_}`, { method, headers: { origin: url, cookie, ...headers }, ...(body && { body }) })
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path_}: ${response.status} ${text.slice(0, 500)}`)
    const renewed = response.headers.getSetCookie().map(value => value.split(';')[0])
    if (renewed.length > 0) cookie = renewed.join('; ')
    return JSON.parse(text) as never
  }
}
