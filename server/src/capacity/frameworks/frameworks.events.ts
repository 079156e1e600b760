import type { RecordRules } from '#platform/events/changes.ts'

export const frameworkRecords = { framework: { permission: 'framework.read' } } satisfies RecordRules
