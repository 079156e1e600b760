import type { Config } from '#platform/config/config.ts'
import { migrate } from '#platform/database/migrate.ts'
import type { Migrated } from '#platform/database/migrate.ts'
import type { Log } from '#platform/telemetry/telemetry.ts'
import { joinStores } from '../stores.ts'
import { CommandError } from './command.ts'
import type { Command } from './command.ts'

export const migrateCommand: Command = {
  name: ['migrate'],
  usage: 'migrate',
  summary: 'Brings the database up to date, as its owner. The server does so itself with its own database.',
  positionals: [],
  options: {},
  async run({ config, log, say }) {
    const { applied, at } = config.databaseOwnerUrl ? await migrate(config.databaseOwnerUrl) : await migrateStores(config, log)
    say(
      applied.length > 0
        ? `Applied: ${applied.join(', ')}. The database is at migration ${at}.`
        : `Nothing to do: the database is at migration ${at}.`,
    )
    return { exitCode: 0, answer: { applied, at } }
  },
}

async function migrateStores(config: Config, log: Log): Promise<Migrated> {
  if (config.databaseUrl)
    throw new CommandError('owner-missing', 'LUYTRE_DATABASE_OWNER_URL is needed: the server’s own role may not change the schema.')
  const stores = await joinStores(config, log)
  try {
    return await migrate(stores.owner!)
  } finally {
    await stores.stop()
  }
}
