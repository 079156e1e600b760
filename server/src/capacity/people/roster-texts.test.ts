import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import en from '#locales/en/roster.json' with { type: 'json' }
import ja from '#locales/ja/roster.json' with { type: 'json' }
import vi from '#locales/vi/roster.json' with { type: 'json' }
import { unreadableReasons } from '#platform/imports/table.ts'
import { rosterColumns, rowFate } from './people.api.ts'
import { templateHeadings } from './roster-headings.ts'

test('every finding, fate, column and reason that the code can name has its text', () => {
  const source = readdirSync(import.meta.dirname)
    .filter(file => /^roster-(rows|fates|decision)\.ts$/.test(file))
    .map(file => readFileSync(`${import.meta.dirname}/${file}`, 'utf8'))
    .join('\n')
  const named = [...source.matchAll(/'((?:[a-z]+-)+[a-z]+|formula)'/g)]
    .map(([, code]) => code!)
    .filter(code => code !== 'day-first' && code !== 'month-first' && code !== 'import.unreadable')
  const codes = Object.keys(vi.findings)
  expect(named.filter(code => !codes.includes(code) && !(code in vi.unreadable))).toEqual([])
  // `duplicate-email` and `duplicate-name` are put together from the kind of key.
  expect(codes.filter(code => !named.includes(code))).toEqual(['duplicate-email', 'duplicate-name'])
  expect(Object.keys(vi.fates).toSorted()).toEqual([...rowFate.options].toSorted())
  expect(Object.keys(vi.columns)).toEqual([...rosterColumns])
  for (const reason of [...unreadableReasons, 'no-headings', 'no-rows', 'too-entangled', 'interrupted'])
    expect(vi.unreadable).toHaveProperty([reason])
})

test.each([
  ['vi', vi],
  ['en', en],
  ['ja', ja],
] as const)('the template in %s has the headings that the pages show', (language, texts) => {
  expect(templateHeadings(language)).toEqual(rosterColumns.map(column => texts.columns[column]))
})
