import { expect, test, vi } from 'vitest'
import { proposePlan } from '#capacity/development-plans/development-plans.ts'
import { makeTestOffice } from '../../../test/capacity-kit.ts'
import { makeTestEventServer, startTestSealer } from '../../../test/events-kit.ts'

const { database, authority, framework, makePerson } = await makeTestOffice()
const { server, listen, events } = await makeTestEventServer(database)

test('whoever listens before the first line of a ledger is sealed is told of it', async () => {
  const an = await makePerson()
  const listener = await listen(await server.signIn(an.actor.userId!))
  // The position of an empty ledger has come, so the listener is no longer arriving when the first lines do.
  await vi.waitUntil(() => listener.heard.some(({ id }) => id === '0'), { timeout: 20_000 })
  const plan = await authority.as({}, work =>
    proposePlan(work, an.id, {
      halfYearId: authority.halfYearId,
      targetRoleId: framework.analyst,
      currentRoleId: null,
      duties: 'Duties',
      language: 'vi',
    }),
  )
  await startTestSealer(database, events)
  expect(await listener.hear('plan')).toEqual({ type: 'plan', id: plan.id, personId: an.id })
})
