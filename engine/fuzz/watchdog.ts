import { writeFileSync } from 'node:fs'
import { workerData } from 'node:worker_threads'
import { formatInputs } from './corpus.ts'
import { countTaken, readJournal } from './journal.ts'

// Watches the fuzzer from a thread of its own: an input that does not end within ten seconds of wall-clock time is a hang. It is
// written down with what came before it, and the process ends.

const { memory, maxInputs, file } = workerData as { memory: SharedArrayBuffer; maxInputs: number; file: string }
let [before, stillSeconds] = [countTaken(memory), 0]
setInterval(() => {
  const taken = countTaken(memory)
  stillSeconds = taken === before ? stillSeconds + 1 : 0
  before = taken
  if (taken === 0 || stillSeconds < 10) return
  writeFileSync(file, formatInputs(readJournal(memory, maxInputs)))
  process.stderr.write(`an input does not end; the round is in ${file}\n`)
  process.kill(process.pid, 'SIGKILL')
}, 1000)
