import { randomUUID } from 'node:crypto'
import { v7 as uuidv7 } from 'uuid'
import type { Connection } from '#platform/database/connection.ts'
import { inWork } from '#platform/database/connection.ts'
import { keepBytes, sha256Of } from '#platform/files/directory.ts'
import type { FileStore } from '#platform/files/files.ts'
import { programActor } from '#platform/organisations/organisations.ts'
import { noPreferences, withoutDetails } from '#capacity/development-plans/plan-content.api.ts'
import { keepVersion } from '#capacity/development-plans/plan-versions.ts'
import { reloadPlan } from '#capacity/development-plans/plan-view.ts'
import type { Role } from '#platform/permissions/permissions.ts'
import { makePdf } from './files.ts'
import type { TestFramework } from '../capacity-kit.ts'
import { testNow } from '../kit.ts'
import type { House, PersonRecords } from './house.ts'

// What stands in the tables of a house before anybody calls: its accounts, and the records of one person, of a need, of a mail.

export async function insertAccount(
  { db }: Connection,
  house: { organisationId: string; marker: string },
  name: string,
  role: Role,
  personId: string | null,
  passwordHash: string | null,
) {
  const userId = uuidv7()
  const { organisationId, marker } = house
  const email = `${name}.${marker}@test.invalid`.toLowerCase()
  await db
    .insertInto('userAccount')
    .values({
      id: userId,
      organisationId,
      personId,
      email,
      displayName: `${name} ${marker}`,
      language: 'vi',
      passwordHash,
      status: passwordHash ? 'active' : 'invited',
      lockedUntil: null,
      createdAt: testNow,
    })
    .execute()
  await db.insertInto('membership').values({ id: uuidv7(), userId, organisationId, role, valid: '[2020-01-01,)' }).execute()
  const notificationId = uuidv7()
  await db
    .insertInto('notification')
    .values({
      id: notificationId,
      organisationId,
      userId,
      position: 1,
      kind: 'plan-proposed',
      recordType: 'plan',
      // Of a plan that is gone.
      recordId: randomUUID(),
      at: testNow,
      readAt: null,
      mail: 'none',
    })
    .execute()
  return { userId, email, personId, notificationId, roles: name === 'supervisor' ? ([role, 'supervisor'] as const) : ([role] as const) }
}

export async function insertPlannedDeparture(
  { db }: Connection,
  { organisationId, marker }: { organisationId: string; marker: string },
  personId: string,
  supervisorId: string,
  recordedBy: string,
): Promise<string> {
  const id = uuidv7()
  await db
    .insertInto('departure')
    .values({
      id,
      organisationId,
      personId,
      kind: 'hand-over',
      happensOn: '2027-02-01',
      cause: null,
      note: `Note ${marker}`,
      supervisorId,
      others: '[]',
      status: 'planned',
      hindrance: null,
      triedOn: null,
      recordedBy,
      recordedAt: testNow,
      endedAt: null,
    })
    .execute()
  return id
}

/** A plan in its second version, and the paper that its first one was signed on; returns the code of the present one. */
async function keepPlanVersions(
  { db }: Pick<Connection, 'db'>,
  { organisationId, marker }: { organisationId: string; marker: string },
  { planId, personId, raterId }: { planId: string; personId: string; raterId: string },
  files: FileStore,
): Promise<string> {
  const actor = { ...programActor(organisationId, 'test'), userId: raterId }
  const code = await inWork(
    db,
    actor,
    async work => {
      const { version, halfYearId, frameworkId, duties, currentRoleId, targetRoleId } = await work.db
        .selectFrom('developmentPlan')
        .selectAll()
        .where('id', '=', planId)
        .executeTakeFirstOrThrow()
      const about = { id: planId, version, personId, halfYearId, frameworkId, duties, currentRoleId, targetRoleId }
      const record = { ...about, preferences: noPreferences, personAgreedAt: null, supervisorAgreedAt: null, closedOn: null }
      await keepVersion(work, { ...record, contentVersion: 1 }, 'proposed')
      await keepVersion(work, { ...record, contentVersion: 2 }, 'changed')
      return (await reloadPlan(work, planId)).code
    },
    testNow,
  )
  const bytes = makePdf(`Signed ${marker} ${personId}`)
  const sha256 = sha256Of(bytes)
  await keepBytes(files.directory, sha256, bytes)
  const fileId = uuidv7()
  const about = { mediaType: 'application/pdf', byteCount: bytes.byteLength, sha256 } as const
  await db
    .insertInto('storedFile')
    .values({ id: fileId, organisationId, name: `${marker}.pdf`, ...about, createdBy: raterId, createdAt: testNow })
    .execute()
  for (const side of ['person', 'supervisor'] as const) {
    const recorded = { recordedBy: raterId, recordedByName: marker, recordedAt: testNow }
    await db
      .insertInto('planSignature')
      .values({ planId, version: 1, side, organisationId, way: 'on-paper', name: marker, ...recorded, signedOn: '2026-11-02', fileId })
      .execute()
  }
  return code
}

export async function insertRecordsOf(
  { db }: Connection,
  house: Omit<House, 'people' | 'callers'>,
  personId: string,
  raterId: string,
  files: FileStore,
): Promise<PersonRecords> {
  const { organisationId, marker, halfYearId, framework } = house
  const competencies = Object.values(framework.competencies)
  const assessments = { self: uuidv7(), supervisor: uuidv7() }
  const ratings: Record<string, string[]> = { self: [], supervisor: [] }
  for (const rater of ['self', 'supervisor'] as const) {
    await db
      .insertInto('assessment')
      .values({
        id: assessments[rater],
        organisationId,
        personId,
        halfYearId,
        frameworkId: framework.id,
        roleId: framework.analyst,
        rater,
        status: 'submitted',
        submittedAt: testNow,
        createdBy: raterId,
        createdAt: testNow,
      })
      .execute()
    for (const elementId of competencies) {
      const id = uuidv7()
      ratings[rater]!.push(id)
      await db
        .insertInto('rating')
        .values({
          id,
          organisationId,
          assessmentId: assessments[rater],
          elementId,
          level: 1,
          reason: `Seen at work ${marker}`,
          ratedOn: '2026-11-02',
          ratedBy: raterId,
        })
        .execute()
    }
  }
  const [freeRatingId, contestedRatingId] = ratings['supervisor'] as [string, string]
  const contestId = uuidv7()
  await db
    .insertInto('contest')
    .values({
      id: contestId,
      organisationId,
      ratingId: contestedRatingId,
      personId,
      reason: `Not so ${marker}`,
      contestedAt: testNow,
      answer: null,
      answeredBy: null,
      answeredAt: null,
    })
    .execute()

  const planId = uuidv7()
  await db
    .insertInto('developmentPlan')
    .values({
      id: planId,
      organisationId,
      personId,
      halfYearId,
      frameworkId: framework.id,
      duties: `Duties ${marker}`,
      currentRoleId: framework.analyst,
      targetRoleId: framework.analyst,
      personAgreedAt: null,
      supervisorAgreedAt: null,
      contentVersion: 2,
      createdBy: raterId,
      createdAt: testNow,
    })
    .execute()
  const relations = await db
    .selectFrom('frameworkRelation')
    .selectAll()
    .where('roleId', '=', framework.analyst)
    .where('kind', '=', 'needs')
    .where('level', '>', 1)
    .orderBy('id')
    .execute()
  const gapIds: string[] = []
  for (const [index, relation] of relations.entries()) {
    const id = uuidv7()
    gapIds.push(id)
    await db
      .insertInto('planGap')
      .values({
        id,
        organisationId,
        planId,
        elementId: relation.elementId,
        relationId: relation.id,
        have: 1,
        haveFrom: 'supervisor',
        need: relation.level!,
        importance: relation.importance,
        priority: index + 1,
        isChosen: true,
      })
      .execute()
  }
  const planActionId = uuidv7()
  await db
    .insertInto('planAction')
    .values({
      id: planActionId,
      organisationId,
      planId,
      gapId: gapIds[0]!,
      kind: 'course',
      title: `A course ${marker}`,
      details: JSON.stringify(withoutDetails('course').details),
      startsOn: '2026-11-23',
      dueOn: '2026-12-20',
      position: 0,
    })
    .execute()
  const planCode = await keepPlanVersions({ db }, house, { planId, personId, raterId }, files)
  return {
    personId,
    assessments,
    freeRatingId,
    contestedRatingId,
    contestId,
    planId,
    planGapId: gapIds[0]!,
    otherPlanGapId: gapIds[1]!,
    planActionId,
    planCode,
  }
}

/** The same staffing need in two units, of which the first's id is given, and an older version of the pack that suggests needs: with one role. */
export async function insertNeeds(
  { db }: Connection,
  house: { organisationId: string; marker: string; framework: TestFramework; unitIds: readonly string[]; createdBy: string },
): Promise<string> {
  const { organisationId, marker, framework, unitIds, createdBy } = house
  const ids = unitIds.map(() => uuidv7())
  await db
    .insertInto('staffingNeed')
    .values(
      unitIds.map((unitId, index) => ({
        id: ids[index]!,
        organisationId,
        roleId: framework.analyst,
        unitId,
        people: 3,
        level: 2,
        dueOn: '2027-06-30',
        priority: 2,
        reason: `Day and night ${marker}`,
        createdBy,
        createdAt: testNow,
        endedAt: null,
      })),
    )
    .execute()
  const pack = { id: uuidv7(), organisationId, publisher: 'luytre', key: 'secbok-aligned', version: '0.9.0', sourceLanguage: 'en' }
  const text = JSON.stringify({ en: `An older pack ${marker}` })
  await db
    .insertInto('framework')
    .values({
      ...pack,
      title: text,
      description: text,
      translationStatus: '{}',
      licence: 'CC0-1.0',
      source: text,
      sourceSha256: marker,
      levels: JSON.stringify([0, 1, 2, 3].map(level => ({ level, name: { en: `Level ${level}` }, description: {} }))),
      importedAt: new Date(testNow.getTime() - 86_400_000),
      importedBy: null,
    })
    .execute()
  const role = { id: uuidv7(), organisationId, frameworkId: pack.id, kind: 'role', code: 'TRIAGE', position: 0 } as const
  await db
    .insertInto('frameworkElement')
    .values({ ...role, parentId: null, level: null, name: text, text: '{}' })
    .execute()
  return ids[0]!
}

export async function insertFailedMail(
  { db }: Connection,
  { organisationId, marker }: { organisationId: string; marker: string },
  { userId, email }: { userId: string; email: string },
): Promise<string> {
  const id = uuidv7()
  await db
    .insertInto('mail')
    .values({
      id,
      organisationId,
      key: `invitation.${userId}`,
      kind: 'invitation',
      userId,
      recipient: email,
      recipientName: `Other ${marker}`,
      language: 'vi',
      subject: `Account ${marker}`,
      content: JSON.stringify({ parts: [{ paragraph: `Text ${marker}` }], footer: marker }),
      status: 'failed',
      fault: 'refused',
      answer: `550 no mailbox ${marker}`,
      attempts: 1,
      nextAttemptAt: testNow,
      notAfter: null,
      claimedAt: null,
      endedAt: testNow,
      createdAt: testNow,
    })
    .execute()
  return id
}

/** What the authority will have under the same name: it must not be in its way. */
export async function insertNamesakes(
  { db }: Connection,
  { organisationId, marker }: { organisationId: string; marker: string },
): Promise<void> {
  const name = JSON.stringify({ vi: `Trùng tên ${marker}` })
  const unitId = uuidv7()
  await db.insertInto('unit').values({ id: unitId, organisationId }).execute()
  const state = { id: uuidv7(), organisationId, unitId, code: 'NEW', name, parentId: null, valid: '[2020-01-01,)' }
  await db.insertInto('unitState').values(state).execute()
  const pack = {
    publisher: 'luytre',
    key: 'secbok-aligned',
    version: '1.0.0',
    sourceLanguage: 'en',
    licence: 'CC0-1.0',
    sourceSha256: marker,
  }
  await db
    .insertInto('framework')
    .values({
      ...pack,
      id: uuidv7(),
      organisationId,
      title: name,
      description: name,
      translationStatus: '{}',
      source: name,
      levels: '[]',
      importedAt: testNow,
      importedBy: null,
    })
    .execute()
}
