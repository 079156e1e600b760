import type { RecordRules } from '#platform/events/changes.ts'
import { selectPersonsOfPlans } from './development-plans.store.ts'

export const planRecords = { plan: { permission: 'plan.read', personsOf: selectPersonsOfPlans } } satisfies RecordRules
