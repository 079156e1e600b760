import { spawn } from 'node:child_process'

// `npm run check`: what a reader cannot be asked to check by eye. One line a step; what a failing step said follows it.

interface Step {
  name: string
  holds: string
  command: string[]
}

const steps: readonly Step[] = [
  { name: 'lint', holds: 'mistakes, promises, layers', command: ['node_modules/oxlint/bin/oxlint', '--format=unix'] },
  { name: 'types', holds: 'engine, server, web and scripts', command: ['node_modules/typescript/bin/tsc', '-b'] },
  { name: 'generated', holds: 'no generated file is stale', command: ['scripts/generate.ts', '--check'] },
  {
    name: 'unused',
    holds: 'no file, export or dependency is unused',
    command: ['node_modules/knip/bin/knip.js', '--no-progress', '--no-config-hints'],
  },
  { name: 'format', holds: 'one way to write', command: ['node_modules/oxfmt/bin/oxfmt', '--list-different'] },
  { name: 'texts', holds: 'vi, en and ja complete; every code has a text', command: ['scripts/check-texts.ts'] },
]

/** Of what a failing step says, more would bury the other steps. */
const maxLines = 80

/** Steps at once: as many as a small machine has cores. */
const width = 2

interface Outcome {
  isGood: boolean
  output: string
}

function run({ command }: Step): Promise<Outcome> {
  return new Promise(resolve => {
    const child = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.on('error', error => resolve({ isGood: false, output: error.message }))
    child.on('close', code => resolve({ isGood: code === 0, output }))
  })
}

const [wanted] = process.argv.slice(2)
const queue = steps.filter(step => wanted === undefined || step.name === wanted)
if (queue.length === 0) {
  console.error(`npm run check [-- STEP], one of: ${steps.map(step => step.name).join(', ')}`)
  process.exit(2)
}
let passed = 0
let failed = 0

async function work(): Promise<void> {
  for (let step = queue.shift(); step; step = queue.shift()) {
    const startedAt = performance.now()
    const { isGood, output } = await run(step)
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
    console.log(`${isGood ? 'good ' : 'WRONG'}  ${step.name.padEnd(9)}  ${seconds.padStart(5)} s  ${step.holds}`)
    if (isGood) passed++
    else {
      failed++
      const lines = output.trimEnd().split('\n')
      console.log(
        lines
          .slice(0, wanted === undefined ? maxLines : undefined)
          .join('\n')
          .replaceAll(/^/gm, '       '),
      )
      if (lines.length > maxLines && wanted === undefined)
        console.log(`       … and ${lines.length - maxLines} more lines: npm run check -- ${step.name}`)
      if (step.name === 'format') console.log('       To mend it: node_modules/.bin/oxfmt')
    }
  }
}

await Promise.all(Array.from({ length: width }, work))
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed > 0 ? 1 : 0
