import { v7 as uuidv7 } from 'uuid'
import type { Work } from '#platform/database/work.ts'
import type { Arguments, Returned } from '#platform/http/endpoint.ts'
import { invalid, notFound, Problem } from '#platform/http/problem.ts'
import { recordChanges } from '#platform/ledger/ledger.ts'
import type { Change } from '#platform/ledger/ledger.ts'
import { getToday } from '#platform/organisations/organisations.ts'
import { reachIfHeld } from '#platform/permissions/reach.ts'
import { tidyText } from './names.ts'
import { bumpPeople, lockPeople, writePosts } from './people.store.ts'
import { postChanges } from './post-changes.ts'
import type { PostPlan } from './posts.ts'
import { selectSupervision } from './roster.store.ts'
import { findCircles } from './supervision.ts'
import { maxAffectedPosts } from './unit-events.api.ts'
import type * as api from './unit-events.api.ts'
import type { UnitEvent, UnitHistory } from './unit-events.api.ts'
import { insertEvent, selectEvents, selectEventsOfUnit, selectNames, selectPostsIn, selectStaying } from './unit-events.store.ts'
import { undoOf } from './unit-event-undo.ts'
import { placePost } from './unit-succession.ts'
import { holdsOn } from './unit-tree.ts'
import { assertCodeFree, assertTree, maxUnits, sameContent, tidyUnit } from './units.ts'
import { countUnits, existsUnit, existUnits, findVersion, insertUnits, selectStates, selectStatesFrom, writeStates } from './units.store.ts'
import type { UnitContent, UnitState } from './units.store.ts'

// What happens to units: rename and move leave the unit the same unit; merge, split, transfer and dissolve end it and say
// what comes after (docs/decisions/0009). Past and future days are alike: what is shown follows from the days alone.

// Reading -------------------------------------------------------------------------

export async function getUnitHistory(work: Work, unitId: string): Promise<UnitHistory> {
  const version = await findVersion(work, unitId)
  if (version === undefined) throw notFound('unit')
  const states = await selectStates(work, [unitId])
  const parentIds = states.flatMap(({ parentId }) => parentId ?? [])
  const parents = Map.groupBy(await selectStates(work, parentIds), state => state.unitId)
  return {
    id: unitId,
    version,
    states: states.map(({ code, name, parentId, startsOn, endsBefore }) => {
      const ofParent = parentId === null ? [] : (parents.get(parentId) ?? [])
      const parent = ofParent.find(state => (startsOn === null ? state.startsOn === null : holdsOn(state, startsOn))) ?? ofParent[0]
      return {
        code,
        name,
        parent: parent ? { id: parent.unitId, code: parent.code, name: parent.name } : null,
        startsOn,
        endsBefore,
      }
    }),
    events: await selectEventsOfUnit(work, unitId, await getToday(work)),
  }
}

const dayCharacters = 10

export async function listUnitEvents(
  work: Work,
  { after, limit }: { after?: string | undefined; limit: number },
): Promise<{ events: UnitEvent[]; next: string | null }> {
  if (after !== undefined && !/^\d{4}-\d{2}-\d{2}[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(after))
    throw invalid({ path: 'after', code: 'invalid' })
  const from = after === undefined ? undefined : { day: after.slice(0, dayCharacters), id: after.slice(dayCharacters) }
  const found = await selectEvents(work, { after: from, limit: limit + 1 }, await getToday(work))
  const events = found.slice(0, limit)
  const last = found.length > limit ? events.at(-1) : undefined
  return { events, next: last ? last.happensOn + last.id : null }
}

// Changing ------------------------------------------------------------------------

const shownState = ({ code, name, parentId, startsOn, endsBefore }: UnitState) => ({ code, name, parentId, startsOn, endsBefore })

/** The state of each unit on the day; nothing else may be recorded or planned for it from then on. */
async function getStatesOn(work: Work, unitIds: readonly string[], day: string, path: string): Promise<UnitState[]> {
  if (!(await existUnits(work, unitIds))) throw notFound('unit')
  const states = Map.groupBy(await selectStatesFrom(work, day, unitIds), ({ unitId }) => unitId)
  const found: UnitState[] = []
  for (const unitId of unitIds) {
    const [state, later] = states.get(unitId) ?? []
    if (!state || !holdsOn(state, day)) throw invalid({ path, code: 'unit-not-there', params: { date: day } })
    const change = later?.startsOn ?? state.endsBefore
    if (change !== null && change !== undefined) throw invalid({ path, code: 'unit-changes-later', params: { date: change } })
    found.push(state)
  }
  return found
}

/** From the day on with other content: the state that holds then is cut, or changed when it begins that day. */
function withContentFrom(state: UnitState, content: UnitContent, day: string): { changed: UnitState[]; started: Omit<UnitState, 'id'>[] } {
  if (state.startsOn === day) return { changed: [{ ...state, ...content }], started: [] }
  const { unitId, endsBefore } = state
  return { changed: [{ ...state, endsBefore: day }], started: [{ unitId, endsBefore, startsOn: day, ...content }] }
}

function eventRecorded(event: { id: string } & Record<string, unknown>): Change {
  const { id, ...after } = event
  return { verb: 'unit-event.recorded', recordType: 'unit-event', recordId: id, after }
}

const tidyBasis = (text: string): string => {
  const basis = tidyText(text)
  if (basis === '') throw invalid({ path: 'basis', code: 'required' })
  return basis
}

export async function renameOrMoveUnit(
  work: Work,
  unitId: string,
  version: number,
  body: Arguments<typeof api.renameOrMoveUnit>['body'],
): Promise<UnitEvent> {
  const { happensOn } = body
  const content = tidyUnit(body)
  const basis = tidyBasis(body.basis)
  await lockPeople(work)
  const current = await findVersion(work, unitId)
  if (current === undefined) throw notFound('unit')
  if (current !== version) throw new Problem(412, 'version.conflict', { current: await getUnitHistory(work, unitId) })
  const [state] = (await getStatesOn(work, [unitId], happensOn, 'happensOn')) as [UnitState]
  if (content.parentId !== null && !(await existsUnit(work, content.parentId))) throw notFound('unit')
  if (content.parentId === unitId) throw invalid({ path: 'parentId', code: 'cycle' })
  if (sameContent(state, content)) throw invalid({ path: 'name', code: 'unchanged' })
  await assertCodeFree(work, content.code, { startsOn: happensOn, endsBefore: null }, { except: unitId })
  const statesBefore = await selectStates(work, [unitId])
  const { changed, started } = withContentFrom(state, content, happensOn)
  await writeStates(work, changed, started)
  await assertTree(work, happensOn, 'parentId')
  const kind = state.parentId === content.parentId ? 'rename' : 'move'
  const event = { id: uuidv7(), kind, happensOn, basis, predecessorIds: [unitId], successorIds: [unitId] } as const
  await insertEvent(work, { ...event, undo: await undoOf(work, statesBefore, [], []) })
  const { code, name, parentId } = state
  await recordChanges(work, [
    eventRecorded(event),
    {
      verb: 'unit.changed',
      recordType: 'unit',
      recordId: unitId,
      before: { code, name, parentId },
      after: { ...content, startsOn: happensOn },
    },
  ])
  return getEvent(work, event.id)
}

const getEvent = async (work: Work, id: string): Promise<UnitEvent> => (await selectEvents(work, { id }, await getToday(work)))[0]!

// Units that end --------------------------------------------------------------------

type Ending = { predecessorIds: readonly string[]; happensOn: string }

export async function previewUnitEnding(
  work: Work,
  { predecessorIds, happensOn }: Ending,
): Promise<Returned<typeof api.previewUnitEnding>> {
  if (!(await existUnits(work, predecessorIds))) throw notFound('unit')
  const reach = reachIfHeld(work, 'plan.read')
  const posts = await selectPostsIn(work, predecessorIds, happensOn, { reach, limit: maxAffectedPosts + 1 })
  if (posts.length > maxAffectedPosts) throw new Problem(409, 'unit-event.too-many-posts', { params: { maximum: maxAffectedPosts } })
  return {
    posts: posts.map(({ id, person, unitId, title, startsOn, endsBefore, supervisor, plans }) => ({
      id,
      person,
      unitId,
      title,
      startsOn,
      endsBefore,
      supervisor,
      plans,
    })),
    parts: (await partsOf(work, predecessorIds, happensOn)).map(({ unitId, code, name, parentId }) => ({
      id: unitId,
      code,
      name,
      parentId: parentId!,
    })),
  }
}

/** Units that are part of some of these on the day, and are not among them. */
async function partsOf(work: Work, unitIds: readonly string[], day: string): Promise<UnitState[]> {
  const states = await selectStatesFrom(work, day)
  return states.filter(
    state => holdsOn(state, day) && state.parentId !== null && unitIds.includes(state.parentId) && !unitIds.includes(state.unitId),
  )
}

type Body = Arguments<typeof api.recordUnitEvent>['body']

const distinct = <T>(values: readonly T[]): T[] => [...new Set(values)]

/** How many come before and after, by kind. */
function assertShape({ kind, predecessorIds, successorIds, founded, defaultSuccessor, parts, posts }: Body): void {
  if (distinct(predecessorIds).length < predecessorIds.length) throw invalid({ path: 'predecessorIds', code: 'duplicate' })
  if (distinct(successorIds).length < successorIds.length) throw invalid({ path: 'successorIds', code: 'duplicate' })
  const after = successorIds.length + founded.length
  const isOne = predecessorIds.length === 1
  if (kind === 'merge' ? isOne : !isOne) throw invalid({ path: 'predecessorIds', code: kind === 'merge' ? 'more-than-one' : 'exactly-one' })
  const fits = { merge: after === 1, split: after > 1, transfer: after === 1, dissolve: after === 0 }[kind]
  if (!fits)
    throw invalid({
      path: 'successorIds',
      code: ({ merge: 'exactly-one', transfer: 'exactly-one', split: 'more-than-one', dissolve: 'none' } as const)[kind],
    })
  if (kind === 'transfer' && successorIds[0] === predecessorIds[0]) throw invalid({ path: 'successorIds', code: 'cycle' })
  const places = [defaultSuccessor, ...parts.map(part => part.successor), ...posts.map(post => post.successor)]
  if (places.some(place => place !== null && place >= after)) throw invalid({ path: 'defaultSuccessor', code: 'unknown' })
}

export async function recordUnitEvent(work: Work, body: Body): Promise<Exclude<Returned<typeof api.recordUnitEvent>, undefined>> {
  const { kind, happensOn, predecessorIds } = body
  const basis = tidyBasis(body.basis)
  assertShape(body)
  await lockPeople(work)
  const ending = predecessorIds.filter(id => !body.successorIds.includes(id))
  const before = await getStatesOn(work, predecessorIds, happensOn, 'predecessorIds')
  const ended = before.filter(({ unitId }) => ending.includes(unitId))
  if (ended.some(({ startsOn }) => startsOn === happensOn)) throw invalid({ path: 'happensOn', code: 'same-day' })
  await getStatesOn(work, body.successorIds, happensOn, 'successorIds')

  const below = await partsOf(work, ending, happensOn)
  const statesBefore = await selectStates(
    work,
    [...ended, ...below].map(({ unitId }) => unitId),
  )
  // Units: the ended end, those below go elsewhere, the new ones begin.
  const units = await foundUnits(work, body, ending)
  const successorIds = [...body.successorIds, ...units.map(({ id }) => id)]
  const placeOf = (successor: number | null, other: string | null): string | null => (successor === null ? other : successorIds[successor]!)
  await writeStates(
    work,
    ended.map(state => ({ ...state, endsBefore: happensOn })),
    [],
  )
  await insertUnits(work, units)
  const moved = await moveParts(work, body, below, placeOf)
  await assertTree(work, happensOn, 'parts')

  // People: no post is left in a unit that no longer exists.
  const { plans, withoutSupervisor, counts } = await placePosts(work, body, ending, placeOf)
  await writePosts(work, plans)
  await bumpPeople(work, distinct(plans.map(({ personId }) => personId)))
  await assertNoCircle(work)

  const event = { id: uuidv7(), kind, happensOn, basis, predecessorIds, successorIds }
  const foundedIds = units.map(({ id }) => id)
  await insertEvent(work, { ...event, undo: await undoOf(work, statesBefore, foundedIds, plans) })
  await recordChanges(work, [
    eventRecorded(event),
    ...units.map(({ id, ...after }) => ({ verb: 'unit.created', recordType: 'unit', recordId: id, after })),
    ...ended.map(state => ({
      verb: 'unit.changed',
      recordType: 'unit',
      recordId: state.unitId,
      before: shownState(state),
      after: { ...shownState(state), endsBefore: happensOn },
    })),
    ...moved.map(({ state, parentId }) => ({
      verb: 'unit.changed',
      recordType: 'unit',
      recordId: state.unitId,
      before: shownState(state),
      after: { ...shownState(state), parentId, startsOn: happensOn },
    })),
    ...plans.flatMap(({ personId, plan }) => postChanges(personId, plan)),
  ])
  return { event: await getEvent(work, event.id), ...counts, withoutSupervisor }
}

async function foundUnits(
  work: Work,
  { founded, happensOn }: Body,
  ending: readonly string[],
): Promise<(UnitContent & { id: string; startsOn: string })[]> {
  const units = founded.map((one, index) => ({ id: uuidv7(), ...tidyUnit(one, `founded.${index}.`), startsOn: happensOn }))
  if (units.length === 0) return []
  const parentIds = units.flatMap(({ parentId }) => parentId ?? [])
  if (!(await existUnits(work, parentIds))) throw notFound('unit')
  // The code of a unit that ends on the day is free from that day on.
  const inUse = new Set((await selectStatesFrom(work, happensOn)).filter(({ unitId }) => !ending.includes(unitId)).map(({ code }) => code))
  for (const [index, { code }] of units.entries()) {
    if (inUse.has(code)) throw invalid({ path: `founded.${index}.code`, code: 'taken' })
    inUse.add(code)
  }
  if ((await countUnits(work, happensOn)) + units.length > maxUnits)
    throw new Problem(409, 'unit.too-many', { params: { maximum: maxUnits } })
  return units
}

async function moveParts(
  work: Work,
  { parts, happensOn, defaultSuccessor }: Body,
  below: readonly UnitState[],
  placeOf: (successor: number | null, other: string | null) => string | null,
): Promise<{ state: UnitState; parentId: string | null }[]> {
  const said = new Map(parts.map(part => [part.unitId, part]))
  if (
    !(await existUnits(
      work,
      parts.flatMap(({ unitId, parentId }) => [unitId, ...(parentId === null ? [] : [parentId])]),
    ))
  )
    throw notFound('unit')
  if (!parts.every(({ unitId }) => below.some(state => state.unitId === unitId))) throw invalid({ path: 'parts', code: 'unknown' })
  // What is planned for a unit from a later day on would otherwise bring its old place back.
  await getStatesOn(
    work,
    below.map(({ unitId }) => unitId),
    happensOn,
    'parts',
  )
  const moved = []
  for (const state of below) {
    const part = said.get(state.unitId)
    if (!part && defaultSuccessor === null) throw new Problem(409, 'unit-event.unplaced-units', { params: { code: state.code } })
    const parentId = part ? placeOf(part.successor, part.parentId) : placeOf(defaultSuccessor, null)
    moved.push({ state, parentId })
  }
  const states = moved.map(({ state, parentId }) => withContentFrom(state, { code: state.code, name: state.name, parentId }, happensOn))
  await writeStates(
    work,
    states.flatMap(({ changed }) => changed),
    states.flatMap(({ started }) => started),
  )
  return moved
}

async function placePosts(
  work: Work,
  { posts, happensOn, defaultSuccessor, expectedPosts, predecessorIds }: Body,
  ending: readonly string[],
  placeOf: (successor: number | null, other: string | null) => string | null,
) {
  const affected = await selectPostsIn(work, predecessorIds, happensOn, { reach: [], limit: maxAffectedPosts + 1 })
  if (affected.length !== expectedPosts) throw new Problem(409, 'unit-event.preview-stale')
  const said = new Map(posts.map(post => [post.postId, post]))
  const names = await selectNames(work, distinct(posts.flatMap(({ supervisorId }) => supervisorId ?? [])))
  for (const { postId, supervisorId } of posts) {
    if (!affected.some(({ id }) => id === postId)) throw notFound('post')
    if (supervisorId !== null && !names.has(supervisorId)) throw notFound('person')
  }
  await getStatesOn(work, distinct(posts.flatMap(({ unitId }) => unitId ?? [])), happensOn, 'posts')
  const plans: { personId: string; plan: PostPlan }[] = []
  const counts = { moved: 0, ended: 0 }
  for (const post of affected) {
    const place = said.get(post.id)
    const isEnding = ending.includes(post.unitId)
    // Of a unit that goes on only those move who are named.
    if (!place && !isEnding) continue
    if (!place && defaultSuccessor === null) throw new Problem(409, 'unit-event.unplaced-posts', { params: { name: post.person.name } })
    const unitId = place ? placeOf(place.successor, place.unitId) : placeOf(defaultSuccessor, null)
    if (unitId === post.unitId) continue
    if (unitId === null && post.startsOn >= happensOn)
      throw new Problem(409, 'unit-event.unplaced-posts', { params: { name: post.person.name } })
    const { person, supervisor: _, plans: __, ...held } = post
    plans.push({
      personId: person.id,
      plan: placePost(held, happensOn, { unitId, supervisorId: place?.supervisorId ?? post.supervisorId }, uuidv7),
    })
    counts[unitId === null ? 'ended' : 'moved']++
  }
  // Whoever holds no post from that day on supervises nobody: it is said, and the person who is left without one is listed.
  const gone = new Set(
    plans
      .filter(({ plan }) => plan.started.length === 0 && plan.changed.some(({ after }) => after.endsBefore === happensOn))
      .map(({ personId }) => personId),
  )
  const supervisorIds = distinct(
    plans.flatMap(({ plan }) =>
      [...plan.started, ...plan.changed.map(({ after }) => after)].flatMap(({ supervisorId }) => supervisorId ?? []),
    ),
  )
  const staying = await selectStaying(work, supervisorIds, happensOn)
  const isGone = (id: string | null): boolean => id !== null && (gone.has(id) || !staying.has(id))
  const without = new Set<string>()
  for (const { personId, plan } of plans) {
    for (const post of [...plan.started, ...plan.changed.filter(({ after }) => after.startsOn >= happensOn).map(({ after }) => after)]) {
      if (!isGone(post.supervisorId)) continue
      post.supervisorId = null
      without.add(personId)
    }
  }
  const nameOf = new Map(affected.map(({ person }) => [person.id, person.name]))
  return { plans, counts, withoutSupervisor: [...without].map(id => ({ id, name: nameOf.get(id)! })) }
}

async function assertNoCircle(work: Work): Promise<void> {
  if (findCircles(await selectSupervision(work, await getToday(work))).length > 0) throw invalid({ path: 'posts', code: 'cycle' })
}
