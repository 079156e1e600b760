import { departureCauses, type Charges, type recordDeparture } from 'luytre/capacity/departures/departures.api.ts'
import type { EndpointBody } from 'luytre/platform/http/endpoint.ts'
import { orNull } from '#ui/form/use-form.ts'

// The values of the form: flat texts. `other.<id>` says who supervises one person otherwise than all.

export type DepartureValues = Record<string, string>

export const newValues: DepartureValues = { kind: 'leave', happensOn: '', cause: '', note: '', supervisorId: '' }

export function bodyOf(values: DepartureValues, charges: Charges | undefined): EndpointBody<typeof recordDeparture> {
  const reports = charges?.reports ?? []
  return {
    kind: values['kind'] === 'hand-over' ? 'hand-over' : 'leave',
    happensOn: values['happensOn'] ?? '',
    cause: departureCauses.find(cause => cause === values['cause']) ?? null,
    note: values['note'] ?? '',
    supervisorId: reports.length > 0 ? orNull(values['supervisorId'] ?? '') : null,
    others: reports.flatMap(({ person }) => {
      const supervisorId = orNull(values[`other.${person.id}`] ?? '')
      return supervisorId === null ? [] : [{ personId: person.id, supervisorId }]
    }),
    expectedReports: reports.length,
  }
}
