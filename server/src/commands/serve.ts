import { serve } from '../serve.ts'
import type { RunningServer } from '../serve.ts'
import type { Command } from './command.ts'

/** Resolves with the reason to end: a signal, the loss of a store, or of the process that started us. */
function reasonToStop(server: RunningServer, stopsWithParent: boolean): Promise<string> {
  return new Promise(resolve => {
    // Kept for good: Ctrl-C reaches us from the terminal and once more through npm, and the second must not cut the stop short.
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve(signal))
    void server.lost.then(resolve)
    if (!stopsWithParent) return
    const parent = process.ppid
    setInterval(() => {
      if (process.ppid !== parent) resolve('the process that started it is gone')
    }, 500).unref()
  })
}

function welcome({ url, welcome: { firstLink, demo, holdsDemo } }: RunningServer): string {
  const lines = ['', `  Lũy Tre is at ${url}`, '']
  if (firstLink) lines.push('  Make the first administrator here (one hour, once):', `  ${firstLink}`, '')
  if (demo) {
    lines.push(
      '  A demonstration: every person and figure in it is invented. Its past half-years fill in during the first minute.',
      `  Password of every account: ${demo.password}`,
      '',
    )
    const width = Math.max(...demo.accounts.map(account => account.email.length))
    lines.push(...demo.accounts.map(account => `    ${account.email.padEnd(width)}  ${account.role}`), '')
  }
  if (holdsDemo && !demo)
    lines.push(
      '  This data directory holds the invented authority of the demonstration, and answers on this machine only.',
      '  For an authority of your own take another directory: LUYTRE_DATA=../luytre-data npm start -- --empty',
      '',
    )
  lines.push('  Ctrl-C stops it.', '')
  return lines.join('\n')
}

export const serveCommand: Command = {
  name: ['serve'],
  usage: 'serve [--demo | --empty] [--stop-with-parent]',
  summary: 'Starts the server, with its own database unless LUYTRE_DATABASE_URL names one.',
  positionals: [],
  options: {
    demo: { type: 'boolean', help: 'On an empty data directory, makes a small invented authority to look at.' },
    empty: { type: 'boolean', help: 'Makes no demonstration, whatever else says so.' },
    'stop-with-parent': { type: 'boolean', help: 'Ends when the process that started it ends.' },
  },
  async run({ config, log, values, isJson, say }) {
    const server = await serve(config, log, { isDemo: values['demo'] === true && values['empty'] !== true })
    say(welcome(server))
    if (isJson) console.log(JSON.stringify({ ok: true, event: 'listening', url: server.url, ...server.welcome }))
    const reason = await reasonToStop(server, values['stop-with-parent'] === true)
    log.info({ reason }, 'stopping')
    await server.stop()
    const isOrdered = reason.startsWith('SIG') || reason.startsWith('the process')
    if (!isOrdered) log.error({ reason }, 'stopped')
    // Timers of libraries must not keep a stopped server alive.
    setTimeout(() => process.exit(), 2000).unref()
    return { exitCode: isOrdered ? 0 : 1, answer: { event: 'stopped', reason } }
  },
}
