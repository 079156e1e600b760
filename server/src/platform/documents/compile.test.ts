import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readPdfText } from '../../../test/pdf-text.ts'
import { compileDocument } from './compile.ts'

// A template of the tests' own, beside the page that it imports: the compiler reads nothing outside the source folder.
const template = new URL('./test-template.typ', import.meta.url)
const broken = new URL('./no-such-template.typ', import.meta.url)
const madeAt = new Date('2026-11-22T03:00:00Z')
const compile = (body: string, lang = 'vi') =>
  compileDocument({ template, data: { lang, title: 'Thử', organisation: 'Tổ chức', body }, madeAt })

test('a document is a tagged PDF/UA-1 that names its language and title', async () => {
  const pdf = Buffer.from(await compile('Kính gửi')).toString('latin1')
  expect(pdf.slice(0, 5)).toBe('%PDF-')
  expect(pdf).toContain('/MarkInfo')
  expect(pdf).toContain('/StructTreeRoot')
  expect(pdf).toMatch(/pdfuaid:part>1</)
  expect(pdf).toMatch(/\/Lang \(vi-VN\)/)
  expect(pdf).toContain('/DisplayDocTitle true')
})

test('the same document at the same time is the same file', async () => {
  expect(await compile('Như nhau')).toEqual(await compile('Như nhau'))
})

test('what people typed appears literally, in NFC', async () => {
  const typed = 'Nguyễn Thị Ánh Tuyết #sys.inputs $x^2$ *b* _i_ `r` @ref <l> [c] // no "q" \\ #read("/etc/passwd")'
  expect(readPdfText(await compile(typed.normalize('NFD')))).toContain(typed.replace(/\s/g, ''))
})

test('whatever is typed, the document is made', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 300 }), fc.constantFrom('vi', 'en', 'ja'), async (text, lang) => {
      expect((await compile(text, lang)).length).toBeGreaterThan(1000)
    }),
    { numRuns: 60 },
  )
})

test('a template that does not compile is an error that says where, and the next document is made', async () => {
  await expect(compileDocument({ template: broken, data: {}, madeAt })).rejects.toThrow(/no-such-template/)
  expect((await compile('Tiếp')).length).toBeGreaterThan(1000)
})

test('too much to print is refused, and so is the order after the queue is full', async () => {
  await expect(compile('x'.repeat(3_000_001))).rejects.toMatchObject({ status: 422, code: 'document.too-large' })
  const orders = await Promise.allSettled(Array.from({ length: 60 }, (_, index) => compile(`Số ${index}`)))
  const refused = orders.filter(order => order.status === 'rejected')
  expect(refused).toHaveLength(40)
  for (const order of refused) expect(order.reason).toMatchObject({ status: 503, code: 'document.busy' })
})
