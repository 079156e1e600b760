import { expect, test } from 'vitest'
import { makeTestServer } from '../../../test/http-kit.ts'
import { createTestDatabase, makeTestAccount, makeTestAuthority } from '../../../test/kit.ts'
import { probe } from '../../../test/upload-probe.ts'

const database = await createTestDatabase()
const { organisationId } = await makeTestAuthority(database)

const countTransactions = async (): Promise<number> => {
  const [found] = await database.asOwner<{ total: number }>(
    `select count(*)::integer as total from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid() and state like '%in transaction%'`,
  )
  return found!.total
}

const seen: unknown[] = []
const server = await makeTestServer(database, {
  mountMore: ({ mount }) =>
    mount(
      probe,
      async (_work, _args, read: string) => void seen.push(['work', read, await countTransactions()]),
      async ({ upload }) => {
        seen.push(['read', await countTransactions()])
        return Buffer.from(upload.bytes).toString()
      },
    ),
})
const upload = { fileName: 'a.txt', contentType: 'text/plain', bytes: Buffer.from('words') }

test('a file is read while no transaction is open, and the work gets what was read', async () => {
  const manager = await server.signIn(await makeTestAccount(database, organisationId, 'capacity-manager'))
  expect(await server.callWith(manager, probe, { upload })).toMatchObject({ status: 204 })
  expect(seen.splice(0)).toEqual([
    ['read', 0],
    ['work', 'words', 1],
  ])
})

test('nothing is read for somebody who may not bring it in', async () => {
  const auditor = await server.signIn(await makeTestAccount(database, organisationId, 'auditor'))
  expect(await server.callWith(auditor, probe, { upload })).toMatchObject({ status: 403 })
  expect(await server.callWith(undefined, probe, { upload })).toMatchObject({ status: 401 })
  expect(seen).toEqual([])
})
