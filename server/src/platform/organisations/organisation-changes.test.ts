import { expect, test } from 'vitest'
import { Problem } from '#platform/http/problem.ts'
import { readLedger } from '../../../test/capacity-kit.ts'
import { createTestDatabase, makeTestAuthority } from '../../../test/kit.ts'
import {
  correctOrganisation,
  getOrganisationOverTime,
  recordOrganisationChange,
  withdrawOrganisationChange,
} from './organisation-changes.ts'
import { getOrganisation } from './organisations.ts'

// Today is 2026-11-22 in these tests. The case is public: on 2025-03-01 the state function for network information
// security passed from the Authority of Information Security to A05 of the Ministry of Public Security.
const ais = {
  name: { vi: 'Cục An toàn thông tin', en: 'Authority of Information Security' },
  parent: { vi: 'Bộ Thông tin và Truyền thông', en: 'Ministry of Information and Communications' },
  kind: 'department' as const,
  predecessor: null,
  basis: '',
}
const a05 = {
  name: {
    vi: 'Cục An ninh mạng và phòng, chống tội phạm sử dụng công nghệ cao',
    en: 'Department of Cyber Security and High-tech Crime Prevention (A05)',
  },
  parent: { vi: 'Bộ Công an', en: 'Ministry of Public Security' },
  kind: 'armed-forces' as const,
  predecessor: ais.name,
  basis: 'Nghị định 02/2025/NĐ-CP',
}

async function makeAuthority() {
  const database = await createTestDatabase()
  const authority = await makeTestAuthority(database)
  const read = () => authority.as({}, getOrganisationOverTime)
  const nameOn = async (day?: string) => (await authority.as({}, work => getOrganisation(work, day))).name
  return { database, authority, read, nameOn }
}
const refusal = (attempt: Promise<unknown>): Promise<string> =>
  attempt.then(
    () => 'done',
    error => {
      if (!(error instanceof Problem)) throw error
      return error.details.fields?.map(({ path, code }) => `${path} ${code}`).join(', ') ?? error.code
    },
  )

const house = await makeAuthority()

test('a function passes to another authority on a day: each day has its name, and all records stay with the same organisation', async () => {
  const { database, authority, read, nameOn } = house
  const first = await read()
  expect(first).toMatchObject({ version: 1, states: [{ change: 'founded', startsOn: null, endsBefore: null }] })
  const corrected = await authority.as({}, work => correctOrganisation(work, first.states[0]!.id, 1, ais))
  const next = await authority.as({}, work =>
    recordOrganisationChange(work, corrected.version, { ...a05, change: 'took-over', startsOn: '2025-03-01' }),
  )
  expect(next.id).toBe(authority.organisationId)
  expect(next.states).toMatchObject([
    { name: ais.name, parent: ais.parent, startsOn: null, endsBefore: '2025-03-01' },
    { name: a05.name, parent: a05.parent, predecessor: ais.name, change: 'took-over', startsOn: '2025-03-01', endsBefore: null },
  ])
  expect(await Promise.all(['2025-02-28', '2025-03-01', undefined].map(nameOn))).toEqual([ais.name, a05.name, a05.name])
  expect((await readLedger(database, authority.organisationId)).map(({ verb }) => verb)).toEqual([
    'organisation.created',
    'organisation.corrected',
    'organisation.changed',
  ])
})

test('a planned change waits for its day, and can be taken back until then', async () => {
  const { authority, read, nameOn } = house
  const { version, states } = await read()
  const name = { vi: 'Cục An ninh mạng' }
  const change = { ...a05, name, predecessor: null, basis: 'Nghị định 9/2027', change: 'renamed' as const, startsOn: '2027-05-01' }
  const planned = await authority.as({}, work => recordOrganisationChange(work, version, change))
  expect([await nameOn(), await nameOn('2027-05-01')]).toEqual([a05.name, name])
  expect(await refusal(authority.as({}, work => recordOrganisationChange(work, planned.version, change)))).toBe(
    'startsOn organisation-changes-later',
  )
  const withdrawn = await authority.as({}, work => withdrawOrganisationChange(work, planned.states.at(-1)!.id, planned.version))
  expect(withdrawn.states).toEqual(states)
  expect(await refusal(authority.as({}, work => withdrawOrganisationChange(work, states[1]!.id, withdrawn.version)))).toBe(
    'organisation.not-planned',
  )
})

test('what is recorded names its decision, differs from what is there, and does not overwrite somebody else’s change', async () => {
  const { authority, read } = house
  const { version } = await read()
  const record = (more: object, of = version) =>
    refusal(authority.as({}, work => recordOrganisationChange(work, of, { ...a05, change: 'renamed', startsOn: '2027-05-01', ...more })))
  expect(await record({ basis: ' ' })).toBe('basis required')
  expect(await record({})).toBe('name unchanged')
  expect(await record({ change: 'merged', predecessor: null })).toBe('predecessor required')
  expect(await record({ name: { en: 'X' } }, version - 1)).toBe('version.conflict')
})
