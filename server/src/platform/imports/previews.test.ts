import { expect, test } from 'vitest'
import type { Work } from '#platform/database/work.ts'
import { firstWall } from '#platform/permissions/reach.ts'
import { createTestDatabase, makeTestAuthority, testNow } from '../../../test/kit.ts'
import type { TestAuthority } from '../../../test/kit.ts'
import { closePreview, holdPreview, removeOldPreviews, savePreview } from './previews.ts'

const database = await createTestDatabase()
const authority = await makeTestAuthority(database)
const agency = await makeTestAuthority(database, 'agency')

const daysAgo = (days: number): Date => new Date(testNow.getTime() - days * 86_400_000)
const preview = (days: number, of = authority) =>
  of.as({}, work => savePreview({ ...work, now: daysAgo(days) }, 'roster', { name: 'a.csv', sha256: 'x' }, { rows: ['Nguyễn Tre'] }))
const clear = (of: TestAuthority = authority, keptDays = 30) =>
  of.as({ userId: null, roles: [], origin: 'job:imports.clear' }, work => removeOldPreviews(work, keptDays))
const idsLeft = async (): Promise<string[]> =>
  (await database.asOwner<{ id: string }>('select id from import_preview order by created_at')).map(({ id }) => id)
const linesOf = (recordId: string): Promise<object[]> =>
  database.asOwner('select verb, actor_id, organisation_id from ledger_line where record_id = $1 order by id', [recordId])
const removeOne = (work: Work, id: string) => work.db.deleteFrom('importPreview').where('id', '=', id).executeTakeFirst()

test('previews older than they are kept are removed, open and applied ones, each with one line', async () => {
  const open = await preview(31)
  const applied = await preview(40)
  await authority.as({}, async work => closePreview(work, await holdPreview(work, 'roster', applied.id), 1, { counts: {} }))
  const young = await preview(29)
  expect(await clear()).toBe(2)
  expect(await idsLeft()).toEqual([young.id])
  const { organisationId } = authority
  for (const { id } of [open, applied])
    expect((await linesOf(id)).at(-1)).toEqual({ verb: 'import.preview-removed', actor_id: null, organisation_id: organisationId })
  expect(await linesOf(open.id)).toHaveLength(2)
  expect(await clear()).toBe(0)
  await expect(authority.as({}, work => holdPreview(work, 'roster', open.id))).rejects.toMatchObject({ status: 404 })
  expect(await clear(authority, 28)).toBe(1)
})

test('a preview that is being applied is left to the next time', async () => {
  const { id } = await preview(31)
  await authority.as({}, async work => {
    await holdPreview(work, 'roster', id)
    expect(await clear()).toBe(0)
  })
  expect(await clear()).toBe(1)
})

test('previews of another organisation stay, also without the first wall', async () => {
  const theirs = await preview(31, agency)
  firstWall.isUp = false
  try {
    expect(await clear()).toBe(0)
  } finally {
    firstWall.isUp = true
  }
  expect(await idsLeft()).toEqual([theirs.id])
  expect(await clear(agency)).toBe(1)
})

test('the database lets no person remove a preview, and the program only those of the organisation that it works for', async () => {
  const own = await preview(31)
  const theirs = await preview(31, agency)
  expect((await authority.as({}, work => removeOne(work, own.id))).numDeletedRows).toBe(0n)
  const program = { userId: null, roles: [] }
  expect((await authority.as(program, work => removeOne(work, theirs.id))).numDeletedRows).toBe(0n)
  expect((await authority.as(program, work => removeOne(work, own.id))).numDeletedRows).toBe(1n)
})
