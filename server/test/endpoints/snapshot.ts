import type { TestDatabase } from '../kit.ts'

// What is in the database, record by record, so that a test can say which records a call has changed. A record is what
// the ledger speaks of: the tables that belong to one are counted to it.

interface Part {
  /** As the ledger's lines name it. */
  recordType: string
  /** Column that holds the record's id. */
  id: string
  /** What counts as a change; everything but the version, unless said otherwise: a new version alone tells no story. */
  content?: string
  where?: string
}

const parts: Record<string, Part> = {
  organisation: { recordType: 'organisation', id: 'id' },
  organisation_state: { recordType: 'organisation', id: 'organisation_id' },
  half_year: { recordType: 'organisation', id: 'organisation_id' },
  user_account: { recordType: 'account', id: 'id' },
  notification_setting: { recordType: 'account', id: 'user_id' },
  membership: { recordType: 'account', id: 'user_id' },
  // That a session was seen, or has a new token, changes nobody's record.
  session: { recordType: 'account', id: 'user_id', content: `t.id::text || t.membership_id` },
  one_time_link: { recordType: 'account', id: 'user_id', where: 'user_id is not null' },
  import_preview: { recordType: 'import', id: 'id' },
  roster_row: { recordType: 'import', id: 'preview_id' },
  framework: { recordType: 'framework', id: 'id' },
  framework_element: { recordType: 'framework', id: 'framework_id' },
  framework_relation: { recordType: 'framework', id: 'framework_id' },
  mail: { recordType: 'mail', id: 'id' },
  unit: { recordType: 'unit', id: 'id' },
  unit_state: { recordType: 'unit', id: 'unit_id' },
  unit_event: { recordType: 'unit-event', id: 'id' },
  unit_event_party: { recordType: 'unit-event', id: 'event_id' },
  person: { recordType: 'person', id: 'id' },
  post: { recordType: 'post', id: 'id' },
  departure: { recordType: 'departure', id: 'id' },
  assessment: { recordType: 'assessment', id: 'id' },
  rating: { recordType: 'assessment', id: 'assessment_id' },
  contest: { recordType: 'contest', id: 'id' },
  development_plan: { recordType: 'plan', id: 'id' },
  plan_gap: { recordType: 'plan', id: 'plan_id' },
  plan_action: { recordType: 'plan', id: 'plan_id' },
  plan_version: { recordType: 'plan', id: 'plan_id' },
  plan_signature: { recordType: 'plan', id: 'plan_id' },
  stored_file: { recordType: 'file', id: 'id' },
  staffing_need: { recordType: 'staffing-need', id: 'id' },
}

/** The ledger itself, what people are told of it and whether they have read it, what is kept to answer a repeated request alike, and what is computed from records: no records. */
const noRecords = new Set([
  'ledger_line',
  'ledger_payload',
  'ledger_seal',
  'ledger_checkpoint',
  'ledger_follower',
  'notification',
  'idempotency_key',
  'role_readiness',
  'ready_post',
  'unit_head_count',
  'unit_ready_count',
  'unit_ready_mark',
  'import_progress',
  'person_search',
  'account_search',
  'file_store',
])

/** `recordType recordId` → digest of all its rows. */
export type Snapshot = ReadonlyMap<string, string>

export interface LedgerEntry {
  id: string
  verb: string
  record: string
  organisationId: string
  actorId: string | null
}

export interface Observed {
  records: Snapshot
  lines: readonly LedgerEntry[]
}

async function listTables(database: TestDatabase): Promise<string[]> {
  const rows = await database.asOwner<{ name: string }>(
    `select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE' and table_name !~ 'migration' order by 1`,
  )
  return rows.map(row => row.name)
}

export interface Observer {
  look(): Promise<Observed>
  /** The same as at another time exactly when nothing has changed: cheaper than looking. */
  fingerprint(): Promise<string>
}

/** Throws for a table that nobody has counted to a record, so that a new one is not forgotten. */
export async function makeObserver(database: TestDatabase): Promise<Observer> {
  const tables = await listTables(database)
  const uncounted = tables.filter(table => !parts[table] && !noRecords.has(table))
  if (uncounted.length > 0) throw new Error(`snapshot.ts: say which record these tables belong to: ${uncounted.join(', ')}`)
  const rowsOf = (table: string, { recordType, id, content = `(to_jsonb(t) - 'version')::text`, where = 'true' }: Part): string =>
    `select '${recordType} ' || t.${id} as record, md5('${table}' || (${content})) as digest from ${table} t where ${where}`
  const rows = Object.entries(parts)
    .map(([table, part]) => rowsOf(table, part))
    .join(' union all ')
  const rawDigest = (table: string): string => `(select coalesce(sum(hashtextextended(t::text, 0)), 0) || ':' || count(*) from ${table} t)`
  const prints = [...Object.keys(parts).filter(table => table !== 'session'), 'ledger_line'].map(rawDigest).join(` || ' ' || `)
  // Planned once: it runs after every call.
  await database.asOwner(`prepare fingerprint as select ${prints} || ' ' || (select count(*) from session) as print`)
  return {
    fingerprint: async () => (await database.asOwner<{ print: string }>('execute fingerprint'))[0]!.print,
    look: async () => {
      const records = await database.asOwner<{ record: string; digest: string }>(
        `select record, string_agg(digest, ' ' order by digest) as digest from (${rows}) as rows group by record`,
      )
      const lines = await database.asOwner<{ id: string; verb: string; record: string; organisation_id: string; actor_id: string | null }>(
        `select id, verb, record_type || ' ' || record_id as record, organisation_id, actor_id from ledger_line order by id`,
      )
      return {
        records: new Map(records.map(row => [row.record, row.digest])),
        lines: lines.map(({ id, verb, record, organisation_id, actor_id }) => ({
          id,
          verb,
          record,
          organisationId: organisation_id,
          actorId: actor_id,
        })),
      }
    },
  }
}

/** Records that came, went or are another now, sorted; and the lines that were written in between. */
export function changesBetween(before: Observed, after: Observed): { records: string[]; lines: LedgerEntry[] } {
  const records = new Set<string>()
  for (const [record, digest] of after.records) if (before.records.get(record) !== digest) records.add(record)
  for (const record of before.records.keys()) if (!after.records.has(record)) records.add(record)
  const known = new Set(before.lines.map(line => line.id))
  return { records: [...records].sort(), lines: after.lines.filter(line => !known.has(line.id)) }
}

/** Keeps a copy of everything, to put it back after a call: much faster than another database for each. */
export async function keepCopy(database: TestDatabase): Promise<{ restore(): Promise<void>; empty(): Promise<void> }> {
  const tables = await listTables(database)
  // What the database derives by itself is not put back: it comes by itself.
  const columns = await database.asOwner<{ name: string; columns: string }>(
    `select table_name as name, string_agg(quote_ident(column_name), ', ' order by ordinal_position) as columns from information_schema.columns
     where table_schema = 'public' and is_generated = 'NEVER' group by 1`,
  )
  const columnsOf = new Map(columns.map(row => [row.name, row.columns]))
  await database.asOwner('create schema copy')
  for (const table of tables) await database.asOwner(`create table copy.${table} as table public.${table}`)
  // Without triggers: neither the order of foreign keys nor the ledger's own guard stands in the way.
  const run = async (of: (table: string) => string[]): Promise<void> =>
    void (await database.asOwner(
      ['set session_replication_role = replica', ...tables.flatMap(of), 'set session_replication_role = default'].join('; '),
    ))
  return {
    restore: () =>
      run(table => [
        `delete from public.${table}`,
        `insert into public.${table} (${columnsOf.get(table)}) select ${columnsOf.get(table)} from copy.${table}`,
      ]),
    empty: () => run(table => [`delete from public.${table}`]),
  }
}
