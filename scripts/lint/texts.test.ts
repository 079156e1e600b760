import { expect, test } from 'vitest'
import { codesIn, compareLanguages, ledgerWordsIn, textsOf } from './texts.ts'

const compare = (vi: unknown, en: unknown, ja: unknown): string[] =>
  compareLanguages('a.json', { vi: textsOf(vi), en: textsOf(en), ja: textsOf(ja) })

test('texts that every language has, with the same parameters, are in order', () => {
  expect(compare({ a: { b: 'Xin chào {{name}}' } }, { a: { b: 'Hello {{ name }}' } }, { a: { b: '{{name}}さん、こんにちは' } })).toEqual([])
})

test('the forms of a plural are one text, and one of them may leave the number out', () => {
  expect(compare({ n_other: '{{count}} người' }, { n_one: 'One person', n_other: '{{count}} people' }, { n_other: '{{count}}人' })).toEqual(
    [],
  )
})

test.each([
  ['a missing text', {}, { a: 'Save' }, { a: '保存' }, 'a.json a: is missing in vi'],
  ['an empty text', { a: ' ' }, { a: 'Save' }, { a: '保存' }, 'a.json a: is empty in vi'],
  ['a decomposed text', { a: 'Lu\u031bu' }, { a: 'Save' }, { a: '保存' }, 'a.json a: is not NFC in vi'],
  ['a misspelt parameter', { a: 'Lưu {{tên}}' }, { a: 'Save {{name}}' }, { a: '{{name}}を保存' }, 'different parameters'],
  ['a text that was not translated', { a: 'Save' }, { a: 'Save' }, { a: '保存' }, 'is "Save" in both vi and en'],
])('%s is named', (_what, vi, en, ja, says) => {
  expect(compare(vi, en, ja).join('\n')).toContain(says)
})

test('names and texts without words may be the same in every language', () => {
  expect(compare({ a: 'PDF', b: '{{from}} – {{to}}' }, { a: 'PDF', b: '{{from}} – {{to}}' }, { a: 'PDF', b: '{{from}} – {{to}}' })).toEqual(
    [],
  )
})

test('what a file writes into the ledger is found however it is given', () => {
  const source = `
    changes: ['unit.created',
      'post.started'],
    export const erasureVerb = 'payload.erased'
    await recordChange(work, { verb: 'need.ended', recordType: 'need', recordId })
    verb: submits ? 'sheet.submitted' : 'sheet.saved',
    changes: [],`
  expect(ledgerWordsIn(source)).toEqual({
    verbs: ['unit.created', 'post.started', 'payload.erased', 'need.ended', 'sheet.submitted', 'sheet.saved'],
    types: ['need'],
  })
})

test('codes are found however they are given', () => {
  const source = `
    throw new Problem(409, 'plan.exists')
    return new Problem(
      statusCode,
      'request.unreadable',
    )
    throw invalid({ path: \`ratings.\${index}.level\`, code: 'unknown' })
    fields.push({ path, code: text === 'taken' ? 'in-use' : 'required', params })
    faults.add(\`\${place}.code\`, 'duplicate', { value: code })`
  expect(codesIn(source)).toEqual({
    problems: ['plan.exists', 'request.unreadable'],
    fields: ['unknown', 'in-use', 'required', 'duplicate'],
  })
  const faults = `return issue.minimum === 1 ? { code: 'too-short' } : { code: 'too-small' }`
  expect(codesIn(faults, { namesSchemaFaults: true }).fields).toEqual(['too-short', 'too-small'])
})
