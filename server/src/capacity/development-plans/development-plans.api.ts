import { z } from 'zod'
import { gap, halfYear, haveFrom } from '#capacity/assessments/assessments.api.ts'
import { frameworkElement, frameworkLevel, importance } from '#capacity/frameworks/frameworks.api.ts'
import { endpoint } from '#platform/http/endpoint.ts'
import { uuid } from '#platform/http/uuid.ts'
import { language, translated } from '#platform/i18n/translated.ts'
import { actionInput, planAction, preferences } from './plan-content.api.ts'

// A development plan: one per person per half-year, proposed from the gaps, changed by people, agreed by both.

/**
 * Why a line is proposed, as ids and numbers: the gap (element), the need (relation) and the priority.
 * The page and the PDF write it out in the reader's language.
 */
export const planGap = z.strictObject({
  id: uuid,
  element: frameworkElement,
  statements: z.array(frameworkElement),
  isChosen: z.boolean(),
  reason: z.strictObject({
    relationId: uuid,
    elementId: uuid,
    importance,
    have: z.int(),
    haveFrom,
    need: z.int(),
    priority: z.int(),
  }),
})
export type PlanGap = z.infer<typeof planGap>

/** One side's agreement to one version. On paper: the day that stands there, and who attached its scan. */
export const signature = z
  .strictObject({
    at: z.iso.datetime(),
    /** As it was when it was signed. */
    name: z.string(),
    way: z.enum(['in-system', 'on-paper']),
    signedOn: z.iso.date().nullable(),
    recordedBy: z.string(),
  })
  .nullable()

// Of other modules' contracts.
export { actionKind } from './plan-content.api.ts'

export const planStatus = z.enum(['proposed', 'half-agreed', 'agreed', 'closed'])

export const plan = z.strictObject({
  id: uuid,
  /** Of the record, for If-Match: counts every change, agreements too. */
  version: z.int(),
  /** Counts contents: what people agree to, and what the paper names. */
  contentVersion: z.int(),
  /** False when this is an earlier version, to read and not to act on. */
  isLatest: z.boolean(),
  /** Short form of this version's SHA-256, printed on the paper. */
  code: z.string(),
  status: planStatus,
  /** First day that it no longer holds, because the person left; it is kept to read. */
  closedOn: z.iso.date().nullable(),
  person: z.strictObject({
    id: uuid,
    name: z.string(),
    title: z.string().nullable(),
    unitName: translated.nullable(),
    supervisorId: uuid.nullable(),
    supervisorName: z.string().nullable(),
  }),
  halfYear,
  framework: z.strictObject({ id: uuid, levels: z.array(frameworkLevel) }),
  duties: z.string(),
  currentRole: frameworkElement.nullable(),
  targetRole: frameworkElement,
  preferences: preferences.omit({ wishedRoleId: true }).extend({ wishedRole: frameworkElement.nullable() }),
  gaps: z.array(planGap),
  actions: z.array(planAction),
  personSignature: signature,
  supervisorSignature: signature,
  may: z.strictObject({ write: z.boolean(), agreeAsPerson: z.boolean(), agreeAsSupervisor: z.boolean(), attachPaper: z.boolean() }),
})
export type Plan = z.infer<typeof plan>

export const planRow = z.strictObject({
  id: uuid,
  person: z.strictObject({ id: uuid, name: z.string() }),
  halfYearCode: z.string(),
  targetRole: frameworkElement.pick({ id: true, code: true, name: true }),
  status: planStatus,
  chosenGaps: z.int(),
  actions: z.int(),
  /** Of actions, the last. */
  lastDueOn: z.iso.date().nullable(),
})

export const listPlans = endpoint({
  name: 'listPlans',
  method: 'GET',
  path: '/plans',
  summary: 'Development plans, by name of the person',
  needs: 'plan.read',
  changes: [],
  reads: ['plan', 'person'],
  query: z.strictObject({
    halfYearId: uuid.optional(),
    personId: uuid.optional(),
    status: planStatus.optional(),
    search: z.string().max(200).optional(),
    after: z.string().max(600).optional(),
    limit: z.coerce.number().int().min(1).max(200).default(50),
  }),
  returns: z.strictObject({
    plans: z.array(planRow),
    /** Null: more than 10,000 match, or the page is not the first. */
    total: z.int().nullable(),
    next: z.string().nullable(),
  }),
})

export const getPlan = endpoint({
  name: 'getPlan',
  method: 'GET',
  path: '/plans/:planId',
  summary: 'One development plan',
  needs: 'plan.read',
  changes: [],
  reads: ['plan', 'person', 'post'],
  returns: plan,
})

/** What a proposal would be now, without keeping it. */
export const previewPlan = endpoint({
  name: 'previewPlan',
  method: 'GET',
  path: '/people/:personId/plan-proposal',
  summary: 'What would be proposed from the gaps as they are now',
  needs: 'plan.read',
  changes: [],
  reads: ['assessment'],
  query: z.strictObject({ halfYearId: uuid, targetRoleId: uuid }),
  /**
   * `chosen` are relation ids: those of the gaps that a proposal would take on. The gaps of a plan count only ratings that
   * both sides may see by now, since both read it.
   */
  returns: z.strictObject({ gaps: z.array(gap), chosen: z.array(uuid) }),
})

export const proposePlan = endpoint({
  name: 'proposePlan',
  method: 'POST',
  path: '/people/:personId/plans',
  summary: 'Proposes a plan from the gaps; 409 when the half-year has one',
  needs: 'plan.write',
  changes: ['plan.proposed'],
  body: z.strictObject({
    halfYearId: uuid,
    targetRoleId: uuid,
    currentRoleId: uuid.nullable(),
    duties: z.string().trim().max(4000),
    /** Language of the proposed action titles. */
    language,
  }),
  returns: plan,
})

export const changePlan = endpoint({
  name: 'changePlan',
  method: 'PATCH',
  path: '/plans/:planId',
  versioned: true,
  summary: 'Changes a plan, sent whole; agreements given before lapse',
  needs: 'plan.write',
  changes: ['plan.changed'],
  body: z.strictObject({
    duties: z.string().trim().max(4000),
    chosenGapIds: z.array(uuid).max(1000),
    /** Absent: as they are. */
    preferences: preferences.optional(),
    actions: z.array(actionInput).max(200),
  }),
  returns: plan,
})

/** Measures the gaps again (after new ratings), keeping actions whose gap is still open. Agreements lapse. */
export const renewPlan = endpoint({
  name: 'renewPlan',
  method: 'POST',
  path: '/plans/:planId/renew',
  versioned: true,
  summary: 'Proposes the plan anew from the gaps as they are now',
  needs: 'plan.write',
  changes: ['plan.renewed'],
  body: z.strictObject({ language }),
  returns: plan,
})

export const agreePlanAsPerson = endpoint({
  name: 'agreePlanAsPerson',
  method: 'POST',
  path: '/plans/:planId/agreement/person',
  versioned: true,
  summary: 'The person agrees to exactly this version',
  needs: 'plan.agree-person',
  changes: ['plan.agreed-by-person'],
  returns: plan,
})
export const agreePlanAsSupervisor = endpoint({
  name: 'agreePlanAsSupervisor',
  method: 'POST',
  path: '/plans/:planId/agreement/supervisor',
  versioned: true,
  summary: 'The supervisor agrees to exactly this version',
  needs: 'plan.agree-supervisor',
  changes: ['plan.agreed-by-supervisor'],
  returns: plan,
})

export const getPlanDocument = endpoint({
  name: 'getPlanDocument',
  method: 'GET',
  path: '/plans/:planId/document',
  summary: 'The plan as a tagged PDF (PDF/UA-1)',
  needs: 'plan.read',
  changes: [],
  reads: [],
  query: z.strictObject({
    language: language.default('vi'),
    /** An earlier one; the present one unless said. */
    contentVersion: z.coerce.number().int().min(1).max(1_000_000_000).optional(),
  }),
  returns: 'file',
  exit: 'file',
})
