import type pg from 'pg'
import { passedOverMax } from './ledger-source.ts'
import type { StoredLine, UnsealedLine } from './ledger-source.ts'
import type { SignedPosition } from './signed-position.ts'

// What `verify` and `export` read, in one snapshot. Rows come as arrays of text straight from the driver, without Kysely:
// turning rows into objects with renamed keys and dates would cost more than the hashing.

/** Small enough that the event loop goes on between batches, large enough that a round trip does not count. */
const batchLines = 2000

// No sealer gives other positions; numbers beyond would lose digits.
const isPossible = `position between 1 and ${Number.MAX_SAFE_INTEGER}`

export async function beginReading(client: pg.PoolClient): Promise<void> {
  await client.query('begin transaction isolation level repeatable read read only')
  // Checking a whole ledger takes as long as it takes, and so does whoever receives an export; times are compared as text.
  await client.query(
    `set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0; set local timezone = 'UTC'; set local datestyle = 'ISO'`,
  )
  await client.query(`select set_config('luytre.system', 'on', true)`)
}

/** Seals at positions that no sealer gives, as text: their lines were put in. */
export async function listImpossible(client: pg.PoolClient): Promise<{ position: string; lineId: string }[]> {
  const { rows } = await client.query<{ position: string; lineId: string }>(
    `select position::text as position, line_id as "lineId" from ledger_seal where not ${isPossible} limit 100`,
  )
  return rows
}

/** Lines that wait for the sealer, and those that it must have passed over: they sort before the last sealed line. */
export async function findUnsealed(client: pg.PoolClient): Promise<{ tail: number; passedOver: UnsealedLine[]; passedOverCount: number }> {
  const last = await client.query<{ txid: string; id: string }>(
    `select line.txid::text as txid, line.id from ledger_seal seal join ledger_line line on line.id = seal.line_id where seal.${isPossible} order by seal.position desc limit 1`,
  )
  const { txid, id } = last.rows[0] ?? { txid: '0', id: '00000000-0000-0000-0000-000000000000' }
  const tail = await client.query<{ count: number }>(`select count(*) from ledger_line where (txid, id) > ($1::xid8, $2::uuid)`, [txid, id])
  // Restored lines (txid 0) are not in the order of sealing: without a seal they wait for it.
  const unsealed = `from ledger_line line where (line.txid, line.id) <= ($1::xid8, $2::uuid)
    and not exists (select from ledger_seal seal where seal.line_id = line.id)`
  const waiting = await client.query<{ count: number; restored: number }>(
    `select count(*) as count, count(*) filter (where line.txid = '0') as restored ${unsealed}`,
    [txid, id],
  )
  const { count, restored } = waiting.rows[0]!
  const passedOver =
    count === restored
      ? []
      : (
          await client.query<UnsealedLine>(
            `select line.id as "lineId", line.body ${unsealed} and line.txid <> '0' order by line.txid, line.id limit ${passedOverMax}`,
            [txid, id],
          )
        ).rows
  return { tail: tail.rows[0]!.count + restored, passedOver, passedOverCount: count - restored }
}

type Row = [
  position: number,
  lineId: string,
  hash: string,
  body: string | null,
  at: string,
  organisationId: string | null,
  actorId: string | null,
  verb: string,
  recordType: string,
  recordId: string,
  payloadLine: string | null,
  salt: string | null,
  content: string | null,
  erasedBy: string | null,
  payloadOrganisation: string | null,
]

// Of the policies' conditions PostgreSQL believes that they leave one row in 200; for the program's own work they leave
// all. It would join a batch by reading whole tables. Each row is found by its key instead, whatever the tables' size.
const joinByIndex = ['seqscan', 'bitmapscan', 'hashjoin', 'mergejoin', 'material', 'memoize']
  .map(way => `set local enable_${way} = off`)
  .join('; ')

/** Every seal with its line and payload, by position. The next batch is under way while one is being checked. */
export async function* readLines(client: pg.PoolClient): AsyncGenerator<StoredLine[]> {
  const fetch = (after: number): Promise<Row[]> => {
    const rows = client.query<Row>({
      rowMode: 'array',
      text: `select seal.position, seal.line_id, encode(seal.hash, 'hex'), line.body, line.at::text, line.organisation_id, line.actor_id,
          line.verb, line.record_type, line.record_id, payload.line_id, payload.salt, payload.content, payload.erased_by, payload.organisation_id
        from (select position, line_id, hash from ledger_seal where position > $1 and ${isPossible} order by position limit ${batchLines}) seal
        left join ledger_line line on line.id = seal.line_id
        left join ledger_payload payload on payload.line_id = seal.line_id
        order by seal.position`,
      values: [after],
    })
    const result = rows.then(({ rows: found }) => found)
    // It is awaited one batch later; until then a failure must not count as unhandled.
    result.catch(() => {})
    return result
  }
  await client.query(joinByIndex)
  let under = fetch(0)
  try {
    for (;;) {
      const rows = await under
      if (rows.length === 0) return
      under = fetch(rows.at(-1)![0])
      yield rows.map(storedLineOf)
    }
  } finally {
    // Whoever stops early leaves the connection idle.
    await under.catch(() => {})
  }
}

const storedLineOf = (row: Row): StoredLine => ({
  position: row[0],
  lineId: row[1],
  hash: row[2],
  body: row[3],
  columns:
    row[3] === null ? null : { at: row[4], organisationId: row[5], actorId: row[6], verb: row[7], recordType: row[8], recordId: row[9] },
  payload: row[10] === null ? null : { salt: row[11], content: row[12], erasedBy: row[13], organisationId: row[14] },
})

// A checkpoint a day and one per restart, for a lifetime.
const checkpointsMax = 200_000

export async function readCheckpoints(client: pg.PoolClient): Promise<SignedPosition[]> {
  const { rows } = await client.query<{ position: number; hash: string; at: Date; key: string; signature: string }>(
    `select position, encode(hash, 'hex') as hash, at, key_id as key, encode(signature, 'base64') as signature
     from ledger_checkpoint where ${isPossible} order by position limit ${checkpointsMax}`,
  )
  return rows.map(row => ({
    format: 1,
    kind: 'checkpoint',
    ...row,
    at: row.at.toISOString(),
    signature: row.signature.replaceAll('\n', ''),
  }))
}
