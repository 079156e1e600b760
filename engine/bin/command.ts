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

/** One Ctrl+C reaches a process from the terminal and again through whoever started it: so much later somebody insists. */
const repeatsWithinMs = 500
const endingSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * Aborted when somebody asks the process to end, which is heard from now on: by a signal, or when the launcher that started
 * it is gone (luytre-engine.mjs). Whoever asks again after half a second ends it at once.
 */
export function listenForEnd(): AbortSignal {
  const ending = new AbortController()
  let askedMs: number | undefined
  const onSignal = (signal: NodeJS.Signals): void => {
    const nowMs = performance.now()
    askedMs ??= nowMs
    ending.abort()
    if (nowMs - askedMs < repeatsWithinMs) return
    for (const one of endingSignals) process.removeListener(one, onSignal)
    process.kill(process.pid, signal)
  }
  for (const signal of endingSignals) process.on(signal, onSignal)
  process.once('disconnect', () => ending.abort())
  // While Node takes itself down it hears no signals any more, and a repeat would kill it: the launcher knows the code by then.
  process.once('exit', code => {
    if (process.connected) process.send?.(code)
  })
  // Listening must not keep a process alive that is done.
  process.channel?.unref()
  return ending.signal
}

/** Resolves when `listenForEnd` says so. */
export const whenAskedToEnd = (): Promise<void> => {
  const signal = listenForEnd()
  return new Promise(resolve => signal.addEventListener('abort', () => resolve(), { once: true }))
}
