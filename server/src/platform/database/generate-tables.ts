import { Client } from 'pg'
import type { DatabaseAddress } from './connection.ts'

// Writes the table types from a migrated schema, so that SQL stays the one source. Where a column has a check
// `x in ('a', 'b')` its type is that union. `npm run generate` writes the file, `npm run check` compares it.

interface Column {
  table: string
  column: string
  type: string
  isNullable: boolean
  hasDefault: boolean
  check: string | null
}

const columnsQuery = `
  select c.relname as "table", a.attname as "column", not a.attnotnull as "isNullable", a.atthasdef as "hasDefault",
         case when t.typtype = 'd' then t.typname else format_type(a.atttypid, null) end as "type",
         (select pg_get_constraintdef(k.oid) from pg_constraint k
           where k.conrelid = c.oid and k.contype = 'c' and k.conkey = array[a.attnum]
             and pg_get_constraintdef(k.oid) like '%= ANY (ARRAY[%' limit 1) as "check"
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'public'
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    join pg_type t on t.oid = a.atttypid
   where c.relkind = 'r' and c.relname <> 'schema_migration'
   order by c.relname, a.attnum`

// How the driver reads and takes each type; see connection.ts for the parsers.
const typeOf: Record<string, { select: string; insert: string }> = {
  uuid: { select: 'string', insert: 'string' },
  text: { select: 'string', insert: 'string' },
  boolean: { select: 'boolean', insert: 'boolean' },
  smallint: { select: 'number', insert: 'number' },
  integer: { select: 'number', insert: 'number' },
  'smallint[]': { select: 'number[]', insert: 'number[]' },
  bigint: { select: 'number', insert: 'number' },
  bytea: { select: 'Buffer', insert: 'Buffer' },
  date: { select: 'string', insert: 'string' },
  'date[]': { select: 'string[]', insert: 'string[]' },
  daterange: { select: 'string', insert: 'string' },
  xid8: { select: 'string', insert: 'string' },
  'timestamp with time zone': { select: 'Date', insert: 'Date' },
  jsonb: { select: 'Json', insert: 'string' },
  translated: { select: 'Translated', insert: 'string' },
}

const camel = (name: string): string => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
const pascal = (name: string): string => camel(`_${name}`)

function columnType(column: Column): string {
  const known = typeOf[column.type]
  if (!known) throw new Error(`${column.table}.${column.column}: no TypeScript type for ${column.type}`)
  const values = [...(column.check ?? '').matchAll(/'([^']+)'::text/g)].map(match => `'${match[1]}'`)
  const union = column.type === 'text' && values.length > 0 ? values.join(' | ') : undefined
  const orNull = column.isNullable ? ' | null' : ''
  const select = (union ?? known.select) + orNull
  const insert = (union ?? known.insert) + orNull
  if (column.hasDefault) return `ColumnType<${select}, ${insert} | undefined, ${insert}>`
  return select === insert ? select : `ColumnType<${select}, ${insert}, ${insert}>`
}

/** The text of `tables.gen.ts` for the schema at an address. */
export async function generateTables(address: DatabaseAddress): Promise<string> {
  const client = new Client(typeof address === 'string' ? { connectionString: address } : address)
  await client.connect()
  try {
    const { rows } = await client.query<Column>(columnsQuery)
    const tables = Map.groupBy(rows, row => row.table)
    const lines = [
      '// Generated from the migrated schema by `npm run generate`; do not edit.',
      "import type { ColumnType } from 'kysely'",
      "import type { Translated } from '#platform/i18n/translated.ts'",
      '',
      '/** A jsonb value as the driver parses it; it is written as JSON text. */',
      'export type Json = unknown',
      '',
    ]
    for (const [table, columns] of tables) {
      lines.push(`export interface ${pascal(table)}Table {`)
      for (const column of columns) lines.push(`  ${camel(column.column)}: ${columnType(column)}`)
      lines.push('}', '')
    }
    lines.push('export interface Database {')
    for (const table of tables.keys()) lines.push(`  ${camel(table)}: ${pascal(table)}Table`)
    lines.push('}', '')
    return lines.join('\n')
  } finally {
    await client.end()
  }
}
