import { z } from 'zod'
import { actionKind, planStatus } from '#capacity/development-plans/development-plans.api.ts'
import { endpoint } from '#platform/http/endpoint.ts'
import { uuid } from '#platform/http/uuid.ts'
import { translated } from '#platform/i18n/translated.ts'

// What the first page says, a block a question: what waits for me, for my team, for the organisation, and how to begin.

const halfYear = z.strictObject({ id: uuid, code: z.string(), endsOn: z.iso.date() })
const personName = z.strictObject({ id: uuid, name: z.string() })

export const getOwnWork = endpoint({
  name: 'getOwnWork',
  method: 'GET',
  path: '/my-work/own',
  summary: 'What waits for the caller as a person: the own assessment, gaps, plan and next dates',
  needs: 'assessment.write-self',
  changes: [],
  reads: ['assessment', 'contest', 'plan', 'post'],
  returns: z.strictObject({
    /** Null for an account that belongs to no person. */
    own: z
      .strictObject({
        personId: uuid,
        halfYear: halfYear.nullable(),
        /** Of the post, as the framework imported last names it; null when it names none. */
        role: z.strictObject({ id: uuid, name: translated }).nullable(),
        assessment: z.enum(['none', 'draft', 'submitted', 'agreed']),
        /** Own contests that nobody has answered. */
        openContests: z.int(),
        /** The most urgent first; null without a role or a half-year. */
        gaps: z
          .strictObject({
            met: z.int(),
            total: z.int(),
            first: z.array(z.strictObject({ elementId: uuid, name: translated, have: z.int(), need: z.int() })).max(3),
          })
          .nullable(),
        plan: z
          .strictObject({
            id: uuid,
            status: planStatus,
            waitsForMe: z.boolean(),
            targetRoleName: translated,
            /** Actions that are not over, by their last day. */
            next: z
              .array(z.strictObject({ id: uuid, title: z.string(), kind: actionKind, startsOn: z.iso.date(), dueOn: z.iso.date() }))
              .max(3),
          })
          .nullable(),
      })
      .nullable(),
  }),
})

export const teamTask = z.enum(['answer-contest', 'agree-plan', 'agree-levels', 'assess', 'propose-plan'])
export type TeamTask = z.infer<typeof teamTask>

export const teamMember = z.strictObject({
  person: personName,
  /** What the supervisor can do now, the most urgent first. */
  tasks: z.array(teamTask).max(5),
  /** What is done by both sides. */
  isAgreed: z.boolean(),
  plan: z.strictObject({ id: uuid, status: planStatus }).nullable(),
  /** Actions of the plan have begun, and it is not agreed. */
  isOverdue: z.boolean(),
})
export type TeamMember = z.infer<typeof teamMember>

export const getTeamWork = endpoint({
  name: 'getTeamWork',
  method: 'GET',
  path: '/my-work/team',
  summary: 'People whom the caller supervises, those first of whom something waits',
  needs: 'assessment.write-supervisor',
  changes: [],
  reads: ['assessment', 'contest', 'plan', 'post'],
  returns: z.strictObject({ halfYear: halfYear.nullable(), team: z.array(teamMember).max(500) }),
})

/** Counted no further. */
export const maxOverdue = 1000

export const getProgress = endpoint({
  name: 'getProgress',
  method: 'GET',
  path: '/my-work/progress',
  summary: 'How far the half-year is, over the people whom the caller may see',
  needs: 'assessment.read',
  changes: [],
  reads: ['assessment', 'plan'],
  returns: z.strictObject({
    halfYear: halfYear.nullable(),
    /** With a post today. */
    people: z.int(),
    selfAssessed: z.int(),
    supervisorAssessed: z.int(),
    agreed: z.int(),
    plans: z.int(),
    plansAgreed: z.int(),
    /** Plans not agreed by both whose actions have begun; at most `maxOverdue`. */
    plansOverdue: z.int(),
  }),
})

export const getShortRoles = endpoint({
  name: 'getShortRoles',
  method: 'GET',
  path: '/my-work/short-roles',
  summary: 'Staffing needs that too few people are ready for, by priority',
  needs: 'staffing-need.read',
  changes: [],
  reads: ['staffing-need'],
  returns: z.strictObject({
    needs: z.int(),
    short: z.int(),
    first: z
      .array(
        z.strictObject({
          id: uuid,
          roleName: translated,
          unitName: translated.nullable(),
          people: z.int(),
          ready: z.int(),
          dueOn: z.iso.date(),
          isOverdue: z.boolean(),
        }),
      )
      .max(5),
  }),
})

export const getFirstSteps = endpoint({
  name: 'getFirstSteps',
  method: 'GET',
  path: '/my-work/first-steps',
  summary: 'What a new installation has by now, in the order in which one needs the other',
  needs: 'unit.write',
  changes: [],
  reads: ['unit', 'framework', 'person', 'account'],
  returns: z.strictObject({
    units: z.boolean(),
    frameworks: z.boolean(),
    people: z.boolean(),
    /** More than the first administrator’s; null for who may not see accounts. */
    accounts: z.boolean().nullable(),
  }),
})
