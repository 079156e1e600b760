import { existsSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'

// `npm run bench -- NAME`: runs server/bench/NAME.bench.ts, which prints a table; the last line is one JSON value.

const directory = path.resolve('server/bench')
const [name = ''] = process.argv.slice(2)
const file = path.join(directory, `${name}.bench.ts`)
if (!name || !existsSync(file)) {
  const known = readdirSync(directory).flatMap(entry => (entry.endsWith('.bench.ts') ? [entry.slice(0, -'.bench.ts'.length)] : []))
  console.error(`npm run bench -- NAME, one of: ${known.join(', ')}`)
  process.exit(2)
}
const { default: bench } = (await import(pathToFileURL(file).href)) as {
  default: () => Promise<{ bench: string; rows: Record<string, unknown>[] }>
}
console.log(JSON.stringify(await bench()))
