import { spawn } from 'node:child_process'
import { readFileSync, readdirSync, readlinkSync, realpathSync } from 'node:fs'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'

// The real program as a process of its own, to be asked and to be killed.

export interface Program {
  url: string
  firstLink: string | undefined
  holdsDemo: boolean
  pid: number
  exited: Promise<number | null>
  /** With -9; an ended program is left alone. */
  kill(): void
}

const main = path.join(import.meta.dirname, '../src/main.ts')

/** Settings beside the usual ones. */
type Settings = Record<`LUYTRE_${string}`, string>

const environment = (dataDirectory: string, settings: Settings): NodeJS.ProcessEnv => ({
  PATH: process.env['PATH'],
  LUYTRE_DATA: dataDirectory,
  LUYTRE_PORT: '0',
  LUYTRE_LOG_LEVEL: 'error',
  LUYTRE_RATE_LIMIT: '1000000',
  ...(process.env['LUYTRE_TEST_PG_BIN'] ? { LUYTRE_PG_BIN: process.env['LUYTRE_TEST_PG_BIN'] } : {}),
  ...settings,
})

/** Runs `luytre serve` until it listens. */
export async function startProgram(dataDirectory: string, settings: Settings = {}, words = ['--empty']): Promise<Program> {
  const child = spawn(process.execPath, [main, 'serve', ...words, '--json'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: environment(dataDirectory, settings),
  })
  // The last lines say why, should it not start.
  let errors = ''
  child.stderr.on('data', chunk => (errors = `${errors}${chunk}`.slice(-4000)))
  const exited = new Promise<number | null>(resolve => child.once('exit', code => resolve(code)))
  const said = await new Promise<Pick<Program, 'url' | 'firstLink' | 'holdsDemo'>>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', line => {
      const value = JSON.parse(line) as { event?: string; url: string; firstLink: string | undefined; holdsDemo: boolean }
      if (value.event === 'listening') resolve(value)
    })
    void exited.then(code => reject(new Error(`the server ended with ${code} before it listened: ${errors}`)))
  })
  return {
    url: said.url,
    firstLink: said.firstLink,
    holdsDemo: said.holdsDemo,
    pid: child.pid!,
    exited,
    kill: () => void child.kill('SIGKILL'),
  }
}

/** Runs `luytre …` to its end; throws unless it answered with JSON. */
export async function runCommand(
  dataDirectory: string,
  words: string[],
  settings: Settings = {},
): Promise<{ exitCode: number | null; answer: Record<string, unknown>; errors: string }> {
  const { exitCode, output, errors } = await runWords(dataDirectory, [...words, '--json'], settings)
  try {
    return { exitCode, errors, answer: JSON.parse(output) as Record<string, unknown> }
  } catch (error) {
    throw new Error(`luytre ${words.join(' ')} ended with ${exitCode} and answered ${output || 'nothing'}: ${errors}`, { cause: error })
  }
}

/** Runs `luytre …` to its end, as a person would type it. */
export async function runWords(
  dataDirectory: string,
  words: string[],
  settings: Settings = {},
): Promise<{ exitCode: number | null; output: string; errors: string }> {
  const child = spawn(process.execPath, [main, ...words], { stdio: ['ignore', 'pipe', 'pipe'], env: environment(dataDirectory, settings) })
  let output = ''
  let errors = ''
  child.stdout.on('data', chunk => (output += chunk))
  child.stderr.on('data', chunk => (errors = `${errors}${chunk}`.slice(-4000)))
  const exitCode = await new Promise<number | null>(resolve => child.once('close', code => resolve(code)))
  return { exitCode, output, errors }
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
