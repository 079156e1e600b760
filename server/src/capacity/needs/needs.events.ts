import type { RecordRules } from '#platform/events/changes.ts'

export const needRecords = { 'staffing-need': { permission: 'staffing-need.read' } } satisfies RecordRules
