import { spawn } from 'node:child_process'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { usedCpuUsOf } from '../cpu-time.ts'
import type { SeededAccount } from '../seed/seed.ts'

// The product as people start it, on a seeded data directory, and who is signed in to it.

export const main = path.join(import.meta.dirname, '../../src/main.ts')

export interface RunningProgram {
  url: string
  pid: number
  /** From the start of the program to the first answer of /health. */
  toHealthMs: number
  /** CPU time that it and its database have used so far. */
  cpuUs(): number
  stop(): Promise<void>
}

export const environmentOf = (directory: string): NodeJS.ProcessEnv => ({
  PATH: process.env['PATH'],
  // Compiled sources are kept, as for everything that npm starts.
  ...(process.env['NODE_COMPILE_CACHE'] ? { NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] } : {}),
  ...(process.env['NODE_OPTIONS'] ? { NODE_OPTIONS: process.env['NODE_OPTIONS'] } : {}),
  LUYTRE_DATA: directory,
  LUYTRE_PORT: '0',
  LUYTRE_LOG_LEVEL: 'error',
  LUYTRE_RATE_LIMIT: '1000000',
})

export async function startProgram(directory: string): Promise<RunningProgram> {
  const start = performance.now()
  // As `npm start` and the launcher call it.
  const child = spawn(process.execPath, ['--max-semi-space-size=16', main, 'serve', '--empty', '--json'], {
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
  const health = await fetch(`${url}/health`)
  if (!health.ok) throw new Error(`/health answers ${health.status}`)
  return {
    url,
    pid: child.pid!,
    toHealthMs: performance.now() - start,
    cpuUs: () => usedCpuUsOf(child.pid!, directory),
    async stop() {
      child.kill('SIGTERM')
      await exited
    },
  }
}

/** Somebody who is signed in: reads an address of the API. */
export type Get = <T>(address: string) => Promise<T>

/** The cookie of a new session. */
async function openSession(url: string, account: SeededAccount): Promise<string> {
  const answer = await fetch(`${url}/api/v1/session`, {
    method: 'POST',
    headers: { origin: url, 'content-type': 'application/json' },
    body: JSON.stringify(account),
  })
  if (!answer.ok) throw new Error(`sign-in: ${answer.status} ${await answer.text()}`)
  return answer.headers
    .getSetCookie()
    .map(value => value.split(';')[0])
    .join('; ')
}

export async function signIn(url: string, account: SeededAccount): Promise<Get> {
  const cookie = await openSession(url, account)
  return async <T>(address: string) => {
    const response = await fetch(`${url}/api/v1${address}`, { headers: { cookie } })
    if (!response.ok) throw new Error(`${address}: ${response.status} ${await response.text()}`)
    return (await response.json()) as T
  }
}

/** Somebody who is signed in: asks for a change too. */
export type Ask = <T>(
  method: string,
  address: string,
  options?: { body: string | Uint8Array<ArrayBuffer>; headers: Record<string, string> },
) => Promise<T>

export async function signInToChange(url: string, account: SeededAccount): Promise<Ask> {
  const cookie = await openSession(url, account)
  return async <T>(method: string, address: string, options?: Parameters<Ask>[2]) => {
    const headers = { origin: url, cookie, ...options?.headers }
    const response = await fetch(`${url}/api/v1${address}`, { method, headers, ...(options && { body: options.body }) })
    if (!response.ok) throw new Error(`${method} ${address}: ${response.status} ${(await response.text()).slice(0, 500)}`)
    return (await response.json()) as T
  }
}
