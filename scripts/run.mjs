// Every `npm run …` of this repository goes through here. Plain JavaScript for whatever Node the machine has (20 or
// newer): it installs what the lockfile names, finds the Node that the product runs on, builds the web app when a task
// needs it, and hands over to the task.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'

const root = path.dirname(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname))
process.chdir(root)
const neededNode = 24

// Short-lived garbage is collected before it takes more than some 50 MB, as it was in earlier versions of Node: that saves a hundred.
const lean = '--max-semi-space-size=16'

const tasks = {
  start: { needsWeb: true, run: args => [lean, 'server/src/main.ts', 'serve', '--demo', '--stop-with-parent', ...args] },
  build: { needsWeb: true },
  test: { needsWeb: true, needsBrowser: true, run: args => ['scripts/test.ts', 'suite', ...args] },
  'test:pg15': { needsWeb: true, needsBrowser: true, needsPostgres15: true, run: args => ['scripts/test.ts', 'suite-on-15', ...args] },
  'test:conformance': { needsWeb: true, needsBrowser: true, run: args => ['scripts/test.ts', 'conformance', ...args] },
  'test:crash': { needsWeb: true, run: args => ['scripts/test.ts', 'crash', ...args] },
  check: { run: args => ['scripts/check.ts', ...args] },
  generate: { run: args => ['scripts/generate.ts', ...args] },
  bench: { needsWeb: true, run: args => ['scripts/bench.ts', ...args] },
}

function fail(message) {
  console.error(message)
  process.exit(1)
}

const digestOf = files => {
  const hash = createHash('sha256')
  for (const file of files) hash.update(file).update('\0').update(readFileSync(file)).update('\0')
  return hash.digest('hex')
}

const filesUnder = (directory, isWanted = () => true) =>
  readdirSync(directory, { recursive: true })
    .map(name => path.join(directory, name))
    .filter(file => isWanted(file) && statSync(file).isFile())
    .sort()

const readMark = file => (existsSync(file) ? readFileSync(file, 'utf8') : '')

/**
 * `npm ci`, when the lockfile is not the one that was installed. No package's script runs: only newer versions of npm read
 * `allowScripts` of package.json.
 */
function install() {
  const mark = 'node_modules/.luytre-installed'
  const wanted = digestOf(['package.json', 'package-lock.json', 'engine/package.json', 'server/package.json', 'web/package.json'])
  // An install that was cut short may have left the mark of an earlier one and half of its files.
  const isWhole = existsSync('node_modules/vite/package.json') && existsSync('node_modules/fastify/package.json')
  if (readMark(mark) === wanted && isWhole) return
  console.error('Installing what package-lock.json names (about a minute) …')
  const result = spawnSync(
    'npm',
    ['ci', '--ignore-scripts', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error'],
    {
      stdio: ['ignore', 2, 2],
    },
  )
  if (result.status !== 0) fail('npm ci failed: see above.')
  writeFileSync(mark, wanted)
}

function findNode() {
  const own = path.join(root, 'node_modules/.bin/node')
  if (existsSync(own)) return own
  if (Number(process.versions.node.split('.')[0]) >= neededNode) return process.execPath
  fail(
    `Lũy Tre runs on Node.js ${neededNode} or newer. On Linux x64 and arm64 it brings its own; here please install it (this is ${process.version}).`,
  )
}

/** Builds the web app when its sources are not those of the last build. */
function buildWeb(node) {
  const mark = 'web/dist/.built-from'
  const sources = [
    'package-lock.json',
    'web/index.html',
    ...filesUnder('web/vite'),
    'web/vite.config.ts',
    ...filesUnder('web/src'),
    ...filesUnder(
      'server/src',
      file => file.endsWith('.api.ts') || file.includes('/platform/http/') || file.includes('/permissions/') || file.includes('/i18n/'),
    ),
    ...filesUnder('server/src/locales'),
  ]
  const wanted = digestOf(sources)
  if (readMark(mark) === wanted) return
  console.error('Building the web app …')
  const result = spawnSync(node, ['node_modules/vite/bin/vite.js', 'build', 'web', '--logLevel', 'warn'], { stdio: ['ignore', 2, 2] })
  if (result.status !== 0) fail('The web app did not build: see above.')
  writeFileSync(mark, wanted)
}

const isRoot = process.getuid?.() === 0

function installPackages(packages) {
  console.error(`Installing ${packages.join(', ')} from Debian's packages …`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const run = args => spawnSync('apt-get', args, { stdio: ['ignore', 2, 2], env }).status === 0
  if (!run(['-qq', 'update']) || !run(['-qq', 'install', '-y', '--no-install-recommends', ...packages]))
    fail(`apt-get could not install ${packages.join(', ')}.`)
}

/** A browser for the journeys. Without one and without being root they are skipped, and say how to get it. */
function ensureBrowser() {
  if (existsSync('/usr/bin/chromium')) return
  if (isRoot && existsSync('/usr/bin/apt-get')) installPackages(['chromium'])
  else console.error('No /usr/bin/chromium: the browser journeys are skipped. To run them: sudo apt-get install chromium')
}

function ensurePostgres15() {
  if (existsSync('/usr/lib/postgresql/15/bin/postgres')) return
  if (!isRoot || !existsSync('/usr/bin/apt-get')) fail('PostgreSQL 15 is missing: sudo apt-get install postgresql-15')
  // The package would start a cluster of its own, which nobody here needs.
  spawnSync('sh', [
    '-c',
    'mkdir -p /etc/postgresql-common && echo "create_main_cluster = false" > /etc/postgresql-common/createcluster.conf',
  ])
  installPackages(['postgresql-15'])
}

const [name = '', ...args] = process.argv.slice(2)
const task = tasks[name]
if (!task) fail(`No task "${name}". There are: ${Object.keys(tasks).join(', ')}.`)

install()
const node = findNode()
if (task.needsWeb) buildWeb(node)
if (task.needsBrowser) ensureBrowser()
if (task.needsPostgres15) ensurePostgres15()
if (task.run) {
  const env = {
    // Compiled sources are kept: the server starts in half the time.
    NODE_COMPILE_CACHE: path.join(root, 'node_modules/.cache/compiled'),
    ...process.env,
    PATH: `${path.dirname(node)}${path.delimiter}${process.env.PATH ?? ''}`,
  }
  const child = spawn(node, task.run(args), { stdio: 'inherit', env })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  // Whoever kills npm outright leaves us behind without a word: then the task ends too. (The scripts of package.json say
  // `exec`, so that npm itself is our parent.)
  const parent = process.ppid
  setInterval(() => {
    if (process.ppid !== parent) child.kill('SIGTERM')
  }, 300).unref()
  child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)))
}
