import type { Work } from '#platform/database/work.ts'
import { Problem, notFound } from '#platform/http/problem.ts'
import { recordChanges } from '#platform/ledger/ledger.ts'
import { getToday } from '#platform/organisations/organisations.ts'
import { bumpPeople, lockPeople, selectPosts, writePosts } from './people.store.ts'
import { postChanges } from './post-changes.ts'
import type { HeldPost, PostPlan } from './posts.ts'
import { deleteEvent, deleteUnits, replaceStates, selectUndo, selectUse, selectVersions } from './unit-event-undo.store.ts'
import type { Undo } from './unit-event-undo.store.ts'
import { selectStates } from './units.store.ts'
import type { UnitState } from './units.store.ts'

// A planned event is taken back: everything is as if it had not been recorded. What it changed is kept with it; where
// anything of that has become different since, nothing is taken back.

type Plans = readonly { personId: string; plan: PostPlan }[]

/**
 * After everything of the event was written: `before` are all states that its units had. Null where a planned post was taken
 * back with it: what is gone is not made again.
 */
export async function undoOf(work: Work, before: readonly UnitState[], foundedIds: readonly string[], plans: Plans): Promise<Undo | null> {
  if (plans.some(({ plan }) => plan.withdrawn?.length)) return null
  const states = Map.groupBy(before, ({ unitId }) => unitId)
  const versions = await selectVersions(work, [...states.keys()])
  const place = ({ id, version }: HeldPost) => ({ id, version })
  return {
    units: [...states].map(([id, own]) => ({ id, version: versions.get(id)!, states: own })),
    foundedIds: [...foundedIds],
    posts: plans.flatMap(({ personId, plan }) => [
      ...plan.changed.map(({ before: was, after }) => ({ personId, before: was, after: place(after) })),
      ...plan.started.map(post => ({ personId, before: null, after: place(post) })),
    ]),
  }
}

export async function cancelUnitEvent(work: Work, eventId: string): Promise<void> {
  await lockPeople(work)
  const event = await selectUndo(work, eventId)
  if (!event) throw notFound('unit-event')
  const { happensOn, undo } = event
  if (happensOn <= (await getToday(work))) throw new Problem(409, 'unit-event.not-planned')
  if (!undo) throw new Problem(409, 'unit-event.not-undoable')
  const unitIds = undo.units.map(({ id }) => id)
  const present = await selectStates(work, [...unitIds, ...undo.foundedIds])
  await assertUntouched(work, undo)

  const plans = await plansBack(work, undo)
  await writePosts(work, plans)
  await bumpPeople(work, [...new Set(plans.map(({ personId }) => personId))])
  await replaceStates(
    work,
    [...unitIds, ...undo.foundedIds],
    undo.units.flatMap(({ states }) => states),
  )
  await deleteEvent(work, eventId)
  await deleteUnits(work, undo.foundedIds)

  const lastStateOf = (states: readonly UnitState[], unitId: string) => {
    const last = states.findLast(state => state.unitId === unitId)!
    const { code, name, parentId, startsOn, endsBefore } = last
    return { code, name, parentId, startsOn, endsBefore }
  }
  await recordChanges(work, [
    { verb: 'unit-event.cancelled', recordType: 'unit-event', recordId: eventId, before: { happensOn } },
    ...undo.units.map(({ id, states }) => ({
      verb: 'unit.changed',
      recordType: 'unit',
      recordId: id,
      before: lastStateOf(present, id),
      after: lastStateOf(states, id),
    })),
    ...undo.foundedIds.map(id => ({ verb: 'unit.withdrawn', recordType: 'unit', recordId: id, before: lastStateOf(present, id) })),
    ...plans.flatMap(({ personId, plan }) => postChanges(personId, plan)),
  ])
}

const changedSince = (): Problem => new Problem(409, 'unit-event.changed-since')

/** Units are as the event left them, and nothing leans on those that it founded but what the event put there. */
async function assertUntouched(work: Work, undo: Undo): Promise<void> {
  const versions = await selectVersions(work, [...undo.units.map(({ id }) => id), ...undo.foundedIds])
  if (undo.units.some(({ id, version }) => versions.get(id) !== version)) throw changedSince()
  if (undo.foundedIds.some(id => versions.get(id) !== 1)) throw changedSince()
  const own = { unitIds: undo.units.map(({ id }) => id), postIds: undo.posts.map(({ after }) => after.id) }
  if (await selectUse(work, undo.foundedIds, own)) throw changedSince()
  // Where a post goes on again nobody has put another one.
  const known = new Set(own.postIds)
  const posts = Map.groupBy(await selectPosts(work, [...new Set(undo.posts.map(({ personId }) => personId))]), post => post.personId)
  const isTaken = ({ personId, before }: Undo['posts'][number]): boolean =>
    before !== null && (posts.get(personId) ?? []).some(post => !known.has(post.id) && overlap(post, before))
  if (undo.posts.some(isTaken)) throw changedSince()
}

type Span = Pick<HeldPost, 'startsOn' | 'endsBefore'>
const overlap = (a: Span, b: Span): boolean =>
  (a.endsBefore === null || a.endsBefore > b.startsOn) && (b.endsBefore === null || b.endsBefore > a.startsOn)

/** The posts as they were before, as plans that are written and told like any other. */
async function plansBack(work: Work, undo: Undo): Promise<{ personId: string; plan: PostPlan }[]> {
  const personIds = [...new Set(undo.posts.map(({ personId }) => personId))]
  const present = new Map((await selectPosts(work, personIds)).map(post => [post.id, post]))
  return undo.posts.map(({ personId, before, after }): { personId: string; plan: PostPlan } => {
    const now = present.get(after.id)
    if (now?.version !== after.version) throw changedSince()
    if (before === null) return { personId, plan: { changed: [], started: [], withdrawn: [now] } }
    const restored = { ...before, version: now.version + 1 }
    return { personId, plan: { changed: [{ before: now, after: restored }], started: [] } }
  })
}
