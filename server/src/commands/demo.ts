import { existsSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { inSystemWork } from '#platform/database/connection.ts'
import { findRunningPostgres } from '#platform/database/embedded-postgres.ts'
import { findAuthority } from '#platform/organisations/organisations.ts'
import { prepareDemo } from '../demo/demo.ts'
import { CommandError } from './command.ts'
import type { Command } from './command.ts'
import { withConnection } from './stores-at-work.ts'

/** What the product keeps in a data directory. Whatever else lies there stays. */
const kept = ['postgres', 'ledger', 'files', 'demo-password.txt']

/** For the next group of a course: the demonstration as on its first day, all rounds filled in. */
export const demoReset: Command = {
  name: ['demo', 'reset'],
  usage: 'demo reset',
  summary: 'Makes the demonstration anew, as it was on its first day. Refused where a real authority lives.',
  positionals: [],
  options: {},
  async run(call) {
    const { dataDirectory, databaseUrl } = call.config
    if (databaseUrl)
      throw new CommandError('demo.not-embedded', 'The demonstration lives in an embedded database: LUYTRE_DATABASE_URL must not be set.')
    if (existsSync(dataDirectory)) {
      if (await findRunningPostgres(dataDirectory))
        throw new CommandError('demo.running', 'The server is running: stop it first (Ctrl-C), then come back.')
      const authority = await withConnection(call, ({ db }) => inSystemWork(db, findAuthority))
      if (authority && !authority.isDemo)
        throw new CommandError('demo.real-authority', 'A real authority lives in this data directory. Nothing was changed.')
      await clear(dataDirectory)
    }
    const demo = await withConnection(call, async connection => {
      const made = await prepareDemo(connection, dataDirectory)
      call.say('The authority is made; its past half-years are being filled in. This takes about a minute.')
      await made!.live!(new AbortController().signal)
      return made!
    })
    call.say(`Done. Password of every account: ${demo.password}`)
    return { exitCode: 0, answer: { accounts: demo.accounts, password: demo.password } }
  },
}

/** Out of the way at once, by renaming, and then removed: killed in between, the next start finds an empty directory. */
async function clear(dataDirectory: string): Promise<void> {
  const away = path.join(dataDirectory, '.reset')
  await rm(away, { recursive: true, force: true })
  await mkdir(away)
  for (const name of kept)
    if (existsSync(path.join(dataDirectory, name))) await rename(path.join(dataDirectory, name), path.join(away, name))
  await rm(away, { recursive: true, force: true })
}
