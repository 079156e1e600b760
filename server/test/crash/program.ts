import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { readFileSync, readdirSync, readlinkSync, realpathSync } from 'node:fs'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'

// The real program as a process of its own, to be killed.

export interface Program {
  url: string
  firstLink: string | undefined
  pid: number
  exited: Promise<number | null>
  /** With -9; an ended program is left alone. */
  kill(): void
}

const main = path.join(import.meta.dirname, '../../src/main.ts')

const environment = (dataDirectory: string): NodeJS.ProcessEnv => ({
  PATH: process.env['PATH'],
  LUYTRE_DATA: dataDirectory,
  LUYTRE_PORT: '0',
  LUYTRE_LOG_LEVEL: 'error',
  LUYTRE_RATE_LIMIT: '1000000',
  ...(process.env['LUYTRE_TEST_PG_BIN'] ? { LUYTRE_PG_BIN: process.env['LUYTRE_TEST_PG_BIN'] } : {}),
})

export async function startProgram(dataDirectory: string): Promise<Program> {
  const child = spawn(process.execPath, [main, 'serve', '--empty', '--json'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: environment(dataDirectory),
  })
  // The last lines say why, should it not start.
  let errors = ''
  child.stderr.on('data', chunk => (errors = `${errors}${chunk}`.slice(-4000)))
  const exited = new Promise<number | null>(resolve => child.once('exit', code => resolve(code)))
  const said = await new Promise<{ url: string; firstLink?: string }>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', line => {
      const value = JSON.parse(line) as { event?: string; url: string; firstLink?: string }
      if (value.event === 'listening') resolve(value)
    })
    void exited.then(code => reject(new Error(`the server ended with ${code} before it listened: ${errors}`)))
  })
  return { url: said.url, firstLink: said.firstLink, pid: child.pid!, exited, kill: () => void child.kill('SIGKILL') }
}

/** Runs `luytre …` to its end; throws unless it answered with JSON. */
export async function runCommand(
  dataDirectory: string,
  words: string[],
): Promise<{ exitCode: number | null; answer: Record<string, unknown> }> {
  const child: ChildProcess = spawn(process.execPath, [main, ...words, '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: environment(dataDirectory),
  })
  let output = ''
  child.stdout!.on('data', chunk => (output += chunk))
  const exitCode = await new Promise<number | null>(resolve => child.once('close', code => resolve(code)))
  return { exitCode, answer: JSON.parse(output) as Record<string, unknown> }
}

/** Ids of the processes that work in the database's directory: postmaster, backends, helpers. */
export function findDatabaseProcesses(dataDirectory: string): number[] {
  const cluster = realpathSync(path.join(dataDirectory, 'postgres'))
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(Number)
    .filter(pid => {
      try {
        return readlinkSync(`/proc/${pid}/cwd`) === cluster
      } catch {
        return false // ended meanwhile
      }
    })
}

export const readPostmasterPid = (dataDirectory: string): number =>
  Number(readFileSync(path.join(dataDirectory, 'postgres/postmaster.pid'), 'utf8').split('\n')[0])

export function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It was quicker.
  }
}

/** Waits until `isSo`, at most `limitMs`; says whether it came to be. */
export async function waitUntil(isSo: () => boolean | Promise<boolean>, limitMs: number): Promise<boolean> {
  const end = performance.now() + limitMs
  while (performance.now() < end) {
    if (await isSo()) return true
    await delay(20)
  }
  return isSo()
}
