// Child processes that cannot outlive us, not even when we are killed with a signal nobody can catch.
// The kernel does it (PR_SET_PDEATHSIG, set by setpriv); where setpriv is missing, a shell waits at the end of a pipe
// that closes with us.

import { execFile, spawn } from 'node:child_process'
import type { ChildProcess, StdioOptions } from 'node:child_process'
import { isMainThread } from 'node:worker_threads'

/** How a program comes to run as another user than ourselves: by the ids given to spawn, or by a command in front of it. */
export interface RunsAs {
  uid?: number
  gid?: number
  prefix: string[]
}

interface LeashedProgram {
  program: string
  args: string[]
  runsAs: RunsAs
  /** Sent to the program when this process is gone. */
  signal: 'SIGQUIT' | 'SIGKILL'
  env: Record<string, string>
  stdio: StdioOptions
}

// Only the system's own directories: these programs decide as whom a database runs.
const systemPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

// prctl(2): the signal is not sent for a parent that died before it was asked for. Hence the look at PPID, after setpriv.
const execIfParentLives = 'test "$PPID" = "$1" || exit 70; shift; exec "$@"'

// A line means "it has ended by itself", the end of the pipe means that we are gone.
const endAtEndOfPipe = 'read -r line || kill -s "$1" "$2"'

/** Starts a program on a leash. The promise rejects when it cannot be executed. */
export async function spawnLeashed(options: LeashedProgram): Promise<ChildProcess> {
  // prctl(2): "parent" is the thread that created the child. The death of a worker thread would end the program.
  if (!isMainThread) throw new Error('spawnLeashed must be called on the main thread')
  const { program, args, runsAs, signal, env, stdio } = options
  const signalName = signal.slice('SIG'.length)
  const byKernel = await canAskForParentDeathSignal(signalName)

  // setpriv comes after every change of credentials: such a change clears the wish.
  const command = [
    ...runsAs.prefix,
    ...(byKernel ? ['setpriv', '--pdeathsig', signalName, '--'] : []),
    'sh',
    '-c',
    execIfParentLives,
    'sh',
    String(process.pid),
    program,
    ...args,
  ]
  const [file = program, ...rest] = command
  const child = spawn(file, rest, {
    ...(runsAs.uid === undefined ? {} : { uid: runsAs.uid }),
    ...(runsAs.gid === undefined ? {} : { gid: runsAs.gid }),
    // Our own working directory may be closed to the other user.
    cwd: '/',
    env: { PATH: systemPath, ...env },
    stdio,
    // A session of its own, so that Ctrl-C in a terminal reaches us alone and we shut down in our order.
    detached: true,
  })
  if (!byKernel && child.pid !== undefined) watch(child, child.pid, signalName)
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve)
    child.once('error', reject)
  })
  return child
}

function watch(child: ChildProcess, pid: number, signalName: string): void {
  const watcher = spawn('/bin/sh', ['-c', endAtEndOfPipe, 'sh', signalName, String(pid)], {
    cwd: '/',
    env: { PATH: systemPath },
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  })
  // A watcher that cannot start or has ended must not take the program's supervisor with it.
  watcher.on('error', () => {})
  watcher.stdin.on('error', () => {})
  child.once('exit', () => watcher.stdin.end('done\n'))
}

async function canAskForParentDeathSignal(signalName: string): Promise<boolean> {
  const result = await runBriefly({ program: 'setpriv', args: ['--pdeathsig', signalName, '--', 'true'], runsAs: { prefix: [] }, env: {} })
  return result.succeeded
}

interface BriefResult {
  succeeded: boolean
  output: string
}

const briefLimitMs = 20_000
const briefOutputMaxBytes = 64 * 1024

/** Runs a program that ends by itself within seconds; a program that cannot be executed is a failed one. */
export async function runBriefly(options: Pick<LeashedProgram, 'program' | 'args' | 'runsAs' | 'env'>): Promise<BriefResult> {
  const { program, args, runsAs, env } = options
  const [file = program, ...rest] = [...runsAs.prefix, program, ...args]
  return new Promise<BriefResult>(resolve => {
    execFile(
      file,
      rest,
      {
        ...(runsAs.uid === undefined ? {} : { uid: runsAs.uid }),
        ...(runsAs.gid === undefined ? {} : { gid: runsAs.gid }),
        cwd: '/',
        env: { PATH: systemPath, ...env },
        timeout: briefLimitMs,
        killSignal: 'SIGKILL',
        maxBuffer: briefOutputMaxBytes,
      },
      (error, stdout, stderr) => resolve({ succeeded: error === null, output: `${stdout}${stderr}`.trim() || (error?.message ?? '') }),
    )
    // Some failures are thrown at once, such as EINVAL for a user id that a container does not have.
  }).catch((error: unknown) => ({ succeeded: false, output: String(error) }))
}
