import { getPlan, listPlans } from 'luytre/capacity/development-plans/development-plans.api.ts'
import { getPerson } from 'luytre/capacity/people/people.api.ts'
import { describe, expect, test } from 'vitest'
import { queryFor } from '#platform/call/query-for.ts'
import { concerns } from '#platform/live/live.ts'

const plan = queryFor(getPlan, { params: { planId: 'plan-1' } })
const plans = queryFor(listPlans, { query: { status: 'proposed' } })
const person = queryFor(getPerson, { params: { personId: 'person-1' } })

describe('what is asked again after a change', () => {
  test.each([
    ['the record itself', { type: 'plan', id: 'plan-1', personId: 'person-1' }, plan, true],
    ['another record of the kind', { type: 'plan', id: 'plan-2', personId: 'person-2' }, plan, false],
    ['many of the kind', { type: 'plan', id: null }, plan, true],
    ['a list that the record may stand in', { type: 'plan', id: 'plan-2' }, plans, true],
    ['a kind that the answer is not made of', { type: 'mail', id: 'mail-1' }, plans, false],
    ['a post of the person', { type: 'post', id: 'post-1', personId: 'person-1' }, person, true],
    ['a post of somebody else', { type: 'post', id: 'post-2', personId: 'person-2' }, person, false],
  ])('%s', (_what, change, query, isAsked) => {
    expect(concerns(change, query as never)).toBe(isAsked)
  })
})
