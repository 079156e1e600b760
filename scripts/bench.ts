import { existsSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'

// `npm run bench -- NAME`: runs NAME.bench.ts of a workspace, which prints a table; the last line is one JSON value.

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
console.log(JSON.stringify(await bench()))
