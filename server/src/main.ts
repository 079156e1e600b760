import { parseArgs } from 'node:util'
import { ConfigError, readConfig } from '#platform/config/config.ts'
import { Problem } from '#platform/http/problem.ts'
import { createLog } from '#platform/telemetry/telemetry.ts'
import { CommandError } from './commands/command.ts'
import type { Command } from './commands/command.ts'
import { commands } from './commands/commands.ts'
import { isFaultOfSurroundings } from './commands/surroundings.ts'
import { version } from './version.ts'

// The command line: find the command, read its options and the configuration, run it, say how it went.
// Exit codes: 0 done; 1 refused or found something wrong; 2 the command itself was written wrongly.

function usage(): string {
  const width = Math.max(...commands.map(command => command.usage.length))
  return [
    'Lũy Tre: grow the capacity of a national cyber-security authority, and see whether it grows.',
    '',
    'Usage: luytre <command> [options]',
    '',
    ...commands.map(command => `  ${command.usage.padEnd(width)}  ${command.summary}`),
    '',
    'Every command takes --json (JSON values on standard output, one a line) and --help.',
    'Settings are environment variables, LUYTRE_…: see docs/reference/configuration.md.',
    `Version ${version}.`,
  ].join('\n')
}

function help(command: Command): string {
  const options = Object.entries(command.options).map(
    ([name, option]) => `  --${name}${option.type === 'string' ? ' VALUE' : ''}  ${option.help}`,
  )
  return [`Usage: luytre ${command.usage}`, '', command.summary, ...(options.length > 0 ? ['', ...options] : [])].join('\n')
}

async function run(words: string[]): Promise<number> {
  if (words.length === 0 || words[0] === '--help' || words[0] === '-h' || words[0] === 'help') {
    console.log(usage())
    return words.length === 0 ? 2 : 0
  }
  if (words[0] === '--version') {
    console.log(version)
    return 0
  }
  const command = commands.find(one => one.name.every((word, index) => words[index] === word))
  if (!command) {
    console.error(`luytre: no command "${words.join(' ')}". "luytre --help" lists them.`)
    return 2
  }
  const isJson = words.includes('--json')
  const fail = (code: string, message: string, exitCode: number, details: Record<string, unknown> = {}): number => {
    console.error(`luytre: ${message}`)
    if (isJson) console.log(JSON.stringify({ ok: false, code, message, ...details }))
    return exitCode
  }
  let parsed
  try {
    parsed = parseArgs({
      args: words.slice(command.name.length),
      options: { ...command.options, json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
      allowPositionals: true,
    })
  } catch (error) {
    return fail('usage', `${(error as Error).message}\n${help(command)}`, 2)
  }
  if (parsed.values['help']) {
    console.log(help(command))
    return 0
  }
  if (
    parsed.positionals.length < command.positionals.length ||
    (parsed.positionals.length > command.positionals.length && !command.takesMore)
  )
    return fail('usage', `expected ${command.positionals.join(' ') || 'no further words'}\n${help(command)}`, 2)
  try {
    const config = readConfig(process.env)
    const log = createLog(config.logLevel)
    const result = await command.run({
      config,
      log,
      isJson,
      values: parsed.values,
      positionals: parsed.positionals,
      say: text => isJson || console.log(text),
    })
    if (isJson) console.log(JSON.stringify({ ok: result.exitCode === 0, ...result.answer }))
    return result.exitCode
  } catch (error) {
    if (error instanceof ConfigError)
      return fail('configuration', `the configuration has faults:\n  ${error.problems.join('\n  ')}`, 2, { problems: error.problems })
    if (error instanceof CommandError) return fail(error.code, error.message, 1)
    if (error instanceof Problem) return fail(error.code, command.explain?.(error) ?? error.code, 1, { ...error.details })
    // Of several addresses that were tried in vain Node makes one error without words.
    if (isFaultOfSurroundings(error)) return fail(error.code, error.message || error.code, 1)
    return fail('internal', (error as Error).stack ?? String(error), 1)
  }
}

process.exitCode = await run(process.argv.slice(2))
