import { describe, expect, test } from 'vitest'
import { readCorpus } from './corpus.ts'
import { fuzz, tryInputs } from './fuzz-loop.ts'
import { targets } from './targets.ts'

// The inputs that fuzz.ts kept, and some thousand new changes of them, with what each decoder promises (`hold` in the targets).

const rounds = [0, 1, 2, 3]

describe.each(targets)('$name', target => {
  const corpus = readCorpus(target.name)

  test('its corpus is there, alone and one after the other', () => {
    expect(corpus.length).toBeGreaterThan(10)
    for (const round of rounds) expect(tryInputs(target, round, [...target.seeds(), ...corpus])).toBeUndefined()
    for (const input of corpus) expect(tryInputs(target, 0, [input])).toBeUndefined()
  })

  test('changed inputs break no promise either', () => {
    const { inputs, finding } = fuzz(target, { inputs: 4000, seed: 7, corpus })
    expect(finding).toBeUndefined()
    expect(inputs).toBe(4000)
  })
})
