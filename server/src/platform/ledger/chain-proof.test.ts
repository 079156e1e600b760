import { v7 as uuidv7 } from 'uuid'
import { beforeAll, expect, test } from 'vitest'
import { inSnapshot } from '#platform/database/snapshot.ts'
import { makeTestLedger } from '../../../test/ledger-kit.ts'
import { proveChain } from './chain-proof.ts'
import type { ChainProof } from './chain-proof.ts'
import { recordChange } from './ledger.ts'

// What the proof must refuse is in verify.test.ts: every manipulation there passes through it first.

const ledger = await makeTestLedger()
const swapped = await makeTestLedger()
let unusual: number[]

beforeAll(async () => {
  const sealer = ledger.startSealer()
  await ledger.write(20)
  await ledger.write(5, { withPayload: false })
  // A canonical text with an escape, of which only a parser knows what it means.
  await ledger.authority.as({ origin: 'cli "by hand"' }, work =>
    recordChange(work, { verb: 'person.changed', recordType: 'person', recordId: uuidv7(), after: { note: 'Lũy tre\n"làng"' } }),
  )
  await ledger.write(14)
  await ledger.sealAll(sealer)
  await sealer.stop()
  const rows = await ledger.database.asOwner<{ position: number }>(
    `select position::int as position from ledger_seal seal join ledger_line line on line.id = seal.line_id where body like '%by hand%'`,
  )
  unusual = rows.map(row => row.position)
})

function prove(batchLines: number, said = new Map<number, string[]>(), of = ledger): Promise<ChainProof | undefined> {
  const { pool } = of.database.app
  return inSnapshot(pool, client => proveChain(client, pool, { said, batchLines }))
}

test.each([1, 2, 3, 7, 39, 40, 41, 1000])('an intact ledger is proved, read in batches of %i', async batchLines => {
  const [head] = await ledger.database.asOwner<{ position: number; hash: string }>(
    `select position::int as position, encode(hash, 'hex') as hash from ledger_seal order by ledger_seal.position desc limit 1`,
  )
  expect(unusual).toHaveLength(1)
  expect(await prove(batchLines, new Map([[head!.position, [head!.hash]]]))).toEqual({
    ...head,
    unsealed: 0,
    payloads: head!.position - 6,
    confirmed: 1,
    unusual,
  })
})

test('lines whose ids do not follow the chain are proved all the same', async () => {
  // As of servers whose clocks differ: what was written first is read last.
  const late = await swapped.write(15)
  await swapped.intrude(
    ...late.flatMap(id => {
      const moved = `f${id.slice(1)}`
      return [
        `update ledger_line set id = '${moved}', body = replace(body, '${id}', '${moved}') where id = '${id}'`,
        `update ledger_payload set line_id = '${moved}' where line_id = '${id}'`,
      ]
    }),
  )
  await swapped.write(15)
  const sealer = swapped.startSealer()
  await swapped.sealAll(sealer)
  await sealer.stop()
  expect(await swapped.verify()).toMatchObject({ ok: true, counts: { lines: 31 } })
  for (const batchLines of [1, 4, 1000]) expect(await prove(batchLines, undefined, swapped)).toMatchObject({ position: 31, unusual: [] })
  await swapped.write(3)
  for (const batchLines of [1, 4, 1000]) expect(await prove(batchLines, undefined, swapped)).toMatchObject({ position: 31, unsealed: 3 })
})

test('a signature for another hash, or for a position beyond the end, is not proved', async () => {
  expect(await prove(10, new Map([[7, ['00'.repeat(32)]]]))).toBeUndefined()
  expect(await prove(10, new Map([[4711, ['00'.repeat(32)]]]))).toBeUndefined()
})
