import { migrate } from '#platform/database/migrate.ts'
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
    const stores = await joinStores(config, log)
    try {
      if (!stores.owner)
        throw new CommandError('owner-missing', 'LUYTRE_DATABASE_OWNER_URL is needed: the server’s own role may not change the schema.')
      const { applied, at } = await migrate(stores.owner)
      say(
        applied.length > 0
          ? `Applied: ${applied.join(', ')}. The database is at migration ${at}.`
          : `Nothing to do: the database is at migration ${at}.`,
      )
      return { exitCode: 0, answer: { applied, at } }
    } finally {
      await stores.stop()
    }
  },
}
