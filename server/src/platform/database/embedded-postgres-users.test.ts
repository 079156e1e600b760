import { chmod, readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { expect, test, vi } from 'vitest'
import {
  nobody,
  start,
  makeDirectory,
  query,
  needsRoot,
  needsPassage,
  copyProgram,
  superviseInChild,
  killHard,
  waitUntilNobodyIsLeft,
} from '../../../test/embedded-kit.ts'
import { startEmbeddedPostgres } from './embedded-postgres.ts'

// As whom the embedded database runs: root, an ordinary user, and a user whom no machine knows.

vi.setConfig({ testTimeout: 90_000, hookTimeout: 60_000 })

/** Has neither a name nor a home on any machine we know. */
const namelessUid = 12345

test('root runs the server as an unprivileged user', async context => {
  needsRoot(context, 'to give up its rights')
  const directory = await makeDirectory()
  await start({ directory })
  expect((await stat(path.join(directory, 'postgres'))).uid).toBe(nobody)
})

test('below a directory of mode 0700 root keeps the files, and the server still dies with it', async context => {
  needsRoot(context, 'for a directory that only root may pass')
  const directory = path.join(await makeDirectory({ mode: 0o700 }), 'checkout', 'data')
  const killed = await superviseInChild({ directory })
  expect((await stat(path.join(directory, 'postgres'))).uid).toBe(0)
  await killHard(killed.child)
  await waitUntilNobodyIsLeft(directory)
  const next = await start({ directory })
  expect(await query(next, 'select 1 as one')).toEqual([{ one: 1 }])
})

test('a database of root follows when its directory is closed to others, and when it is opened again', async context => {
  needsRoot(context, 'for a directory that only root may pass')
  const parent = await makeDirectory()
  const directory = path.join(parent, 'data')
  for (const mode of [0o711, 0o700, 0o711]) {
    await chmod(parent, mode)
    const database = await start({ directory })
    expect(await query(database, 'select 1 as one')).toEqual([{ one: 1 }])
    await database.stop()
  }
})

test('the program itself may lie below 0700, with the links of its libraries not yet made', async context => {
  needsRoot(context, 'for a directory that only root may pass')
  const checkout = await copyProgram({ mode: 0o700 })
  const directory = path.join(checkout, 'data')
  const { database } = await superviseInChild({ directory }, { program: checkout })
  expect(await query(database, 'select 1 as one')).toEqual([{ one: 1 }])
  expect(await readdir(directory)).not.toContain('postgres-libraries')
})

test('a user without a name starts a program that he may not write', async context => {
  needsRoot(context, 'to become another user')
  await needsPassage(context)
  const checkout = await copyProgram({ mode: 0o755 })
  const home = await makeDirectory({ mode: 0o700, uid: namelessUid })
  const directory = path.join(home, 'data')
  const asUser = ['setpriv', `--reuid=${namelessUid}`, `--regid=${namelessUid}`, '--clear-groups']
  const killed = await superviseInChild({ directory }, { program: checkout, prefix: asUser })
  expect(await query(killed.database, 'select 1 as one')).toEqual([{ one: 1 }])
  expect((await stat(path.join(directory, 'postgres', 'PG_VERSION'))).uid).toBe(namelessUid)
  expect(await readdir(directory)).toContain('postgres-libraries')
  await killHard(killed.child)
  await waitUntilNobodyIsLeft(directory)

  const next = await superviseInChild({ directory }, { program: checkout, prefix: asUser })
  expect(await query(next.database, 'select 1 as one')).toEqual([{ one: 1 }])
  await expect(startEmbeddedPostgres({ directory })).rejects.toMatchObject({ code: 'owned-by-another-user' })
})

test('an ordinary user is told that root has made the database', async context => {
  needsRoot(context, 'to become another user')
  await needsPassage(context)
  const directory = await makeDirectory()
  await (await start({ directory })).stop()
  const asUser = ['setpriv', `--reuid=${namelessUid}`, `--regid=${namelessUid}`, '--clear-groups']
  await expect(superviseInChild({ directory }, { prefix: asUser })).rejects.toThrow('owned-by-another-user')
})
