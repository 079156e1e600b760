import { spawn } from 'node:child_process'
import { rounded } from './calibration.ts'
import type { BenchRow } from './calibration.ts'
import { environmentOf, main } from './running-program.ts'

/** `luytre ledger verify` beside the running server, as an operator calls it; start of the program included. */
export async function measureVerify(directory: string): Promise<BenchRow> {
  const start = performance.now()
  const child = spawn(process.execPath, [main, 'ledger', 'verify', '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: environmentOf(directory),
  })
  let output = ''
  child.stdout.on('data', chunk => (output += String(chunk)))
  const exitCode = await new Promise<number | null>(resolve => child.once('close', resolve))
  const seconds = (performance.now() - start) / 1000
  const { counts } = JSON.parse(output) as { counts: { lines: number } }
  if (exitCode !== 0) throw new Error(`the seeded ledger is not intact: ${output.slice(0, 1000)}`)
  return { case: 'verify', lines: counts.lines, seconds: rounded(seconds, 1), linesPerSecond: rounded(counts.lines / seconds) }
}
