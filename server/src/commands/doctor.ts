import { access, constants, stat, statfs } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { readBackupState } from '#platform/backup/scheduled-backups.ts'
import { builtWebApp } from '#platform/http/pages.ts'
import { connect, inSystemWork } from '#platform/database/connection.ts'
import { hasCluster } from '#platform/database/embedded-postgres.ts'
import { findAuthority } from '#platform/organisations/organisations.ts'
import { findUnknownKeys, unknownKeysAdvice } from '../ledger-keys.ts'
import { findRoleFaults, joinStores } from '../stores.ts'
import type { Command, CommandCall } from './command.ts'

interface Finding {
  check: string
  isGood: boolean
  says: string
}

const leastFreeBytes = 1_000_000_000

async function inspectDirectory({ config }: CommandCall): Promise<Finding[]> {
  const directory = config.dataDirectory
  try {
    await access(directory, constants.R_OK | constants.W_OK)
    const { mode } = await stat(directory)
    const isPrivate = (mode & 0o007) === 0 || process.getuid?.() === 0
    const { bavail, bsize } = await statfs(directory)
    const freeBytes = bavail * bsize
    return [
      {
        check: 'data directory',
        isGood: isPrivate,
        says: isPrivate ? `${directory} can be written` : `${directory} can be read by everybody: chmod 700 it`,
      },
      { check: 'disk', isGood: freeBytes > leastFreeBytes, says: `${(freeBytes / 1e9).toFixed(1)} GB free` },
    ]
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const says = code === 'ENOENT' ? `${directory} is not there yet: "luytre serve" makes it` : message
    return [{ check: 'data directory', isGood: false, says }]
  }
}

async function inspectDatabase(call: CommandCall): Promise<Finding[]> {
  const bad = (says: string): Finding[] => [{ check: 'database', isGood: false, says }]
  let stores
  try {
    // Whoever looks changes nothing: a database is made by whoever serves or migrates.
    if (!call.config.databaseUrl && !(await hasCluster(call.config.dataDirectory))) return bad('there is none yet: "luytre serve" makes it')
    stores = await joinStores(call.config, call.log)
  } catch (error) {
    return bad((error as Error).message)
  }
  const connection = connect(stores.app, { size: 1 })
  try {
    const { rows } = await connection.pool.query<{ version: string; isMigrated: boolean }>(
      `select current_setting('server_version') as version, to_regclass('schema_migration') is not null as "isMigrated"`,
    )
    const [{ version, isMigrated } = { version: '', isMigrated: false }] = rows
    if (!isMigrated) return bad(`PostgreSQL ${version} answers, but has no tables yet: "luytre migrate" makes them`)
    const { rows: collations } = await connection.pool.query<{ collname: string }>(
      `select collname from pg_collation where collversion is distinct from pg_collation_actual_version(oid) and collname like 'vi%'`,
    )
    const faults = await findRoleFaults(connection)
    const { rows: orphans } = await connection.pool.query<{ n: number }>(
      `select count(*)::int as n from pg_stat_activity where state = 'idle in transaction' and state_change < now() - interval '5 minutes'`,
    )
    const authority = await inSystemWork(connection.db, findAuthority).catch(() => undefined)
    const unknownKeys = await findUnknownKeys(connection, call.config.dataDirectory)
    return [
      { check: 'database', isGood: true, says: `PostgreSQL ${version} answers` },
      { check: 'database role', isGood: faults.length === 0, says: faults.length === 0 ? 'cannot go around the walls' : faults.join('; ') },
      {
        check: 'collations',
        isGood: collations.length === 0,
        says:
          collations.length === 0 ? 'as the indexes were built' : `changed: ${collations.map(row => row.collname).join(', ')}; run REINDEX`,
      },
      { check: 'long transactions', isGood: orphans[0]!.n === 0, says: `${orphans[0]!.n} idle for more than five minutes` },
      {
        check: 'ledger keys',
        isGood: unknownKeys.length === 0,
        says: unknownKeys.length === 0 ? 'all that signed checkpoints are known here' : unknownKeysAdvice(unknownKeys),
      },
      {
        check: 'authority',
        isGood: authority !== undefined,
        says: authority ? 'is set up' : 'is not set up yet: "luytre serve" prints the link',
      },
    ]
  } catch (error) {
    const { code, message } = error as Error & { code?: string }
    // invalid_authorization_specification: most often the role that `migrate` makes.
    return bad(code === '28000' ? `${message}; "luytre migrate" makes the server’s role` : message)
  } finally {
    await connection.close()
    await stores.stop()
  }
}

async function inspectBackups({ config }: CommandCall): Promise<Finding[]> {
  const check = 'backup'
  if (!config.backups) return [{ check, isGood: true, says: 'none is made by the clock: LUYTRE_BACKUP_DIRECTORY is not set' }]
  try {
    const { last, isOverdue } = await readBackupState(config.backups, new Date())
    const found = last ? `the last good one is ${last.name} (${(last.bytes / 1e6).toFixed(1)} MB)` : 'there is none yet'
    return [{ check, isGood: !isOverdue, says: isOverdue ? `${found}; one is overdue: see the log of the server` : found }]
  } catch (error) {
    return [{ check, isGood: false, says: `LUYTRE_BACKUP_DIRECTORY cannot be read: ${(error as Error).message}` }]
  }
}

/** Looks at everything that the server stands on and says what to do about what is wrong. */
export const doctor: Command = {
  name: ['doctor'],
  usage: 'doctor',
  summary: 'Looks at directory, disk, database, role, collations, ledger keys, backups and web app, and says what is wrong.',
  positionals: [],
  options: {},
  async run(call) {
    const isBuilt = existsSync(path.join(builtWebApp, 'index.html'))
    const findings: Finding[] = [
      { check: 'node', isGood: Number(process.versions.node.split('.')[0]) >= 24, says: process.version },
      { check: 'web app', isGood: isBuilt, says: isBuilt ? 'is built' : 'is not built: npm run build' },
      ...(await inspectDirectory(call)),
      ...(await inspectDatabase(call)),
      ...(await inspectBackups(call)),
    ]
    const width = Math.max(...findings.map(finding => finding.check.length))
    for (const { check, isGood, says } of findings) call.say(`${isGood ? 'good ' : 'WRONG'}  ${check.padEnd(width)}  ${says}`)
    return { exitCode: findings.every(finding => finding.isGood) ? 0 : 1, answer: { findings } }
  },
}
