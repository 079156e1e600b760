import { z } from 'zod'
import type { Language } from '#platform/i18n/languages.ts'

// What a mail says, as parts: text and HTML are made of the same parts when it is sent. What people typed is text in
// both; nothing of it is interpreted.

/** In place of an address: the one-time link, which is made when the mail is sent. */
export const oneTimeLink = 'one-time-link'

const part = z.union([
  z.strictObject({ paragraph: z.string() }),
  z.strictObject({ action: z.strictObject({ label: z.string(), href: z.string() }) }),
  z.strictObject({ items: z.array(z.strictObject({ text: z.string(), href: z.string() })) }),
])
export const letterContent = z.strictObject({ parts: z.array(part), footer: z.string() })
export type LetterContent = z.infer<typeof letterContent>

export interface Letter extends LetterContent {
  subject: string
}

/** `link` stands where the one-time link belongs. */
export function letterText({ parts, footer }: LetterContent, link: string): string {
  const address = (href: string): string => (href === oneTimeLink ? link : href)
  const blocks = parts.map(one => {
    if ('paragraph' in one) return one.paragraph
    if ('action' in one) return `${one.action.label}:\n${address(one.action.href)}`
    return one.items.map(item => `- ${item.text}\n  ${address(item.href)}`).join('\n')
  })
  return [...blocks, '-- ', footer].join('\n\n').replace('-- \n\n', '-- \n') + '\n'
}

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
const escape = (text: string): string => text.replaceAll(/[&<>"']/g, character => escapes[character]!)

/** No pictures, no styles from elsewhere, nothing that tells who has opened it. */
export function letterHtml(letter: Letter, language: Language, link: string): string {
  const anchor = (href: string, label: string): string =>
    `<a href="${escape(href === oneTimeLink ? link : href)}" style="color:#2f6b4f">${escape(label)}</a>`
  const paragraph = (html: string, style = ''): string => `<p style="margin:0 0 16px;${style}">${html}</p>`
  const lines = (text: string): string => escape(text).replaceAll('\n', '<br>')
  const blocks = letter.parts.map(one => {
    if ('paragraph' in one) return paragraph(lines(one.paragraph))
    if ('action' in one) {
      const href = one.action.href === oneTimeLink ? link : one.action.href
      // The address in full beside the button's words: whoever distrusts buttons can read and copy it.
      return paragraph(`<strong>${anchor(href, one.action.label)}</strong><br>${anchor(href, href)}`, 'word-break:break-all')
    }
    const items = one.items.map(item => `<li style="margin:0 0 8px">${anchor(item.href, item.text)}</li>`)
    return `<ul style="margin:0 0 16px;padding-left:20px">${items.join('')}</ul>`
  })
  return `<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><title>${escape(letter.subject)}</title></head>
<body style="margin:0;padding:24px;font:15px/1.6 sans-serif;color:#23271f;background:#ffffff"><div style="max-width:560px">
${blocks.join('\n')}
${paragraph(lines(letter.footer), 'border-top:1px solid #d8d6cf;padding-top:12px;color:#5d6159;font-size:13px')}
</div></body></html>
`
}
