import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { chromium } from 'playwright-core'
import type { Browser, BrowserContext, Page } from 'playwright-core'

// What journeys stand on: the real program as a process of its own on an empty data directory, and a real browser.

const chromiumPath = '/usr/bin/chromium'
export const hasBrowser = existsSync(chromiumPath)

export interface JourneyServer {
  url: string
  /** Link that makes the first administrator; of a server without a demo. */
  firstLink: string
  demo?: { accounts: { email: string; role: string }[]; password: string }
  dataDirectory: string
  process: ChildProcess
  stop(): Promise<void>
}

interface Listening {
  event: string
  url: string
  firstLink?: string
  demo?: JourneyServer['demo']
}

/** Starts `luytre serve` on a free port and waits for it to listen. */
export async function startServer(options: { isDemo?: boolean; environment?: Record<string, string> } = {}): Promise<JourneyServer> {
  const dataDirectory = await mkdtemp(path.join(os.tmpdir(), 'luytre-journey-'))
  const binaries = process.env['LUYTRE_TEST_PG_BIN']
  const child = spawn(
    process.execPath,
    ['server/src/main.ts', 'serve', '--json', '--stop-with-parent', options.isDemo ? '--demo' : '--empty'],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        PATH: process.env['PATH'],
        LUYTRE_DATA: dataDirectory,
        LUYTRE_PORT: '0',
        LUYTRE_LOG_LEVEL: 'warn',
        // A browser that walks through every page asks more often than a person.
        LUYTRE_RATE_LIMIT: '100000',
        ...(binaries ? { LUYTRE_PG_BIN: binaries } : {}),
        ...options.environment,
      },
    },
  )
  const exited = new Promise<void>(resolve => child.once('exit', () => resolve()))
  const listening = await new Promise<Listening>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', line => {
      const said = JSON.parse(line) as Listening
      if (said.event === 'listening') resolve(said)
    })
    void exited.then(() => reject(new Error(`the server ended before it listened (${child.exitCode})`)))
  })
  return {
    url: listening.url,
    firstLink: listening.firstLink ?? '',
    ...(listening.demo ? { demo: listening.demo } : {}),
    dataDirectory,
    process: child,
    stop: async () => {
      child.kill('SIGTERM')
      await exited
      await rm(dataDirectory, { recursive: true, force: true })
    },
  }
}

export type Size = 'desk' | 'phone'
const viewports = { desk: { width: 1280, height: 900 }, phone: { width: 390, height: 844 } } as const

export async function startBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath,
    args: [
      '--no-sandbox',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--disable-gpu',
      '--disable-dev-shm-usage',
    ],
  })
}

export interface Look {
  language: 'vi' | 'en' | 'ja'
  mode: 'light' | 'dark'
  size: Size
}

const openPages = new Set<Page>()

/** For a step that failed: what each window shows, as text in the output and as a picture in the temporary folder. */
export async function showWindows(test: string): Promise<void> {
  for (const [index, page] of [...openPages].entries()) {
    const file = path.join(os.tmpdir(), `luytre-journey-${process.pid}-${index}.png`)
    await page.screenshot({ path: file }).catch(() => undefined)
    const text = await page
      .locator('body')
      .innerText()
      .catch(() => '')
    console.log(`"${test}" failed; window ${index} at ${page.url()} (${file}):\n${text.slice(0, 1500)}`)
  }
}

/** A window of its own, with its own cookies. Whatever the page says in its console as an error is kept in `complaints`. */
export async function openWindow(
  browser: Browser,
  look: Partial<Look> & { isWithoutLive?: boolean } = {},
): Promise<{ context: BrowserContext; page: Page; complaints: string[] }> {
  const { language = 'en', mode = 'light', size = 'desk' } = look
  const context = await browser.newContext({
    viewport: viewports[size],
    locale: language,
    colorScheme: mode,
    acceptDownloads: true,
    reducedMotion: 'reduce',
  })
  // A stream that stays open is never idle: who waits for the network to be looks at pages without it.
  if (look.isWithoutLive) {
    await context.addInitScript('delete globalThis.SharedWorker')
    await context.route('**/api/v1/events*', route => route.abort())
  }
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('pageerror', error => complaints.push(String(error)))
  page.on('console', message => {
    // The browser itself reports every 4xx answer; refusals are part of a journey.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) complaints.push(message.text())
  })
  page.setDefaultTimeout(30_000)
  openPages.add(page)
  page.on('close', () => openPages.delete(page))
  return { context, page, complaints }
}
