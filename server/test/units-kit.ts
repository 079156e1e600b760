import type { Work } from '#platform/database/work.ts'
import { Problem } from '#platform/http/problem.ts'
import { needsOfUnits } from '#capacity/needs/needs.ts'
import { createPerson } from '#capacity/people/people.ts'
import { previewUnitEnding, recordUnitEvent } from '#capacity/people/unit-events.ts'
import { createUnit } from '#capacity/people/units.ts'
import { createTestDatabase, makeTestAccount, makeTestAuthority } from './kit.ts'

// An authority whose units are founded, merged and ended. Today is 2026-11-22 in these tests.

export type EventBody = Parameters<typeof recordUnitEvent>[1]

/** For the calling test file, at its top level: see `createTestDatabase`. */
export async function makeTestUnits() {
  const database = await createTestDatabase()
  const authority = await makeTestAuthority(database)
  const userId = await makeTestAccount(database, authority.organisationId, 'capacity-manager')
  const as = <T>(run: (work: Work) => Promise<T>): Promise<T> => authority.as({ userId }, run)

  let number = 0
  /** A code that no other test uses. */
  const newCode = (start: string): string => `${start}${++number}`
  const makeUnit = (name: string, more: { parentId?: string; startsOn?: string } = {}) =>
    as(work => createUnit(work, { code: newCode(name), name: { vi: name }, parentId: null, ...more }))
  const makePerson = (name: string, unitId: string, more: { supervisorId?: string; startsOn?: string } = {}) =>
    as(work =>
      createPerson(work, {
        staffCode: null,
        name,
        reading: null,
        nameCulture: 'vi',
        email: null,
        post: { unitId, title: 'Chuyên viên', supervisorId: null, roleCode: null, startsOn: '2024-01-01', ...more },
      }),
    )
  const preview = async (predecessorIds: readonly string[], happensOn: string, who: Parameters<typeof authority.as>[0] = { userId }) =>
    (await authority.as(who, work => previewUnitEnding(work, { predecessorIds, happensOn }, needsOfUnits)))!
  /** By somebody who has looked at the preview just before. */
  const record = async (body: Partial<EventBody> & Pick<EventBody, 'kind' | 'predecessorIds'>) => {
    const { happensOn = '2027-01-01', predecessorIds } = body
    const expectedPosts = body.expectedPosts ?? (await preview(predecessorIds, happensOn)).digest
    const rest = { basis: 'Nghị định 1/2027', successorIds: [], founded: [], defaultSuccessor: null, parts: [], posts: [] }
    return as(work => recordUnitEvent(work, { ...rest, ...body, happensOn, expectedPosts }, needsOfUnits))
  }
  const founded = (name: string, parentId: string | null = null) => ({ code: newCode(name), name: { vi: name }, parentId })
  return { database, authority, userId, as, newCode, makeUnit, makePerson, preview, record, founded }
}

/** Fields and codes, or the code of the whole; `done` when it was not refused. */
export const refusal = (attempt: Promise<unknown>): Promise<string> =>
  attempt.then(
    () => 'done',
    error => {
      if (!(error instanceof Problem)) throw error
      return error.details.fields?.map(({ path, code }) => `${path} ${code}`).join(', ') ?? error.code
    },
  )
