import { z } from 'zod'
import { frameworkElement } from '#capacity/frameworks/frameworks.api.ts'
import { endpoint } from '#platform/http/endpoint.ts'
import { uuid } from '#platform/http/uuid.ts'
import { language, translated } from '#platform/i18n/translated.ts'

// Two pictures of who can do what: person by role, and role by unit.

const roleName = frameworkElement.pick({ id: true, code: true, name: true })
const unitName = z.strictObject({ id: uuid, code: z.string(), name: translated })

export const roleUnitMap = z.strictObject({
  today: z.iso.date(),
  /** Roles that are needed, in order of priority. `level` is the one asked for. */
  roles: z.array(roleName.extend({ level: z.int() })),
  /** The unit whose parts are shown; null for the organisation. */
  within: unitName.nullable(),
  /** Of the whole that is shown, in the order of `roles`. */
  total: z.array(z.strictObject({ ready: z.int(), needed: z.int().nullable() })),
  units: z.array(
    unitName.extend({
      /** Of the tree: 0 for what stands at its top. */
      depth: z.int(),
      /** In the order of `roles`; people of a unit count with those of the units below it. `needed`: of needs that name the unit. */
      cells: z.array(z.strictObject({ ready: z.int(), needed: z.int().nullable() })),
    }),
  ),
  next: z.string().nullable(),
})
export type RoleUnitMap = z.infer<typeof roleUnitMap>

const roleUnitQuery = z.strictObject({ withinUnitId: uuid.optional() })

export const getRoleUnitMap = endpoint({
  name: 'getRoleUnitMap',
  method: 'GET',
  path: '/heat-maps/role-unit',
  summary: 'How many are ready for each needed role, in each unit',
  needs: 'staffing-need.read',
  changes: [],
  reads: [],
  query: roleUnitQuery.extend({
    /** Code of the last unit of the page before. */
    after: z.string().max(100).optional(),
    limit: z.coerce.number().int().min(1).max(200).default(50),
  }),
  returns: roleUnitMap,
})

export const personRoleMap = z.strictObject({
  today: z.iso.date(),
  unit: unitName,
  roles: z.array(roleName.extend({ required: z.int() })),
  people: z.array(
    z.strictObject({
      id: uuid,
      name: z.string(),
      /** The role of the post. */
      roleCode: z.string().nullable(),
      isRated: z.boolean(),
      /** In the order of `roles`: required needs that are met, and the levels that are missing. */
      cells: z.array(z.strictObject({ met: z.int(), missing: z.int() })),
    }),
  ),
  total: z.int(),
  next: uuid.nullable(),
})
export type PersonRoleMap = z.infer<typeof personRoleMap>

const personRoleQuery = z.strictObject({ unitId: uuid, frameworkId: uuid })

export const getPersonRoleMap = endpoint({
  name: 'getPersonRoleMap',
  method: 'GET',
  path: '/heat-maps/person-role',
  summary: 'How much of what each role requires each person of a unit meets',
  needs: 'gap.read',
  changes: [],
  reads: [],
  query: personRoleQuery.extend({
    /** Id of the last person of the page before. */
    after: uuid.optional(),
    limit: z.coerce.number().int().min(1).max(200).default(50),
  }),
  returns: personRoleMap,
})

const file = z.strictObject({ format: z.enum(['csv', 'xlsx']), language })

export const getRoleUnitFile = endpoint({
  name: 'getRoleUnitFile',
  method: 'GET',
  path: '/heat-maps/role-unit/file',
  summary: 'The map of needed roles and units as a spreadsheet',
  needs: 'staffing-need.read',
  changes: [],
  reads: [],
  query: roleUnitQuery.extend(file.shape),
  returns: 'file',
  exit: 'file',
})

export const getPersonRoleFile = endpoint({
  name: 'getPersonRoleFile',
  method: 'GET',
  path: '/heat-maps/person-role/file',
  summary: 'The map of people and roles as a spreadsheet',
  needs: 'gap.read',
  changes: [],
  reads: [],
  query: personRoleQuery.extend(file.shape),
  returns: 'file',
  exit: 'file',
})
