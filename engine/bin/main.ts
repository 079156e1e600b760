import { parseArgs } from 'node:util'
import { CommandError } from './command.ts'
import type { Command } from './command.ts'
import { decode } from './decode.ts'
import { detect } from './detect.ts'
import { generate } from './generate.ts'
import { refuseRepeated } from './options.ts'
import { replay } from './replay.ts'
import { rules } from './rules.ts'

// The engine's command line, for use without the rest of the product. JSON values go to standard output, one a line; what
// is meant for people goes to standard error. Exit codes: 0 done; 1 refused or found something wrong; 2 written wrongly.

const commands: readonly Command[] = [decode, detect, rules, replay, generate]

function usage(): string {
  const width = Math.max(...commands.map(command => command.usage.length))
  return [
    'Lũy Tre engine: network flows in, findings out.',
    '',
    'Usage: luytre-engine <command> [options]',
    '',
    ...commands.map(command => `  ${command.usage.padEnd(width)}  ${command.summary}`),
    '',
    'Every command takes --help.',
  ].join('\n')
}

function help(command: Command): string {
  const names = Object.entries(command.options).map(([name, { value }]) => `--${name}${value ? ` ${value}` : ''}`)
  const width = Math.max(...names.map(name => name.length))
  const options = Object.values(command.options).map((option, index) => `  ${names[index]!.padEnd(width)}  ${option.help}`)
  return [`Usage: luytre-engine ${command.usage}`, '', command.summary, '', ...options].join('\n')
}

async function run(words: string[]): Promise<number> {
  const [name] = words
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    console.log(usage())
    return name === undefined ? 2 : 0
  }
  const command = commands.find(one => one.name === name)
  if (!command) {
    console.error(`luytre-engine: no command "${name}". "luytre-engine --help" lists them.`)
    return 2
  }
  let parsed
  try {
    parsed = parseArgs({
      args: words.slice(1),
      options: {
        ...Object.fromEntries(
          Object.entries(command.options).map(([option, { value, isRepeatable }]) => [
            option,
            { type: value ? ('string' as const) : ('boolean' as const), multiple: isRepeatable ?? false },
          ]),
        ),
        help: { type: 'boolean', short: 'h' },
      },
      allowPositionals: true,
      tokens: true,
    })
  } catch (error) {
    // Node's advice on words that begin with a dash is of no use here.
    console.error(`luytre-engine: ${(error as Error).message.split('. To specify')[0]}\n${help(command)}`)
    return 2
  }
  if (parsed.values['help']) {
    console.log(help(command))
    return 0
  }
  try {
    refuseRepeated(command, parsed.tokens)
    return await command.run({ values: parsed.values, positionals: parsed.positionals })
  } catch (error) {
    if (error instanceof CommandError) {
      console.error(`luytre-engine: ${error.message}${error.isUsage ? `\n${help(command)}` : ''}`)
      return error.isUsage ? 2 : 1
    }
    // A file or a port that cannot be had: what the system says is enough.
    if (error instanceof Error && 'syscall' in error) {
      console.error(`luytre-engine: ${error.message}`)
      return 1
    }
    throw error
  }
}

// Whoever reads our output may have had enough (`| head`): that is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  console.error(`luytre-engine: standard output: ${error.message}`)
  process.exit(1)
})
// What is for people alone is no reason to end: a log that is begun anew, a terminal that was closed.
process.stderr.on('error', () => {})

process.exitCode = await run(process.argv.slice(2))
