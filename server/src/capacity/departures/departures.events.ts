import type { RecordRules } from '#platform/events/changes.ts'
import { selectPersonsOfDepartures } from './departures.store.ts'

export const departureRecords = {
  departure: { permission: 'person.write', personsOf: selectPersonsOfDepartures },
} satisfies RecordRules
