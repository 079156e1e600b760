import { createWriteStream } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { PassThrough, Writable } from 'node:stream'
import { generateKeyPairSync } from 'node:crypto'
import { beforeAll, expect, test } from 'vitest'
import { briefly, makeTestLedger } from '../../../test/ledger-kit.ts'
import { exportLedger, verifyExport } from './export.ts'

const ledger = await makeTestLedger()
let file: string
let withPayload: string

async function exportTo(name: string, options: Parameters<typeof exportLedger>[2] = {}): Promise<string> {
  const target = path.join(ledger.elsewhere, name)
  const out = new PassThrough()
  const written = pipeline(out, createWriteStream(target))
  await exportLedger(ledger.database.app, out, { dataDirectory: ledger.dataDirectory, ...options })
  out.end()
  await written
  return target
}

const change = async (edit: (text: string) => string): Promise<string> => {
  const target = path.join(ledger.elsewhere, 'changed.jsonl')
  await writeFile(target, edit(await readFile(withPayload, 'utf8')))
  return target
}

beforeAll(async () => {
  let day = new Date('2026-11-22T10:00:00Z')
  const sealer = ledger.startSealer({ now: () => day })
  for (let round = 0; round < 3; round++) {
    await ledger.write(10)
    await ledger.write(1, { withPayload: false })
    await ledger.sealAll(sealer)
    day = new Date(day.getTime() + 86_400_000)
  }
  await sealer.stop()
  await ledger.write(2)
  file = await exportTo('ledger.jsonl')
  withPayload = await exportTo('ledger-whole.jsonl', { withPayload: true })
})

const verify = (target: string) => verifyExport(target, ledger.keyring.publicKeyPem)

test('an export is intact anywhere: with a public key and no database', async () => {
  expect(await verify(withPayload)).toMatchObject({
    ok: true,
    position: 34,
    counts: { lines: 34, unsealed: 2, payloads: 31, withheldPayloads: 0, signedPositions: 3 },
    notes: [],
  })
  expect(await verify(file)).toMatchObject({ ok: true, position: 34, counts: { lines: 34, payloads: 31, withheldPayloads: 31 } })
})

test('without payloads neither their content nor their salt leaves the house', async () => {
  const text = await readFile(file, 'utf8')
  expect(text).not.toContain('Đỗ')
  expect(text).not.toContain('salt')
  expect(text.split('\n')[0]).toContain(`"keys":["${ledger.keyring.keyId}"]`)
  expect(await readFile(withPayload, 'utf8')).toContain('Đỗ')
})

const lineAt = (text: string, position: number): string => text.split('\n').find(one => one.startsWith(`{"position":${position},`))!

test.each<[string, (text: string) => string, string[]]>([
  [
    'a changed body',
    text => text.replace(lineAt(text, 12), lineAt(text, 12).replace('person.changed', 'person.deleted')),
    ['altered-line 12'],
  ],
  ['a changed hash', text => text.replace(lineAt(text, 12), lineAt(text, 12).replace(/"hash":"..../, '"hash":"0000')), ['altered-seal 12']],
  ['a changed payload', text => text.replace(lineAt(text, 13), lineAt(text, 13).replace('Đỗ', 'Lê')), ['altered-payload 13']],
  ['a removed line', text => text.replace(`${lineAt(text, 12)}\n`, ''), ['gap 12', 'torn-export']],
  ['a line that is none', text => text.replace(lineAt(text, 12), lineAt(text, 12).slice(0, 50)), ['gap 12', 'unreadable-record']],
  ['a torn file', text => text.slice(0, text.indexOf('{"position":20,') + 100), ['unreadable-record', 'torn-export']],
  ['a removed end', text => text.replace(`${lineAt(text, 34)}\n`, ''), ['cut-tail 34', 'torn-export']],
  ['a removed checkpoint', text => text.replace(/\{"signed".*\n/, ''), ['torn-export']],
  ['something after the end', text => `${text}{"x":1}\n`, ['unreadable-record', 'unreadable-record']],
  ['nothing', () => '', ['torn-export']],
])('an export with %s', async (_, edit, expected) => {
  const { findings } = await verify(await change(edit))
  expect(briefly(findings).toSorted()).toEqual(expected.toSorted())
})

test('an export that is checked with another key', async () => {
  const { publicKey } = generateKeyPairSync('ed25519')
  const { findings } = await verifyExport(file, publicKey.export({ type: 'spki', format: 'pem' }) as string)
  expect(new Set(findings.map(one => one.kind))).toEqual(new Set(['unknown-key']))
  await expect(verifyExport(file, 'no key')).rejects.toMatchObject({ code: 'ledger.key-unreadable' })
})

test('what was done to the database is found in its export as well', async () => {
  await ledger.intrude(
    'delete from ledger_seal where position = 12',
    `update ledger_payload set content = null, salt = null where line_id = (select line_id from ledger_seal where position = 20)`,
  )
  const target = await exportTo('tampered.jsonl')
  const kinds = (await verify(target)).findings.map(one => one.kind)
  expect(kinds).toEqual(['missing-seal', 'unexplained-erasure'])
})

test('a place that takes no more ends the export with its reason', async () => {
  const full = new Writable({ write: (_chunk, _encoding, done) => done(new Error('no space left')) })
  await expect(exportLedger(ledger.database.app, full)).rejects.toThrow('no space left')
})
