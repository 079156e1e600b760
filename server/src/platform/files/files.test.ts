import { access, cp, mkdir, mkdtemp, readFile, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { makeTestFiles } from '../../../test/http-kit.ts'
import { createTestDatabase, makeTestAuthority } from '../../../test/kit.ts'
import { pathOf, sha256Of } from './directory.ts'
import { safeFileName } from './file-name.ts'
import { openFileStore, readStoredFile, storeFile, sweepFiles } from './files.ts'
import { mediaTypeOf } from './media-type.ts'

const database = await createTestDatabase()
const authority = await makeTestAuthority(database)
const store = await makeTestFiles(database)
const made: string[] = []
afterAll(() => Promise.all(made.map(directory => rm(directory, { recursive: true, force: true }))))
const makeDirectory = async (): Promise<string> => {
  made.push(await mkdtemp(path.join(os.tmpdir(), 'luytre-files-test-')))
  return made.at(-1)!
}

const latin = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'))
const pdf = (note = ''): Uint8Array => latin(`%PDF-1.7\n% ${note}\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n`)
const bytesOf = (...parts: (number[] | Uint8Array)[]): Uint8Array => new Uint8Array(Buffer.concat(parts.map(part => Buffer.from(part))))
/** A start of image, a frame header, a start of scan, some data, an end of image: T.81 B.2. */
const jpeg = bytesOf(
  [0xff, 0xd8, 0xff, 0xc0, 0, 11, 8, 0, 1, 0, 1, 1, 1, 0x11, 0, 0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0],
  [0x12, 0x34, 0xff, 0xd9],
)
const chunk = (kind: string, content: number[]): Uint8Array => bytesOf([0, 0, 0, content.length], latin(kind), content, [0, 0, 0, 0])
const pngHead = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
const png = bytesOf(
  pngHead,
  chunk(
    'IHDR',
    Array.from({ length: 13 }, () => 1),
  ),
  chunk('IDAT', [1, 2, 3]),
  chunk('IEND', []),
)

const keep = (bytes: Uint8Array, fileName = 'scan.pdf', where = store) =>
  authority.as({}, work => storeFile(work, where, { fileName, bytes }))
const read = async (fileId: string, where = store) => (await authority.as({}, work => readStoredFile(work, where, fileId)))()
const isThere = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  )

describe('what a file is', () => {
  test('is said by its content', () => {
    expect([pdf(), jpeg, png].map(mediaTypeOf)).toEqual(['application/pdf', 'image/jpeg', 'image/png'])
    // Telephones append to pictures.
    expect(mediaTypeOf(bytesOf(jpeg, latin('trailer of a maker')))).toBe('image/jpeg')
  })

  test.each([
    ['nothing', new Uint8Array()],
    ['one byte', new Uint8Array([0x25])],
    ['a page of the web', latin('<!doctype html><script>alert(1)</script>')],
    ['a page of the web before a PDF', bytesOf(latin('<script>alert(1)</script>\n'), pdf())],
    ['a PDF without its end', pdf().subarray(0, 40)],
    ['a PDF with its end far inside', bytesOf(pdf(), new Uint8Array(5000))],
    ['only the head of a PDF', latin('%PDF-1.7')],
    ['an SVG', latin('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>')],
    ['a ZIP', latin('PK\u0003\u0004')],
    ['a GIF', latin('GIF89a%PDF-1.7 %%EOF')],
    ['the first bytes of a JPEG before a script', bytesOf([0xff, 0xd8], latin('<script>'))],
    ['a JPEG whose segments do not hold together', bytesOf([0xff, 0xd8, 0xff, 0xe0, 0, 1], jpeg.subarray(2))],
    ['a JPEG that was cut', jpeg.subarray(0, -2)],
    ['a JPEG with no picture', bytesOf([0xff, 0xd8, 0xff, 0xda, 0, 2, 0xff, 0xd9])],
    ['a PNG with something behind it', bytesOf(png, latin('<script>'))],
    [
      'a PNG without data',
      bytesOf(
        pngHead,
        chunk(
          'IHDR',
          Array.from({ length: 13 }, () => 1),
        ),
        chunk('IEND', []),
      ),
    ],
    ['a PNG whose chunk says that it is longer than the file', bytesOf(pngHead, [0xff, 0xff, 0xff, 0xff], latin('IHDR'))],
    ['a program', latin('MZ\u0090\u0000')],
  ])('%s is none of those that are kept', async (_, bytes) => {
    expect(mediaTypeOf(bytes)).toBeUndefined()
    await expect(keep(bytes)).rejects.toMatchObject({ status: 422, code: 'file.unsupported' })
  })

  test('a file that is two things is kept and sent back as what it begins as', async () => {
    const both = bytesOf(latin('%PDF-1.7\n<html><script>alert(1)</script></html>\n'), latin('%%EOF\n'))
    const { id } = await keep(both, 'page.html')
    expect(await read(id)).toMatchObject({ contentType: 'application/pdf', fileName: 'page.html.pdf' })
  })

  test('a text that looks for virus scanners is data like any other', async () => {
    const text = String.raw`X5O!P%@AP[4\PZX54(P^)7CC)7}$` + 'TEST-FILE-OF-NO-HARM$H+H*'
    const { id } = await keep(pdf(text))
    expect(Buffer.from((await read(id)).bytes).toString('latin1')).toContain(text)
  })
})

test.each([
  ['../../etc/passwd', 'passwd.pdf'],
  ['C:\\Users\\An\\kế hoạch.PDF', 'kế hoạch.pdf'],
  ['..', 'scan.pdf'],
  ['.pdf', 'pdf.pdf'],
  ['CON', '_CON.pdf'],
  ['aux.pdf', '_aux.pdf'],
  ['\u202efdp.exe', 'fdp.exe.pdf'],
  ['a\nb\u0000c.pdf', 'a bc.pdf'],
  ['Kê\u0301.pdf', 'Kế.pdf'],
  ['a<b>"c|d?.pdf', 'a b c d.pdf'],
  [`${'dài '.repeat(100)}.pdf`, `${'dài '.repeat(30)}.pdf`],
  ['scan.jpg', 'scan.jpg.pdf'],
])('the name %j is kept as %j', (sent, kept) => expect(safeFileName(sent, 'application/pdf')).toBe(kept))

describe('a file that is kept', () => {
  test('lies under its SHA-256, has a line in the ledger, and comes back byte for byte', async () => {
    const bytes = pdf('một bản quét')
    const file = await keep(bytes, 'Bản ký.pdf')
    expect(file).toMatchObject({ name: 'Bản ký.pdf', mediaType: 'application/pdf', byteCount: bytes.length, sha256: sha256Of(bytes) })
    expect(new Uint8Array(await readFile(pathOf(store.directory, file.sha256)))).toEqual(bytes)
    expect((await read(file.id)).bytes).toEqual(Buffer.from(bytes))
    const lines = await database.asOwner(`select verb from ledger_line where record_type = 'file' and record_id = $1`, [file.id])
    expect(lines).toEqual([{ verb: 'file.stored' }])
  })

  test('is not found by another organisation', async () => {
    const agency = await makeTestAuthority(database, 'agency')
    const { id } = await keep(pdf('own'))
    await expect(agency.as({}, work => readStoredFile(work, store, id))).rejects.toMatchObject({ status: 404 })
  })

  test('twice is two records of the same bytes', async () => {
    const [one, other] = [await keep(pdf('twice'), 'a.pdf'), await keep(pdf('twice'), 'b.pdf')]
    expect(one.sha256).toBe(other.sha256)
    expect(one.id).not.toBe(other.id)
    expect(await readdir(path.dirname(pathOf(store.directory, one.sha256)))).toEqual([one.sha256])
  })

  test('may be as large as the operator says and no larger', async () => {
    const small = { ...store, maxBytes: pdf().length }
    await keep(pdf(), 'a.pdf', small)
    await expect(keep(pdf('x'), 'a.pdf', small)).rejects.toMatchObject({ status: 413, code: 'file.too-large' })
  })

  test('is missed aloud when the disk has lost or altered it', async () => {
    const file = await keep(pdf('to be altered'))
    await writeFile(pathOf(store.directory, file.sha256), 'altered')
    await expect(read(file.id)).rejects.toThrow('damaged')
    await rm(pathOf(store.directory, file.sha256))
    await expect(read(file.id)).rejects.toThrow('ENOENT')
    // Sent again, it is whole again.
    await keep(pdf('to be altered'))
    expect((await read(file.id)).bytes.length).toBe(file.byteCount)
    // Also when the damage has left its size.
    await writeFile(pathOf(store.directory, file.sha256), Buffer.alloc(file.byteCount))
    await keep(pdf('to be altered'))
    expect((await read(file.id)).bytes).toEqual(Buffer.from(pdf('to be altered')))
  })
})

describe('the sweep', () => {
  const now = new Date()
  const old = new Date(now.getTime() - 7_200_000)
  const orphan = async (note: string): Promise<string> => {
    const bytes = pdf(note)
    const failing = authority.as({}, async work => {
      await storeFile(work, store, { fileName: 'a.pdf', bytes })
      throw new Error('the transaction fails')
    })
    await expect(failing).rejects.toThrow('the transaction fails')
    return pathOf(store.directory, sha256Of(bytes))
  }

  test('takes what no record names and what was left half written, once it is old', async () => {
    const [aged, fresh] = [await orphan('aged'), await orphan('fresh')]
    const half = path.join(store.directory, 'incoming', 'half')
    await writeFile(half, 'ha')
    for (const file of [aged, half]) await utimes(file, old, old)
    expect(await sweepFiles(database.app, store, now)).toBe(2)
    expect(await Promise.all([aged, half, fresh].map(isThere))).toEqual([false, false, true])
  })

  test('leaves what a record names, however old, and what is no file of the store', async () => {
    const file = await keep(pdf('kept'))
    const other = path.join(store.directory, 'README')
    await writeFile(other, 'by the operator')
    for (const one of [pathOf(store.directory, file.sha256), other]) await utimes(one, old, old)
    expect(await sweepFiles(database.app, store, now)).toBe(0)
    expect(await Promise.all([pathOf(store.directory, file.sha256), other].map(isThere))).toEqual([true, true])
  })

  test('leaves an old orphan that somebody is keeping again', async () => {
    const file = await orphan('again')
    await utimes(file, old, old)
    await keep(pdf('again'))
    expect(await sweepFiles(database.app, store, now)).toBe(0)
    expect(await isThere(file)).toBe(true)
  })
})

// Last: the directory changes hands.
describe('the directory', () => {
  test('is the same for every server of a database', async () => {
    const dataDirectory = path.dirname(store.directory)
    expect(await openFileStore(database.app, { dataDirectory })).toMatchObject({ id: store.id })
  })

  test('that lacks a file which is kept is refused', async () => {
    await keep(pdf('only there'))
    await expect(openFileStore(database.app, { dataDirectory: await makeDirectory() })).rejects.toThrow('lacks files')
  })

  test('of another database is refused', async () => {
    const other = await makeDirectory()
    await openFileStore(database.app, { dataDirectory: path.dirname(store.directory) })

    await mkdir(path.join(other, 'files'))
    await writeFile(path.join(other, 'files', 'mark'), 'another\n')
    await expect(openFileStore(database.app, { dataDirectory: other })).rejects.toThrow('share one data directory')
  })

  test('that holds every file and has no mark is taken over; the server of the other one keeps no more files', async () => {
    const dataDirectory = await makeDirectory()
    const rows = await database.asOwner<{ sha256: string }>('select distinct sha256 from stored_file')

    for (const { sha256 } of rows) {
      const target = pathOf(path.join(dataDirectory, 'files'), sha256)
      await mkdir(path.dirname(target), { recursive: true })
      await cp(pathOf(store.directory, sha256), target)
    }
    const restored = await openFileStore(database.app, { dataDirectory })
    await keep(pdf('in the restored one'), 'a.pdf', restored)
    await expect(keep(pdf('in the old one'))).rejects.toMatchObject({ status: 503, code: 'file.other-directory' })
    expect(await sweepFiles(database.app, store, new Date(Date.now() + 7_200_000))).toBe(0)
    await expect(openFileStore(database.app, { dataDirectory: path.dirname(store.directory) })).rejects.toThrow('share one data directory')
  })
})
