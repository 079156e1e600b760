import { expect, test } from 'vitest'
import { createTextParts } from '#platform/i18n/text-parts.ts'

type Part = 'first' | 'page'
type Language = 'vi' | 'en' | 'ja'

/** Files that arrive when they are told to, as over a network. */
function openTexts() {
  const there = new Set<string>()
  const asked: string[] = []
  const waiting = new Map<string, PromiseWithResolvers<void>>()
  let language: Language | undefined
  const texts = createTextParts<Part, Language>({
    first: 'first',
    load: (part, of) => {
      const file = Promise.withResolvers<void>()
      asked.push(`${part}-${of}`)
      waiting.set(`${part}-${of}`, file)
      return file.promise
    },
    show: async next => {
      language = next
    },
  })
  return {
    ...texts,
    asked,
    arrive: async (name: string): Promise<void> => {
      there.add(name)
      waiting.get(name)!.resolve()
      await new Promise(resolve => setTimeout(resolve, 0))
    },
    fail: (name: string): void => waiting.get(name)!.reject(new TypeError('Failed to fetch')),
    shown: () => language,
    missing: (...parts: Part[]) => parts.filter(part => !there.has(`${part}-${language}`)),
  }
}

test('a language is shown with the texts that a page asked for while it was loading', async () => {
  const texts = openTexts()
  const first = texts.showLanguage('vi')
  await texts.arrive('first-vi')
  await first
  const second = texts.showLanguage('ja')
  const page = texts.loadPart('page')
  await texts.arrive('first-ja')
  expect(texts.shown()).toBe('vi')
  await texts.arrive('page-ja')
  await second
  expect(texts.missing('first', 'page')).toEqual([])
  await texts.arrive('page-vi')
  await page
  expect(texts.shown()).toBe('ja')
})

test('of two quick choices the later one stays, whichever comes first', async () => {
  const texts = openTexts()
  const choices = [texts.showLanguage('en'), texts.showLanguage('ja')]
  await texts.arrive('first-ja')
  expect(texts.shown()).toBe('ja')
  await texts.arrive('first-en')
  await Promise.all(choices)
  expect(texts.shown()).toBe('ja')
})

test('texts that failed to load are asked for again, others are not', async () => {
  const texts = openTexts()
  const shown = texts.showLanguage('vi')
  await texts.arrive('first-vi')
  await shown
  const failed = texts.showLanguage('en')
  texts.fail('first-en')
  await expect(failed).rejects.toThrow('Failed to fetch')
  expect(texts.shown()).toBe('vi')
  const again = texts.showLanguage('en')
  await texts.arrive('first-en')
  await again
  await texts.showLanguage('vi')
  expect(texts.shown()).toBe('vi')
  expect(texts.asked).toEqual(['first-vi', 'first-en', 'first-en'])
})

test('a page does not wait for a language whose texts did not come', async () => {
  const texts = openTexts()
  const shown = texts.showLanguage('vi')
  await texts.arrive('first-vi')
  await shown
  const failed = texts.showLanguage('en')
  texts.fail('first-en')
  await expect(failed).rejects.toThrow('Failed to fetch')
  const page = texts.loadPart('page')
  await texts.arrive('page-vi')
  await page
  expect(texts.asked).not.toContain('page-en')
})
