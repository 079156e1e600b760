import { assessmentRecords } from '#capacity/assessments/assessments.events.ts'
import { departureRecords } from '#capacity/departures/departures.events.ts'
import { planRecords } from '#capacity/development-plans/development-plans.events.ts'
import { frameworkRecords } from '#capacity/frameworks/frameworks.events.ts'
import { needRecords } from '#capacity/needs/needs.events.ts'
import { personRecords } from '#capacity/people/people.events.ts'
import type { RecordRules } from '#platform/events/changes.ts'

/** Who may hear of a change of which kind of record. A kind that is missing is told to nobody. */
export const recordRules: RecordRules = {
  organisation: { permission: 'session.own' },
  account: { permission: 'account.read' },
  mail: { permission: 'mail.read' },
  file: null,
  'retention-rule': null,
  ...frameworkRecords,
  ...personRecords,
  ...departureRecords,
  ...assessmentRecords,
  ...needRecords,
  ...planRecords,
}
