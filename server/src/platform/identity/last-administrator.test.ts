import { beforeEach, describe, expect, test } from 'vitest'
import type { AssignableRole } from '#platform/permissions/permissions.ts'
import { createTestDatabase, makeTestAccount, makeTestAuthority } from '../../../test/kit.ts'
import { changeAccount } from './accounts.ts'

// Somebody can always keep the accounts: the last administrator who can sign in stays one.

const database = await createTestDatabase()
const authority = await makeTestAuthority(database)
const agency = await makeTestAuthority(database, 'agency')

async function makeAdministrator(of = authority): Promise<string> {
  const id = await makeTestAccount(database, of.organisationId, 'administrator')
  await database.asOwner(`update user_account set password_hash = 'some hash' where id = $1`, [id])
  return id
}
const change = (by: string, accountId: string, role: AssignableRole, status: 'active' | 'disabled') =>
  authority.as({ userId: by, roles: ['administrator'] }, work => changeAccount(work, accountId, 1, { role, status }))
const shutOuts = [
  ['disabling', 'administrator', 'disabled'],
  ['taking the role', 'staff', 'active'],
] as const
const refusal = { status: 409, code: 'account.last-administrator' }

const isSomebodyWaiting = async (): Promise<boolean> =>
  (
    await database.asOwner(
      `select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and wait_event = 'advisory'`,
    )
  ).length > 0

let an: string
let binh: string
beforeEach(async () => {
  await database.asOwner('delete from membership')
  an = await makeAdministrator()
  binh = await makeAdministrator()
})

describe.each(shutOuts)('%s', (_what, role, status) => {
  test('is done while another administrator can sign in, and refused for the last one', async () => {
    expect(await change(an, binh, role, status)).toMatchObject({ role, status })
    // A request of somebody who was shut out while it was under way.
    await expect(change(binh, an, role, status)).rejects.toMatchObject(refusal)
    const [row] = await database.asOwner('select status, version from user_account where id = $1', [an])
    expect(row).toEqual({ status: 'active', version: 1 })
  })

  test('of two who do it to each other at the same moment, the second waits and is refused', async () => {
    let second: Promise<unknown> | undefined
    await authority.as({ userId: an, roles: ['administrator'] }, async work => {
      await changeAccount(work, binh, 1, { role, status })
      let isOver = false
      second = change(binh, an, role, status).then(
        () => 'done',
        (error: unknown) => error,
      )
      void second.then(() => (isOver = true))
      while (!isOver && !(await isSomebodyWaiting()));
      expect(isOver).toBe(false)
    })
    expect(await second).toMatchObject(refusal)
  })

  test.each([
    ['who has set no password', `update user_account set password_hash = null, status = 'invited' where id = $1`],
    ['who is disabled', `update user_account set status = 'disabled' where id = $1`],
    ['whose membership has ended', `update membership set valid = '[2020-01-01,2021-01-01)' where user_id = $1`],
  ])('is refused where the other administrator is one %s', async (_who, statement) => {
    await database.asOwner(statement, [an])
    await expect(change(an, binh, role, status)).rejects.toMatchObject(refusal)
  })

  test('is refused where the other administrator is of another organisation', async () => {
    await database.asOwner('delete from membership where user_id = $1', [an])
    await makeAdministrator(agency)
    await expect(change(an, binh, role, status)).rejects.toMatchObject(refusal)
  })
})

test('an administrator who could not sign in anyway, or somebody else, is shut out also by the only other one', async () => {
  await database.asOwner(`update user_account set password_hash = null, status = 'invited' where id = $1`, [binh])
  expect(await change(an, binh, 'administrator', 'disabled')).toMatchObject({ status: 'disabled' })
  const auditor = await makeTestAccount(database, authority.organisationId, 'auditor')
  expect(await change(an, auditor, 'auditor', 'disabled')).toMatchObject({ status: 'disabled' })
})
