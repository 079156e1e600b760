import { afterEach, expect, test, vi } from 'vitest'
import { keepDraft, readDraft } from '#ui/form/draft.ts'

afterEach(() => vi.unstubAllGlobals())

/** A browser's storage that takes no more than so many characters. */
function stubStorage(maxLength: number): void {
  const kept = new Map<string, string>()
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    removeItem: (key: string) => void kept.delete(key),
    setItem: (key: string, text: string) => {
      if (text.length > maxLength) throw new DOMException('The quota has been exceeded.', 'QuotaExceededError')
      kept.set(key, text)
    },
  })
}

test('a draft comes back', () => {
  stubStorage(1000)
  keepDraft('a', { at: 1, version: 2, values: { name: 'Tre' } })
  expect(readDraft('a', { name: '' })).toEqual({ at: 1, version: 2, values: { name: 'Tre' } })
})

test('a full storage stops nobody, and no older state passes for the newest', () => {
  stubStorage(60)
  keepDraft('a', { at: 1, version: 2, values: { name: 'Tre' } })
  keepDraft('a', { at: 3, version: 2, values: { name: 'Tre'.repeat(20) } })
  expect(readDraft('a', { name: '' })).toBeUndefined()
})
