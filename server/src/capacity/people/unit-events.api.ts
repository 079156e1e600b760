import { z } from 'zod'
import { endpoint } from '#platform/http/endpoint.ts'
import { uuid } from '#platform/http/uuid.ts'
import { translated } from '#platform/i18n/translated.ts'
import { frameworkElement } from '#capacity/frameworks/frameworks.api.ts'
import { unitFields } from './people.api.ts'

// What happens to units: on which day, by which decision, who was before and who comes after.

export const unitEventKind = z.enum(['rename', 'move', 'merge', 'split', 'transfer', 'dissolve'])
export type UnitEventKind = z.infer<typeof unitEventKind>

const unitName = z.strictObject({ id: uuid, code: z.string(), name: translated })
const roleName = frameworkElement.pick({ id: true, code: true, name: true })

export const unitEvent = z.strictObject({
  id: uuid,
  kind: unitEventKind,
  happensOn: z.iso.date(),
  /** Number and date of the decision or decree. */
  basis: z.string(),
  /** As they were called on the day before. */
  predecessors: z.array(unitName),
  /** As they are called from the day on. */
  successors: z.array(unitName),
  /** It is planned, and what it changed is known. */
  isCancellable: z.boolean(),
})
export type UnitEvent = z.infer<typeof unitEvent>

export const unitHistory = z.strictObject({
  id: uuid,
  version: z.int(),
  /** What it was called and where it belonged, the first first. */
  states: z.array(
    z.strictObject({
      code: z.string(),
      name: translated,
      parent: unitName.nullable(),
      startsOn: z.iso.date().nullable(),
      endsBefore: z.iso.date().nullable(),
    }),
  ),
  events: z.array(unitEvent).max(200),
})
export type UnitHistory = z.infer<typeof unitHistory>

export const getUnitHistory = endpoint({
  name: 'getUnitHistory',
  method: 'GET',
  path: '/units/:unitId/history',
  summary: 'What a unit was called, where it belonged, and what happened to it',
  needs: 'unit.read',
  changes: [],
  reads: ['unit', 'unit-event'],
  returns: unitHistory,
})

export const listUnitEvents = endpoint({
  name: 'listUnitEvents',
  method: 'GET',
  path: '/unit-events',
  summary: 'What happened to units or is planned, the latest day first',
  needs: 'unit.read',
  changes: [],
  reads: ['unit-event'],
  query: z.strictObject({
    /** Opaque: `next` of the page before. */
    after: z.string().max(100).optional(),
    limit: z.coerce.number().int().min(1).max(200).default(50),
  }),
  returns: z.strictObject({ events: z.array(unitEvent), next: z.string().nullable() }),
})

const basis = z.string().trim().min(1).max(500)
const happensOn = z.iso.date()

/** A change that leaves the unit the same unit: its people keep their posts. */
export const renameOrMoveUnit = endpoint({
  name: 'renameOrMoveUnit',
  method: 'POST',
  path: '/units/:unitId/events',
  summary: 'Gives a unit another name or code, or another place, from a day on',
  versioned: true,
  needs: 'unit.write',
  changes: ['unit-event.recorded', 'unit.changed'],
  body: unitFields.extend({ happensOn, basis }),
  returns: unitEvent,
})

/** A staffing need of a unit that ends: it goes to what alone succeeds the unit. */
export const unitNeed = z.strictObject({ id: uuid, unitId: uuid, role: roleName, level: z.int(), people: z.int() })
export type UnitNeed = z.infer<typeof unitNeed>

/** Who ends and from which day on: what has to be placed elsewhere. */
const ending = z.strictObject({ predecessorIds: z.array(uuid).min(1).max(100), happensOn })

export const affectedPost = z.strictObject({
  id: uuid,
  person: z.strictObject({ id: uuid, name: z.string() }),
  unitId: uuid,
  title: z.string(),
  startsOn: z.iso.date(),
  endsBefore: z.iso.date().nullable(),
  supervisor: z.strictObject({ id: uuid, name: z.string() }).nullable(),
  /** Plans that the reader may read whose half-year is not over on that day: they go on, and the supervisor from then on answers for them. */
  plans: z.array(z.strictObject({ id: uuid, halfYearCode: z.string() })),
})
export type AffectedPost = z.infer<typeof affectedPost>

export const maxAffectedPosts = 5_000

export const previewUnitEnding = endpoint({
  name: 'previewUnitEnding',
  method: 'POST',
  path: '/unit-events/preview',
  summary: 'Posts and units below that need another place when these units end on a day',
  needs: 'unit.write',
  changes: [],
  body: ending,
  returns: z.strictObject({
    /** For `expectedPosts`. */
    digest: z.string(),
    posts: z.array(affectedPost).max(maxAffectedPosts),
    /** Units that are part of these. */
    parts: z.array(unitName.extend({ parentId: uuid })).max(5_000),
    /** Open staffing needs that name these units, for whoever may read needs. */
    needs: z.array(unitNeed).max(500),
  }),
})

const successor = z.int().min(0).max(99).nullable()

export const recordUnitEvent = endpoint({
  name: 'recordUnitEvent',
  method: 'POST',
  path: '/unit-events',
  summary: 'Ends units on a day, with what succeeds them; their people and the units below go on elsewhere',
  needs: 'unit.write',
  changes: [
    'unit-event.recorded',
    'unit.created',
    'unit.changed',
    'post.changed',
    'post.started',
    'post.withdrawn',
    'staffing-need.changed',
    'staffing-need.ended',
  ],
  body: ending.extend({
    kind: z.enum(['merge', 'split', 'transfer', 'dissolve']),
    basis,
    /** Successors that exist; one that is a predecessor too goes on. */
    successorIds: z.array(uuid).max(50),
    /** Successors that begin on the day. */
    founded: z.array(unitFields).max(50),
    /** Where posts and units below go unless said otherwise: a place in `successorIds` followed by `founded`. */
    defaultSuccessor: successor,
    /** Of units below: to a successor, or to another unit; neither is the top. */
    parts: z.array(z.strictObject({ unitId: uuid, successor, parentId: uuid.nullable() })).max(5_000),
    /** Of posts: to a successor, or to another unit; neither ends the post, or takes back one that has not begun by then. `supervisorId` null keeps the supervisor. */
    posts: z
      .array(z.strictObject({ postId: uuid, successor, unitId: uuid.nullable(), supervisorId: uuid.nullable() }))
      .max(maxAffectedPosts),
    /** `digest` of the preview: nobody is moved unseen. */
    expectedPosts: z.string().max(64),
  }),
  returns: z.strictObject({
    event: unitEvent,
    moved: z.int(),
    ended: z.int(),
    /** People whose supervisor holds no post from that day on: they need another one. */
    withoutSupervisor: z.array(z.strictObject({ id: uuid, name: z.string() })),
  }),
})

/** Only while it is planned, and as long as nothing that it changed has become different since. */
export const cancelUnitEvent = endpoint({
  name: 'cancelUnitEvent',
  method: 'DELETE',
  path: '/unit-events/:eventId',
  summary: 'Takes a planned event back: units and posts are as they were',
  needs: 'unit.write',
  changes: ['unit-event.cancelled', 'unit.changed', 'unit.withdrawn', 'post.changed', 'post.withdrawn'],
})
