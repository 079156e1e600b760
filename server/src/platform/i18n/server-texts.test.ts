import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { findText, textsIn } from './server-texts.ts'
import { languages } from './translated.ts'
import type { Language } from './translated.ts'

const directory = (language: Language): URL => new URL(`../../locales/${language}/`, import.meta.url)

/** Path → text of one file. Languages have different forms of a plural: the one they share stands for all. */
function read(language: Language, file: string): Map<string, string> {
  const texts = new Map<string, string>()
  const walk = (value: unknown, path: string): void => {
    if (typeof value !== 'string') for (const [key, child] of Object.entries(value as object)) walk(child, path ? `${path}.${key}` : key)
    else if (!/_(zero|one|two|few|many)$/.test(path)) texts.set(path.replace(/_other$/, ''), value)
  }
  walk(JSON.parse(readFileSync(new URL(file, directory(language)), 'utf8')), '')
  return texts
}

const placeholders = (text: string): string[] => [...text.matchAll(/\{\{\s*(\w+)\s*\}\}/g)].map(match => match[1]!).sort()

const files = readdirSync(directory('vi')).sort()

test('every language has the same files of texts', () => {
  for (const language of languages) expect(readdirSync(directory(language)).sort()).toEqual(files)
})

test.each(files)('every text of %s exists in every language, without unknown placeholders, in NFC', file => {
  const expected = read('vi', file)
  for (const language of languages) {
    const texts = read(language, file)
    expect([...texts.keys()].sort(), language).toEqual([...expected.keys()].sort())
    for (const [key, text] of texts) {
      expect(text.trim(), `${language} ${key}`).not.toBe('')
      expect(text, `${language} ${key}`).toBe(text.normalize('NFC'))
      expect(placeholders(expected.get(key)!), `${language} ${key}`).toEqual(expect.arrayContaining(placeholders(text)))
    }
  }
})

test('what people typed is put in as it is: neither looked up nor escaped', () => {
  const typed = '<b>$t(development-plans:document.heading) {{person}} & co.'
  expect(textsIn('en')('development-plans:actions.course', { competency: typed, need: 2 })).toContain(typed)
})

test('a text that does not exist is not found', () => {
  expect(findText('en', 'development-plans', 'no.such.key')).toBeUndefined()
  expect(findText('en', 'no-such-area', 'key')).toBeUndefined()
  expect(findText('en', 'development-plans', 'actions')).toBeUndefined()
})
