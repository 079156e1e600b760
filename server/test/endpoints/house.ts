import { randomUUID } from 'node:crypto'
import { v7 as uuidv7 } from 'uuid'
import type { Connection } from '#platform/database/connection.ts'
import type { FileStore } from '#platform/files/files.ts'
import { digestOf } from '#capacity/people/unit-ending.ts'
import type { Role } from '#platform/permissions/permissions.ts'
import { insertAccount, insertFailedMail, insertNamesakes, insertNeeds, insertPlannedDeparture, insertRecordsOf } from './house-records.ts'
import { makeTestFramework } from '../capacity-kit.ts'
import type { TestFramework } from '../capacity-kit.ts'
import { makeTestAuthority } from '../kit.ts'
import type { TestDatabase } from '../kit.ts'

// One of the two organisations of the world: its people with everything that belongs to them, and those who call.

/** Everything that belongs to one person. */
export interface PersonRecords {
  personId: string
  assessments: { self: string; supervisor: string }
  /** Of the supervisor's assessment: one not contested, one with an open contest. */
  freeRatingId: string
  contestedRatingId: string
  contestId: string
  planId: string
  planGapId: string
  otherPlanGapId: string
  planActionId: string
  /** Of the plan's second version, the present one; the first was signed on paper. */
  planCode: string
}

/** Whoever may call: roles as the session finds them. */
export interface Caller {
  userId: string
  email: string
  roles: readonly Role[]
  personId: string | null
  /** A notification of the caller’s own. */
  notificationId: string
}

export type CallerName = 'administrator' | 'manager' | 'supervisor' | 'staff' | 'colleague' | 'auditor' | 'contact'

export interface House {
  organisationId: string
  /** In every name and text of this house, and in no text of the other. */
  marker: string
  halfYearId: string
  nextHalfYearId: string
  framework: TestFramework
  unitId: string
  subunitId: string
  /** At the top beside `unitId`, without people. */
  otherUnitId: string
  /** A unit with one person that ends by the planned event `eventId`. */
  endingUnitId: string
  eventId: string
  callers: Record<CallerName, Caller>
  /** `staff` reports to `supervisor`; `colleague` and the others report to nobody. */
  people: Record<'administrator' | 'manager' | 'supervisor' | 'staff' | 'colleague', PersonRecords>
  /** Of the posts in the first unit, as a preview of its end gives it. */
  postsDigest: string
  /** An open staffing need for analysts. */
  needId: string
  /** A person without an account, assessments or plan. */
  newcomerId: string
  newcomerPostId: string
  /** An account that nobody of the callers has, and one never opened. */
  otherUserId: string
  invitedUserId: string
  rosterPreview: { id: string; version: number }
  frameworkPreview: { id: string; version: number }
  /** A line of this house's ledger. */
  lineId: string
  /** What the organisation is today, and what it is planned to be. */
  stateId: string
  plannedStateId: string
  /** A handover that is planned for the newcomer. */
  departureId: string
  /** A mail to `otherUserId` that was refused. */
  mailId: string
}

export const callerNames: readonly CallerName[] = ['administrator', 'manager', 'supervisor', 'staff', 'colleague', 'auditor', 'contact']

const assigned: Record<CallerName, Role> = {
  administrator: 'administrator',
  manager: 'capacity-manager',
  supervisor: 'staff',
  staff: 'staff',
  colleague: 'staff',
  auditor: 'auditor',
  contact: 'agency-contact',
}

/** Fills a new organisation with the same kinds of records as the other one. */
export async function buildHouse(
  database: TestDatabase,
  owner: Connection,
  kind: 'authority' | 'agency',
  passwordHash: string,
  files: FileStore,
): Promise<House> {
  const { db } = owner
  const marker = kind === 'authority' ? 'xqhome' : 'zqaway'
  const { organisationId, halfYearId } = await makeTestAuthority(database, kind)
  const state = await db
    .updateTable('organisationState')
    .set({ name: JSON.stringify({ en: `House ${marker}` }), valid: '(,2027-02-01)' })
    .where('organisationId', '=', organisationId)
    .returning('id')
    .executeTakeFirstOrThrow()
  const plannedStateId = uuidv7()
  await db
    .insertInto('organisationState')
    .values({
      id: plannedStateId,
      organisationId,
      name: JSON.stringify({ en: `Next house ${marker}` }),
      parent: null,
      kind: null,
      change: 'renamed',
      predecessor: null,
      basis: `Decree ${marker}`,
      valid: '[2027-02-01,)',
    })
    .execute()
  await db
    .insertInto('halfYear')
    .values({ id: uuidv7(), organisationId, code: '2027-H1', period: '[2027-01-01,2027-07-01)' })
    .onConflict(conflict => conflict.doNothing())
    .execute()
  const next = await db
    .selectFrom('halfYear')
    .select('id')
    .where('organisationId', '=', organisationId)
    .where('code', '=', '2027-H1')
    .executeTakeFirstOrThrow()
  const framework = await makeTestFramework(database, organisationId, `publisher-${marker}`)
  const units = [uuidv7(), uuidv7(), uuidv7(), uuidv7()] as const
  for (const [index, id] of units.entries()) {
    await db.insertInto('unit').values({ id, organisationId }).execute()
    await db
      .insertInto('unitState')
      .values({
        id: uuidv7(),
        unitId: id,
        organisationId,
        code: `U${index + 1}`,
        name: JSON.stringify({ vi: `Phòng ${index + 1} ${marker}` }),
        parentId: index === 1 ? units[0] : null,
        valid: '[2020-01-01,)',
      })
      .execute()
  }
  const personIds: Record<string, string> = {}
  let newcomerPostId = ''
  const postIds: string[] = []
  for (const name of ['administrator', 'manager', 'supervisor', 'staff', 'colleague', 'mover', 'newcomer']) {
    const id = uuidv7()
    personIds[name] = id
    await db
      .insertInto('person')
      .values({
        id,
        organisationId,
        staffCode: `${name}-1`,
        name: `Nguyễn ${name} ${marker}`,
        reading: null,
        nameCulture: 'vi',
        sortKey: `${name} nguyen ${marker}`,
        searchKey: `nguyen ${name} ${marker}`,
        email: `${name}@${marker}.invalid`,
      })
      .execute()
    newcomerPostId = uuidv7()
    if (name !== 'mover') postIds.push(newcomerPostId)
    await db
      .insertInto('post')
      .values({
        id: newcomerPostId,
        organisationId,
        personId: id,
        unitId: name === 'mover' ? units[3] : units[0],
        title: `Analyst ${marker}`,
        roleCode: 'ANALYST',
        valid: '[2024-01-01,)',
        supervisorId: name === 'staff' ? personIds['supervisor']! : null,
      })
      .execute()
  }
  const base = { organisationId, marker }
  const callers = {} as Record<CallerName, Caller>
  for (const name of callerNames)
    callers[name] = await insertAccount(owner, base, name, assigned[name], personIds[name] ?? null, passwordHash)
  const other = await insertAccount(owner, base, 'other', 'staff', null, passwordHash)
  const invited = await insertAccount(owner, base, 'invited', 'staff', null, null)
  if (kind === 'agency') await insertNamesakes(owner, base)
  const [line] = await database.asOwner<{ id: string }>('select id from ledger_line where organisation_id = $1 order by id limit 1', [
    organisationId,
  ])
  const house = {
    ...base,
    halfYearId,
    nextHalfYearId: next.id,
    framework,
    unitId: units[0],
    subunitId: units[1],
    otherUnitId: units[2],
    endingUnitId: units[3],
    eventId: '',
    newcomerId: personIds['newcomer']!,
    newcomerPostId,
    postsDigest: digestOf(postIds.map(id => ({ id, version: 1 }))),
    needId: await insertNeeds(owner, { ...base, framework, unitIds: [units[0], units[2]], createdBy: callers.manager.userId }),
    otherUserId: other.userId,
    stateId: state.id,
    plannedStateId,
    departureId: await insertPlannedDeparture(owner, base, personIds['newcomer']!, personIds['supervisor']!, callers.manager.userId),
    mailId: await insertFailedMail(owner, base, other),
    invitedUserId: invited.userId,
    lineId: line?.id ?? randomUUID(),
    rosterPreview: { id: '', version: 1 },
    frameworkPreview: { id: '', version: 1 },
  }
  const people = {} as House['people']
  for (const name of ['administrator', 'manager', 'supervisor', 'staff', 'colleague'] as const) {
    people[name] = await insertRecordsOf(owner, house, personIds[name]!, callers.supervisor.userId, files)
  }
  await database.asOwner('select measure_readiness($1, array(select id from person where organisation_id = $1))', [organisationId])
  return { ...house, callers, people }
}

/** Every text in a house, by its place: ids of one house find their counterparts in the other by it. */
function textsOf(value: unknown, place = ''): Map<string, string> {
  if (typeof value === 'string') return new Map([[place, value]])
  if (typeof value !== 'object' || value === null) return new Map()
  return new Map(Object.entries(value).flatMap(([name, inner]) => [...textsOf(inner, `${place}.${name}`)]))
}

/** What stands in `to` where `id` stands in `from`. */
export function counterpartOf(id: string, from: House | PersonRecords, to: House | PersonRecords): string | undefined {
  const place = [...textsOf(from)].find(([, text]) => text === id)?.[0]
  return place === undefined ? undefined : textsOf(to).get(place)
}
