import { z } from 'zod'
import { gap } from '#capacity/assessments/assessments.api.ts'
import { frameworkElement, frameworkLevel } from '#capacity/frameworks/frameworks.api.ts'
import { endpoint } from '#platform/http/endpoint.ts'
import { uuid } from '#platform/http/uuid.ts'
import { translated } from '#platform/i18n/translated.ts'

// Staffing needs: how many people the authority needs in a role, at which level, by when. Somebody is ready for a role at
// a level when no required competency of the role falls short of it (docs/decisions/0007).

const roleName = frameworkElement.pick({ id: true, code: true, name: true })
const unitName = z.strictObject({ id: uuid, code: z.string(), name: translated })

export const staffingNeed = z.strictObject({
  id: uuid,
  version: z.int(),
  role: roleName,
  framework: z.strictObject({ id: uuid, title: translated, version: z.string(), levels: z.array(frameworkLevel) }),
  /** Null: anywhere in the organisation. Otherwise in this unit or below it. */
  unit: unitName.nullable(),
  people: z.int(),
  level: z.int(),
  dueOn: z.iso.date(),
  /** 1 is the most urgent. */
  priority: z.int(),
  reason: z.string(),
  /** People of today who are ready for the role at this level. */
  ready: z.int(),
  short: z.int(),
  endedAt: z.iso.datetime().nullable(),
})
export type StaffingNeed = z.infer<typeof staffingNeed>

/** As a list shows it: without the scale of the framework, which two hundred needs would repeat. */
const listedNeed = staffingNeed.extend({ framework: staffingNeed.shape.framework.omit({ levels: true }) })
export type ListedNeed = z.infer<typeof listedNeed>

export const maxNeeds = 500

export const listStaffingNeeds = endpoint({
  name: 'listStaffingNeeds',
  method: 'GET',
  path: '/staffing-needs',
  summary: 'Open staffing needs with who is ready for them, by priority, then by shortage',
  needs: 'staffing-need.read',
  changes: [],
  reads: ['staffing-need'],
  returns: z.strictObject({ needs: z.array(listedNeed).max(maxNeeds), today: z.iso.date() }),
})

export const getStaffingNeed = endpoint({
  name: 'getStaffingNeed',
  method: 'GET',
  path: '/staffing-needs/:needId',
  summary: 'One staffing need, also an ended one',
  needs: 'staffing-need.read',
  changes: [],
  reads: ['staffing-need'],
  returns: staffingNeed,
})

const needInput = z.strictObject({
  roleId: uuid,
  unitId: uuid.nullable(),
  people: z.int().min(1).max(100_000),
  level: z.int().min(1).max(9),
  dueOn: z.iso.date(),
  priority: z.int().min(1).max(5),
  reason: z.string().trim().max(2000),
})

export const createStaffingNeed = endpoint({
  name: 'createStaffingNeed',
  method: 'POST',
  path: '/staffing-needs',
  summary: 'Adds a staffing need; 409 when the role has an open one for the same place and level',
  needs: 'staffing-need.write',
  changes: ['staffing-need.created'],
  body: needInput,
  returns: staffingNeed,
})

export const changeStaffingNeed = endpoint({
  name: 'changeStaffingNeed',
  method: 'PUT',
  path: '/staffing-needs/:needId',
  versioned: true,
  summary: 'Changes an open staffing need, sent whole',
  needs: 'staffing-need.write',
  changes: ['staffing-need.changed'],
  body: needInput,
  returns: staffingNeed,
})

export const endStaffingNeed = endpoint({
  name: 'endStaffingNeed',
  method: 'POST',
  path: '/staffing-needs/:needId/end',
  versioned: true,
  summary: 'Ends a staffing need: it is kept and no longer counts',
  needs: 'staffing-need.write',
  changes: ['staffing-need.ended'],
  returns: staffingNeed,
})

// What a framework suggests ----------------------------------------------------

export const suggestedNeed = z.strictObject({ role: roleName, priority: z.int(), level: z.int() })

export const listSuggestedNeeds = endpoint({
  name: 'listSuggestedNeeds',
  method: 'GET',
  path: '/staffing-need-suggestions',
  summary: 'Needs that a built-in framework suggests, of roles that have none yet',
  needs: 'staffing-need.write',
  changes: [],
  reads: ['staffing-need'],
  returns: z.strictObject({
    framework: z.strictObject({ id: uuid, title: translated, levels: z.array(frameworkLevel) }).nullable(),
    suggestions: z.array(suggestedNeed).max(100),
  }),
})

export const createSuggestedNeeds = endpoint({
  name: 'createSuggestedNeeds',
  method: 'POST',
  path: '/staffing-need-suggestions',
  summary: 'Adds all suggested needs, of so many people each, due on one day',
  needs: 'staffing-need.write',
  changes: ['staffing-need.created'],
  body: z.strictObject({ dueOn: z.iso.date(), people: z.int().min(1).max(1000) }),
  returns: z.strictObject({ created: z.int() }),
})

// Who is nearest -----------------------------------------------------------------

export const nearPerson = z.strictObject({
  person: z.strictObject({ id: uuid, name: z.string() }),
  unit: unitName,
  /** Levels that are missing in all, counted over the required competencies up to the level asked for. */
  missing: z.int(),
  met: z.int(),
  required: z.int(),
  gaps: z.array(gap.pick({ element: true, have: true, haveFrom: true, need: true, missing: true })),
})
export type NearPerson = z.infer<typeof nearPerson>

/** People with ratings; who was never rated is near to nothing. */
export const listNearest = endpoint({
  name: 'listNearest',
  method: 'GET',
  path: '/roles/:roleId/nearest',
  summary: 'People who are not yet ready for a role at a level, the nearest first',
  needs: 'gap.read',
  changes: [],
  reads: [],
  query: z.strictObject({
    level: z.coerce.number().int().min(1).max(9).default(9),
    unitId: uuid.optional(),
    limit: z.coerce.number().int().min(1).max(50).default(10),
  }),
  returns: z.strictObject({
    role: roleName,
    levels: z.array(frameworkLevel),
    people: z.array(nearPerson),
  }),
})
