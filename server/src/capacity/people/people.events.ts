import type { RecordRules } from '#platform/events/changes.ts'
import { selectPersonsOfPosts } from './people.store.ts'

export const personRecords = {
  unit: { permission: 'unit.read' },
  'unit-event': { permission: 'unit.read' },
  import: { permission: 'roster.import' },
  person: { permission: 'person.read', personsOf: async (_work, ids) => new Map(ids.map(id => [id, id])) },
  post: { permission: 'person.read', personsOf: selectPersonsOfPosts },
} satisfies RecordRules
