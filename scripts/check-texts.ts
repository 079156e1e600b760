import { existsSync, globSync, readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { languages } from '../server/src/platform/i18n/languages.ts'
import type { Language } from '../server/src/platform/i18n/languages.ts'
import { codesIn, compareLanguages, ledgerWordsIn, textsOf } from './lint/texts.ts'
import type { Texts } from './lint/texts.ts'

// Every text that people read exists in every language, and every code that the server gives and every verb of its ledger has a text. That a key
// used in code exists is the compiler's to say: keys are typed.

const read = (file: string): Texts => (existsSync(file) ? textsOf(JSON.parse(readFileSync(file, 'utf8'))) : new Map())

const faults: string[] = []
let count = 0
for (const directory of ['server/src/locales', 'web/src/locales']) {
  const names = new Set(languages.flatMap(language => readdirSync(path.join(directory, language))))
  for (const name of [...names].toSorted()) {
    const byLanguage = Object.fromEntries(languages.map(language => [language, read(path.join(directory, language, name))])) as Record<
      Language,
      Texts
    >
    count += byLanguage[languages[0]].size
    faults.push(...compareLanguages(`${directory}/*/${name}`, byLanguage))
  }
}

const known = read(`server/src/locales/${languages[0]}/problems.json`)
const ofLedger = read(`web/src/locales/${languages[0]}/ledger.json`)
for (const file of globSync('server/src/**/*.ts').toSorted()) {
  if (file.endsWith('.test.ts') || file.startsWith('server/src/commands/')) continue
  const { verbs, types } = ledgerWordsIn(readFileSync(file, 'utf8'))
  for (const key of new Set([...verbs.map(verb => `verbs.${verb}`), ...types.map(type => `types.${type}`)]))
    if (!ofLedger.has(key)) faults.push(`${file}: "${key}" of the ledger has no text in web/src/locales/*/ledger.json`)
  const { problems, fields } = codesIn(readFileSync(file, 'utf8'), { namesSchemaFaults: file.endsWith('/http/field-code.ts') })
  for (const key of new Set([...problems, ...fields.map(field => `fields.${field}`)]))
    if (!known.has(key)) faults.push(`${file}: the code "${key}" has no text in server/src/locales/*/problems.json`)
}

for (const fault of faults) console.error(fault)
console.log(`${count} texts in ${languages.length} languages, ${faults.length} faults`)
process.exitCode = faults.length > 0 ? 1 : 0
