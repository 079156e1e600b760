import { v7 as uuidv7 } from 'uuid'
import type { Work } from '#platform/database/work.ts'
import type { Arguments, Returned } from '#platform/http/endpoint.ts'
import { invalid, notFound, Problem } from '#platform/http/problem.ts'
import { recordChanges } from '#platform/ledger/ledger.ts'
import type { Change } from '#platform/ledger/ledger.ts'
import { getToday } from '#platform/organisations/organisations.ts'
import { scopeOf } from '#platform/permissions/permissions.ts'
import { reachIfHeld } from '#platform/permissions/reach.ts'
import { tidyText } from './names.ts'
import { bumpPeople, lockPeople } from './people.store.ts'
import { postChanges } from './post-changes.ts'
import { selectSupervision } from './roster.store.ts'
import { findCircles } from './supervision.ts'
import { maxAffectedPosts } from './unit-events.api.ts'
import type * as api from './unit-events.api.ts'
import type { UnitEvent, UnitHistory } from './unit-events.api.ts'
import { undoOf } from './unit-event-undo.ts'
import type { NeedsOfUnits } from './unit-needs.ts'
import { digestOf, distinct, foundUnits, getStatesOn, moveParts, partsOf, placePosts, withContentFrom } from './unit-ending.ts'
import type { Body } from './unit-ending.ts'
import { insertEvent, selectEvents, selectEventsOfUnit, selectPostsIn } from './unit-events.store.ts'
import { holdsOn } from './unit-tree.ts'
import { assertCodeFree, assertTree, sameContent, tidyUnit } from './units.ts'
import { existsUnit, existUnits, findVersion, insertUnits, selectStates, writeStates } from './units.store.ts'
import type { UnitState } from './units.store.ts'

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
  const [state] = (await getStatesOn(work, [unitId], happensOn, { path: 'happensOn' })) as [UnitState]
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
  needs: NeedsOfUnits,
): Promise<Returned<typeof api.previewUnitEnding>> {
  if (!(await existUnits(work, predecessorIds))) throw notFound('unit')
  const reach = reachIfHeld(work, 'plan.read')
  const posts = await selectPostsIn(work, predecessorIds, happensOn, { reach, limit: maxAffectedPosts + 1 })
  if (posts.length > maxAffectedPosts) throw new Problem(409, 'unit-event.too-many-posts', { params: { maximum: maxAffectedPosts } })
  return {
    digest: digestOf(posts),
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
    needs: scopeOf('staffing-need.read', work.actor.roles) ? await needs.list(work, predecessorIds) : [],
  }
}

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

export async function recordUnitEvent(
  work: Work,
  body: Body,
  needs: NeedsOfUnits,
): Promise<Exclude<Returned<typeof api.recordUnitEvent>, undefined>> {
  const { kind, happensOn, predecessorIds } = body
  const basis = tidyBasis(body.basis)
  assertShape(body)
  await lockPeople(work)
  const ending = predecessorIds.filter(id => !body.successorIds.includes(id))
  const before = await getStatesOn(work, predecessorIds, happensOn, { path: 'predecessorIds' })
  const ended = before.filter(({ unitId }) => ending.includes(unitId))
  if (ended.some(({ startsOn }) => startsOn === happensOn)) throw invalid({ path: 'happensOn', code: 'same-day' })
  const staying = body.successorIds.filter(id => !predecessorIds.includes(id))
  await getStatesOn(work, staying, happensOn, { path: 'successorIds', stays: true })

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
  const moved = await moveParts(work, body, ending, placeOf)
  await assertTree(work, happensOn, 'parts')

  // People: no post is left in a unit that no longer exists.
  const { plans, withoutSupervisor, counts } = await placePosts(work, body, ending, placeOf)
  await bumpPeople(work, distinct(plans.map(({ personId }) => personId)))
  await assertNoCircle(work)
  const unplaced = successorIds.length === 1 ? [] : await needs.list(work, ending)
  if (unplaced[0]) throw new Problem(409, 'unit-event.unplaced-needs', { params: { code: unplaced[0].role.code } })

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
  await needs.carry(work)
  return { event: await getEvent(work, event.id), ...counts, withoutSupervisor }
}

async function assertNoCircle(work: Work): Promise<void> {
  if (findCircles(await selectSupervision(work, await getToday(work))).length > 0) throw invalid({ path: 'posts', code: 'cycle' })
}
