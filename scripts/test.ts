import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'

// Runs one suite of tests with Vitest and closes with one plain line, `N passed, N failed, N skipped`.

interface Counts {
  passed: number
  failed: number
  skipped: number
}

interface Suite {
  projects: readonly string[]
  environment?: (args: readonly string[]) => Record<string, string>
}

function conformanceData(args: readonly string[]): Record<string, string> {
  const folder = args.find(word => !word.startsWith('-'))
  if (!folder || !existsSync(folder)) {
    console.error('test:conformance needs the folder with the published reference data: npm run test:conformance -- FOLDER')
    process.exit(2)
  }
  return { LUYTRE_TEST_CONFORMANCE_DATA: path.resolve(folder) }
}

const suites: Record<string, Suite> = {
  suite: { projects: ['engine', 'server', 'web', 'scripts', 'journeys', 'pages'] },
  'suite-on-15': { projects: ['server', 'journeys'], environment: () => ({ LUYTRE_TEST_PG_BIN: '/usr/lib/postgresql/15/bin' }) },
  conformance: { projects: ['engine-conformance', 'conformance', 'conformance-journeys'], environment: conformanceData },
  crash: { projects: ['crash'], environment: args => ({ LUYTRE_TEST_CRASH_ROUNDS: args[0] ?? '50' }) },
}

const [name = '', ...args] = process.argv.slice(2)
const suite = suites[name]
if (!suite) throw new Error(`no suite "${name}"`)
const environment = suite.environment?.(args) ?? {}
const passedOn = name === 'suite' || name === 'suite-on-15' ? args : []

const directory = mkdtempSync(path.join(os.tmpdir(), 'luytre-counts-'))
const countsFile = path.join(directory, 'counts.json')
const { status } = spawnSync(
  process.execPath,
  [
    'node_modules/vitest/vitest.mjs',
    'run',
    ...suite.projects.flatMap(project => ['--project', project]),
    '--reporter=default',
    '--reporter=./scripts/counting-reporter.ts',
    ...passedOn,
  ],
  { stdio: 'inherit', env: { ...process.env, ...environment, LUYTRE_TEST_COUNTS: countsFile } },
)
const counts: Counts = existsSync(countsFile)
  ? (JSON.parse(readFileSync(countsFile, 'utf8')) as Counts)
  : { passed: 0, failed: 1, skipped: 0 }
rmSync(directory, { recursive: true, force: true })
// A run that ended badly without a failing test (a file that does not load, a leak) has failed all the same.
if (status !== 0 && counts.failed === 0) counts.failed = 1
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`)
process.exitCode = counts.failed > 0 || counts.passed === 0 ? 1 : 0
