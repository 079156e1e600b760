export interface CommandCall {
  values: Record<string, string | boolean | (string | boolean)[] | undefined>
  positionals: string[]
}

/** One command of the engine's command line. */
export interface Command {
  name: string
  usage: string
  summary: string
  /** `value` names what an option takes; without it the option is on or off. */
  options: Record<string, { value?: string; isRepeatable?: true; help: string }>
  run(call: CommandCall): Promise<number>
}

/** A command that cannot do what was asked, in words for the operator; `isUsage` when it was written wrongly. */
export class CommandError extends Error {
  readonly isUsage: boolean
  constructor(message: string, { isUsage = false }: { isUsage?: boolean } = {}) {
    super(message)
    this.name = 'CommandError'
    this.isUsage = isUsage
  }
}

/** Resolves when somebody asks the process to end, which is heard from now on; twice ends it at once. */
export const whenAskedToEnd = (): Promise<void> =>
  new Promise(resolve => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve())
  })
