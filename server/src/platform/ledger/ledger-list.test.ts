import { beforeAll, expect, test } from 'vitest'
import { firstWall } from '#platform/permissions/reach.ts'
import { makeTestAuthority } from '../../../test/kit.ts'
import type { TestAuthority } from '../../../test/kit.ts'
import { makeTestLedger } from '../../../test/ledger-kit.ts'
import { listLedger } from './ledger.api.ts'
import { listLedgerLines } from './ledger-list.ts'

const ledger = await makeTestLedger()
let agency: TestAuthority
let ids: string[]

beforeAll(async () => {
  agency = await makeTestAuthority(ledger.database, 'agency')
  ids = await ledger.write(25)
  const sealer = ledger.startSealer()
  await ledger.sealAll(sealer)
  await sealer.stop()
  ids.push(...(await ledger.write(1)))
})

const list = (query: Record<string, unknown>, authority = ledger.authority) =>
  authority.as({ roles: ['auditor'] }, async work => listLedger.returns!.parse(await listLedgerLines(work, listLedger.query!.parse(query))))

test('lines come newest first, page by page, with actor and position', async () => {
  const first = await list({ limit: 10, recordType: 'person' })
  const second = await list({ limit: 10, recordType: 'person', before: first.next })
  const third = await list({ limit: 10, recordType: 'person', before: second.next })
  expect([...first.lines, ...second.lines, ...third.lines].map(line => line.id)).toEqual(ids.toReversed())
  expect(third.next).toBeNull()
  expect(first.lines[0]).toMatchObject({ position: null, actor: { name: 'Account capacity-manager' }, verb: 'person.changed' })
  expect(first.lines[1]!.position).toBe(26)
  // The program itself has no account.
  expect((await list({ recordType: 'organisation' })).lines).toMatchObject([{ verb: 'organisation.created', actor: null, position: 1 }])
})

test('the history of one record', async () => {
  const { lines } = await list({ limit: 1 })
  const { recordType, recordId } = lines[0]!
  expect((await list({ recordType, recordId })).lines).toEqual(lines)
  await expect(list({ recordId })).rejects.toMatchObject({ status: 422, details: { fields: [{ path: 'recordType' }] } })
})

test('another organisation sees none of it, also without the first wall', async () => {
  expect(await list({}, agency)).toEqual({ lines: [], next: null })
  firstWall.isUp = false
  try {
    expect(await list({}, agency)).toEqual({ lines: [], next: null })
  } finally {
    firstWall.isUp = true
  }
})

test('whoever may not read the ledger is refused', async () => {
  await expect(ledger.authority.as({ roles: ['staff'] }, work => listLedgerLines(work, { limit: 10 }))).rejects.toMatchObject({
    status: 403,
  })
})
