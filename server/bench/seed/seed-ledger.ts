import { once } from 'node:events'
import type { Writable } from 'node:stream'
import { finished } from 'node:stream/promises'
import pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { bodyDigest, chainHash, genesis, payloadDigest } from '#platform/ledger/chain.ts'

// Millions of ledger lines as the product would have written and sealed them, made here and loaded by COPY: writing them through
// the product takes hours. `ledger verify` proves the result.

/** As many as the last transaction holds: a sealer that starts looks through that one. */
const batchLines = 2000
const start = Date.UTC(2024, 0, 1)

/** Ids in the order in which they are made, as UUIDv7 are: the instant, then a count. */
const idAt = (ms: number, count: number): string => {
  const time = ms.toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-7${(count & 0xfff).toString(16).padStart(3, '0')}-8000-${count.toString(16).padStart(12, '0')}`
}

/** Adds `lines` sealed lines about `recordIds`, by `userId`, on an installation whose ledger is sealed to its end. */
export async function seedLedger(
  address: pg.ClientConfig,
  about: { organisationId: string; userId: string; recordIds: readonly string[]; lines: number },
): Promise<void> {
  const { transactions, ...head } = await readHead(address)
  const copies = await Promise.all([
    openCopy(address, 'ledger_line (id, at, txid, organisation_id, actor_id, verb, record_type, record_id, body)'),
    openCopy(address, 'ledger_payload (line_id, organisation_id, salt, content)'),
    openCopy(address, 'ledger_seal (position, line_id, hash)'),
  ])
  const [lines, payloads, seals] = copies.map(copy => copy.stream) as [Writable, Writable, Writable]
  const { organisationId, userId, recordIds } = about
  let { position, hash } = head
  for (let done = 0; done < about.lines;) {
    const texts = { lines: '', payloads: '', seals: '' }
    for (const end = Math.min(about.lines, done + batchLines); done < end; done++) {
      const ms = start + done * 15
      const id = idAt(ms, done)
      const at = new Date(ms).toISOString()
      const recordId = recordIds[done % recordIds.length]!
      const salt = (done * 2_654_435_761).toString(16).padStart(32, '0')
      const content = `{"after":{"level":${done % 4},"reason":"Quan sát trong công việc"},"before":{"level":${(done + 3) % 4}}}`
      const body = `{"actor":"${userId}","at":"${at}","format":1,"id":"${id}","organisation":"${organisationId}","origin":"web","payload":"${payloadDigest(salt, content)}","recordId":"${recordId}","recordType":"assessment","roles":["staff","supervisor"],"verb":"assessment.saved"}`
      hash = chainHash(hash, ++position, bodyDigest(body))
      texts.lines += `${id}\t${at}\t${transactions[done >= about.lines - batchLines ? 1 : 0]}\t${organisationId}\t${userId}\tassessment.saved\tassessment\t${recordId}\t${body}\n`
      texts.payloads += `${id}\t${organisationId}\t${salt}\t${content}\n`
      texts.seals += `${position}\t${id}\t\\\\x${hash}\n`
    }
    for (const [stream, text] of [
      [lines, texts.lines],
      [payloads, texts.payloads],
      [seals, texts.seals],
    ] as const) {
      if (!stream.write(text)) await once(stream, 'drain')
    }
  }
  for (const copy of copies) await copy.end()
}

async function openCopy(address: pg.ClientConfig, target: string): Promise<{ stream: Writable; end(): Promise<void> }> {
  const client = new pg.Client(address)
  await client.connect()
  // No triggers and foreign keys: what is loaded fits, and checking it costs more than loading it.
  await client.query(`set session_replication_role = replica`)
  const stream = client.query(copyFrom(`copy ${target} from stdin`))
  return {
    stream,
    async end() {
      stream.end()
      await finished(stream)
      await client.end()
    },
  }
}

/** Where the chain stands, and two transactions after it whose lines these may be. */
async function readHead(address: pg.ClientConfig): Promise<{ position: number; hash: string; transactions: [string, string] }> {
  const client = new pg.Client(address)
  await client.connect()
  try {
    const { rows } = await client.query<{ position: string; hash: string }>(
      `select position, encode(hash, 'hex') as hash from ledger_seal order by position desc limit 1`,
    )
    const passed = async (): Promise<string> => (await client.query<{ id: string }>('select pg_current_xact_id() as id')).rows[0]!.id
    const transactions: [string, string] = [await passed(), await passed()]
    return rows[0] ? { position: Number(rows[0].position), hash: rows[0].hash, transactions } : { position: 0, hash: genesis, transactions }
  } finally {
    await client.end()
  }
}
