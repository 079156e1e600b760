import { canonicalText } from '#platform/ledger/ledger.ts'
import type { Plan, PlanGap } from './development-plans.api.ts'
import { detailNamesOf } from './plan-content.api.ts'
import type { PlanAction } from './plan-content.api.ts'
import type { DifferingField, FieldDifference, FieldValue, PlanDifference } from './plan-versions.api.ts'

// How two versions of a plan differ, as values by field; the page and the reader's language make words of it. Pure.

type Fields = readonly (readonly [DifferingField, FieldValue])[]
type Difference = Pick<PlanDifference, 'fields' | 'gaps' | 'actions'>

export function differenceBetween(before: Plan, after: Plan): Difference {
  const elements = new Map([...before.gaps, ...after.gaps].map(gap => [gap.id, gap.element]))
  const nameOfGap = (gapId: string | null): FieldValue => (gapId && elements.get(gapId)?.name) || null
  return {
    fields: [...differing(fieldsOfPlan(before), fieldsOfPlan(after)), ...orderDifference(before, after)],
    // By element: a gap that closed and opened again is the same one.
    gaps: changesOf(before.gaps, after.gaps, gap => gap.element.id, fieldsOfGap).map(({ item, mark, fields }) => ({
      mark,
      element: item.element,
      fields,
    })),
    actions: changesOf(
      before.actions,
      after.actions,
      action => action.id,
      action => fieldsOfAction(action, nameOfGap(action.gapId)),
    ).map(({ item, mark, fields }) => ({ mark, id: item.id, title: item.title, kind: item.kind, fields })),
  }
}

const fieldsOfPlan = ({ person, duties, currentRole, targetRole, preferences }: Plan): Fields => [
  ['personName', person.name],
  ['post', person.title],
  ['unit', person.unitName],
  ['supervisor', person.supervisorName],
  ['currentRole', currentRole?.name ?? null],
  ['targetRole', targetRole.name],
  ['duties', duties],
  ['wishedRole', preferences.wishedRole?.name ?? null],
  ['preferredKinds', preferences.kinds],
  ['availableFrom', preferences.availableFrom],
  ['availableTo', preferences.availableTo],
  ['languages', preferences.languages],
  ['remarks', preferences.remarks],
]

const fieldsOfGap = ({ isChosen, reason }: PlanGap): Fields => [
  ['isChosen', isChosen],
  ['have', reason.have],
  ['haveFrom', reason.haveFrom],
  ['need', reason.need],
  ['importance', reason.importance],
  ['priority', reason.priority],
]

function fieldsOfAction({ title, kind, startsOn, dueOn, details }: PlanAction, gap: FieldValue): Fields {
  const values = new Map(Object.entries(details) as [string, FieldValue][])
  return [
    ['title', title],
    ['kind', kind],
    ['gap', gap],
    ['startsOn', startsOn],
    ['dueOn', dueOn],
    // A mentor's name says who it is, and a unit's; the ids beside them say nothing to a reader.
    ...detailNamesOf(kind)
      .filter(name => name !== 'mentorId' && name !== 'unitId')
      .map(name => [name as DifferingField, values.get(name) ?? null] as const),
  ]
}

const isNothing = (value: FieldValue | undefined): boolean =>
  value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)

// Names of roles and units have their languages in any order.
const comparable = (value: FieldValue | undefined): string => (isNothing(value) ? '' : canonicalText(value))

/** Fields that differ, in the order in which `after` has them and then those that only `before` has. */
function differing(before: Fields, after: Fields): FieldDifference[] {
  const had = new Map(before)
  const has = new Map(after)
  return [...new Set([...has.keys(), ...had.keys()])]
    .filter(field => comparable(had.get(field)) !== comparable(has.get(field)))
    .map(field => ({ field, before: valueOf(had.get(field)), after: valueOf(has.get(field)) }))
}

const valueOf = (value: FieldValue | undefined): FieldValue => (isNothing(value) ? null : value!)

function changesOf<Item>(
  before: readonly Item[],
  after: readonly Item[],
  keyOf: (item: Item) => string,
  fieldsOf: (item: Item) => Fields,
): { item: Item; mark: 'added' | 'removed' | 'changed'; fields: FieldDifference[] }[] {
  const had = new Map(before.map(item => [keyOf(item), item]))
  const has = new Set(after.map(keyOf))
  const kept = after.flatMap(item => {
    const old = had.get(keyOf(item))
    const fields = differing(old ? fieldsOf(old) : [], fieldsOf(item))
    if (old && fields.length === 0) return []
    return [{ item, mark: old ? ('changed' as const) : ('added' as const), fields }]
  })
  const removed = before
    .filter(item => !has.has(keyOf(item)))
    .map(item => ({ item, mark: 'removed' as const, fields: differing(fieldsOf(item), []) }))
  return [...kept, ...removed]
}

/** Of actions that both have: the order of the list is the order in which they are meant. */
function orderDifference(before: Plan, after: Plan): FieldDifference[] {
  const inBoth = (actions: readonly PlanAction[], others: readonly PlanAction[]): PlanAction[] =>
    actions.filter(action => others.some(other => other.id === action.id))
  const [was, is] = [inBoth(before.actions, after.actions), inBoth(after.actions, before.actions)]
  if (was.every((action, index) => action.id === is[index]!.id)) return []
  const titles = (actions: readonly PlanAction[]): string[] => actions.map(action => action.title)
  return [{ field: 'actionOrder', before: titles(was), after: titles(is) }]
}
