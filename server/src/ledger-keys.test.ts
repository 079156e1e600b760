import { copyFile, mkdtemp, readdir, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { ledgerDirectory, openKeyring } from '#platform/ledger/keyring.ts'
import { createTestDatabase } from '../test/kit.ts'
import { findUnknownKeys } from './ledger-keys.ts'

const database = await createTestDatabase()
const directory = await mkdtemp(path.join(os.tmpdir(), 'luytre-keys-'))
afterAll(() => rm(directory, { recursive: true }))

const one = path.join(directory, 'one')
const two = path.join(directory, 'two')
let position = 0
const sign = (keyId: string): Promise<object[]> =>
  database.asOwner(`insert into ledger_checkpoint values ($1, '\\x00', now(), $2, '\\x00')`, [++position, keyId])

test('a server sees which keys of others signed the ledger, until it has their public keys', async () => {
  const ownKey = await openKeyring({ dataDirectory: one })
  expect(await findUnknownKeys(database.app, one)).toEqual([])
  await sign(ownKey.keyId)
  expect(await findUnknownKeys(database.app, one)).toEqual([])
  const otherKey = await openKeyring({ dataDirectory: two })
  await sign(otherKey.keyId)
  await sign(otherKey.keyId)
  expect(await findUnknownKeys(database.app, one)).toEqual([otherKey.keyId])
  expect(await findUnknownKeys(database.app, two)).toEqual([ownKey.keyId])
  const publicKey = (await readdir(ledgerDirectory(two))).find(name => name.endsWith('.public.pem'))
  await copyFile(path.join(ledgerDirectory(two), publicKey!), path.join(ledgerDirectory(one), publicKey!))
  expect(await findUnknownKeys(database.app, one)).toEqual([])
})

test('servers that were given the same key know each other’s checkpoints', async () => {
  await database.asOwner('alter table ledger_checkpoint disable trigger user')
  await database.asOwner('delete from ledger_checkpoint')
  const keyFile = path.join(ledgerDirectory(one), 'key.pem')
  const three = path.join(directory, 'three')
  const { keyId } = await openKeyring({ dataDirectory: three, keyFile })
  await sign(keyId)
  for (const server of [one, three]) expect(await findUnknownKeys(database.app, server)).toEqual([])
})
