import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import type { Work } from '#platform/database/work.ts'
import { createPerson, listPeople } from '#capacity/people/people.ts'
import { needsOfUnits } from '#capacity/needs/needs.ts'
import { getUnitHistory, previewUnitEnding, recordUnitEvent } from '#capacity/people/unit-events.ts'
import { createUnit, listUnits } from '#capacity/people/units.ts'
import { createTestDatabase, makeTestAccount, makeTestAuthority } from '../kit.ts'

// 63 provinces become 34 on 2025-07-01, from the published names. The files are not part of the repository:
// npm run test:conformance -- <folder with programme/vn63-to-34-names.json and programme/vn34-units.json>

const folder = process.env['LUYTRE_TEST_CONFORMANCE_DATA']
if (!folder) throw new Error('conformance: name the folder of the reference data: npm run test:conformance -- <folder>')
const read = async <T>(name: string): Promise<T> => JSON.parse(await readFile(path.resolve(folder, 'programme', name), 'utf8')) as T

const newNameOf = await read<Record<string, string>>('vn63-to-34-names.json')
const published = await read<{ Code: string; Name: string; FullName: string }[]>('vn34-units.json')
const happensOn = '2025-07-01'
const before = '2025-06-30'

const database = await createTestDatabase()
const authority = await makeTestAuthority(database)
const userId = await makeTestAccount(database, authority.organisationId, 'capacity-manager')
const as = <T>(run: (work: Work) => Promise<T>): Promise<T> => authority.as({ userId }, run)

/** The two files write some names differently: `Hoà` and `Hòa`, `TP ` before a city, `TP HCM`. */
const plain = (name: string): string =>
  name.normalize('NFD').replaceAll(/\p{M}/gu, '').replaceAll(/đ/gi, 'd').toLowerCase().replace(/^tp /, '').replace(/^hcm$/, 'ho chi minh')

const byNewName = Map.groupBy(Object.entries(newNameOf), ([, after]) => after)

test('63 provinces become 34 on the day: everybody and every province is found before and after', async () => {
  expect([Object.keys(newNameOf).length, byNewName.size, published.length]).toEqual([63, 34, 34])
  const idOf = new Map<string, string>()
  const personOf = new Map<string, string>()
  for (const [index, name] of Object.keys(newNameOf).entries()) {
    const unit = await as(work => createUnit(work, { code: `T${index}`, name: { vi: name }, parentId: null }))
    idOf.set(name, unit.id)
    const post = { unitId: unit.id, title: 'Đầu mối', supervisorId: null, roleCode: null, startsOn: '2020-01-01' }
    const person = { staffCode: `P${index}`, name: 'Nguyễn Văn A', reading: null, nameCulture: 'vi', email: null, post } as const
    personOf.set(name, (await as(work => createPerson(work, person))).id)
  }
  for (const [after, provinces] of byNewName) {
    const { Code: code, Name: name } = published.find(unit => plain(unit.Name) === plain(after))!
    const predecessorIds = provinces.map(([old]) => idOf.get(old)!)
    const { digest } = (await as(work => previewUnitEnding(work, { predecessorIds, happensOn }, needsOfUnits)))!
    const event = {
      kind: provinces.length > 1 ? 'merge' : 'transfer',
      happensOn,
      basis: '202/2025/QH15',
      predecessorIds,
      successorIds: [],
      founded: [{ code, name: { vi: name }, parentId: null }],
      defaultSuccessor: 0,
      parts: [],
      posts: [],
      expectedPosts: digest,
    } satisfies Parameters<typeof recordUnitEvent>[1]
    await as(work => recordUnitEvent(work, event, needsOfUnits))
  }
  const unitsOn = (asOf: string) => as(work => listUnits(work, { asOf }))
  expect([(await unitsOn(before)).length, (await unitsOn(happensOn)).length, (await as(listUnits)).length]).toEqual([63, 34, 34])
  expect((await unitsOn(before)).every(({ people }) => people === 1)).toBe(true)
  expect((await unitsOn(happensOn)).reduce((sum, { people }) => sum + people, 0)).toBe(63)

  const placesOn = async (asOf: string): Promise<Map<string, string>> => {
    const { people } = await as(work => listPeople(work, { asOf, limit: 200 }))
    return new Map(people.map(({ id, unit }) => [id, Object.values(unit!.name)[0]!]))
  }
  const [then, now] = [await placesOn(before), await placesOn(happensOn)]
  for (const [old, after] of Object.entries(newNameOf)) {
    expect(then.get(personOf.get(old)!)).toBe(old.normalize('NFC'))
    expect(plain(now.get(personOf.get(old)!)!)).toBe(plain(after))
    const { events } = await as(work => getUnitHistory(work, idOf.get(old)!))
    expect(events[0]!.predecessors.map(({ id }) => id)).toContain(idOf.get(old))
  }
})
