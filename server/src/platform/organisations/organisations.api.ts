import { z } from 'zod'
import { endpoint } from '#platform/http/endpoint.ts'
import { uuid } from '#platform/http/uuid.ts'
import { translated } from '#platform/i18n/translated.ts'

// The organisation itself through time: what it is called, what kind of body it is and whom it is under, each from a day
// on and by a decision. Its rows stay its own whatever it is called (docs/decisions/0010).

export const organisationKinds = ['agency', 'department', 'public-service-unit', 'armed-forces', 'company', 'other'] as const
export const organisationChanges = ['renamed', 'moved', 'merged', 'took-over'] as const
export const maxStates = 200

export const organisationState = z.strictObject({
  id: uuid,
  name: translated,
  /** The ministry or other body that it is under. */
  parent: translated.nullable(),
  kind: z.enum(organisationKinds).nullable(),
  change: z.enum(['founded', ...organisationChanges]),
  /** Whom it merged with, or whose function it took over. */
  predecessor: translated.nullable(),
  /** Number and date of the decision or decree; of the first state it may be empty. */
  basis: z.string(),
  /** Null: since before anybody recorded it. */
  startsOn: z.iso.date().nullable(),
  /** First day that it no longer holds. */
  endsBefore: z.iso.date().nullable(),
})
export type OrganisationState = z.infer<typeof organisationState>

export const organisation = z.strictObject({
  id: uuid,
  version: z.int(),
  /** At the organisation, for what is planned and what holds. */
  today: z.iso.date(),
  /** The first first; between them they cover every day. */
  states: z.array(organisationState).min(1).max(maxStates),
})
export type OrganisationOverTime = z.infer<typeof organisation>

export const getOrganisation = endpoint({
  name: 'getOrganisation',
  method: 'GET',
  path: '/organisation',
  summary: 'The organisation through time: names, ministry, kind and legal basis',
  needs: 'organisation.read',
  changes: [],
  reads: ['organisation'],
  returns: organisation,
})

const someName = translated.refine(name => Boolean(name.vi ?? name.en ?? name.ja), { error: 'required' })
const basis = z.string().trim().max(500)
const content = z.strictObject({
  name: someName,
  parent: translated.nullable(),
  kind: z.enum(organisationKinds).nullable(),
  predecessor: translated.nullable(),
  basis,
})

export const recordOrganisationChange = endpoint({
  name: 'recordOrganisationChange',
  method: 'POST',
  path: '/organisation/changes',
  summary: 'What the organisation is from a day on: renamed, moved, merged, or with the function of another one',
  versioned: true,
  needs: 'organisation.write',
  changes: ['organisation.changed'],
  body: content.extend({ change: z.enum(organisationChanges), basis: basis.min(1), startsOn: z.iso.date() }),
  returns: organisation,
})

export const correctOrganisation = endpoint({
  name: 'correctOrganisation',
  method: 'PATCH',
  path: '/organisation/states/:stateId',
  summary: 'Corrects how a state of the organisation is recorded; its days stay',
  versioned: true,
  needs: 'organisation.write',
  changes: ['organisation.corrected'],
  body: content,
  returns: organisation,
})

export const withdrawOrganisationChange = endpoint({
  name: 'withdrawOrganisationChange',
  method: 'DELETE',
  path: '/organisation/states/:stateId',
  summary: 'Takes back the last change of the organisation as long as it is planned',
  versioned: true,
  needs: 'organisation.write',
  changes: ['organisation.change-withdrawn'],
  returns: organisation,
})
