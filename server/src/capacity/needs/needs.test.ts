import { describe, expect, test } from 'vitest'
import { saveAgreedAssessment, saveSelfAssessment, saveSupervisorAssessment } from '#capacity/assessments/assessments.ts'
import { importPack } from '#capacity/frameworks/framework-imports.ts'
import { makeTestOffice, makeTestPerson, makeTestUnit, readLedger } from '../../../test/capacity-kit.ts'
import type { TestPerson } from '../../../test/capacity-kit.ts'
import { getPersonRoleFile, getRoleUnitFile } from './heat-map-files.ts'
import { getPersonRoleMap, getRoleUnitMap } from './heat-maps.ts'
import { listNearest } from './nearest.ts'
import { changeStaffingNeed, createStaffingNeed, endStaffingNeed, getStaffingNeed, listStaffingNeeds } from './needs.ts'
import { createSuggestedNeeds, listSuggestedNeeds } from './suggestions.ts'

// An analyst must have C1 at level 2 and C2 at level 3; C3 and C4 only help.

const { database, authority, framework, unitId, binh, makePerson } = await makeTestOffice()
const asManager = <T>(run: Parameters<typeof authority.as<T>>[1]): Promise<T> => authority.as({}, run)

const need = {
  roleId: framework.analyst,
  unitId: null as string | null,
  people: 2,
  level: 3,
  dueOn: '2027-06-30',
  priority: 2,
  reason: 'Two shifts a day',
}

/** Levels for C1 to C4. */
const rate = (levels: readonly number[], submit = true, baseVersion = 0) => ({
  halfYearId: authority.halfYearId,
  roleId: framework.analyst,
  baseVersion,
  submit,
  ratings: levels.map((level, index) => ({ elementId: framework.competencies[`C${index + 1}`]!, level, reason: 'Seen at work' })),
})
const rateAsSupervisor = (person: TestPerson, levels: readonly number[], submit?: boolean) =>
  authority.as(binh.actor, work => saveSupervisorAssessment(work, person.id, rate(levels, submit)))

/** Each test has a need of its own, and counts only who became ready in it. */
async function whileNeeded<T>(
  input: Partial<typeof need>,
  run: (readyNow: () => Promise<number>, needId: string) => Promise<T>,
): Promise<T> {
  const { id, ready } = await asManager(work => createStaffingNeed(work, { ...need, ...input }))
  try {
    return await run(async () => (await asManager(work => getStaffingNeed(work, id))).ready - ready, id)
  } finally {
    const { version, endedAt } = await asManager(work => getStaffingNeed(work, id))
    if (endedAt === null) await asManager(work => endStaffingNeed(work, id, version))
  }
}

describe('who is ready', () => {
  test.each([
    ['every required competency reaches what the role asks', [2, 3, 0, 0], 3, 1],
    ['one level less in one required competency', [2, 2, 3, 3], 3, 0],
    ['a need at level 2 asks no competency for more', [2, 2, 0, 0], 2, 1],
    ['a need at level 1', [1, 1, 0, 0], 1, 1],
    ['a need at level 2 when one is at level 1', [1, 3, 3, 3], 2, 0],
    ['more than is asked', [3, 3, 3, 3], 3, 1],
  ])('%s: %j at level %d → %d', async (_fact, levels, level, expected) => {
    const person = await makePerson()
    await whileNeeded({ level }, async readyNow => {
      await rateAsSupervisor(person, levels)
      expect(await readyNow()).toBe(expected)
    })
  })

  test('a draft makes nobody ready; the agreed level counts before the others', async () => {
    const person = await makePerson()
    await whileNeeded({}, async readyNow => {
      await rateAsSupervisor(person, [2, 3, 1, 3], false)
      expect(await readyNow()).toBe(0)
      await authority.as(person.actor, work => saveSelfAssessment(work, person.id, rate([2, 3, 1, 3])))
      expect(await readyNow()).toBe(1)
      await authority.as(binh.actor, work => saveSupervisorAssessment(work, person.id, rate([1, 3, 1, 3], true, 1)))
      expect(await readyNow()).toBe(0)
      await authority.as(binh.actor, work => saveAgreedAssessment(work, person.id, rate([2, 3, 1, 3])))
      expect(await readyNow()).toBe(1)
      // A corrected level counts at once.
      await authority.as(binh.actor, work => saveAgreedAssessment(work, person.id, rate([2, 0, 1, 3], true, 1)))
      expect(await readyNow()).toBe(0)
    })
  })

  test('two sides that submit at once are both counted', async () => {
    const person = await makePerson()
    await whileNeeded({ level: 2 }, async readyNow => {
      await Promise.all([
        authority.as(person.actor, work => saveSelfAssessment(work, person.id, rate([0, 0, 0, 0]))),
        rateAsSupervisor(person, [2, 2, 0, 0]),
      ])
      expect(await readyNow()).toBe(1)
    })
  })

  test('who has left is not counted, and a unit counts with the units below it', async () => {
    const { organisationId } = authority
    const team = await makeTestUnit(database, organisationId, 'T1')
    await database.asOwner('update unit_state set parent_id = $1 where unit_id = $2', [unitId, team])
    const person = await makeTestPerson(database, authority, 'Lê Trong Tổ', { unitId: team, supervisor: binh, roleCode: 'ANALYST' })
    await whileNeeded({ unitId }, async readyAbove =>
      whileNeeded({ unitId: team }, async readyHere => {
        await rateAsSupervisor(person, [2, 3, 0, 0])
        expect([await readyAbove(), await readyHere()]).toEqual([1, 1])
        await database.asOwner(`update post set valid = '[2024-01-01,2026-11-22)' where person_id = $1`, [person.id])
        expect([await readyAbove(), await readyHere()]).toEqual([0, 0])
      }),
    )
  })

  test('measuring everybody anew changes nothing', async () => {
    const read = () => database.asOwner('select * from role_readiness order by role_id, person_id')
    const before = await read()
    expect(before.length).toBeGreaterThan(5)
    await database.asOwner('select measure_readiness($1, array(select id from person))', [authority.organisationId])
    expect(await read()).toEqual(before)
    await database.asOwner('delete from role_readiness')
    await database.asOwner('select measure_readiness($1, array(select id from person))', [authority.organisationId])
    expect(await read()).toEqual(before)
  })

  test('who is ready is kept by post, whatever is changed first: the post or the rating', async () => {
    const team = await makeTestUnit(database, authority.organisationId, 'T2')
    const other = await makeTestUnit(database, authority.organisationId, 'T3')
    const person = await makeTestPerson(database, authority, 'Lê Hai Nơi', { unitId: team, supervisor: binh, roleCode: 'ANALYST' })
    const placed = () =>
      database.asOwner('select distinct unit_id, starts_on::text, ends_before::text from ready_post where person_id = $1 order by 2', [
        person.id,
      ])
    expect(await placed()).toEqual([])
    await rateAsSupervisor(person, [2, 3, 0, 0])
    expect(await placed()).toEqual([{ unit_id: team, starts_on: '2024-01-01', ends_before: 'infinity' }])
    await database.asOwner(`update post set valid = '[2024-01-01,2026-06-01)' where person_id = $1`, [person.id])
    await database.asOwner(
      `insert into post (id, organisation_id, person_id, unit_id, title, valid) values (gen_random_uuid(), $1, $2, $3, '', '[2026-06-01,)')`,
      [authority.organisationId, person.id, other],
    )
    const moved = [
      { unit_id: team, starts_on: '2024-01-01', ends_before: '2026-06-01' },
      { unit_id: other, starts_on: '2026-06-01', ends_before: 'infinity' },
    ]
    expect(await placed()).toEqual(moved)
    await database.asOwner('delete from post where person_id = $1 and unit_id = $2', [person.id, other])
    expect(await placed()).toEqual(moved.slice(0, 1))
  })

  test('placing everybody anew changes nothing', async () => {
    const read = () => database.asOwner('select * from ready_post order by post_id, role_id')
    const before = await read()
    expect(before.length).toBeGreaterThan(2)
    await database.asOwner('select place_ready(array(select id from person))')
    expect(await read()).toEqual(before)
  })
})

describe('a staffing need', () => {
  test('is added, changed and ended, with a line for each; what is already so leaves none', async () => {
    await whileNeeded({}, async (_ready, needId) => {
      const changed = await asManager(work => changeStaffingNeed(work, needId, 1, { ...need, people: 3 }))
      expect(changed).toMatchObject({ people: 3, version: 2 })
      expect((await asManager(work => changeStaffingNeed(work, needId, 2, { ...need, people: 3 }))).version).toBe(2)
      await expect(asManager(work => changeStaffingNeed(work, needId, 1, need))).rejects.toMatchObject({ status: 412 })
      await asManager(work => endStaffingNeed(work, needId, 2))
      await expect(asManager(work => changeStaffingNeed(work, needId, 3, need))).rejects.toMatchObject({ code: 'staffing-need.ended' })
      expect((await readLedger(database, needId)).map(line => line.verb)).toEqual([
        'staffing-need.created',
        'staffing-need.changed',
        'staffing-need.ended',
      ])
      expect((await asManager(work => listStaffingNeeds(work))).needs).toEqual([])
    })
  })

  test('is said once for a role, place and level', async () => {
    await whileNeeded({}, async () => {
      await expect(asManager(work => createStaffingNeed(work, need))).rejects.toMatchObject({ status: 409, code: 'staffing-need.exists' })
      await whileNeeded({ level: 2 }, async (_ready, otherId) => {
        await expect(asManager(work => changeStaffingNeed(work, otherId, 1, need))).rejects.toMatchObject({ code: 'staffing-need.exists' })
      })
      await whileNeeded({ unitId }, async () => undefined)
    })
  })

  test('asks for a level of the framework', async () => {
    await expect(asManager(work => createStaffingNeed(work, { ...need, level: 4 }))).rejects.toMatchObject({
      status: 422,
      details: { fields: [{ path: 'level', code: 'unknown' }] },
    })
  })

  test('comes by priority, then by what is short, then by what is due sooner', async () => {
    const { organisationId } = authority
    const make = (code: string) => makeTestUnit(database, organisationId, code)
    const [staffed, empty, small] = [await make('S1'), await make('S2'), await make('S3')]
    for (const name of ['Một', 'Hai']) {
      const person = await makeTestPerson(database, authority, name, { unitId: staffed, supervisor: binh, roleCode: 'ANALYST' })
      await rateAsSupervisor(person, [2, 3, 0, 0])
    }
    // Made in the reverse of the order that is asked for; most people are wanted where least are short.
    const wanted = [
      { priority: 2, people: 3, unitId: staffed },
      { priority: 2, people: 1, unitId: small, dueOn: '2027-01-31' },
      { priority: 2, people: 2, unitId: empty },
      { priority: 1, people: 1, unitId: small, level: 1 },
    ]
    const whileAllNeeded = async (inputs: typeof wanted): Promise<void> => {
      const [input, ...rest] = inputs
      if (input) return whileNeeded(input, () => whileAllNeeded(rest))
      const { needs } = await asManager(work => listStaffingNeeds(work))
      expect(needs.map(({ priority, short, dueOn }) => [priority, short, dueOn])).toEqual([
        [1, 1, '2027-06-30'],
        [2, 2, '2027-06-30'],
        [2, 1, '2027-01-31'],
        [2, 1, '2027-06-30'],
      ])
    }
    await whileAllNeeded(wanted)
  })

  test('the built-in pack suggests its nine roles in order of priority, once', async () => {
    expect((await asManager(work => listSuggestedNeeds(work))).suggestions).toEqual([])
    await asManager(work => importPack(work, 'secbok-aligned'))
    const { suggestions } = await asManager(work => listSuggestedNeeds(work))
    expect(suggestions.map(({ role, priority }) => `${priority} ${role.code}`)).toEqual([
      '1 CISO',
      '1 COMMANDER',
      '2 INCIDENT-MANAGER',
      '2 INCIDENT-HANDLER',
      '2 TRIAGE',
      '3 RESEARCHER',
      '3 SOLUTION-ANALYST',
      '3 VULNERABILITY-DIAGNOSTIC-CONSULTANT',
      '3 AUDITOR',
    ])
    expect(await asManager(work => createSuggestedNeeds(work, { dueOn: '2027-12-31', people: 1 }))).toEqual({ created: 9 })
    await expect(asManager(work => createSuggestedNeeds(work, { dueOn: '2027-12-31', people: 1 }))).rejects.toMatchObject({ status: 409 })
    const { needs } = await asManager(work => listStaffingNeeds(work))
    expect(needs.map(one => [one.priority, one.short])).toEqual([1, 1, 2, 2, 2, 3, 3, 3, 3].map(priority => [priority, 1]))
    for (const one of needs) await asManager(work => endStaffingNeed(work, one.id, one.version))
  })
})

describe('who is nearest', () => {
  test('the fewest missing levels first, counted up to the level asked for', async () => {
    const unit = await makeTestUnit(database, authority.organisationId, 'N1')
    const make = (name: string) => makeTestPerson(database, authority, name, { unitId: unit, supervisor: binh, roleCode: 'ANALYST' })
    const [near, far, ready] = [await make('Gần'), await make('Xa'), await make('Sẵn Sàng')]
    await make('Chưa Chấm')
    await rateAsSupervisor(near, [2, 1, 0, 0])
    await rateAsSupervisor(far, [0, 0, 3, 3])
    await rateAsSupervisor(ready, [2, 3, 0, 0])
    const list = (level: number, who = {}) =>
      authority.as(who, work => listNearest(work, framework.analyst, { level, unitId: unit, limit: 10 }))
    const at3 = await list(3)
    expect(at3.people.map(({ person, missing, met }) => [person.name, missing, met])).toEqual([
      ['Gần', 2, 1],
      ['Xa', 5, 0],
    ])
    expect(at3.people[0]!.gaps).toMatchObject([{ have: 1, haveFrom: 'supervisor', need: 3, missing: 2 }])
    expect((await list(1)).people.map(({ person, missing }) => [person.name, missing])).toEqual([['Xa', 2]])
    expect((await list(3, near.actor)).people.map(({ person }) => person.name)).toEqual([])
  })

  test('a rating that is hidden from the viewer moves nobody', async () => {
    const unit = await makeTestUnit(database, authority.organisationId, 'N2')
    const person = await makeTestPerson(database, authority, 'Được Chấm', { unitId: unit, supervisor: binh, roleCode: 'ANALYST' })
    await rateAsSupervisor(person, [2, 2, 0, 0])
    const manager = { ...person.actor, roles: ['capacity-manager'] as const }
    const list = (who: object) => authority.as(who, work => listNearest(work, framework.analyst, { level: 3, unitId: unit, limit: 10 }))
    expect((await list(manager)).people).toEqual([])
    expect((await list({})).people).toMatchObject([{ missing: 1 }])
    await authority.as(person.actor, work => saveSelfAssessment(work, person.id, rate([0, 0, 0, 0])))
    expect((await list(manager)).people).toMatchObject([{ missing: 1 }])
  })
})

describe('heat maps', () => {
  test('role by unit: ready of needed, each unit with those below it', async () => {
    const { organisationId } = authority
    const above = await makeTestUnit(database, organisationId, 'H1')
    const below = await makeTestUnit(database, organisationId, 'H2')
    await database.asOwner('update unit_state set parent_id = $1 where unit_id = $2', [above, below])
    for (const unit of [above, below]) {
      const person = await makeTestPerson(database, authority, 'Trên Bản Đồ', { unitId: unit, supervisor: binh, roleCode: 'ANALYST' })
      await rateAsSupervisor(person, [2, 3, 0, 0])
    }
    await whileNeeded({ unitId: below, people: 3 }, async () => {
      const map = await asManager(work => getRoleUnitMap(work, { limit: 100 }))
      expect(map.roles).toMatchObject([{ id: framework.analyst, level: 3 }])
      const lineOf = (id: string) => map.units.find(line => line.id === id)
      expect(lineOf(above)).toMatchObject({ depth: 0, cells: [{ ready: 2, needed: null }] })
      expect(lineOf(below)).toMatchObject({ depth: 1, cells: [{ ready: 1, needed: 3 }] })
      expect(map.total[0]!.ready).toBeGreaterThanOrEqual(2)
      const within = await asManager(work => getRoleUnitMap(work, { withinUnitId: above, limit: 100 }))
      expect(within.units.map(line => line.code)).toEqual(['H2'])
      expect(within.total).toEqual([{ ready: 2, needed: null }])
      const first = await asManager(work => getRoleUnitMap(work, { limit: 1 }))
      const second = await asManager(work => getRoleUnitMap(work, { limit: 100, after: first.next! }))
      expect([...first.units, ...second.units].map(line => line.code)).toEqual(map.units.map(line => line.code))

      const file = await asManager(work => getRoleUnitFile(work, { withinUnitId: above, format: 'csv', language: 'en' }))
      const lines = Buffer.from((await file()).bytes)
        .toString()
        .slice(1)
        .split('\r\n')
      expect(lines).toEqual([
        'Unit,Unit code,Role ANALYST (level 3): ready,Role ANALYST (level 3): needed',
        'Incident Response Division,H1,2,',
        'Incident Response Division,H2,1,3',
        '',
      ])
    })
  })

  test('person by role: what is met of what each role requires, for those within reach', async () => {
    const unit = await makeTestUnit(database, authority.organisationId, 'P1')
    const rated = await makeTestPerson(database, authority, '=Bạch', { unitId: unit, supervisor: binh, roleCode: 'ANALYST' })
    const unrated = await makeTestPerson(database, authority, 'Chu', { unitId: unit, roleCode: null })
    await rateAsSupervisor(rated, [2, 1, 0, 3])
    const query = { unitId: unit, frameworkId: framework.id, limit: 50 }
    const map = await asManager(work => getPersonRoleMap(work, query))
    expect(map.roles.map(({ code, required }) => [code, required])).toEqual([
      ['ANALYST', 2],
      ['LEAD', 2],
    ])
    expect(map.people).toMatchObject([
      {
        id: rated.id,
        isRated: true,
        roleCode: 'ANALYST',
        cells: [
          { met: 1, missing: 2 },
          { met: 1, missing: 1 },
        ],
      },
      {
        id: unrated.id,
        isRated: false,
        cells: [
          { met: 0, missing: 5 },
          { met: 0, missing: 6 },
        ],
      },
    ])
    const seen = await authority.as(binh.actor, work => getPersonRoleMap(work, query))
    expect(seen.people.map(person => person.id)).toEqual([rated.id])
    const first = await asManager(work => getPersonRoleMap(work, { ...query, limit: 1 }))
    expect(first).toMatchObject({ total: 2, next: rated.id })
    const second = await asManager(work => getPersonRoleMap(work, { ...query, limit: 1, after: first.next! }))
    expect(second).toMatchObject({ people: [{ id: unrated.id }], next: null })
    // Nobody follows the last one, and the number of people stays.
    expect(await asManager(work => getPersonRoleMap(work, { ...query, after: unrated.id }))).toMatchObject({ people: [], total: 2 })

    const csv = await asManager(work => getPersonRoleFile(work, { ...query, format: 'csv', language: 'vi' }))
    // A name is never taken for a formula.
    expect(Buffer.from((await csv()).bytes).toString()).toContain("\r\n'=Bạch,ANALYST,1,2,1,1\r\nChu,,,,,\r\n")
    const xlsx = await asManager(work => getPersonRoleFile(work, { ...query, format: 'xlsx', language: 'ja' }))
    expect(
      Buffer.from((await xlsx()).bytes)
        .subarray(0, 2)
        .toString(),
    ).toBe('PK')
  })

  test('a map that is too large for a file is refused, not cut', async () => {
    const { organisationId } = authority
    const unit = await makeTestUnit(database, organisationId, 'LARGE')
    await database.asOwner(
      `with made as (
         insert into person (id, organisation_id, name, name_culture, sort_key, search_key)
         select gen_random_uuid(), $1, 'Nguyễn ' || n, 'vi', 'nguyen ' || n, 'nguyen ' || n from generate_series(1, 20001) n returning id
       ) insert into post (id, organisation_id, person_id, unit_id, title, valid)
         select gen_random_uuid(), $1, id, $2, '', '[2024-01-01,)' from made`,
      [organisationId, unit],
    )
    // As a running database does by itself a minute after so many rows.
    await database.asOwner('analyze person, post')
    const query = { unitId: unit, frameworkId: framework.id, format: 'csv', language: 'en' } as const
    await expect(asManager(work => getPersonRoleFile(work, query))).rejects.toMatchObject({
      status: 422,
      code: 'heat-map.too-large-for-file',
      details: { params: { maximum: 20_000 } },
    })
  })
})
