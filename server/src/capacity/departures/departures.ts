import { v7 as uuidv7 } from 'uuid'
import { sql } from 'kysely'
import { countOpenContests, countUnrated } from '#capacity/assessments/assessments.ts'
import { closePlans, countPlansAwaitingSupervisor, listOpenPlans } from '#capacity/development-plans/development-plans.ts'
import { checkSupervisors, getPerson, handOver, listReportsFrom, lockPeople } from '#capacity/people/people.ts'
import type { Report } from '#capacity/people/people.ts'
import type { Work } from '#platform/database/work.ts'
import type { Arguments } from '#platform/http/endpoint.ts'
import { Problem, invalid, notFound } from '#platform/http/problem.ts'
import { writtenText } from '#platform/i18n/written-text.ts'
import { disableAccountOf, findAccountOf } from '#platform/identity/accounts.ts'
import { recordChange } from '#platform/ledger/ledger.ts'
import { getToday } from '#platform/organisations/organisations.ts'
import { assertReaches } from '#platform/permissions/reach.ts'
import { scopeOf } from '#platform/permissions/permissions.ts'
import type { Charges, Departures, recordDeparture as recording } from './departures.api.ts'
import { hasPlanned, holdDeparture, holdDue, insertDeparture, selectDepartures, selectNames, updateDeparture } from './departures.store.ts'
import type { DepartureRow } from './departures.store.ts'

// Somebody leaves or hands over. Nothing that hangs on the person is lost: who reports gets another supervisor, who then
// sees their ratings, contests and plans; own plans are closed and kept; the account is shut. A day that has come takes
// effect at once, a later one is planned and done by the program on that day.

// Reading -------------------------------------------------------------------------

export async function getDepartures(work: Work, personId: string, { day }: { day?: string | undefined }): Promise<Departures> {
  assertReaches(work, 'person.write', personId)
  const { id, name, leftOn } = await getPerson(work, personId)
  const rows = await selectDepartures(work, personId)
  const names = await selectNames(work, [
    ...new Set(
      rows.flatMap(({ supervisorId, others }) =>
        [supervisorId, ...others.flatMap(one => [one.personId, one.supervisorId])].filter(one => one !== null),
      ),
    ),
  ])
  const named = (one: string | null) => (one === null ? null : { id: one, name: names.get(one)! })
  return {
    person: { id, name },
    leftOn,
    departures: rows.map(row => {
      const { personId: _, supervisorId, others, recordedAt, ...rest } = row
      return {
        ...rest,
        supervisor: named(supervisorId),
        others: others.map(one => ({ person: named(one.personId)!, supervisor: named(one.supervisorId) })),
        recordedAt: recordedAt.toISOString(),
      }
    }),
    charges: await findCharges(work, personId, day ?? (await getToday(work))),
  }
}

const idsOf = (reports: readonly Report[]): string[] => [...new Set(reports.map(({ person }) => person.id))]

async function findCharges(work: Work, personId: string, day: string): Promise<Charges> {
  const today = await getToday(work)
  const reports = await listReportsFrom(work, personId, day)
  const ids = idsOf(reports)
  const account = await findAccountOf(work, personId)
  return {
    reports: ids.map(id => {
      const { person, unit, post } = reports.find(report => report.person.id === id)!
      return { person, unit, title: post.title }
    }),
    plansToAgree: await countPlansAwaitingSupervisor(work, ids, day),
    ratingsToMake: await countUnrated(work, ids, today),
    contestsToAnswer: await countOpenContests(work, ids),
    plans: await listOpenPlans(work, personId, day),
    ownContests: await countOpenContests(work, [personId]),
    account: account ? { status: account.status } : null,
  }
}

// Deciding ------------------------------------------------------------------------

export async function recordDeparture(work: Work, personId: string, body: Arguments<typeof recording>['body']): Promise<Departures> {
  const { kind, happensOn, cause, supervisorId, others, expectedReports } = body
  if (!work.actor.userId) throw new Error('departure: the program decides nothing')
  await lockPeople(work)
  const { posts } = await getPerson(work, personId)
  assertReaches(work, 'person.write', personId)
  if (kind === 'leave') await assertMayLeave(work, personId)
  if (await hasPlanned(work, personId)) throw new Problem(409, 'departure.planned-already')
  if (kind === 'leave' && !posts.some(({ endsBefore }) => endsBefore === null || endsBefore > happensOn))
    throw invalid({ path: 'happensOn', code: 'without-post', params: { date: happensOn } })

  const reports = idsOf(await listReportsFrom(work, personId, happensOn))
  if (reports.length !== expectedReports) throw new Problem(409, 'departure.preview-stale')
  if (kind === 'hand-over' && reports.length === 0) throw new Problem(409, 'departure.nothing-to-hand-over')
  const named = new Set(others.map(one => one.personId))
  if (named.size < others.length) throw invalid({ path: 'others', code: 'duplicate' })
  if (others.some(one => !reports.includes(one.personId))) throw notFound('person')
  if (supervisorId === null && reports.some(id => !named.has(id))) throw invalid({ path: 'supervisorId', code: 'required' })
  await checkSupervisorsOf(work, { personId, happensOn, supervisorId, others })
  for (const [index, one] of others.entries())
    if (one.supervisorId === one.personId) throw invalid({ path: `others.${index}.supervisorId`, code: 'same-person' })

  const isDue = happensOn <= (await getToday(work))
  const content = { personId, kind, happensOn, cause, note: writtenText(body.note), supervisorId, others }
  const row = { id: uuidv7(), ...content, status: isDue ? ('done' as const) : ('planned' as const) }
  await insertDeparture(work, row, work.actor.userId)
  if (isDue) await takeEffect(work, row)
  // What would be refused on its day is refused now, as far as it can be known.
  else await rehearse(work, () => takeEffect(work, row))
  const { id, ...after } = row
  await recordChange(work, { verb: 'departure.recorded', recordType: 'departure', recordId: id, after })
  return getDepartures(work, personId, {})
}

const checkSupervisorsOf = (
  work: Work,
  { personId, happensOn, supervisorId, others }: Pick<DepartureRow, 'personId' | 'happensOn' | 'supervisorId' | 'others'>,
): Promise<void> =>
  checkSupervisors(work, personId, happensOn, [
    ...(supervisorId === null ? [] : [{ path: 'supervisorId', id: supervisorId }]),
    ...others.flatMap((one, index) => (one.supervisorId === null ? [] : [{ path: `others.${index}.supervisorId`, id: one.supervisorId }])),
  ])

/** Nobody shuts the last door behind themself, nor the account of an administrator who could not shut it in the list of accounts. */
async function assertMayLeave(work: Work, personId: string): Promise<void> {
  if (work.actor.personId === personId) throw new Problem(409, 'departure.is-own')
  const account = await findAccountOf(work, personId)
  if (account?.role === 'administrator' && account.status !== 'disabled' && !scopeOf('account.write', work.actor.roles))
    throw new Problem(403, 'permission.missing', { params: { permission: 'account.write' } })
}

export async function withdrawDeparture(work: Work, departureId: string, version: number): Promise<Departures> {
  const row = await holdDeparture(work, departureId)
  if (!row) throw notFound('departure')
  assertReaches(work, 'person.write', row.personId)
  const current = async (): Promise<Departures> => getDepartures(work, row.personId, {})
  if (row.version !== version) throw new Problem(412, 'version.conflict', { current: await current() })
  if (row.status !== 'planned') throw new Problem(409, 'departure.not-planned')
  await updateDeparture(work, row.id, { status: 'withdrawn', hindrance: null })
  await recordChange(work, {
    verb: 'departure.withdrawn',
    recordType: 'departure',
    recordId: row.id,
    before: { status: 'planned' },
    after: { status: 'withdrawn' },
  })
  return current()
}

// Taking effect ---------------------------------------------------------------------

type Decision = Pick<DepartureRow, 'id' | 'personId' | 'kind' | 'happensOn' | 'supervisorId' | 'others'>

/** `lockPeople` came before. */
async function takeEffect(work: Work, { id, personId, kind, happensOn: day, supervisorId, others }: Decision): Promise<void> {
  const leaves = kind === 'leave'
  const said = new Map(others.map(one => [one.personId, one.supervisorId]))
  // Who began to report after the decision goes to the supervisor of all.
  const supervisorOf = (reportId: string): string | null => {
    const chosen = said.has(reportId) ? said.get(reportId)! : supervisorId
    return chosen === reportId ? null : chosen
  }
  await handOver(work, { personId, day, leaves, supervisorOf })
  if (!leaves) return
  await closePlans(work, personId, day, id)
  await disableAccountOf(work, personId)
}

const mark = { set: sql`savepoint departure`, back: sql`rollback to savepoint departure`, release: sql`release savepoint departure` }

/** Runs and undoes it: what throws, throws. */
async function rehearse(work: Work, run: () => Promise<void>): Promise<void> {
  await mark.set.execute(work.db)
  await run()
  await mark.back.execute(work.db)
  await mark.release.execute(work.db)
}

/**
 * For the schedule: the next planned departure whose day has come takes effect. One that cannot says why, on the page of
 * the person, and is tried again the next day.
 */
export async function takeNextEffect(work: Work): Promise<void | 'again'> {
  await lockPeople(work)
  const today = await getToday(work)
  const row = await holdDue(work, today)
  if (!row) return undefined
  await mark.set.execute(work.db)
  try {
    // Between the decision and its day a new supervisor may have left too.
    await checkSupervisorsOf(work, row)
    await takeEffect(work, row)
    await updateDeparture(work, row.id, { status: 'done', hindrance: null })
    await recordChange(work, {
      verb: 'departure.took-effect',
      recordType: 'departure',
      recordId: row.id,
      before: { status: 'planned' },
      after: { status: 'done' },
    })
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    await mark.back.execute(work.db)
    const hindrance = error.details.fields?.[0]?.code ?? error.code
    await updateDeparture(work, row.id, { hindrance, triedOn: today })
    if (hindrance !== row.hindrance)
      await recordChange(work, {
        verb: 'departure.hindered',
        recordType: 'departure',
        recordId: row.id,
        before: { hindrance: row.hindrance },
        after: { hindrance },
      })
  }
  return 'again'
}
