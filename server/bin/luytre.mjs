#!/usr/bin/env -S node --max-semi-space-size=16
// Plain JavaScript that any Node can read: it finds the Node that the product runs on, which npm has installed beside it.
// Short-lived garbage is collected before it takes more than some 50 MB, as it was in earlier versions of Node: that saves a hundred.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
// The whole module: older versions of Node lack `enableCompileCache`, and naming it would stop them here.
import * as module from 'node:module'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))
const needed = 24
// Compiled sources are kept: the program starts in half the time.
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL('../../node_modules/.cache/compiled', import.meta.url))

if (Number(process.versions.node.split('.')[0]) >= needed) {
  module.enableCompileCache(process.env.NODE_COMPILE_CACHE)
  await import(main)
} else {
  const own = fileURLToPath(new URL('../../node_modules/.bin/node', import.meta.url))
  if (!existsSync(own)) {
    console.error(`luytre needs Node.js ${needed} or newer; this is ${process.version}. On Linux, "npm ci" installs it beside the product.`)
    process.exit(1)
  }
  const [command, ...options] = process.argv.slice(2)
  // A server whose launcher was killed outright would go on unseen.
  const words = command === 'serve' ? [command, '--stop-with-parent', ...options] : process.argv.slice(2)
  const child = spawn(own, [...process.execArgv, main, ...words], { stdio: 'inherit' })
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
  const forward = signal => child.kill(signal)
  for (const signal of signals) process.on(signal, forward)
  child.on('exit', (code, signal) => {
    if (!signal) process.exit(code ?? 1)
    // Who waits for us sees how it ended: a signal that we still listened to would not end us.
    for (const one of signals) process.removeListener(one, forward)
    process.kill(process.pid, signal)
  })
}
