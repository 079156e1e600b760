import { expect, test } from 'vitest'
import { headerText, isDeliverable, parseMailbox } from './address.ts'
import { letterHtml, letterText, oneTimeLink } from './letter.ts'

const letter = {
  subject: 'Plans & more',
  parts: [
    { paragraph: 'Dear <b>Tre</b> {{name}} $t(x),\nhello' },
    { action: { label: 'Set password', href: oneTimeLink } },
    { items: [{ text: 'A "plan" waits', href: 'https://luytre.example/plans/1?a=1&b=2' }] },
  ],
  footer: 'Sent by <script>',
}
const link = 'https://luytre.example/set-password#abc'

test('the text has every part, and the link where it belongs', () => {
  expect(letterText(letter, link)).toBe(
    [
      'Dear <b>Tre</b> {{name}} $t(x),\nhello',
      `Set password:\n${link}`,
      '- A "plan" waits\n  https://luytre.example/plans/1?a=1&b=2',
      '-- \nSent by <script>\n',
    ].join('\n\n'),
  )
})

test('in HTML what people typed is text', () => {
  const html = letterHtml(letter, 'en', link)
  expect(html).toContain('Dear &lt;b&gt;Tre&lt;/b&gt; {{name}} $t(x),<br>hello')
  expect(html).toContain('href="https://luytre.example/plans/1?a=1&amp;b=2"')
  expect(html).toContain(`href="${link}"`)
  expect(html).toContain('Sent by &lt;script&gt;')
  expect(html).not.toMatch(/<script|<b>|<img|src=/)
})

test('what goes into a header is one line', () => {
  expect(headerText('  Tre\r\nBcc: x@y\0\u2028z\u202e ')).toBe('Tre Bcc: x@y z')
  expect(headerText('a'.repeat(500))).toHaveLength(200)
  expect(headerText('Nguyễn'.normalize('NFD'))).toBe('Nguyễn'.normalize('NFC'))
})

test.each([
  ['ten@agency.example', true],
  ['ten@demo.invalid', false],
  ['ten@DEMO.INVALID', false],
  ['ten', false],
  ['a@b.example,c@d.example', false],
  ['a@b.example\r\nRCPT TO:<c@d.example>', false],
  ['<a@b.example>', false],
])('a mail can go to %j: %s', (address, can) => expect(isDeliverable(address)).toBe(can))

test.each([
  ['Lũy Tre <luytre@authority.example>', { name: 'Lũy Tre', address: 'luytre@authority.example' }],
  ['"Lũy Tre" <luytre@authority.example>', { name: 'Lũy Tre', address: 'luytre@authority.example' }],
  ['luytre@authority.example', { name: '', address: 'luytre@authority.example' }],
  ['Lũy Tre', undefined],
  ['a@b.example, c@d.example', undefined],
  ['Tre <a@b.example> <c@d.example>', undefined],
])('%j as a sender', (text, mailbox) => expect(parseMailbox(text)).toEqual(mailbox))
