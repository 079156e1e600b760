import type { Config } from '#platform/config/config.ts'
import type { Problem } from '#platform/http/problem.ts'
import type { Log } from '#platform/telemetry/telemetry.ts'

export interface CommandOption {
  type: 'string' | 'boolean'
  help: string
}

export interface CommandCall {
  config: Config
  log: Log
  isJson: boolean
  values: Record<string, string | boolean | (string | boolean)[] | undefined>
  positionals: string[]
  /** Prints for people; silent with --json. */
  say(text: string): void
}

export interface CommandResult {
  exitCode: 0 | 1
  /** What --json prints. */
  answer: Record<string, unknown>
}

/** One command of the command line. */
export interface Command {
  name: readonly string[]
  usage: string
  summary: string
  positionals: readonly string[]
  takesMore?: true
  options: Record<string, CommandOption>
  run(call: CommandCall): Promise<CommandResult>
  /** A Problem in words, where the command knows better than its code. */
  explain?(problem: Problem): string
}

/** A command that cannot do what was asked, in words for the operator. */
export class CommandError extends Error {
  readonly code: string
  constructor(code: string, message: string) {
    super(message)
    this.name = 'CommandError'
    this.code = code
  }
}

/** The text of a string option, or undefined. */
export const optionText = (call: CommandCall, name: string): string | undefined => {
  const value = call.values[name]
  return typeof value === 'string' ? value : undefined
}
