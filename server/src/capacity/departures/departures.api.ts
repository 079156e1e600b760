import { z } from 'zod'
import { endpoint } from '#platform/http/endpoint.ts'
import { uuid } from '#platform/http/uuid.ts'
import { translated } from '#platform/i18n/translated.ts'

// Somebody leaves the organisation, or hands over what belongs to a post without leaving: what hangs on the person, who
// takes it, and from which day on.

export const departureKinds = ['leave', 'hand-over'] as const
export const departureCauses = ['retirement', 'resignation', 'transfer', 'end-of-contract', 'study', 'illness', 'death', 'other'] as const

const personName = z.strictObject({ id: uuid, name: z.string() })

export const departure = z.strictObject({
  id: uuid,
  version: z.int(),
  kind: z.enum(departureKinds),
  /** First day that the person no longer holds what is handed over. */
  happensOn: z.iso.date(),
  cause: z.enum(departureCauses).nullable(),
  note: z.string(),
  /** Who supervises from then on: of everybody, and of those who are named. */
  supervisor: personName.nullable(),
  others: z.array(z.strictObject({ person: personName, supervisor: personName.nullable() })),
  status: z.enum(['planned', 'done', 'withdrawn']),
  /** Code of the problem that kept it from taking effect on its day. */
  hindrance: z.string().nullable(),
  recordedAt: z.iso.datetime(),
})
export type Departure = z.infer<typeof departure>

/** What hangs on the person from a day on. */
export const charges = z.strictObject({
  /** Who reports to the person, by name. */
  reports: z.array(
    z.strictObject({
      person: personName,
      title: z.string(),
      unit: z.strictObject({ id: uuid, code: z.string(), name: translated }),
    }),
  ),
  /** Of those who report: plans that wait for the supervisor, people without a submitted supervisor's assessment, contests without an answer. */
  plansToAgree: z.int(),
  ratingsToMake: z.int(),
  contestsToAnswer: z.int(),
  /** The person's own plans whose half-year is not over, and contests without an answer. */
  plans: z.array(z.strictObject({ id: uuid, halfYearCode: z.string(), status: z.string() })),
  ownContests: z.int(),
  account: z.strictObject({ status: z.enum(['invited', 'active', 'disabled']) }).nullable(),
})
export type Charges = z.infer<typeof charges>

export const departures = z.strictObject({
  person: personName,
  /** First day after the last post, of somebody who has none now and none to come. */
  leftOn: z.iso.date().nullable(),
  /** The latest day first. */
  departures: z.array(departure).max(100),
  charges,
})
export type Departures = z.infer<typeof departures>

export const getDepartures = endpoint({
  name: 'getDepartures',
  method: 'GET',
  path: '/people/:personId/departures',
  summary: 'Leaving and handing over: what hangs on a person from a day on, and what was decided',
  needs: 'person.write',
  changes: [],
  reads: ['departure', 'plan', 'post', 'contest'],
  /** Today unless said. */
  query: z.strictObject({ day: z.iso.date().optional() }),
  returns: departures,
})

export const recordDeparture = endpoint({
  name: 'recordDeparture',
  method: 'POST',
  path: '/people/:personId/departures',
  summary: 'A person leaves or hands over on a day: at once when the day has come, else planned for it',
  needs: 'person.write',
  changes: ['departure.recorded', 'post.changed', 'post.started', 'post.withdrawn', 'plan.closed', 'account.changed'],
  body: z.strictObject({
    kind: z.enum(departureKinds),
    happensOn: z.iso.date(),
    cause: z.enum(departureCauses).nullable(),
    note: z.string().trim().max(2_000),
    /** Null leaves those who are not named without a supervisor: only allowed when everybody is named. */
    supervisorId: uuid.nullable(),
    others: z.array(z.strictObject({ personId: uuid, supervisorId: uuid.nullable() })).max(1_000),
    /** Who reports, as the page showed it: nobody is handed over unseen. */
    expectedReports: z.int().min(0),
  }),
  returns: departures,
})

export const withdrawDeparture = endpoint({
  name: 'withdrawDeparture',
  method: 'POST',
  path: '/departures/:departureId/withdrawal',
  summary: 'Takes back what is planned; nothing has changed yet',
  versioned: true,
  needs: 'person.write',
  changes: ['departure.withdrawn'],
  returns: departures,
})
