import { appendFile, mkdir, readFile, rm, stat, writeFile, chmod } from 'node:fs/promises'
import path from 'node:path'
import fc from 'fast-check'
import pg from 'pg'
import { v7 as uuidv7 } from 'uuid'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { briefly, makeTestLedger } from '../../../test/ledger-kit.ts'
import type { TestLedger } from '../../../test/ledger-kit.ts'
import { checkpointsFile, headFile, readCheckpointFile, readHead } from './checkpoint-files.ts'
import { openKeyring } from './keyring.ts'
import type { Sealer } from './sealer.ts'

const ledger: TestLedger = await makeTestLedger()
const outside = path.join(ledger.elsewhere, 'places', 'checkpoints.jsonl')
const started: Sealer[] = []
const start = (options?: Parameters<TestLedger['startSealer']>[0]): Sealer => {
  const sealer = ledger.startSealer(options)
  started.push(sealer)
  return sealer
}

beforeEach(() => {
  ledger.errors.length = 0
})
afterEach(async () => {
  await Promise.all(started.splice(0).map(sealer => sealer.stop()))
  expect(briefly((await ledger.verify()).findings)).toEqual([])
})

const verifyLedger = () => ledger.verify()

/** Order of the chain: ids of lines by position. */
const sealedIds = async (): Promise<string[]> =>
  (await ledger.database.asOwner<{ id: string }>('select line_id as id from ledger_seal order by position')).map(row => row.id)

/** A transaction of its own, to be held open at will. */
async function openTransaction() {
  const client = new pg.Client(ledger.database.appAddress)
  await client.connect()
  await client.query('begin')
  await client.query(`select set_config('luytre.organisation', $1, true)`, [ledger.authority.organisationId])
  const ids: string[] = []
  return {
    ids,
    read: () => client.query('select count(*) from ledger_line'),
    async write() {
      const id = uuidv7()
      const recordId = uuidv7()
      const body = `{"actor":null,"at":"2026-11-22T03:00:00.000Z","format":1,"id":"${id}","organisation":"${ledger.authority.organisationId}","origin":"test","payload":null,"recordId":"${recordId}","recordType":"person","roles":[],"verb":"person.changed"}`
      await client.query(
        `insert into ledger_line (id, at, organisation_id, actor_id, verb, record_type, record_id, body) values ($1, '2026-11-22T03:00:00Z', $2, null, 'person.changed', 'person', $3, $4)`,
        [id, ledger.authority.organisationId, recordId, body],
      )
      ids.push(id)
    },
    async end(how: 'commit' | 'rollback') {
      await client.query(how)
      await client.end()
    },
  }
}

test('lines are sealed by themselves soon after they were written', async () => {
  const sealed: { first: number; last: number }[] = []
  start({ onSealed: one => void sealed.push(one) })
  await ledger.write(7)
  await vi.waitUntil(async () => (await ledger.countUnsealed()) === 0, { timeout: 30_000 })
  expect(sealed.at(-1)!.last).toBe((await sealedIds()).length)
  expect(sealed[0]!.first).toBe(1)
})

test('a line of a transaction that began earlier and commits later is not passed over', async () => {
  const sealer = start()
  await ledger.sealAll(sealer)
  const before = await sealedIds()
  const early = await openTransaction()
  const sleeper = await openTransaction()
  await sleeper.read() // began first, has no number yet
  await early.write()
  const late = await openTransaction()
  await late.write()
  await late.end('commit')
  await sealer.sealNow()
  expect(await sealedIds()).toEqual(before) // the early one holds the horizon
  await early.write()
  await early.end('commit')
  await ledger.sealAll(sealer)
  await sleeper.write()
  await sleeper.end('commit')
  await ledger.sealAll(sealer)
  expect(await sealedIds()).toEqual([...before, ...early.ids, ...late.ids, ...sleeper.ids])
})

test('however transactions interleave, each committed line is sealed once and none is passed over', async () => {
  const sealer = start()
  const step = fc.record({ who: fc.nat(4), what: fc.constantFrom('write', 'write', 'read', 'commit', 'rollback', 'seal') })
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40 }), async steps => {
      await ledger.sealAll(sealer)
      const before = (await sealedIds()).length
      const open = new Map<number, Awaited<ReturnType<typeof openTransaction>>>()
      const committed: string[] = []
      const end = async (who: number, how: 'commit' | 'rollback'): Promise<void> => {
        const transaction = open.get(who)
        open.delete(who)
        await transaction?.end(how)
        if (transaction && how === 'commit') committed.push(...transaction.ids)
      }
      for (const { who, what } of steps) {
        if (what === 'seal') await sealer.sealNow()
        else if (what === 'commit' || what === 'rollback') await end(who, what)
        else {
          if (!open.has(who)) open.set(who, await openTransaction())
          await open.get(who)![what]()
        }
      }
      for (const who of open.keys()) await end(who, 'commit')
      await ledger.sealAll(sealer)
      expect((await sealedIds()).slice(before).toSorted()).toEqual(committed.toSorted())
      expect(briefly((await verifyLedger()).findings)).toEqual([])
    }),
    { numRuns: 15 },
  )
})

test('more lines than one transaction of the sealer takes are sealed in one go', async () => {
  await ledger.write(5_500, { withPayload: false })
  const sealer = start()
  await ledger.sealAll(sealer)
  expect((await verifyLedger()).counts.unsealed).toBe(0)
})

test('of two sealers one works; when it stops the other goes on', async () => {
  const first = start()
  await ledger.sealAll(first)
  const second = start()
  await ledger.write(5)
  expect(await second.sealNow()).toBe(0)
  await ledger.sealAll(first)
  await ledger.write(5)
  await ledger.awaitHorizon()
  await first.stop()
  expect(await ledger.countUnsealed()).toBe(0) // the tail was sealed on the way out
  await ledger.write(5)
  await ledger.sealAll(second)
})

test('a lost connection costs nothing', async () => {
  const sealer = start()
  await ledger.sealAll(sealer)
  await ledger.database.asOwner(
    `select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())`,
  )
  await ledger.write(5)
  await vi.waitUntil(
    async () => {
      await sealer.sealNow().catch(() => {})
      return (await ledger.countUnsealed()) === 0
    },
    { timeout: 30_000, interval: 50 },
  )
})

test('a checkpoint is signed when the UTC day turns and at the end, here and outside', async () => {
  let now = new Date('2026-12-01T23:59:00Z')
  await mkdir(path.dirname(outside), { recursive: true })
  const sealer = start({ now: () => now, outside: [outside] })
  await ledger.write(1)
  await ledger.sealAll(sealer)
  const dayEnd = (await sealedIds()).length
  now = new Date('2026-12-02T00:00:01Z')
  await ledger.write(1)
  await ledger.sealAll(sealer)
  await ledger.write(1)
  await ledger.sealAll(sealer)
  await sealer.stop()
  const last = (await sealedIds()).length
  for (const file of [checkpointsFile(ledger.dataDirectory), outside]) {
    const { positions } = (await readCheckpointFile(file))!
    expect(positions.slice(-2).map(one => one.position)).toEqual([dayEnd, last])
    expect(positions.at(-2)!.at).toBe('2026-12-02T00:00:01.000Z')
  }
  expect(await readHead(ledger.dataDirectory)).toMatchObject({ kind: 'head', position: last, key: ledger.keyring.keyId })
})

test('a place outside that is away stops nothing, is reported once, and gets what it missed', async () => {
  await rm(path.dirname(outside), { recursive: true })
  for (let round = 0; round < 2; round++) {
    const sealer = start({ outside: [outside] })
    await ledger.write(1)
    await ledger.sealAll(sealer)
    await ledger.sealAll(sealer)
    await sealer.stop()
  }
  expect(ledger.errors.map(one => one.details)).toMatchObject([{ fault: outside }, { fault: outside }]) // once in each round
  await mkdir(path.dirname(outside), { recursive: true })
  const sealer = start({ outside: [outside] })
  await sealer.sealNow()
  expect((await readCheckpointFile(outside))!.positions).toEqual(
    (await readCheckpointFile(checkpointsFile(ledger.dataDirectory)))!.positions,
  )
})

test('after a crash between the seals and the files, the next start makes the files good', async () => {
  const files = [headFile(ledger.dataDirectory), checkpointsFile(ledger.dataDirectory)]
  const old = await Promise.all(files.map(file => readFile(file, 'utf8')))
  const sealer = start()
  await ledger.write(3)
  await ledger.sealAll(sealer)
  await sealer.stop()
  const whole = await Promise.all(files.map(file => readFile(file, 'utf8')))
  // As if the power had gone after the commit: the head is the old one, the checkpoint is half written.
  await writeFile(files[0]!, old[0]!)
  await writeFile(files[1]!, old[1]! + whole[1]!.slice(old[1]!.length).slice(0, 50))
  expect((await verifyLedger()).ok).toBe(true)
  const next = start()
  await next.sealNow()
  await next.stop()
  expect(await readHead(ledger.dataDirectory)).toMatchObject({ position: (await sealedIds()).length })
  const { positions, unreadableLines } = (await readCheckpointFile(files[1]!))!
  expect(positions.at(-1)!.position).toBe((await sealedIds()).length)
  expect(unreadableLines).toEqual([])
  await appendFile(files[1]!, '')
})

test('restored lines come first, in whatever order they were sealed; what waits among them is sealed', async () => {
  await ledger.write(4)
  await ledger.intrude(`update ledger_line set txid = '0'`)
  const sealer = start()
  await ledger.write(2)
  await ledger.sealAll(sealer)
  expect((await verifyLedger()).counts).toMatchObject({ unsealed: 0, findings: 0 })
})

test('lines from the future of this cluster stop the sealer with a reason', async () => {
  const [last] = await ledger.database.asOwner<{ id: string; txid: string }>(
    'select id, txid::text as txid from ledger_line join ledger_seal on line_id = id order by position desc limit 1',
  )
  await ledger.intrude(`update ledger_line set txid = '999999999999' where id = '${last!.id}'`)
  const sealer = start()
  await expect(sealer.sealNow()).rejects.toThrow()
  await sealer.stop()
  expect(ledger.errors.map(one => String((one.details as { err: Error }).err))).toEqual([
    expect.stringContaining('transaction number 999999999999'),
  ])
  await ledger.intrude(`update ledger_line set txid = '${last!.txid}' where id = '${last!.id}'`)
})

test('a cut end stays to be seen when the server goes on sealing', async () => {
  await ledger.write(3)
  const first = start()
  await ledger.sealAll(first)
  await first.stop()
  const kept = ['ledger_line', 'ledger_payload', 'ledger_seal', 'ledger_checkpoint']
  for (const table of kept) await ledger.database.asOwner(`create table kept_${table} as table ${table}`)
  const files = [headFile(ledger.dataDirectory), checkpointsFile(ledger.dataDirectory)]
  const content = await Promise.all(files.map(file => readFile(file)))
  const last = (await sealedIds()).length
  await ledger.intrude(
    `delete from ledger_line where id in (select line_id from ledger_seal where position > ${last - 2})`,
    `delete from ledger_seal where position > ${last - 2}`,
    `delete from ledger_checkpoint where position > ${last - 2}`,
  )
  // An intruder who also reaches the file of checkpoints.
  await rm(files[1]!)
  const second = start()
  await ledger.write(5)
  await ledger.sealAll(second)
  await second.stop()
  expect(ledger.errors.length).toBe(1)
  expect(briefly((await ledger.verify()).findings)).toEqual([`rewritten-chain ${last}`])

  await ledger.intrude(...kept.flatMap(table => [`delete from ${table}`, `insert into ${table} select * from kept_${table}`]))
  await Promise.all(files.map((file, index) => writeFile(file, content[index]!)))
  await rm(path.join(ledger.dataDirectory, 'ledger/lost-heads.jsonl'))
})

test('the key is made once, for its owner only, and refused when others can read it', async () => {
  const file = path.join(ledger.dataDirectory, 'ledger/key.pem')
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  const [again, atOnce] = await Promise.all([
    openKeyring({ dataDirectory: ledger.dataDirectory }),
    openKeyring({ dataDirectory: ledger.dataDirectory }),
  ])
  expect([again.keyId, atOnce.keyId]).toEqual([ledger.keyring.keyId, ledger.keyring.keyId])
  expect(await readFile(path.join(ledger.dataDirectory, `ledger/${again.keyId}.public.pem`), 'utf8')).toBe(again.publicKeyPem)
  const given = await openKeyring({ dataDirectory: path.join(ledger.elsewhere, 'node'), keyFile: file })
  expect(given.keyId).toBe(again.keyId)
  await chmod(file, 0o640)
  await expect(openKeyring({ dataDirectory: ledger.dataDirectory })).rejects.toMatchObject({ code: 'ledger.key-exposed' })
  await chmod(file, 0o600)
  await writeFile(path.join(ledger.elsewhere, 'no-key.pem'), 'nothing')
  await expect(
    openKeyring({ dataDirectory: ledger.dataDirectory, keyFile: path.join(ledger.elsewhere, 'no-key.pem') }),
  ).rejects.toMatchObject({ code: 'ledger.key-unreadable' })
})
