import { z } from 'zod'
import { plan } from '#capacity/development-plans/development-plans.api.ts'
import { elementKind } from '#capacity/frameworks/frameworks.api.ts'
import { endpoint } from '#platform/http/endpoint.ts'
import { uuid } from '#platform/http/uuid.ts'
import { translated } from '#platform/i18n/translated.ts'

// One search over everything that has a name. Each kind is a list of its own, the best first.

export const foundKind = z.enum(['person', 'unit', 'role', 'element', 'plan', 'need'])
export type FoundKind = z.infer<typeof foundKind>

const framework = z.strictObject({ id: uuid, title: translated })

export const foundPerson = z.strictObject({
  kind: z.literal('person'),
  id: uuid,
  name: z.string(),
  staffCode: z.string().nullable(),
  title: z.string().nullable(),
  unitName: translated.nullable(),
})
export const foundUnit = z.strictObject({ kind: z.literal('unit'), id: uuid, code: z.string(), name: translated })
export const foundRole = z.strictObject({ kind: z.literal('role'), id: uuid, code: z.string(), name: translated, framework })
/** A competency, knowledge, skill, task or statement: everything in a framework beside roles and categories. */
export const foundElement = z.strictObject({
  kind: z.literal('element'),
  id: uuid,
  elementKind,
  code: z.string(),
  /** Its name, else its text. */
  name: translated,
  framework,
})
export const foundPlan = z.strictObject({
  kind: z.literal('plan'),
  id: uuid,
  person: z.strictObject({ id: uuid, name: z.string() }),
  halfYearCode: z.string(),
  targetRoleName: translated,
  status: plan.shape.status,
})
export const foundNeed = z.strictObject({
  kind: z.literal('need'),
  id: uuid,
  roleName: translated,
  /** Null: anywhere in the organisation. */
  unitName: translated.nullable(),
  people: z.int(),
  dueOn: z.iso.date(),
})
export const found = z.discriminatedUnion('kind', [foundPerson, foundUnit, foundRole, foundElement, foundPlan, foundNeed])
export type Found = z.infer<typeof found>

export const search = endpoint({
  name: 'search',
  method: 'GET',
  path: '/search',
  summary:
    'People, units, roles, framework elements, plans and needs by name or code, with and without accents, as far as the caller may see them',
  // What whoever works here may read; each kind asks for its own permission besides.
  needs: 'framework.read',
  changes: [],
  reads: [],
  query: z.strictObject({
    text: z.string().trim().min(1).max(200),
    only: foundKind.optional(),
    limit: z.coerce.number().int().min(1).max(100).default(5),
  }),
  /** Kinds of which something is found, the kind with the best hit first. */
  returns: z.strictObject({
    groups: z.array(z.strictObject({ kind: foundKind, found: z.array(found).max(100), hasMore: z.boolean() })).max(6),
  }),
})
