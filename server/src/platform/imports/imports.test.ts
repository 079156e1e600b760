import { deflateRawSync } from 'node:zlib'
import { utils, write } from '@e965/xlsx'
import type { WorkBook, WorkSheet } from '@e965/xlsx'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseCsv } from './csv.ts'
import { readWholeTable as readTable } from '../../../test/table-rows.ts'
import { maxTableBytes } from './imports.ts'
import { threadLimits } from './reading-thread.ts'
import { decodeText } from './text-encoding.ts'
import { listZip, storeZip } from './zip.ts'

const workbookOf = (sheet: WorkSheet, more: Partial<WorkBook> = {}): Uint8Array =>
  write(
    { SheetNames: ['Sheet1'], Sheets: { Sheet1: sheet }, ...more },
    { type: 'buffer', bookType: 'xlsx', compression: true },
  ) as Uint8Array

const texts = (table: Awaited<ReturnType<typeof readTable>>): (string | undefined)[][] =>
  table.rows.map(({ cells }) => Array.from(cells, cell => cell?.text))
const reasonOf = (bytes: Uint8Array): Promise<unknown> =>
  readTable(bytes).then(
    () => 'read',
    (error: { details?: { params: { reason: string } } }) => error.details?.params.reason ?? error,
  )

/** The same archive with one part replaced or added. */
function withPart(bytes: Uint8Array, name: string, change: (content: string) => string): Uint8Array {
  const parts = listZip(bytes).map(entry => ({ name: entry.name, content: entry.read() as Uint8Array }))
  const part = parts.find(candidate => candidate.name === name)
  if (part) part.content = Buffer.from(change(Buffer.from(part.content).toString()))
  else parts.push({ name, content: Buffer.from(change('')) })
  return storeZip(parts)
}

const small = workbookOf(
  utils.aoa_to_sheet([
    ['Name', 'Unit'],
    ['An', 'LD'],
  ]),
)
const sheetPart = 'xl/worksheets/sheet1.xml'

test('cells of a workbook say what they are', async () => {
  const sheet = utils.aoa_to_sheet([
    ['a', 1.5, 7, null],
    ['b', 44270, 2, true],
    [' ', 'x'],
  ])
  sheet['C1'] = { t: 'n', v: 7, z: '000' }
  sheet['B2'] = { t: 'n', v: 44270, z: 'dd/mm/yyyy' }
  sheet['C2'] = { t: 'n', v: 2, f: 'A1*2' }
  sheet['A3'] = { t: 'e', v: 23 }
  sheet['!merges'] = [{ s: { r: 1, c: 3 }, e: { r: 2, c: 4 } }]
  const table = await readTable(workbookOf(sheet))
  expect(table.encoding).toBe('xlsx')
  expect(texts(table)).toEqual([
    ['a', '1.5', '007'],
    ['b', '2021-03-15', '2', 'true', ''],
    ['#REF!', 'x', undefined, '', ''],
  ])
  const [first, second, third] = table.rows.map(({ cells }) => cells)
  expect([first![1]!.number, first![2]!.number, second![1]!.isDate, second![1]!.number]).toEqual([1.5, 7, true, null])
  expect([second![2]!.isFormula, third![0]!.isError, second![3]!.isMerged, third![3]!.isMerged, third![4]!.isMerged]).toEqual([
    true,
    true,
    false,
    true,
    true,
  ])
})

test('dates of the 1904 system are four years and a day later', async () => {
  const sheet: WorkSheet = { A1: { t: 'n', v: 42808, z: 'yyyy-mm-dd' }, '!ref': 'A1' }
  expect(texts(await readTable(workbookOf(sheet, { Workbook: { WBProps: { date1904: true } } })))).toEqual([['2021-03-15']])
})

test('a formula that was never calculated is not an empty cell', async () => {
  const bytes = withPart(small, sheetPart, content => content.replace(/<c r="B2".*?<\/c>/, '<c r="B2"><f>NOW()</f></c>'))
  expect((await readTable(bytes)).rows[1]!.cells[1]).toMatchObject({ isFormula: true })
})

test('the first visible sheet with content is read, and the others are named', async () => {
  const book = {
    SheetNames: ['hidden', 'empty', 'people', 'more'],
    Sheets: {} as Record<string, WorkSheet>,
    Workbook: { Sheets: [{ Hidden: 1 as const }, {}, {}, {}] },
  }
  for (const name of book.SheetNames) book.Sheets[name] = utils.aoa_to_sheet(name === 'empty' ? [] : [[name]])
  const table = await readTable(write(book, { type: 'buffer', bookType: 'xlsx' }) as Uint8Array)
  expect([texts(table), table.otherSheets]).toEqual([[['people']], ['more']])
})

test('a declared range of a whole sheet costs nothing, and a far row keeps its number', async () => {
  const bytes = withPart(small, sheetPart, content =>
    content
      .replace(/<dimension ref="[^"]*"/, '<dimension ref="A1:XFD1048576"')
      .replace('</sheetData>', '<row r="1000000"><c r="A1000000" t="str"><v>far</v></c></row></sheetData>'),
  )
  expect((await readTable(bytes)).rows.map(({ row }) => row)).toEqual([1, 2, 1_000_000])
})

test.each([true, false])('a sheet of many slices is read as one, with shared strings: %s', async bookSST => {
  const count = 16_003
  const sheet = utils.aoa_to_sheet(Array.from({ length: count }, (_, index) => [`Người ${index}`, index, index % 3 === 0 ? 'chung' : null]))
  sheet['B7000'] = { t: 'n', v: 2, f: 'A1*2' }
  sheet['!merges'] = [{ s: { r: 7998, c: 2 }, e: { r: 8002, c: 2 } }]
  const book = { SheetNames: ['people', 'short'], Sheets: { people: sheet, short: utils.aoa_to_sheet([['x']]) } }
  const table = await readTable(write(book, { type: 'buffer', bookType: 'xlsx', bookSST }) as Uint8Array)
  expect(table.otherSheets).toEqual(['short'])
  expect(table.rows.map(({ row }) => row)).toEqual(Array.from({ length: count }, (_, index) => index + 1))
  expect(texts(table).map(cells => cells[0])).toEqual(Array.from({ length: count }, (_, index) => `Người ${index}`))
  expect(table.rows.filter(({ cells }) => cells[2]?.text === 'chung')).toHaveLength(Math.ceil(count / 3))
  expect(table.rows.filter(({ cells }) => cells[1]?.isFormula).map(({ row }) => row)).toEqual([7000])
  expect(table.rows.filter(({ cells }) => cells[2]?.isMerged).map(({ row }) => row)).toEqual([8000, 8001, 8002, 8003])
})

/** Two slices; the strings of the second are not those of the first. */
const sliced = write(
  {
    SheetNames: ['people'],
    Sheets: { people: utils.aoa_to_sheet(Array.from({ length: 2_500 }, (_, index) => [`Người ${index}`, index])) },
  },
  { type: 'buffer', bookType: 'xlsx', bookSST: true },
) as Uint8Array

test.each([
  ['in other quotes', (sheet: string) => sheet.replaceAll('t="s"', "t='s'"), 'Người 2400'],
  ['of two types', (sheet: string) => sheet.replace(/(<c r="A2401" t="s")(><v>)\d+/, '$1 t="n"$27'), '7'],
  ['with a formula', (sheet: string) => sheet.replace(/(<c r="A2401" t="s">)(<v>\d+)/, '$1<f>A1</f>$2'), 'Người 2400'],
  ['of a type that nobody knows', (sheet: string) => sheet.replace('<c r="B2402" t="n"', '<c r="B2402" t="q"'), 'Người 2400'],
])('cells %s keep what they name', async (_, rewrite, expected) => {
  const written = texts(await readTable(withPart(sliced, sheetPart, rewrite)))
  expect([written.length, written[0]![0], written[2400]![0], written[2499]![0]]).toEqual([2500, 'Người 0', expected, 'Người 2499'])
})

test('a cell that names a string which does not exist comes to name no other', async () => {
  const bytes = withPart(sliced, sheetPart, sheet => sheet.replace(/(<c r="A2401" t="s"><v>)\d+/, '$199999'))
  expect(await reasonOf(bytes)).toBe('damaged')
})

test('macros, links to other files and unknown parts never reach the parser', async () => {
  let bytes = withPart(small, 'xl/vbaProject.bin', () => 'macro')
  bytes = withPart(
    bytes,
    'xl/externalLinks/externalLink1.xml',
    () => '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><externalLink>&e;</externalLink>',
  )
  bytes = withPart(bytes, '[Content_Types].xml', content =>
    content.replace(
      '</Types>',
      '<Override PartName="/xl/externalLinks/externalLink1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.externalLink+xml"/></Types>',
    ),
  )
  expect(texts(await readTable(bytes))).toEqual([
    ['Name', 'Unit'],
    ['An', 'LD'],
  ])
})

/** The same archive, its parts compressed. */
function deflated(bytes: Uint8Array): Uint8Array {
  const parts = listZip(bytes).map(entry => ({ name: entry.name, content: entry.read() }))
  const stored = Buffer.from(bytes)
  const archive = storeZip(parts.map(({ name, content }) => ({ name, content: deflateRawSync(content) })))
  const signature = Buffer.from([0x50, 0x4b, 1, 2])
  let [from, to] = [stored.indexOf(signature), archive.indexOf(signature)]
  for (const _ of parts) {
    archive.writeUInt16LE(8, to + 10)
    // Checksum and size are those of the content.
    stored.copy(archive, to + 16, from + 16, from + 20)
    stored.copy(archive, to + 24, from + 24, from + 28)
    from = stored.indexOf(signature, from + 4)
    to = archive.indexOf(signature, to + 4)
  }
  return archive
}

test('a compressed workbook is read like a stored one', async () => {
  expect(texts(await readTable(deflated(withPart(small, sheetPart, text => text))))).toEqual([
    ['Name', 'Unit'],
    ['An', 'LD'],
  ])
})

// Hostile and broken files ------------------------------------------------------------

const zeros = deflateRawSync(Buffer.alloc(20_000_000))

/** A workbook with a part of twenty million zeros that claims to have `declared` bytes. */
const bomb = (declared: number): Uint8Array => {
  const parts = listZip(small).map(entry => ({ name: entry.name, content: entry.read() as Uint8Array }))
  const archive = storeZip([...parts, { name: 'xl/media/image1.png', content: zeros }])
  // Method and sizes of the last entry in the central directory: deflated, with the size that is claimed.
  const at = archive.lastIndexOf(Buffer.from([0x50, 0x4b, 1, 2]))
  archive.writeUInt16LE(8, at + 10)
  archive.writeUInt32LE(declared, at + 24)
  return archive
}

test('a bomb is refused by what it declares', async () => {
  expect(await reasonOf(bomb(200_000_000))).toBe('too-large')
  expect(await reasonOf(bomb(20_000_000))).toBe('too-large')
})

test('a part that holds more than it declares is refused', () => {
  const archive = Buffer.from(bomb(50_000))
  expect(() => listZip(archive).at(-1)!.read()).toThrow(expect.objectContaining({ reason: 'damaged' }))
})

test('many parts that share one place are refused by their sum', async () => {
  const packed = deflateRawSync(Buffer.alloc(1_000_000, 'ab'))
  const archive = storeZip(
    Array.from({ length: 200 }, (_, index) => ({ name: `xl/worksheets/s${index}.xml`, content: index === 0 ? packed : new Uint8Array() })),
  )
  for (let at = archive.indexOf(Buffer.from([0x50, 0x4b, 1, 2])); at >= 0; at = archive.indexOf(Buffer.from([0x50, 0x4b, 1, 2]), at + 4)) {
    archive.writeUInt16LE(8, at + 10)
    archive.writeUInt32LE(packed.length, at + 20)
    archive.writeUInt32LE(1_000_000, at + 24)
    archive.writeUInt32LE(0, at + 42)
  }
  expect(await reasonOf(archive)).toBe('too-large')
})

test.each([
  [
    'more parts than a workbook has',
    () => storeZip(Array.from({ length: 2001 }, (_, index) => ({ name: `p${index}`, content: new Uint8Array() }))),
    'too-many-entries',
  ],
  [
    'an archive that is no workbook',
    () => storeZip([{ name: 'mimetype', content: Buffer.from('application/vnd.oasis.opendocument.spreadsheet') }]),
    'not-a-table',
  ],
  ['a workbook cut in half', () => small.subarray(0, small.length / 2), 'damaged'],
  ['a workbook without its end', () => small.subarray(0, small.length - 10), 'damaged'],
  ['a workbook with a changed byte', () => Uint8Array.from(small, (byte, index) => (index === 60 ? byte ^ 0xff : byte)), 'damaged'],
  [
    'entities that grow',
    () =>
      withPart(
        small,
        'xl/sharedStrings.xml',
        text => `<!DOCTYPE lolz [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>${text.replace('Name', '&b;')}`,
      ),
    'unsafe-xml',
  ],
  [
    'entities from outside',
    () =>
      withPart(small, sheetPart, text => text.replace('<worksheet', '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><worksheet')),
    'unsafe-xml',
  ],
  ['a part in UTF-16', () => withPart(small, sheetPart, () => '\0<\0?\0x'), 'unsafe-xml'],
  [
    'two parts of one name',
    () => storeZip([...listZip(small), listZip(small)[0]!].map(entry => ({ name: entry.name, content: entry.read() }))),
    'damaged',
  ],
  [
    'a data table',
    () => withPart(small, sheetPart, text => text.replace('<c r="B2"', '<c r="C2"><f t="dataTable" ref="C2:C3"/><v>5</v></c><c r="B2"')),
    'data-table',
  ],
  [
    'more columns than a roster has',
    () => workbookOf(utils.aoa_to_sheet([Array.from({ length: 61 }, (_, index) => index)])),
    'too-many-columns',
  ],
  [
    'more rows than a roster has',
    () => workbookOf(utils.aoa_to_sheet(Array.from({ length: 100_051 }, (_, index) => [index]))),
    'too-many-rows',
  ],
  ['a workbook without content', () => workbookOf(utils.aoa_to_sheet([])), 'empty'],
  [
    'a workbook of Excel 97',
    () => write({ SheetNames: ['a'], Sheets: { a: utils.aoa_to_sheet([['x']]) } }, { type: 'buffer', bookType: 'biff8' }) as Uint8Array,
    'old-excel',
  ],
  [
    'a workbook under a password',
    () =>
      Buffer.concat([
        Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]),
        Buffer.alloc(600),
        Buffer.from('EncryptedPackage', 'utf16le'),
      ]),
    'encrypted',
  ],
  ['a web page', () => Buffer.from(' <html><table><tr><td>Name</td></tr></table>'), 'not-a-table'],
  ['a PDF', () => Buffer.from('%PDF-1.7\n'), 'not-a-table'],
  ['nothing', () => new Uint8Array(), 'empty'],
  ['binary junk', () => Uint8Array.from({ length: 50_000 }, (_, index) => (index * 7919 + (index >> 3)) % 256), 'binary'],
  ['junk without a NUL', () => Uint8Array.from({ length: 200_000 }, (_, index) => 128 + ((index * 7919) % 127)), 'unknown-encoding'],
  ['one line of thirty million characters', () => Buffer.alloc(maxTableBytes, 'x'), 'cell-too-long'],
  ['one line of fifteen million cells', () => Buffer.alloc(maxTableBytes, 'x,'), 'too-many-columns'],
  ['thirty million empty lines', () => Buffer.alloc(maxTableBytes, '\n'), 'too-many-rows'],
  ['a file beyond the limit', () => Buffer.alloc(maxTableBytes + 1, 'x'), 'too-large'],
  ['a quote that is never closed', () => Buffer.from(`Name\n"${'x\n'.repeat(100_000)}`), 'unbalanced-quotes'],
] as const)('%s is refused with its reason', async (_what, make, reason) => {
  expect(await reasonOf(make())).toBe(reason)
})

test('a sheet of a million real rows is refused before it is parsed', async () => {
  const rows = Array.from({ length: 1_000_000 }, (_, index) => `<row r="${index + 1}"><c r="A${index + 1}"><v>1</v></c></row>`).join('')
  const archive = deflated(withPart(small, sheetPart, () => `<worksheet><sheetData>${rows}</sheetData></worksheet>`))
  expect(archive.length).toBeLessThan(maxTableBytes)
  expect(await reasonOf(archive)).toBe('too-many-rows')
})

test('readers take turns, and too many at once are asked to come again', async () => {
  const answers = await Promise.all(
    Array.from({ length: threadLimits.atOnce + threadLimits.waiting + 3 }, () =>
      readTable(small).then(
        () => 'read',
        (error: { code: string }) => error.code,
      ),
    ),
  )
  expect(answers.filter(answer => answer === 'read')).toHaveLength(threadLimits.atOnce + threadLimits.waiting)
  expect(answers.filter(answer => answer === 'import.busy')).toHaveLength(3)
  expect(await reasonOf(small)).toBe('read')
})

// Text -----------------------------------------------------------------------------------

const vietnamese = 'Mã NV;Họ tên\r\nNV1;Nguyễn Văn Đức\r\nNV2;Trần Thị Thuỷ\r\n'
const utf16 = Buffer.from(vietnamese, 'utf16le')

test.each([
  ['utf-8', Buffer.from(vietnamese)],
  ['utf-8', Buffer.from(`\ufeff${vietnamese}`)],
  ['utf-16le', Buffer.concat([Buffer.from([0xff, 0xfe]), utf16])],
  ['utf-16be', Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from(utf16).swap16()])],
  ['utf-16le', utf16],
  ['utf-16be', Buffer.from(utf16).swap16()],
  ['tcvn3', Buffer.from('M· NV;Hä tªn\r\nNV1;NguyÔn V¨n §øc\r\nNV2;TrÇn ThÞ Thuû\r\n', 'latin1')],
  ['vni', Buffer.from('Maõ NV;Hoï teân\r\nNV1;Nguyeãn Vaên Ñöùc\r\nNV2;Traàn Thò Thuyû\r\n', 'latin1')],
] as const)('%s is recognised and read', async (encoding, bytes) => {
  const table = await readTable(bytes)
  expect(table.encoding).toBe(encoding)
  expect(texts(table)).toEqual([
    ['Mã NV', 'Họ tên'],
    ['NV1', 'Nguyễn Văn Đức'],
    ['NV2', 'Trần Thị Thuỷ'],
  ])
})

test('windows-1258 is recognised by its combining tones', () => {
  const text = 'Nguyễn Thị Hường;Đặng Quốc Việt;Lê Thuý Ngọc'
  const { encoding, text: read } = decodeText(
    Buffer.from('Nguy\xea\xden Thi\xf2 H\xfd\xf5\xccng;\xd0\xe3\xf2ng Qu\xf4\xecc Vi\xea\xf2t;L\xea Thuy\xec Ngo\xf2c', 'latin1'),
  )
  expect([encoding, read]).toEqual(['windows-1258', text])
})

test('Shift_JIS as Excel in Japan writes it is read', () => {
  const bytes = Buffer.from([0x8e, 0x81, 0x96, 0xbc, 0x2c, 0x95, 0x94, 0x8f, 0x90, 0x0a]) // 氏名,部署
  expect(decodeText(bytes)).toEqual({ encoding: 'shift_jis', text: '氏名,部署\n' })
})

test.each([
  [',', 'a,b\n1,2'],
  [';', 'a;b\n1,5;2,5'],
  ['\t', 'a\tb\n1, 5\t2'],
  [';', 'sep=;\na;b\n"x, y, z";2'],
  [',', '"a;b;c",b\n"d;e;f",2'],
])('the separator %j is found', (separator, text) => {
  expect([...parseCsv(text)].at(-1)!.cells).toHaveLength(2)
  expect(text).toContain(separator)
})

test('quotes, line ends inside them and the numbers of rows are kept', () => {
  const rows = [...parseCsv('a,"b ""c"""\r\n\r\n"x\ny",2\r,z')]
  expect(rows.map(({ row, cells }) => [row, ...Array.from(cells, cell => cell?.text)])).toEqual([
    [1, 'a', 'b "c"'],
    [3, 'x\ny', '2'],
    [4, undefined, 'z'],
  ])
})

test.each([
  ['a,b\n1,"2', 2],
  ['a\n"x\ny"z\n', 2],
  ['a\n"x\n\n"\n"b\n', 5],
])('a quote in %j that is not closed is named by its line', (text, line) => {
  try {
    Array.from(parseCsv(text))
    expect.unreachable()
  } catch (error) {
    expect(error).toMatchObject({ reason: 'unbalanced-quotes', details: { params: { line } } })
  }
})

test('what is written as CSV comes back', () => {
  const cell = fc.string({ unit: fc.constantFrom('a', 'ễ', ',', ';', '"', '\n', ' ', '日'), maxLength: 6 })
  const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 6 })
  const width = 4
  fc.assert(
    fc.property(table, rows => {
      const header = Array.from({ length: width }, (_, index) => `h${index}`)
      const text = [header, ...rows].map(cells => cells.map(value => `"${value.replaceAll('"', '""')}"`).join(',')).join('\r\n')
      const read = new Map([...parseCsv(text)].map(({ row, cells }) => [row, cells]))
      rows.forEach((cells, index) => {
        expect(cells.map((_, column) => read.get(index + 2)?.[column]?.text ?? '')).toEqual(cells.map(value => value.trim()))
      })
    }),
  )
})

test('no bytes make the reading fail in any other way than with a reason', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), async bytes => {
      expect(typeof (await reasonOf(bytes[0] === 0x50 ? bytes.subarray(1) : bytes))).toBe('string')
    }),
    { numRuns: 500 },
  )
})
