import { generateKeyPairSync } from 'node:crypto'
import { appendFile, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { v7 as uuidv7 } from 'uuid'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { languages } from '#platform/i18n/languages.ts'
import { briefly, makeTestLedger } from '../../../test/ledger-kit.ts'
import { bodyDigest, chainHash } from './chain.ts'
import { describeVerification, findingKinds } from './findings.ts'
import { keyIdOf } from './keyring.ts'
import { erasureVerb } from './line-check.ts'
import { recordChange } from './ledger.ts'
import { signPosition } from './signed-position.ts'

// One ledger of 41 lines over four days, with checkpoints at 11, 21, 31 and 41. Each test does something to it as a
// superuser with triggers and foreign keys off, and `verify` has to say exactly what.

const ledger = await makeTestLedger()
let outside: string
let lines: { id: string; hash: string; body: string; txid: string }[]
const tables = ['ledger_line', 'ledger_payload', 'ledger_seal', 'ledger_checkpoint']
const at = (position: number) => lines[position - 1]!

beforeAll(async () => {
  outside = path.join(ledger.elsewhere, 'checkpoints.jsonl')
  let day = new Date('2026-11-22T10:00:00Z')
  const sealer = ledger.startSealer({ outside: [outside], now: () => day })
  for (let round = 0; round < 4; round++) {
    await ledger.write(10)
    await ledger.sealAll(sealer)
    day = new Date(day.getTime() + 86_400_000)
  }
  await sealer.stop()
  lines = await ledger.database.asOwner(
    `select line.id, encode(hash, 'hex') as hash, body, txid::text as txid from ledger_seal seal join ledger_line line on line.id = seal.line_id order by position`,
  )
  for (const table of tables) await ledger.database.asOwner(`create table kept_${table} as table ${table}`)
})

beforeEach(async () => {
  await ledger.intrude(...tables.flatMap(table => [`delete from ${table}`, `insert into ${table} select * from kept_${table}`]))
})

const verify = () => ledger.verify({ dataDirectory: ledger.dataDirectory, outside: [outside] })

test('an untouched ledger is intact, and every checkpoint agrees', async () => {
  const result = await verify()
  expect(result).toMatchObject({
    ok: true,
    position: 41,
    hash: at(41).hash,
    findings: [],
    notes: [],
    counts: { lines: 41, unsealed: 0, payloads: 41, erasedPayloads: 0, signedPositions: 4, findings: 0 },
  })
  expect(lines.length).toBe(41)
})

describe('what a superuser does is named', () => {
  const changeByte = (column: string): string => `${column} = overlay(${column} placing '#' from length(${column}) / 2)`
  const swapLines = (one: number, other: number): string[] => [
    `delete from ledger_seal where position in (${one}, ${other})`,
    `insert into ledger_seal select position, case position when ${one} then '${at(other).id}' else '${at(one).id}'::uuid end, hash from kept_ledger_seal where position in (${one}, ${other})`,
  ]
  const renumber = (from: number, by: number): string[] => [
    `update ledger_seal set position = position + 1000000 where position >= ${from}`,
    `update ledger_seal set position = position - 1000000 + ${by} where position > 1000000`,
  ]
  const putIn = (id: string): string =>
    `insert into ledger_line select '${id}', at, txid, organisation_id, actor_id, verb, record_type, record_id, replace(replace(body, id::text, '${id}'), 'Đỗ', 'Lê') from ledger_line where id = '${at(20).id}';
     insert into ledger_payload select '${id}', organisation_id, salt, content from ledger_payload where line_id = '${at(20).id}'`
  const seal = (position: number, id: string, hash: string): string => `insert into ledger_seal values (${position}, '${id}', '\\x${hash}')`

  const cases: [string, () => string[], string[]][] = [
    ['one byte of a text', () => [`update ledger_line set ${changeByte('body')} where id = '${at(15).id}'`], ['altered-line 15']],
    ['one byte of the last text', () => [`update ledger_line set ${changeByte('body')} where id = '${at(41).id}'`], ['altered-line 41']],
    ['one byte of the first text', () => [`update ledger_line set ${changeByte('body')} where id = '${at(1).id}'`], ['altered-line 1']],
    [
      'a text and its columns',
      () => [
        `update ledger_line set body = replace(body, 'person.changed', 'person.deleted'), verb = 'person.deleted' where id = '${at(15).id}'`,
      ],
      ['altered-line 15'],
    ],
    [
      'texts of neighbours',
      () => [`update ledger_line set ${changeByte('body')} where id in ('${at(15).id}', '${at(16).id}')`],
      ['altered-line 15', 'altered-line 16'],
    ],
    ['a payload', () => [`update ledger_payload set ${changeByte('content')} where line_id = '${at(15).id}'`], ['altered-payload 15']],
    [
      'the salt of a payload',
      () => [`update ledger_payload set ${changeByte('salt')} where line_id = '${at(15).id}'`],
      ['altered-payload 15'],
    ],
    ['a payload that is gone', () => [`delete from ledger_payload where line_id = '${at(15).id}'`], ['missing-payload 15']],
    [
      'a payload emptied without a line',
      () => [`update ledger_payload set salt = null, content = null where line_id = '${at(15).id}'`],
      ['unexplained-erasure 15'],
    ],
    [
      'a payload emptied in the name of a line that does not exist',
      () => [`update ledger_payload set salt = null, content = null, erased_by = '${uuidv7()}' where line_id = '${at(15).id}'`],
      ['unexplained-erasure 15'],
    ],
    [
      'a payload emptied in the name of a line that erases nothing',
      () => [`update ledger_payload set salt = null, content = null, erased_by = '${at(20).id}' where line_id = '${at(15).id}'`],
      ['unexplained-erasure 15'],
    ],
    [
      'the organisation of a payload',
      () => [`update ledger_payload set organisation_id = '${uuidv7()}' where line_id = '${at(15).id}'`],
      ['altered-column 15'],
    ],
    [
      'one byte of a hash',
      () => [`update ledger_seal set hash = set_byte(hash, 7, get_byte(hash, 7) # 1) where position = 15`],
      ['altered-seal 15'],
    ],
    [
      'the last hash',
      () => [`update ledger_seal set hash = set_byte(hash, 7, get_byte(hash, 7) # 1) where position = 41`],
      ['altered-seal 41'],
    ],
    [
      'the hash under a checkpoint',
      () => [`update ledger_seal set hash = set_byte(hash, 7, get_byte(hash, 7) # 1) where position = 21`],
      ['altered-seal 21'],
    ],
    ['a deleted line', () => [`delete from ledger_line where id = '${at(15).id}'`], ['deleted-line 15']],
    [
      'a deleted line with its seal',
      () => [`delete from ledger_line where id = '${at(15).id}'`, 'delete from ledger_seal where position = 15'],
      ['gap 15'],
    ],
    [
      'two runs of deleted lines',
      () => [
        'delete from ledger_seal where position in (5, 6, 30)',
        `delete from ledger_line where id in ('${at(5).id}', '${at(6).id}', '${at(30).id}')`,
      ],
      ['gap 5', 'gap 30'],
    ],
    ['a deleted seal', () => ['delete from ledger_seal where position = 15'], ['missing-seal 15']],
    [
      'deleted seals',
      () => ['delete from ledger_seal where position in (1, 15, 16, 17, 30)'],
      ['missing-seal 1', 'missing-seal 15', 'missing-seal 16', 'missing-seal 17', 'missing-seal 30'],
    ],
    [
      'a line removed, the rest renumbered',
      () => [`delete from ledger_line where id = '${at(15).id}'`, 'delete from ledger_seal where position = 15', ...renumber(16, -1)],
      ['removed-lines 15'],
    ],
    ['two neighbours swapped', () => swapLines(15, 16), ['swapped-lines 15']],
    ['two lines swapped', () => swapLines(15, 33), ['swapped-lines 15']],
    [
      'the texts of two lines swapped',
      () => [
        `update ledger_line set body = case id when '${at(15).id}' then '${at(33).body}' else '${at(15).body}' end where id in ('${at(15).id}', '${at(33).id}')`,
      ],
      ['swapped-lines 15'],
    ],
    [
      'two checkpointed seals swapped',
      () => [
        'update ledger_seal set position = 1000 where position = 11',
        'update ledger_seal set position = 11 where position = 21',
        'update ledger_seal set position = 21 where position = 1000',
      ],
      ['swapped-lines 11'],
    ],
    [
      'a line put in with a seal that fits',
      () => {
        const id = uuidv7()
        const body = at(20).body.replace(at(20).id, id).replace('Đỗ', 'Lê')
        return [putIn(id), ...renumber(15, 1), seal(15, id, chainHash(at(14).hash, 15, bodyDigest(body)))]
      },
      ['inserted-line 15'],
    ],
    [
      'a line put in with any seal',
      () => {
        const id = uuidv7()
        return [putIn(id), ...renumber(15, 1), seal(15, id, bodyDigest('any'))]
      },
      ['inserted-line 15'],
    ],
    ['a line put in without a seal', () => [putIn(uuidv7())], ['missing-seal']],
    [
      'a line put in without a seal, and a sealed one moved to where lines wait',
      () => [putIn(uuidv7()), `update ledger_line set txid = '18446744073709551000' where id = '${at(30).id}'`],
      ['missing-seal'],
    ],
    [
      'a seal at an impossible position',
      () => {
        const id = uuidv7()
        return [putIn(id), seal(0, id, bodyDigest('any'))]
      },
      ['inserted-line 0'],
    ],
    [
      'a seal beyond all positions',
      () => {
        const id = uuidv7()
        return [putIn(id), `insert into ledger_seal values (${2n ** 60n}, '${id}', '\\x00')`]
      },
      [`inserted-line ${Number(2n ** 60n)}`],
    ],
    [
      'a cut end',
      () => [
        `delete from ledger_line where id in (select line_id from ledger_seal where position > 35)`,
        'delete from ledger_seal where position > 35',
      ],
      ['cut-tail 36'],
    ],
    [
      'a cut end with its checkpoint',
      () => [
        `delete from ledger_line where id in (select line_id from ledger_seal where position > 35)`,
        'delete from ledger_seal where position > 35',
        'delete from ledger_checkpoint where position > 35',
      ],
      // Once for each file that still has it.
      ['cut-tail 36', 'missing-checkpoint 41', 'missing-checkpoint 41'],
    ],
    ['seals cut off the end', () => ['delete from ledger_seal where position > 35'], ['cut-tail 36']],
    [
      'everything deleted',
      () => tables.map(table => `delete from ${table}`),
      ['cut-tail 1', ...[11, 21, 31, 41].flatMap(position => [`missing-checkpoint ${position}`, `missing-checkpoint ${position}`])],
    ],
    [
      'a checkpoint with another signature',
      () => [`update ledger_checkpoint set signature = set_byte(signature, 7, get_byte(signature, 7) # 1) where position = 21`],
      ['bad-signature 21', 'missing-checkpoint 21', 'missing-checkpoint 21'],
    ],
    ['a checkpoint moved', () => [`update ledger_checkpoint set position = 22 where position = 21`], ['bad-signature 22']],
    [
      'several things at once',
      () => [
        `update ledger_line set ${changeByte('body')} where id = '${at(3).id}'`,
        `update ledger_line set verb = 'x' where id = '${at(8).id}'`,
        ...swapLines(12, 18),
        'delete from ledger_seal where position = 25',
        `delete from ledger_line where id = '${at(33).id}'`,
        `update ledger_payload set ${changeByte('content')} where line_id = '${at(38).id}'`,
      ],
      ['altered-line 3', 'altered-column 8', 'swapped-lines 12', 'missing-seal 25', 'deleted-line 33', 'altered-payload 38'],
    ],
  ]

  test.each(cases)('%s', async (_, statements, expected) => {
    await ledger.intrude(...statements())
    const result = await verify()
    expect(briefly(result.findings)).toEqual(expected)
    expect(result).toMatchObject({ ok: false, counts: { findings: expected.length } })
    // Where the line still has a name, it is given.
    for (const { position, lineId, kind } of result.findings) {
      const isOwn = [
        'altered-line',
        'altered-column',
        'altered-payload',
        'altered-seal',
        'deleted-line',
        'missing-payload',
        'unexplained-erasure',
      ].includes(kind)
      if (isOwn) expect(lineId).toBe(at(position!).id)
      if (kind === 'missing-seal' && position !== null) expect(lineId).toBe(at(position).id)
    }
  })

  test.each([
    ['at', `at + interval '1 microsecond'`],
    ['organisation_id', 'null'],
    ['actor_id', `gen_random_uuid()`],
    ['verb', `'person.deleted'`],
    ['record_type', `'plan'`],
    ['record_id', `gen_random_uuid()`],
  ])('the column %s', async (column, value) => {
    await ledger.intrude(`update ledger_line set ${column} = ${value} where id = '${at(15).id}'`)
    const { findings } = await verify()
    const named = findings.filter(one => one.params['column'] === column)
    expect(named).toMatchObject([{ kind: 'altered-column', position: 15, lineId: at(15).id }])
    // A line that changes its organisation no longer agrees with its payload either.
    expect(findings.length).toBe(column === 'organisation_id' ? 2 : 1)
  })

  test('a checkpoint forged with another key', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519')
    const forged = signPosition(
      { keyId: keyIdOf(publicKey), privateKey, publicKeyPem: '' },
      { kind: 'checkpoint', position: 25, hash: at(25).hash, at: new Date() },
    )
    const insert = (key: string): string =>
      `insert into ledger_checkpoint values (25, '\\x${forged.hash}', '${forged.at}', '${key}', decode('${forged.signature}', 'base64'))`
    await ledger.intrude(insert(forged.key))
    expect((await verify()).findings).toMatchObject([{ kind: 'unknown-key', position: 25, params: { place: 'database', key: forged.key } }])
    await ledger.intrude('delete from ledger_checkpoint where position = 25', insert(ledger.keyring.keyId))
    expect((await verify()).findings).toMatchObject([{ kind: 'bad-signature', position: 25, params: { place: 'database' } }])
  })

  test('a chain rewritten as a whole: only what is kept elsewhere tells', async () => {
    const statements = [
      `update ledger_line set body = replace(body, 'person.changed', 'person.praised'), verb = 'person.praised' where id = '${at(15).id}'`,
      'delete from ledger_checkpoint',
    ]
    let { hash } = at(14)
    for (let position = 15; position <= 41; position++) {
      const body = position === 15 ? at(15).body.replace('person.changed', 'person.praised') : at(position).body
      hash = chainHash(hash, position, bodyDigest(body))
      statements.push(`update ledger_seal set hash = '\\x${hash}' where position = ${position}`)
    }
    await ledger.intrude(...statements)
    const emptyDirectory = path.join(ledger.elsewhere, 'nothing')
    expect(await ledger.verify({ dataDirectory: emptyDirectory })).toMatchObject({
      ok: true,
      notes: [{ kind: 'no-head' }, { kind: 'no-checkpoint' }],
    })
    const seen = await ledger.verify({ dataDirectory: emptyDirectory, outside: [outside] })
    expect(seen.findings.find(one => one.kind === 'rewritten-chain')).toMatchObject({
      position: 21,
      params: { after: 11, place: outside, signed: at(21).hash },
    })
    expect(briefly(seen.findings).filter(one => one.startsWith('missing-checkpoint')).length).toBe(4)
    expect(briefly((await ledger.verify()).findings)).toContain('rewritten-chain 21')
  })
})

test('a payload that the retention role emptied is erased by its rule', async () => {
  const rule = uuidv7()
  const copy = await readFile(path.join(ledger.dataDirectory, 'ledger/head.json'))
  await ledger.authority.as({}, work => recordChange(work, { verb: erasureVerb, recordType: 'retention-rule', recordId: rule }))
  const sealer = ledger.startSealer()
  await ledger.sealAll(sealer)
  await sealer.stop()
  await ledger.intrude(
    `update ledger_payload set salt = null, content = null, erased_by = (select id from ledger_line where record_id = '${rule}') where line_id in ('${at(15).id}', '${at(16).id}')`,
  )
  const result = await verify()
  expect(result).toMatchObject({ ok: true, counts: { erasedPayloads: 2 } })
  expect(result.notes).toMatchObject(
    [15, 16].map(position => ({ kind: 'erased-payload', position, lineId: at(position).id, params: { rule: `retention-rule ${rule}` } })),
  )
  expect(describeVerification(result, 'en')).toContain(`Position 15, line ${at(15).id}: payload erased by retention-rule ${rule}.`)
  // The erasing line itself cannot vanish.
  await ledger.intrude(`delete from ledger_line where record_id = '${rule}'`)
  expect(briefly((await verify()).findings)).toEqual(['unexplained-erasure 15', 'unexplained-erasure 16', 'deleted-line 42'])
  await writeFile(path.join(ledger.dataDirectory, 'ledger/head.json'), copy)
  for (const file of [outside, path.join(ledger.dataDirectory, 'ledger/checkpoints.jsonl')]) {
    const kept = (await readFile(file, 'utf8')).split('\n').filter(line => !line.includes('"position":42'))
    await writeFile(file, kept.join('\n'))
  }
})

test('lines that wait for the sealer are counted and no fault', async () => {
  const [id] = await ledger.write(3)
  expect(await verify()).toMatchObject({ ok: true, counts: { lines: 41, unsealed: 3 } })
  // The server's role may insert, also a transaction number of the past: then no sealer takes the line.
  await ledger.intrude(`update ledger_line set txid = '5' where id = '${id}'`)
  expect((await verify()).findings).toMatchObject([{ kind: 'missing-seal', position: null, lineId: id }])
})

test('restored lines (transaction 0) wait for the sealer in any order', async () => {
  await ledger.intrude(`update ledger_line set txid = '0'`, `delete from ledger_seal where position > 31`)
  expect(await ledger.verify({ dataDirectory: path.join(ledger.elsewhere, 'nothing') })).toMatchObject({
    counts: { unsealed: 10 },
    findings: [{ kind: 'cut-tail', position: 32 }],
  })
})

describe('what a superuser does who takes constraints away is named', () => {
  async function makeSealed(count: number) {
    const own = await makeTestLedger()
    await own.write(count)
    const sealer = own.startSealer()
    await own.sealAll(sealer)
    await sealer.stop()
    await own.intrude(
      'alter table ledger_payload drop constraint ledger_payload_line_id_fkey',
      'alter table ledger_seal drop constraint ledger_seal_line_id_fkey, drop constraint ledger_seal_pkey',
      'alter table ledger_seal alter column position drop not null, alter column line_id drop not null, alter column hash drop not null',
      'alter table ledger_line drop constraint ledger_line_pkey, alter column id drop not null, alter column txid drop not null',
      'alter table ledger_line alter column at drop not null, alter column body drop not null',
      'create index on ledger_seal (position)',
    )
    return own
  }

  test('a line that a seal without a position hides', async () => {
    const own = await makeSealed(5)
    const [id] = await own.write(1)
    await own.intrude(`insert into ledger_seal values (null, '${id}', '')`)
    expect(await own.verify()).toMatchObject({ ok: false, findings: [{ kind: 'inserted-line', position: null, lineId: id }] })
  })

  test('lines and seals without what joins them', async () => {
    const own = await makeSealed(5)
    const [first, second] = await own.write(2)
    await own.intrude(
      `update ledger_line set id = null, txid = '1' where id = '${first}'`,
      `update ledger_line set txid = null where id = '${second}'`,
      `insert into ledger_seal values (7, null, '')`,
    )
    const { ok, findings } = await own.verify()
    expect(ok).toBe(false)
    expect(findings.filter(({ kind }) => kind === 'inserted-line').map(({ position, lineId }) => [position, lineId])).toEqual(
      expect.arrayContaining([
        [7, null],
        [null, null],
        [null, second],
      ]),
    )
  })

  test('a second seal where a batch ends', async () => {
    const own = await makeSealed(2010)
    const [id] = await own.write(1)
    await own.intrude(`insert into ledger_seal values (2000, '${id}', '\\x00')`)
    expect(briefly((await own.verify()).findings)).toContain('inserted-line 2000')
  })

  test.each([
    ['the time of a line', "update ledger_line set at = null where body like '%person.changed%'", 'altered-column'],
    ['the hash of a seal', 'update ledger_seal set hash = null where position = 3', 'altered-seal 3'],
    ['the text of a line without a seal', "update ledger_line set body = null where id = 'ID'", 'missing-seal'],
    ['the time of a checkpoint', "update ledger_checkpoint set at = 'infinity'", 'bad-signature'],
  ])('%s that is missing', async (_, statement, expected) => {
    const own = await makeSealed(5)
    const [id] = await own.write(1)
    await own.intrude(`update ledger_line set txid = '1' where id = '${id}'`, statement.replace('ID', id!))
    expect(briefly((await own.verify()).findings).map(text => (expected.includes(' ') ? text : text.split(' ')[0]))).toContain(expected)
  })
})

test('a seal at an enormous position is named in bounded memory', async () => {
  await ledger.intrude(`update ledger_seal set position = ${Number.MAX_SAFE_INTEGER} where position = 41`)
  expect((await verify()).findings).toMatchObject([{ kind: 'gap', position: 41, params: { to: Number.MAX_SAFE_INTEGER - 1 } }])
})

test('a file of checkpoints: a torn line is forgiven, another text is not', async () => {
  const text = await readFile(outside, 'utf8')
  await appendFile(outside, text.slice(0, 40))
  expect((await verify()).ok).toBe(true)
  await appendFile(outside, '\nnot a checkpoint\n')
  expect((await verify()).findings).toMatchObject([
    { kind: 'unreadable-checkpoint', params: { place: outside, number: 5 } },
    { kind: 'unreadable-checkpoint', params: { place: outside, number: 6 } },
  ])
  await rm(outside)
  expect(await verify()).toMatchObject({ ok: true, notes: [{ kind: 'no-place', params: { place: outside } }] })
  await writeFile(outside, text)
})

test.each(languages)('every finding has a sentence (%s)', language => {
  const findings = findingKinds.map(kind => ({ kind, position: 1, lineId: 'L', params: {} }))
  const counts = { lines: 1, unsealed: 1, payloads: 1, erasedPayloads: 1, withheldPayloads: 1, signedPositions: 0, findings: 99 }
  const notes = (['erased-payload', 'no-head', 'no-checkpoint', 'no-place'] as const).map(kind => ({
    kind,
    position: 1,
    lineId: 'L',
    params: {},
  }))
  const sentences = describeVerification({ ok: false, position: 1, hash: 'h', counts, findings, notes }, language)
  expect(sentences.length).toBe(findingKinds.length + notes.length + 7)
})
