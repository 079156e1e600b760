import { execFileSync } from 'node:child_process'
import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { zstdCompressSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { keyIdOf, readPublicKeys } from '#platform/ledger/keyring.ts'
import { checkArchive } from './archive-reader.ts'
import { openArchive } from './archive-writer.ts'
import { memberNames, partMaxBytes } from './manifest.ts'
import type { Manifest } from './manifest.ts'
import { blockBytes, encodeHeader, paddingOf } from './tar-header.ts'

// Archives put together member by member, so that each can also be put together wrongly.

let directory: string
beforeAll(async () => void (directory = await mkdtemp(path.join(os.tmpdir(), 'luytre-archive-'))))
afterAll(() => rm(directory, { recursive: true, force: true }))

const { privateKey, publicKey } = generateKeyPairSync('ed25519')
const pem = publicKey.export({ type: 'spki', format: 'pem' }) as string
const keyId = keyIdOf(publicKey)
const digest = (content: Buffer | string): string => createHash('sha256').update(content).digest('hex')

const rows = Buffer.from('1\tNguyễn Văn An\n2\tTrần Thị Bình\n')
const scan = Buffer.from('%PDF-1.7 a scan')
const scanName = `files/${digest(scan).slice(0, 2)}/${digest(scan)}`
const keyName = `ledger/${keyId}.public.pem`

const goodManifest: Manifest = {
  luytreBackup: 1,
  createdAt: '2026-11-22T03:00:00.000Z',
  program: '0.1.0',
  postgres: '18.4',
  migrations: [{ number: 1, name: '0001-platform.sql', sha256: digest('') }],
  tables: [
    { name: 'person', columns: ['id', 'name'], rows: 2, bytes: rows.length, parts: 1, sha256: digest(rows) },
    { name: 'unit', columns: ['id'], rows: 0, bytes: 0, parts: 0, sha256: digest('') },
  ],
  sequences: [],
  leftOut: [],
  ledger: { position: 0, hash: '0'.repeat(64), unsealed: 0 },
  ledgerFiles: [{ name: keyName, bytes: pem.length, sha256: digest(pem) }],
  files: { count: 1, bytes: scan.length, sha256: digest(`${digest(scan)}\n`) },
}

type Members = [name: string, content: Buffer][]

const goodMembers: Members = [
  [memberNames.part('person', 1), zstdCompressSync(rows)],
  [keyName, Buffer.from(pem)],
  [scanName, scan],
]

function signed(manifest: unknown): Members {
  const bytes = Buffer.from(JSON.stringify(manifest))
  const signature = { key: keyId, sha256: digest(bytes), signature: sign(null, bytes, privateKey).toString('base64') }
  return [
    [memberNames.manifest, bytes],
    [memberNames.signature, Buffer.from(JSON.stringify(signature))],
  ]
}

const tar = (members: Members): Buffer =>
  Buffer.concat([
    ...members.flatMap(([name, content]) => [
      encodeHeader({ name, size: content.length, modifiedAt: 1_795_000_000 }),
      content,
      Buffer.alloc(paddingOf(content.length)),
    ]),
    Buffer.alloc(2 * blockBytes),
  ])

const good = tar([...goodMembers, ...signed(goodManifest)])

let number = 0
async function check(bytes: Buffer): Promise<Manifest> {
  const file = path.join(directory, `${number++}.tar`)
  await writeFile(file, bytes)
  try {
    const archive = await checkArchive(file)
    await archive.close()
    return archive.manifest
  } finally {
    await rm(file)
  }
}

test('a whole archive is read', async () => {
  expect(await check(good)).toEqual(goodManifest)
})

test('any one byte that is another is found', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
      const spoilt = Buffer.from(good)
      spoilt[at]! ^= change
      await expect(check(spoilt)).rejects.toMatchObject({ name: 'BackupError' })
    }),
    { numRuns: 1000 },
  )
})

test('an archive that was cut anywhere is found, and one that was continued', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(good.length - 1), async length => {
      await expect(check(good.subarray(0, length))).rejects.toMatchObject({ code: 'restore.archive-damaged' })
    }),
    { numRuns: 300 },
  )
  await expect(check(Buffer.concat([good, Buffer.alloc(1)]))).rejects.toMatchObject({ code: 'restore.archive-damaged' })
  await expect(check(Buffer.concat([good, good]))).rejects.toMatchObject({ code: 'restore.archive-damaged' })
})

const without = (index: number): Members => goodMembers.filter((_, at) => at !== index)
const withTable = (change: Partial<Manifest['tables'][number]>): Manifest => ({
  ...goodManifest,
  tables: [{ ...goodManifest.tables[0]!, ...change }, goodManifest.tables[1]!],
})
const part = (content: Buffer): Buffer => zstdCompressSync(content)

test.each<[string, Buffer]>([
  ['an empty file', Buffer.alloc(0)],
  ['another kind of file', Buffer.from('PK\u0003\u0004'.repeat(500))],
  ['a table that is missing', tar([...without(0), ...signed(goodManifest)])],
  ['a key that is missing', tar([...without(1), ...signed(goodManifest)])],
  ['a kept file that is missing', tar([...without(2), ...signed(goodManifest)])],
  ['a kept file under another name', tar([goodMembers[0]!, goodMembers[1]!, [scanName, Buffer.from('another')], ...signed(goodManifest)])],
  ['no manifest', tar([...goodMembers, signed(goodManifest)[1]!])],
  ['two manifests', tar([...goodMembers, signed(goodManifest)[0]!, ...signed(goodManifest)])],
  ['a manifest that somebody else wrote', tar([...goodMembers, signed(goodManifest)[0]!, signed(withTable({ rows: 3 }))[1]!])],
  [
    'a manifest that is no JSON',
    tar([
      ...goodMembers,
      ...signed(goodManifest).map(([name], i): Members[number] => [name, i === 0 ? Buffer.from('{') : Buffer.from('{}')]),
    ]),
  ],
  ['a manifest with more than it can have', tar([...goodMembers, ...signed({ ...goodManifest, extra: 1 })])],
  ['a table that the manifest does not know', tar([...goodMembers, ...signed({ ...goodManifest, tables: [] })])],
  ['another number of rows', tar([...goodMembers, ...signed(withTable({ rows: 3 }))])],
  [
    'a table that is named twice',
    tar([...goodMembers, ...signed({ ...goodManifest, tables: [...goodManifest.tables, goodManifest.tables[0]] })]),
  ],
  ['a table name that is SQL', tar([...goodMembers, ...signed(withTable({ name: 'person"; drop table person; --' }))])],
  ['a path out of the directory', tar([['files/../../etc/passwd', scan], ...signed(goodManifest)])],
  ['a path from the root', tar([['/etc/cron.d/x', scan], ...signed(goodManifest)])],
  ['a path out of the ledger', tar([goodMembers[0]!, ['ledger/../key.pem', Buffer.from(pem)], ...signed(goodManifest)])],
  [
    'the private key',
    tar([goodMembers[0]!, goodMembers[1]!, ['ledger/key.pem', Buffer.from(pem)], goodMembers[2]!, ...signed(goodManifest)]),
  ],
  ['members in another order', tar([...goodMembers.toReversed(), ...signed(goodManifest)])],
  ['a part that comes again', tar([goodMembers[0]!, ...goodMembers, ...signed(goodManifest)])],
  ['a part that does not follow', tar([['tables/person/000002.copy.zst', part(rows)], ...without(0), ...signed(goodManifest)])],
  [
    'a table that goes on after another',
    tar([
      [memberNames.part('person', 1), part(rows)],
      [memberNames.part('unit', 1), part(rows)],
      [memberNames.part('person', 2), part(rows)],
      ...without(0),
      ...signed(goodManifest),
    ]),
  ],
  [
    'a part that grows beyond its bound',
    tar([[memberNames.part('person', 1), part(Buffer.alloc(partMaxBytes + 1))], ...without(0), ...signed(goodManifest)]),
  ],
  ['a part that is not compressed', tar([[memberNames.part('person', 1), rows], ...without(0), ...signed(goodManifest)])],
  [
    'a part with something behind it',
    tar([[memberNames.part('person', 1), Buffer.concat([part(rows), rows])], ...without(0), ...signed(goodManifest)]),
  ],
])('%s is refused', async (_, bytes) => {
  await expect(check(bytes)).rejects.toMatchObject({ code: 'restore.archive-damaged' })
})

test('parts that would grow beyond measure are refused before all are read', async () => {
  const bomb = part(Buffer.alloc(partMaxBytes))
  const members = Array.from({ length: 100 }, (_, index): Members[number] => [memberNames.part('person', index + 1), bomb])
  await expect(check(tar([...members, ...signed(goodManifest)]))).rejects.toThrow('it would grow beyond measure')
})

test('links, devices, directories and long names of other programs are refused', async () => {
  await writeFile(path.join(directory, 'a'), 'a')
  await writeFile(path.join(directory, 'b'.repeat(150)), 'b')
  execFileSync('ln', ['-sf', '/etc/passwd', path.join(directory, 'link')])
  for (const [format, name] of [
    ['ustar', 'link'],
    ['gnu', 'a'],
    ['pax', 'b'.repeat(150)],
    ['gnu', 'b'.repeat(150)],
    ['gnu', '.'],
  ])
    await expect(check(execFileSync('tar', ['-C', directory, `--format=${format}`, '-cf', '-', name!]))).rejects.toMatchObject({
      code: 'restore.archive-damaged',
    })
})

test('a later format is named as such', async () => {
  await expect(check(tar([...goodMembers, ...signed({ ...goodManifest, luytreBackup: 2 })]))).rejects.toMatchObject({
    code: 'restore.format-unknown',
  })
})

test('a backup that another key signed is refused where one key is trusted', async () => {
  const file = path.join(directory, 'good.tar')
  await writeFile(file, good)
  const other = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }) as string
  await expect(checkArchive(file, { trusted: readPublicKeys(other) })).rejects.toMatchObject({ code: 'restore.key-unknown' })
  const archive = await checkArchive(file, { trusted: readPublicKeys(pem) })
  expect(archive.key).toBe(keyId)
  await archive.close()
})

test('what is written is read by any tar, and has no name before it is published', async () => {
  const file = path.join(directory, 'written.tar')
  const archive = await openArchive(file, { modifiedAt: new Date('2026-11-22T03:00:00Z') })
  await archive.add('tables/person/000001.copy.zst', zstdCompressSync(rows))
  await archive.addFile(
    scanName,
    scan.length,
    (async function* () {
      yield scan
    })(),
  )
  await archive.end()
  await expect(readFile(file)).rejects.toMatchObject({ code: 'ENOENT' })
  await archive.publish()
  expect(execFileSync('tar', ['-tf', file], { encoding: 'utf8' })).toBe(`tables/person/000001.copy.zst\n${scanName}\n`)
  expect(execFileSync('tar', ['-xOf', file, scanName])).toEqual(scan)
})

test('a file that grows or shrinks while it is read spoils the archive', async () => {
  const archive = await openArchive(path.join(directory, 'torn.tar'), { modifiedAt: new Date() })
  for (const size of [3, 5]) {
    const content = (async function* () {
      yield Buffer.from('four')
    })()
    await expect(archive.addFile('files/x', size, content)).rejects.toThrow('changed its size')
  }
  await archive.discard()
  await expect(readFile(archive.draft)).rejects.toMatchObject({ code: 'ENOENT' })
})
