import { z } from 'zod'
import { endpoint } from '#platform/http/endpoint.ts'
import { uuid } from '#platform/http/uuid.ts'
import { translated } from '#platform/i18n/translated.ts'
import { elementCounts, elementKind, frameworkElement } from './frameworks.api.ts'

// Everything that has a code in any framework, searched at once.

export const foundElement = frameworkElement.extend({ framework: z.strictObject({ id: uuid, title: translated, version: z.string() }) })
export type FoundElement = z.infer<typeof foundElement>

export const searchElements = endpoint({
  name: 'searchElements',
  method: 'GET',
  path: '/framework-elements',
  summary:
    'Elements of all frameworks, of each the version imported last, searched in code, name and text in every language; codes first, then names, then texts',
  needs: 'framework.read',
  changes: [],
  reads: [],
  query: z.strictObject({
    search: z.string().max(200).optional(),
    kind: elementKind.optional(),
    /** One framework, in exactly this version. */
    frameworkId: uuid.optional(),
    /** What one role needs and does, with the statements of its competencies. */
    roleId: uuid.optional(),
    /** `next` of the page before. */
    after: z
      .string()
      .regex(/^\d{1,2}\.\d{1,4}\.\d{1,7}$/)
      .optional(),
    limit: z.coerce.number().int().min(1).max(200).default(50),
  }),
  returns: z.strictObject({
    elements: z.array(foundElement).max(200),
    /** How many match, of each kind: whichever kind is asked for. */
    counts: elementCounts.omit({ relation: true }),
    next: z.string().nullable(),
  }),
})
