import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { commands } from '../server/src/commands/commands.ts'
import { settings } from '../server/src/platform/config/config.ts'
import { withLineNumbers } from './generate/line-numbers.ts'
import { apiPage, commandLinePage, configurationPage, metricsPage, permissionsPage } from './generate/pages.ts'
import { mountedEndpoints, registeredMetrics, tablesOfMigratedSchema } from './generate/sources.ts'

// `npm run generate` writes what is generated; with --check it compares and names what is stale.

const files: Record<string, () => string | Promise<string>> = {
  'ARCHITECTURE.md': () => withLineNumbers(readFileSync('ARCHITECTURE.md', 'utf8')),
  'server/src/platform/database/tables.gen.ts': tablesOfMigratedSchema,
  'docs/reference/configuration.md': () => configurationPage(settings),
  'docs/reference/permissions.md': permissionsPage,
  'docs/reference/api.md': async () => apiPage(await mountedEndpoints()),
  'docs/reference/command-line.md': () => commandLinePage(commands),
  'docs/reference/metrics.md': () => {
    const { own, ofRuntime } = registeredMetrics()
    return metricsPage(own, ofRuntime)
  },
}

const isCheck = process.argv.includes('--check')
let stale = 0
for (const [file, make] of Object.entries(files)) {
  const text = await make()
  if (existsSync(file) && readFileSync(file, 'utf8') === text) continue
  stale++
  if (!isCheck) writeFileSync(file, text)
  console.log(isCheck ? `${file} is stale: npm run generate` : `wrote ${file}`)
}
if (stale === 0) console.log('Everything generated is up to date.')
// Libraries that were loaded for their declarations may keep timers.
process.exit(isCheck && stale > 0 ? 1 : 0)
