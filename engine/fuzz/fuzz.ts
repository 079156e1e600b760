import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import v8 from 'node:v8'
import vm from 'node:vm'
import { Worker } from 'node:worker_threads'
import { createBlockCoverage } from './block-coverage.ts'
import { corpusFile, formatInputs, parseInputs, readCorpus } from './corpus.ts'
import { fuzz, reduceCorpus, roundInputs, tryInputs } from './fuzz-loop.ts'
import type { FuzzResult } from './fuzz-loop.ts'
import { createJournal } from './journal.ts'
import { targets } from './targets.ts'

// Fuzzes one decoder with the guidance of coverage: node engine/fuzz/fuzz.ts netflow9 --inputs 10000000 --seed 1.
//
// An input is kept when it does what none did before, told in two ways. What the decoder answers and counts is noted for every
// input: that costs little and sees what coverage cannot, sizes and the state that inputs before left. V8's block counts see
// branches that no answer tells of, but code under them runs at a half to a third of its speed and asking takes 1 to 3 ms, so they
// are sampled: eight short rounds at first, then one in 64. Neither needs a package or a build of its own.

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    inputs: { type: 'string', default: '1000000' },
    seconds: { type: 'string', default: '86400' },
    seed: { type: 'string', default: '1' },
    keep: { type: 'boolean', default: false },
    'no-coverage': { type: 'boolean', default: false },
    retry: { type: 'string' },
  },
})
const target = targets.find(({ name }) => name === positionals[0])
if (!target)
  throw new Error(`fuzz.ts ${targets.map(({ name }) => name).join('|')} [--inputs N] [--seconds S] [--seed N] [--keep] [--retry FILE]`)

/** What a run may have kept more at its end than when it was warm: inputs that are kept, and nothing of the decoder. */
const maxGrowthBytes = 32 * 1024 * 1024
const warmInputs = 100_000

const folder = path.join(os.tmpdir(), 'luytre-fuzz')
mkdirSync(folder, { recursive: true })
const fileOf = (what: string): string => path.join(folder, `${target.name}-${values.seed}-${what}.hex`)

if (values.retry !== undefined) {
  const { readFileSync } = await import('node:fs')
  for (const round of [0, 1, 2, 3])
    console.log(round, tryInputs(target, round, parseInputs(readFileSync(values.retry, 'utf8')))?.stack ?? 'nothing fails')
  process.exit()
}

v8.setFlagsFromString('--expose-gc')
const collectGarbage = vm.runInNewContext('gc') as () => void
function usedBytes(): number {
  collectGarbage()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}
const megabytes = (bytes: number): string => (bytes / 1024 / 1024).toFixed(1)

const coverage = values['no-coverage'] ? undefined : createBlockCoverage()
const journal = createJournal(roundInputs, target.maxInputBytes)
const watchdog = new Worker(new URL('watchdog.ts', import.meta.url), {
  workerData: { memory: journal.memory, maxInputs: roundInputs, file: fileOf('hang') },
})
watchdog.unref()

const inputs = Number(values.inputs)
const startMs = performance.now()
const seconds = (): number => (performance.now() - startMs) / 1000
let warmBytes = 0
let toldSeconds = 0

function onRound(result: FuzzResult): boolean {
  if (warmBytes === 0 && result.inputs >= Math.min(inputs / 20, warmInputs)) warmBytes = usedBytes()
  if (seconds() - toldSeconds > 10) {
    toldSeconds = seconds()
    const { features, kept } = result
    process.stderr.write(
      `${toldSeconds.toFixed(0)} s: ${result.inputs} inputs, ${kept.length} kept, ${features} features, ${coverage?.count ?? 0} characters\n`,
    )
  }
  return seconds() < Number(values.seconds)
}

const result = fuzz(target, {
  inputs,
  seed: Number(values.seed),
  corpus: readCorpus(target.name),
  coverage,
  journal,
  clock() {
    const { user, system } = process.threadCpuUsage()
    return (user + system) / 1000
  },
  onRound,
})
const tookSeconds = seconds()
const endBytes = usedBytes()
const isGrown = warmBytes > 0 && endBytes - warmBytes > maxGrowthBytes
await watchdog.terminate()

const { finding } = result
if (finding) {
  writeFileSync(fileOf('finding'), formatInputs(finding.inputs))
  console.log(`${finding.stack}\nround ${finding.round}, input ${result.inputs}, ${finding.inputs.length} inputs in ${fileOf('finding')}`)
} else if (coverage && values.keep) {
  const reduced = reduceCorpus(target, result.kept, coverage)
  mkdirSync(path.dirname(corpusFile(target.name)), { recursive: true })
  writeFileSync(corpusFile(target.name), formatInputs(reduced))
  console.log(`${reduced.length} inputs ${existsSync(corpusFile(target.name)) ? 'in' : 'not in'} ${corpusFile(target.name)}`)
}
console.log(
  JSON.stringify({
    target: target.name,
    seed: Number(values.seed),
    inputs: result.inputs,
    seconds: Number(tookSeconds.toFixed(1)),
    kept: result.kept.length,
    features: result.features,
    characters: coverage?.count ?? 0,
    slowest_ms: Number(result.slowestMs.toFixed(1)),
    warm_mb: Number(megabytes(warmBytes)),
    end_mb: Number(megabytes(endBytes)),
    finding: finding?.promise ?? null,
  }),
)
process.exitCode = finding || isGrown || result.slowestMs > 50 ? 1 : 0
