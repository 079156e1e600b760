#!/usr/bin/env node
// Plain JavaScript that any Node can read: it finds the Node that the product runs on, which npm has installed beside it.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
// The whole module: older versions of Node lack `enableCompileCache`, and naming it would stop them here.
import * as module from 'node:module'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(new URL('./main.ts', import.meta.url))
const needed = 24
// Compiled sources are kept: the program starts in half the time.
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL('../../node_modules/.cache/compiled', import.meta.url))

if (Number(process.versions.node.split('.')[0]) >= needed) {
  module.enableCompileCache(process.env.NODE_COMPILE_CACHE)
  await import(main)
} else {
  const own = fileURLToPath(new URL('../../node_modules/.bin/node', import.meta.url))
  if (!existsSync(own)) {
    console.error(
      `luytre-engine needs Node.js ${needed} or newer; this is ${process.version}. On Linux, "npm ci" installs it beside the product.`,
    )
    process.exit(1)
  }
  // By the channel it learns when we were killed outright, and ends too.
  const child = spawn(own, [main, ...process.argv.slice(2)], { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] })
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
  const forward = signal => child.kill(signal)
  for (const signal of signals) process.on(signal, forward)
  let told
  child.on('message', code => (told = code))
  const end = (code, signal) => {
    if (told !== undefined || !signal) process.exit(told ?? code ?? 1)
    // Who waits for us sees how it ended: a signal that we still listened to would not end us.
    for (const one of signals) process.removeListener(one, forward)
    process.kill(process.pid, signal)
  }
  // What it said last is read before the channel closes.
  child.on('exit', (code, signal) => (child.connected ? child.once('disconnect', () => end(code, signal)) : end(code, signal)))
}
