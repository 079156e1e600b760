import { languages } from '../../server/src/platform/i18n/languages.ts'
import type { Language } from '../../server/src/platform/i18n/languages.ts'

// What the texts that people read must hold, as functions of their content; check-texts.ts reads the files.

/** Path of a text → text. The forms of a plural share one path, since languages have different ones. */
export type Texts = Map<string, string[]>

const pluralForm = /_(zero|one|two|few|many|other)$/

export function textsOf(json: unknown): Texts {
  const texts: Texts = new Map()
  const walk = (value: unknown, path: string): void => {
    if (typeof value === 'object' && value !== null) {
      for (const [key, child] of Object.entries(value)) walk(child, path ? `${path}.${key}` : key)
    } else {
      const stem = path.replace(pluralForm, '')
      texts.set(stem, [...(texts.get(stem) ?? []), String(value)])
    }
  }
  walk(json, '')
  return texts
}

const parameter = /\{\{\s*(\w+)[^}]*\}\}/g
/** Parameters of a text. A plural's `count` may be left out of a form ("one person"). */
const parametersOf = (forms: readonly string[]): string =>
  [...new Set(forms.flatMap(text => [...text.matchAll(parameter)].map(match => match[1]!)))].toSorted().join(', ')

// Written the same in two languages because it is a name, a unit or a term taken over as it is.
const sameEverywhere = new Set(
  [
    'Lũy Tre',
    'PDF',
    'CSV',
    'XLSX',
    'JSON',
    'E-mail',
    'Email',
    'Tiếng Việt',
    'English',
    '日本語',
    'NICE',
    'SecBoK',
    'NICE Framework',
    'Esc',
    'Ctrl K',
    'No',
    'development-plan',
  ].map(text => text.toLowerCase()),
)

const isWordless = (text: string): boolean => !/\p{L}/u.test(text.replace(parameter, ''))
const isSameEverywhere = (text: string): boolean => isWordless(text) || sameEverywhere.has(text.replace(/[.…:]$/, '').toLowerCase())

/** What is wrong with one file of texts, given in every language; each sentence starts with the place. */
export function compareLanguages(file: string, byLanguage: Record<Language, Texts>): string[] {
  const faults: string[] = []
  const paths = new Set(languages.flatMap(language => [...byLanguage[language].keys()]))
  for (const path of paths) {
    const fault = (says: string): void => void faults.push(`${file} ${path}: ${says}`)
    const lacking = languages.filter(language => !byLanguage[language].has(path))
    if (lacking.length > 0) fault(`is missing in ${lacking.join(', ')}`)
    const given = languages.filter(language => !lacking.includes(language))
    for (const language of given) {
      for (const text of byLanguage[language].get(path)!) {
        if (text.trim() === '') fault(`is empty in ${language}`)
        if (text !== text.trim()) fault(`has a space at its end or start in ${language}`)
        if (text !== text.normalize('NFC')) fault(`is not NFC in ${language}`)
      }
    }
    const parameters = given.map(language => `${language} {${parametersOf(byLanguage[language].get(path)!)}}`)
    if (new Set(parameters.map(text => text.slice(3))).size > 1) fault(`has different parameters: ${parameters.join(', ')}`)
    for (const [index, one] of given.entries()) {
      for (const other of given.slice(index + 1)) {
        const same = byLanguage[one].get(path)!.find(text => byLanguage[other].get(path)!.includes(text) && !isSameEverywhere(text))
        if (same !== undefined)
          fault(
            `is "${same}" in both ${one} and ${other}; a name that is never translated belongs into sameEverywhere (scripts/lint/texts.ts)`,
          )
      }
    }
  }
  return faults
}

/** Verbs and kinds of records that a source file writes into the ledger, or says that an endpoint does. */
export function ledgerWordsIn(source: string): { verbs: string[]; types: string[] } {
  const given = source.matchAll(/\bchanges:\s*\[([^\]]*)\]|(?:\bverb:|Verb =)([^,\n]*)/g)
  return {
    verbs: [...given].flatMap(([, list, one]) => [...(list ?? one ?? '').matchAll(/'([a-z-]+\.[a-z-]+)'/g)].map(match => match[1]!)),
    types: [...source.matchAll(/\brecordType: '([a-z-]+)'/g)].map(match => match[1]!),
  }
}

/**
 * Codes of problems and of fields that a source file of the server gives to people. `namesSchemaFaults` is for the file
 * whose every `{ code: … }` is a field's.
 */
export function codesIn(source: string, options: { namesSchemaFaults?: boolean } = {}): { problems: string[]; fields: string[] } {
  const problems = [...source.matchAll(/new Problem\(\s*[\w.]+,\s*'([\w.-]+)'/g)].map(match => match[1]!)
  const fields: string[] = []
  const words = (expression: string): void => {
    for (const match of expression.replaceAll(/[!=]==\s*'[^']*'/g, '').matchAll(/'([a-z]+(?:-[a-z]+)*)'/g)) fields.push(match[1]!)
  }
  // `{ path: …, code: … }`, and the ways to note one: faults.add(place, 'code'), fault(place, 'code').
  for (const match of source.matchAll(/\{\s*path\b[^;]*?\bcode:\s*([^\s{,}][^,}\n]*)/g)) words(match[1]!)
  for (const match of source.matchAll(/\b(?:faults?\.add|fault)\(\s*[^;'\n]*?,\s*('[a-z-]+')/g)) words(match[1]!)
  if (options.namesSchemaFaults) for (const match of source.matchAll(/\{\s*code:([^,}\n]+)/g)) words(match[1]!)
  return { problems, fields }
}
