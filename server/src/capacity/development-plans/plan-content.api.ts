import { z } from 'zod'
import { uuid } from '#platform/http/uuid.ts'
import { language, translated } from '#platform/i18n/translated.ts'

// What a plan holds that people write: actions, with what each kind of them needs, and the person's preferences.

export const actionKind = z.enum(['course', 'on-the-job', 'mentoring', 'secondment', 'certification', 'self-study'])
export type ActionKind = z.infer<typeof actionKind>

const line = z.string().trim().max(200)
const passage = z.string().trim().max(1000)
const hours = z.int().min(1).max(5000).nullable()
const day = z.iso.date()

/** What an action needs besides title and days. All of it may be missing until it is known. */
export const actionDetails = {
  course: z.strictObject({ provider: line, hours, place: line }),
  /** What is done, and who guides it. */
  'on-the-job': z.strictObject({ task: passage, guide: line }),
  /** A person of the organisation by id, whose name is kept as it was; or somebody else by name. */
  mentoring: z.strictObject({ mentorId: uuid.nullable(), mentorName: line, rhythm: line }),
  /** A unit of the organisation, or another place in words. */
  secondment: z.strictObject({ unitId: uuid.nullable(), place: line }),
  certification: z.strictObject({ body: line, exam: line, examOn: day.nullable() }),
  'self-study': z.strictObject({ material: passage, hours }),
}

/** As they are kept: the name of a unit stays as it was when the action was written. */
const keptDetails = { ...actionDetails, secondment: actionDetails.secondment.extend({ unitName: translated.nullable() }) }

/** In the order in which people read them; the database keeps them in another. */
export const detailNamesOf = (kind: ActionKind): string[] => Object.keys(keptDetails[kind].shape)

export type DetailsOf<K extends ActionKind> = z.infer<(typeof keptDetails)[K]>
export type ActionDetails = { [K in ActionKind]: DetailsOf<K> }[ActionKind]

const actionCommon = {
  id: uuid,
  /** The gap that it closes; null for an action that belongs to none. */
  gapId: uuid.nullable(),
  title: z.string(),
  startsOn: day,
  dueOn: day,
}
const keptAction = <K extends ActionKind>(kind: K) => z.strictObject({ ...actionCommon, kind: z.literal(kind), details: keptDetails[kind] })

export const planAction = z.discriminatedUnion('kind', [
  keptAction('course'),
  keptAction('on-the-job'),
  keptAction('mentoring'),
  keptAction('secondment'),
  keptAction('certification'),
  keptAction('self-study'),
])
export type PlanAction = z.infer<typeof planAction>

const sentAction = <K extends ActionKind>(kind: K) =>
  z.strictObject({
    ...actionCommon,
    /** Of an action that exists; absent for a new one. */
    id: uuid.optional(),
    title: z.string().trim().min(1).max(300),
    kind: z.literal(kind),
    /** Absent: as they are, or nothing yet. */
    details: z.optional<(typeof actionDetails)[K]>(actionDetails[kind]),
  })

export const actionInput = z.discriminatedUnion('kind', [
  sentAction('course'),
  sentAction('on-the-job'),
  sentAction('mentoring'),
  sentAction('secondment'),
  sentAction('certification'),
  sentAction('self-study'),
])
export type ActionInput = z.output<typeof actionInput>

/** What the person wishes; supervisor and manager read it when they plan. */
export const preferences = z.strictObject({
  /** A role to grow towards, of any framework. */
  wishedRoleId: uuid.nullable(),
  /** Kinds of action that suit, the most welcome first. */
  kinds: z.array(actionKind).max(actionKind.options.length),
  /** When the person can be away from daily work. */
  availableFrom: day.nullable(),
  availableTo: day.nullable(),
  /** Languages in which the person can be taught. */
  languages: z.array(language).max(language.options.length),
  remarks: z.string().trim().max(2000),
})
export type Preferences = z.infer<typeof preferences>

export const noPreferences: Preferences = {
  wishedRoleId: null,
  kinds: [],
  availableFrom: null,
  availableTo: null,
  languages: [],
  remarks: '',
}

export const unwrittenDetails: { [K in ActionKind]: DetailsOf<K> } = {
  course: { provider: '', hours: null, place: '' },
  'on-the-job': { task: '', guide: '' },
  mentoring: { mentorId: null, mentorName: '', rhythm: '' },
  secondment: { unitId: null, unitName: null, place: '' },
  certification: { body: '', exam: '', examOn: null },
  'self-study': { material: '', hours: null },
}

/** An action whose details nobody has written yet. */
export const withoutDetails = (kind: ActionKind): Pick<PlanAction, 'kind' | 'details'> => ({ kind, details: unwrittenDetails[kind] })
