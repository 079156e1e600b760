import { expect, test } from 'vitest'
import { findText, textsIn } from './server-texts.ts'

test('what people typed is put in as it is: neither looked up nor escaped', () => {
  const typed = '<b>$t(development-plans:document.heading) {{person}} & co.'
  expect(textsIn('en')('development-plans:actions.course', { competency: typed, need: 2 })).toContain(typed)
})

test('a text that does not exist is not found', () => {
  expect(findText('en', 'development-plans', 'no.such.key')).toBeUndefined()
  expect(findText('en', 'no-such-area', 'key')).toBeUndefined()
  expect(findText('en', 'development-plans', 'actions')).toBeUndefined()
})
