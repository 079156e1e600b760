import { z } from 'zod'
import { frameworkElement } from '#capacity/frameworks/frameworks.api.ts'
import { scanUpload } from '#platform/files/files.api.ts'
import { endpoint } from '#platform/http/endpoint.ts'
import { uuid } from '#platform/http/uuid.ts'
import { language, translated } from '#platform/i18n/translated.ts'
import { plan, signature } from './development-plans.api.ts'
import { actionKind } from './plan-content.api.ts'

// Versions of a plan: every content that it had, whole; how two of them differ; and the signed paper of one.

export const planVersion = z.strictObject({
  number: z.int(),
  /** `kept`: from before versions were kept. */
  cause: z.enum(['proposed', 'changed', 'renewed', 'kept']),
  madeAt: z.iso.datetime(),
  /** Empty when it is not known. */
  madeBy: z.string(),
  /** Short form of the content's SHA-256, as printed on the paper. */
  code: z.string(),
  personSignature: signature,
  supervisorSignature: signature,
})
export type PlanVersion = z.infer<typeof planVersion>

export const listPlanVersions = endpoint({
  name: 'listPlanVersions',
  method: 'GET',
  path: '/plans/:planId/versions',
  summary: 'The newest 200 versions of a plan, and who agreed to which',
  needs: 'plan.read',
  changes: [],
  reads: ['plan'],
  returns: z.strictObject({ personName: z.string(), halfYearCode: z.string(), versions: z.array(planVersion) }),
})

export const getPlanVersion = endpoint({
  name: 'getPlanVersion',
  method: 'GET',
  path: '/plans/:planId/versions/:number',
  summary: 'A plan as it was in one version, whole',
  needs: 'plan.read',
  changes: [],
  reads: ['plan'],
  returns: plan,
})

export const differingField = z.enum([
  'personName',
  'post',
  'unit',
  'supervisor',
  'duties',
  'currentRole',
  'targetRole',
  'wishedRole',
  'preferredKinds',
  'availableFrom',
  'availableTo',
  'languages',
  'remarks',
  'actionOrder',
  'isChosen',
  'have',
  'haveFrom',
  'need',
  'importance',
  'priority',
  'title',
  'kind',
  'gap',
  'startsOn',
  'dueOn',
  'provider',
  'hours',
  'place',
  'task',
  'guide',
  'mentorName',
  'rhythm',
  'unitName',
  'body',
  'exam',
  'examOn',
  'material',
])
export type DifferingField = z.infer<typeof differingField>

/** Null: nothing. A list of strings for what can be several. */
const fieldValue = z.union([z.string(), z.number(), z.boolean(), z.array(z.string()), translated]).nullable()
export type FieldValue = z.infer<typeof fieldValue>

export const fieldDifference = z.strictObject({ field: differingField, before: fieldValue, after: fieldValue })
export type FieldDifference = z.infer<typeof fieldDifference>

const mark = z.enum(['added', 'removed', 'changed'])

export const planDifference = z.strictObject({
  before: planVersion,
  after: planVersion,
  personName: z.string(),
  halfYearCode: z.string(),
  /** Of the plan itself. */
  fields: z.array(fieldDifference),
  gaps: z.array(z.strictObject({ mark, element: frameworkElement, fields: z.array(fieldDifference) })),
  actions: z.array(z.strictObject({ mark, id: uuid, title: z.string(), kind: actionKind, fields: z.array(fieldDifference) })),
})
export type PlanDifference = z.infer<typeof planDifference>

export const comparePlanVersions = endpoint({
  name: 'comparePlanVersions',
  method: 'GET',
  path: '/plans/:planId/difference',
  summary: 'What differs between two versions of a plan: per field, gap and action',
  needs: 'plan.read',
  changes: [],
  reads: ['plan'],
  query: z.strictObject({
    before: z.coerce.number().int().min(1).max(1_000_000_000),
    after: z.coerce.number().int().min(1).max(1_000_000_000),
  }),
  returns: planDifference,
})

export const attachSignedPlan = endpoint({
  name: 'attachSignedPlan',
  method: 'POST',
  path: '/plans/:planId/agreement/paper',
  versioned: true,
  summary: 'Attaches the scan of the paper that both sides signed: it counts as the agreements that are open',
  needs: 'plan.attach-paper',
  changes: ['plan.agreed-on-paper', 'file.stored'],
  upload: scanUpload,
  query: z.strictObject({
    /** As printed on the paper; says which version was signed. */
    code: z.string().trim().min(1).max(40),
    signedOn: z.iso.date(),
    /** Who signed as supervisor, where it is not the one who is printed. */
    supervisorName: z.string().trim().max(200).optional(),
  }),
  returns: plan,
})

export const getSignedPlan = endpoint({
  name: 'getSignedPlan',
  method: 'GET',
  path: '/plans/:planId/versions/:number/paper',
  summary: 'The scan of the signed paper of one version',
  needs: 'plan.read',
  changes: [],
  reads: [],
  returns: 'file',
  exit: 'file',
})

export const getUnitPlansDocument = endpoint({
  name: 'getUnitPlansDocument',
  method: 'GET',
  path: '/units/:unitId/plans-document',
  summary: 'The plans of a unit and the units below it for a half-year, as one tagged PDF with a list of contents',
  needs: 'plan.read',
  changes: [],
  reads: [],
  query: z.strictObject({ halfYearId: uuid, language: language.default('vi') }),
  returns: 'file',
  exit: 'file',
})

/** How many plans the document of a unit would hold, to say beforehand how long it takes. */
export const countUnitPlans = endpoint({
  name: 'countUnitPlans',
  method: 'GET',
  path: '/units/:unitId/plan-count',
  summary: 'How many plans a unit and the units below it have for a half-year',
  needs: 'plan.read',
  changes: [],
  reads: [],
  query: z.strictObject({ halfYearId: uuid }),
  returns: z.strictObject({ plans: z.int(), people: z.int(), atMost: z.int() }),
})
