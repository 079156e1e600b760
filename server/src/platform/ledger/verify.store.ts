import type pg from 'pg'
import { passedOverMax } from './ledger-source.ts'
import type { StoredLine, UnsealedLine } from './ledger-source.ts'
import { checkpointColumns, signedPositionOf } from './sealer.store.ts'
import type { CheckpointRow } from './sealer.store.ts'
import type { SignedPosition } from './signed-position.ts'

// What `verify` and `export` read, in one snapshot. Rows come as arrays of text straight from the driver, without Kysely:
// turning rows into objects with renamed keys and dates would cost more than the hashing.

/** Small enough that the event loop goes on between batches, large enough that a round trip does not count. */
const batchLines = 2000

// No sealer gives other positions; numbers beyond would lose digits.
const isPossible = `position between 1 and ${Number.MAX_SAFE_INTEGER}`

/** Seals at positions that no sealer gives, as text, or at none, and what has no key that joins or orders it: all of it was put in. */
export async function listImpossible(client: pg.PoolClient): Promise<{ position: string | null; lineId: string | null }[]> {
  const { rows } = await client.query<{ position: string | null; lineId: string | null }>(
    // Said so that an index answers.
    `select position::text as position, line_id as "lineId" from ledger_seal
     where position < 1 or position > ${Number.MAX_SAFE_INTEGER} or position is null or line_id is null
     union all select null, id from ledger_line where id is null or txid is null limit 100`,
  )
  return rows
}

// Not all that sort behind the last sealed one: restored lines (txid 0) are sealed in another order, and somebody may have moved one.
const isInTail = `(line.txid, line.id) > ($1::xid8, $2::uuid) and not exists (select from ledger_seal seal where seal.line_id = line.id)`

/** Lines that wait for the sealer. */
export async function countTail(client: pg.PoolClient): Promise<number> {
  await client.query(joinByKey)
  const { txid, id } = await findLastSealed(client)
  const { rows } = await client.query<{ count: number }>(`select count(*) as count from ledger_line line where ${isInTail}`, [txid, id])
  return rows[0]!.count
}

async function findLastSealed(client: pg.PoolClient): Promise<{ txid: string; id: string }> {
  const { rows } = await client.query<{ txid: string; id: string }>(
    `select line.txid::text as txid, line.id from ledger_seal seal join ledger_line line on line.id = seal.line_id where seal.${isPossible} order by seal.position desc limit 1`,
  )
  return rows[0] ?? { txid: '0', id: '00000000-0000-0000-0000-000000000000' }
}

/** Lines that wait for the sealer, and those that it must have passed over: they sort before the last sealed line. */
export async function findUnsealed(client: pg.PoolClient): Promise<{ tail: number; passedOver: UnsealedLine[]; passedOverCount: number }> {
  const { txid, id } = await findLastSealed(client)
  const tail = await client.query<{ count: number }>(`select count(*) from ledger_line line where ${isInTail}`, [txid, id])
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
            `select line.id as "lineId", coalesce(line.body, '') as body ${unsealed} and line.txid <> '0' order by line.txid, line.id limit ${passedOverMax}`,
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
  /** Where the seal is stored. */
  place: string,
]

// Of the policies' conditions PostgreSQL believes that they leave few rows; for the program's own work they leave all. Left
// alone it joins a batch by reading whole tables. So it is told the way, whatever the tables' size.
const ways = ['seqscan', 'bitmapscan', 'hashjoin', 'mergejoin', 'nestloop', 'material', 'memoize', 'sort'] as const
const joinBy = (...allowed: (typeof ways)[number][]): string =>
  ways.map(way => `set local enable_${way} = ${allowed.includes(way) ? 'on' : 'off'}`).join('; ')

/** Each row is found by its key. */
const joinByKey = joinBy('nestloop', 'sort')
/** Three indexes are read side by side, in the order of ids. */
const joinByMerging = joinBy('mergejoin')

/** Batches at most; what lies beyond is read in one, as is what somebody renumbered. */
const batchesMax = 100_000

/** Ids that part all seals into batches of `every` lines, as near as ids follow the chain. */
export async function listBounds(client: pg.PoolClient, every: number): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>(
    `select line_id::uuid as id from ledger_seal where position = any (array(select generate_series($1::bigint, least((select max(position) from ledger_seal), $1::bigint * ${batchesMax}), $1::bigint)))
     order by line_id`,
    [every],
  )
  return rows.map(row => row.id)
}

/**
 * Reads every line whose id lies after `from` and up to `to`, with its seal and its payload, and every seal without a line, in
 * the order of ids: merging gives it, so that nothing is sorted.
 */
export function copyLinesBetween(from: string | null, to: string | null): string {
  const within = (id: string): string => [from && `${id} > '${from}'`, to && `${id} <= '${to}'`, 'true'].filter(Boolean).join(' and ')
  return `${joinByMerging}; copy (
    select seal.position, seal.line_id, seal.hash, line.body, line.at, line.organisation_id, line.actor_id, line.verb, line.record_type,
      line.record_id, payload.salt || E'\\n' || payload.content, payload.organisation_id, payload.line_id
    from (select * from ledger_line where ${within('id')}) line
    left join (select * from ledger_payload where ${within('line_id')}) payload on payload.line_id = line.id
    full join (select position, line_id, hash from ledger_seal where ${within('line_id')}) seal on seal.line_id = line.id
    ) to stdout (format binary)`
}

/**
 * Every seal with its line and payload, by position and, of several at one, by where they are stored. The next batch is under way
 * while one is being checked.
 */
export async function* readLines(client: pg.PoolClient): AsyncGenerator<StoredLine[]> {
  const fetch = (position: number, place: string): Promise<Row[]> => {
    const rows = fetchRows(client, `(position, ctid) > ($1, $2::tid) and ${isPossible}`, [position, place])
    // It is awaited one batch later; until then a failure must not count as unhandled.
    rows.catch(() => {})
    return rows
  }
  await client.query(joinByKey)
  let under = fetch(0, '(0,0)')
  try {
    for (;;) {
      const rows = await under
      const last = rows.at(-1)
      if (!last) return
      under = fetch(last[0], last[15])
      yield rows.map(storedLineOf)
    }
  } finally {
    // Whoever stops early leaves the connection idle.
    await under.catch(() => {})
  }
}

/** The same for some positions, in batches. */
export async function* readLinesAt(client: pg.PoolClient, positions: readonly number[]): AsyncGenerator<StoredLine[]> {
  const sorted = Float64Array.from(positions).sort()
  await client.query(joinByKey)
  for (let start = 0; start < sorted.length; start += batchLines) {
    const rows = await fetchRows(client, 'position = any ($1::bigint[])', [[...sorted.subarray(start, start + batchLines)]])
    yield rows.map(storedLineOf)
  }
}

async function fetchRows(client: pg.PoolClient, condition: string, values: readonly unknown[]): Promise<Row[]> {
  const { rows } = await client.query<Row>({
    rowMode: 'array',
    text: `select seal.position, seal.line_id, coalesce(encode(seal.hash, 'hex'), ''), line.body, coalesce(line.at::text, ''), line.organisation_id, line.actor_id,
        line.verb, line.record_type, line.record_id, payload.line_id, payload.salt, payload.content, payload.erased_by, payload.organisation_id, seal.ctid
      from (select position, line_id, hash, ctid from ledger_seal where ${condition} order by position, ctid limit ${batchLines}) seal
      left join ledger_line line on line.id = seal.line_id
      left join ledger_payload payload on payload.line_id = seal.line_id
      order by seal.position, seal.ctid`,
    values: [...values],
  })
  return rows
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
  const { rows } = await client.query<CheckpointRow>(
    `select ${checkpointColumns} from ledger_checkpoint where ${isPossible} order by position limit ${checkpointsMax}`,
  )
  return rows.map(signedPositionOf)
}
