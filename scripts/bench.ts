import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'

// `npm run bench -- NAME`: runs NAME.bench.ts of a workspace, which prints a table; the last line is one JSON value.

/** Time that the processors worked, and that the host of a virtual machine kept them from working ("steal", proc_stat(5)), in ticks. */
function readProcessorTime(): { worked: number; withheld: number } | undefined {
  if (!existsSync('/proc/stat')) return undefined
  const [user = 0, nice = 0, system = 0, , , interrupts = 0, softInterrupts = 0, withheld = 0] = readFileSync('/proc/stat', 'utf8')
    .split('\n', 1)[0]!
    .split(/\s+/)
    .slice(1)
    .map(Number)
  return { worked: user + nice + system + interrupts + softInterrupts, withheld }
}

const directories = ['server/bench', 'engine/bench'].map(directory => path.resolve(directory))
const [name = ''] = process.argv.slice(2)
const file = directories.map(directory => path.join(directory, `${name}.bench.ts`)).find(candidate => existsSync(candidate))
if (!name || !file) {
  const known = directories
    .flatMap(directory => readdirSync(directory))
    .flatMap(entry => (entry.endsWith('.bench.ts') ? [entry.slice(0, -'.bench.ts'.length)] : []))
  console.error(`npm run bench -- NAME, one of: ${known.join(', ')}`)
  process.exit(2)
}
const { default: bench } = (await import(pathToFileURL(file).href)) as {
  default: () => Promise<{ bench: string; rows: Record<string, unknown>[] }>
}
const before = readProcessorTime()
const result = await bench()
const after = readProcessorTime()
if (before && after) {
  const [worked, withheld] = [after.worked - before.worked, after.withheld - before.withheld]
  const share = Number((withheld / Math.max(1, worked + withheld)).toFixed(3))
  console.log(`Of the time for which there was work, the host of this machine kept the processors from it: ${(share * 100).toFixed(1)} %`)
  result.rows.push({ case: 'calibration-withheld', share })
}
console.log(JSON.stringify(result))
