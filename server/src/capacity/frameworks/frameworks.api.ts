import { z } from 'zod'
import { endpoint } from '#platform/http/endpoint.ts'
import { uuid } from '#platform/http/uuid.ts'
import { translated } from '#platform/i18n/translated.ts'

// Role frameworks: versioned, immutable data. `elements` are everything that has a code in one.

export const elementKind = z.enum(['category', 'role', 'competency', 'statement', 'task', 'knowledge', 'skill'])
export type ElementKind = z.infer<typeof elementKind>
/** Kinds that people are rated on. */
export const ratedKinds: readonly ElementKind[] = ['competency', 'knowledge', 'skill']

export const importance = z.enum(['required', 'helpful'])
export type Importance = z.infer<typeof importance>

export const frameworkLevel = z.strictObject({ level: z.int().min(0).max(9), name: translated, description: translated })
export type FrameworkLevel = z.infer<typeof frameworkLevel>

export const elementCounts = z.strictObject({
  category: z.int(),
  role: z.int(),
  competency: z.int(),
  statement: z.int(),
  task: z.int(),
  knowledge: z.int(),
  skill: z.int(),
  relation: z.int(),
})

export const frameworkSummary = z.strictObject({
  id: uuid,
  publisher: z.string(),
  key: z.string(),
  version: z.string(),
  title: translated,
  description: translated,
  sourceLanguage: z.string(),
  translationStatus: z.record(z.string(), z.enum(['original', 'reviewed', 'machine', 'missing'])),
  licence: z.string(),
  source: translated,
  sourceSha256: z.string(),
  importedAt: z.iso.datetime(),
  levels: z.array(frameworkLevel),
  counts: elementCounts,
})
export type FrameworkSummary = z.infer<typeof frameworkSummary>

export const frameworkElement = z.strictObject({
  id: uuid,
  kind: elementKind,
  code: z.string(),
  parentId: uuid.nullable(),
  level: z.int().nullable(),
  name: translated,
  text: translated,
})
export type FrameworkElement = z.infer<typeof frameworkElement>

export const roleNeed = z.strictObject({
  relationId: uuid,
  importance,
  level: z.int(),
  element: frameworkElement,
  /** Of a competency: its statements, in order of level. Empty for knowledge and skills, which are statements themselves. */
  statements: z.array(frameworkElement),
})
export type RoleNeed = z.infer<typeof roleNeed>

export const listFrameworks = endpoint({
  name: 'listFrameworks',
  method: 'GET',
  path: '/frameworks',
  summary: 'Frameworks of this organisation, newest first',
  needs: 'framework.read',
  changes: [],
  reads: ['framework'],
  returns: z.strictObject({ frameworks: z.array(frameworkSummary).max(200) }),
})

export const getFramework = endpoint({
  name: 'getFramework',
  method: 'GET',
  path: '/frameworks/:frameworkId',
  summary: 'One framework with its counts',
  needs: 'framework.read',
  changes: [],
  reads: [],
  returns: frameworkSummary,
})

/** `after` is the `position` of the last row of the page before. */
export const listElements = endpoint({
  name: 'listElements',
  method: 'GET',
  path: '/frameworks/:frameworkId/elements',
  summary: 'Elements of one framework by kind, in its own order, searched in code, name and text',
  needs: 'framework.read',
  changes: [],
  reads: [],
  query: z.strictObject({
    kind: elementKind,
    search: z.string().max(200).optional(),
    after: z.coerce.number().int().optional(),
    limit: z.coerce.number().int().min(1).max(200).default(100),
  }),
  returns: z.strictObject({
    elements: z.array(frameworkElement.extend({ position: z.int() })),
    next: z.int().nullable(),
  }),
})

export const getRole = endpoint({
  name: 'getRole',
  method: 'GET',
  path: '/frameworks/:frameworkId/roles/:roleId',
  summary: 'A role with its tasks, what it needs, and its place in the reporting chain',
  needs: 'framework.read',
  changes: [],
  reads: [],
  returns: z.strictObject({
    role: frameworkElement,
    tasks: z.array(frameworkElement),
    needs: z.array(roleNeed),
    reportsTo: frameworkElement.nullable(),
    /** Roles that report to this one. */
    reporting: z.array(frameworkElement),
  }),
})

/** A role that a post can name. */
export const roleChoice = z.strictObject({
  id: uuid,
  code: z.string(),
  name: translated,
  framework: z.strictObject({ id: uuid, title: translated, version: z.string() }),
})
export type RoleChoice = z.infer<typeof roleChoice>

export const listRoles = endpoint({
  name: 'listRoles',
  method: 'GET',
  path: '/roles',
  summary: 'Roles to choose from, of the version of each framework that was imported last, searched in code and name; a code comes once',
  needs: 'framework.read',
  changes: [],
  reads: ['framework'],
  query: z.strictObject({
    search: z.string().max(200).optional(),
    limit: z.coerce.number().int().min(1).max(200).default(50),
  }),
  returns: z.strictObject({
    roles: z.array(roleChoice).max(200),
    /** More roles match than are listed: narrow the search. */
    hasMore: z.boolean(),
  }),
})

export const frameworkFate = z.enum(['new', 'already-imported'])

export const frameworkPreview = z.strictObject({
  previewId: uuid,
  version: z.int(),
  fileName: z.string(),
  fate: frameworkFate,
  framework: frameworkSummary.omit({ id: true, importedAt: true }),
  /** What the file holds that the import leaves aside, with the count: nothing is dropped silently. */
  notes: z.array(z.strictObject({ code: z.string(), params: z.record(z.string(), z.union([z.string(), z.number()])) })),
})
export type FrameworkPreview = z.infer<typeof frameworkPreview>

export const previewFramework = endpoint({
  name: 'previewFramework',
  method: 'POST',
  path: '/framework-imports',
  summary: 'Reads a framework file (NICE as CPRT JSON or workbook, or a pack as one JSON document) and says what its import would do',
  needs: 'framework.import',
  changes: ['import.previewed'],
  upload: { maxBytes: 20_000_000, contentTypes: ['application/json', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'] },
  returns: frameworkPreview,
})

export const applyFrameworkImport = endpoint({
  name: 'applyFrameworkImport',
  method: 'POST',
  path: '/framework-imports/:previewId/apply',
  summary: 'Imports a previewed framework, all of it or nothing',
  versioned: true,
  needs: 'framework.import',
  changes: ['framework.imported', 'import.applied'],
  returns: z.strictObject({ frameworkId: uuid, fate: frameworkFate }),
})

/** Packs that ship with the product; importing one twice changes nothing. */
export const importPack = endpoint({
  name: 'importPack',
  method: 'POST',
  path: '/packs/:packKey/import',
  summary: 'Imports a built-in framework',
  needs: 'framework.import',
  changes: ['framework.imported'],
  returns: z.strictObject({ frameworkId: uuid, fate: frameworkFate }),
})

export const listPacks = endpoint({
  name: 'listPacks',
  method: 'GET',
  path: '/packs',
  summary: 'Built-in frameworks and whether they are imported',
  needs: 'framework.import',
  changes: [],
  reads: ['framework'],
  returns: z.strictObject({
    packs: z.array(
      z.strictObject({
        key: z.string(),
        version: z.string(),
        title: translated,
        description: translated,
        frameworkId: uuid.nullable(),
      }),
    ),
  }),
})
