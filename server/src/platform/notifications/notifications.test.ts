import { expect, test, vi } from 'vitest'
import { agreePlanAsPerson, agreePlanAsSupervisor, changePlan, proposePlan } from '#capacity/development-plans/development-plans.ts'
import type { Plan } from '#capacity/development-plans/development-plans.api.ts'
import { inSystemWork, inWork } from '#platform/database/connection.ts'
import { programActor } from '#platform/organisations/organisations.ts'
import { noticeRules } from '../../notice-rules.ts'
import { makeTestOffice } from '../../../test/capacity-kit.ts'
import type { TestPerson } from '../../../test/capacity-kit.ts'
import { makeTestEvents } from '../../../test/events-kit.ts'
import { testNow } from '../../../test/kit.ts'
import { writeDigests } from './digests.ts'
import {
  changeNotificationSettings,
  countNotifications,
  listNotifications,
  readNotification,
  removeOldNotifications,
} from './notifications.ts'
import { selectNews, tellSealedLines } from './notifier.ts'

const office = await makeTestOffice()
const { database, authority, framework, binh } = office
const { db } = database.app
const publicUrl = 'https://luytre.example'
const { server, listen, sealer, events } = await makeTestEvents(database, {
  findNews: after => inSystemWork(db, system => selectNews(system, after)),
})
const options = {
  connection: database.app,
  rules: noticeRules,
  publicUrl: () => publicUrl,
  onWritten: () => events.ring(),
  now: () => testNow,
}

/** Everything that was written by now is sealed and told. */
async function tell(): Promise<number> {
  await vi.waitUntil(
    async () => {
      await sealer.sealNow()
      const rows = await database.asOwner('select from ledger_line where id not in (select line_id from ledger_seal) limit 1')
      return rows.length === 0
    },
    { timeout: 20_000 },
  )
  return tellSealedLines(options)
}

const as = authority.as
/** As somebody else than the test’s capacity manager, at another instant: agreements are told by theirs. */
const at = <T>(minutes: number, person: TestPerson, run: Parameters<typeof inWork<T>>[2]): Promise<T> =>
  inWork(db, { ...programActor(authority.organisationId, 'test'), ...person.actor }, run, new Date(testNow.getTime() + minutes * 60_000))
const propose = (person: TestPerson): Promise<Plan> =>
  as({}, work =>
    proposePlan(work, person.id, {
      halfYearId: authority.halfYearId,
      targetRoleId: framework.analyst,
      currentRoleId: null,
      duties: '',
      language: 'vi',
    }),
  )
const list = (person: TestPerson) => as(person.actor, work => listNotifications(work, { limit: 50 }, noticeRules))
const kindsOf = async (person: TestPerson, planId: string): Promise<string[]> =>
  (await list(person)).notifications.filter(({ subject }) => subject?.path === `/plans/${planId}`).map(({ kind }) => kind)
const mailsTo = ({ actor }: TestPerson) =>
  database.asOwner<{ kind: string; subject: string; language: string; content: { parts: unknown[] } }>(
    'select kind, subject, language, content from mail where user_id = $1 order by id',
    [actor.userId],
  )
const digest = (now: Date) =>
  inWork(db, programActor(authority.organisationId, 'job:mail.digest'), work => writeDigests(work, noticeRules, publicUrl), now)

test('a proposal is told to the person and the supervisor, and not to who proposed it', async () => {
  const an = await office.makePerson('Nguyễn Thị An')
  const plan = await at(0, binh, work =>
    proposePlan(work, an.id, {
      halfYearId: authority.halfYearId,
      targetRoleId: framework.analyst,
      currentRoleId: null,
      duties: '',
      language: 'vi',
    }),
  )
  await tell()
  expect((await list(an)).notifications).toEqual([
    {
      id: expect.any(String),
      kind: 'plan-proposed',
      at: testNow.toISOString(),
      isRead: false,
      subject: { isOwn: true, person: 'Nguyễn Thị An', detail: '2026-H2', path: `/plans/${plan.id}` },
    },
  ])
  expect(await kindsOf(binh, plan.id)).toEqual([])
  await as({}, work => changePlan(work, plan.id, 1, { duties: 'New', chosenGapIds: plan.gaps.map(gap => gap.id), actions: [] }))
  await tell()
  expect(await kindsOf(binh, plan.id)).toEqual(['plan-changed'])
})

test('each side hears that the other has agreed, and both that the plan is agreed', async () => {
  const an = await office.makePerson()
  const plan = await propose(an)
  await tell()
  const half = await at(1, an, work => agreePlanAsPerson(work, plan.id, plan.version))
  await tell()
  expect(await kindsOf(binh, plan.id)).toEqual(['plan-to-agree', 'plan-proposed'])
  expect(await kindsOf(an, plan.id)).toEqual(['plan-proposed'])
  await at(2, binh, work => agreePlanAsSupervisor(work, plan.id, half.version))
  await tell()
  expect(await kindsOf(an, plan.id)).toEqual(['plan-agreed', 'plan-proposed'])
})

test('a line is told once, however often it is read and by however many servers', async () => {
  const an = await office.makePerson()
  const plan = await propose(an)
  await tell()
  await database.asOwner(`update ledger_follower set position = 0`)
  await Promise.all([tellSealedLines(options), tellSealedLines(options), tellSealedLines(options)])
  expect(await kindsOf(an, plan.id)).toEqual(['plan-proposed'])
  expect((await mailsTo(an)).map(({ kind }) => kind)).toEqual(['notification'])
})

test('ten changes that nobody has looked at are one notification', async () => {
  const an = await office.makePerson()
  let plan = await propose(an)
  for (const duties of ['One', 'Two', 'Three']) {
    plan = await as({}, work => changePlan(work, plan.id, plan.version, { duties, chosenGapIds: [], actions: [] }))
    await tell()
  }
  expect(await kindsOf(an, plan.id)).toEqual(['plan-changed', 'plan-proposed'])
})

test('read is read, alone or with all before it, and nobody reads for somebody else', async () => {
  const an = await office.makePerson()
  await propose(an)
  await tell()
  const { notifications, unread } = await list(an)
  expect(unread).toBe(1)
  await expect(as(binh.actor, work => readNotification(work, notifications[0]!.id, { andOlder: true }))).rejects.toMatchObject({
    status: 404,
  })
  expect(await as(an.actor, work => readNotification(work, notifications[0]!.id, { andOlder: true }))).toEqual({ unread: 0 })
  expect((await list(an)).notifications.map(({ isRead }) => isRead)).toEqual([true])
})

test('whose reach has ended sees that there was something, and not what', async () => {
  const an = await office.makePerson()
  const plan = await propose(an)
  await tell()
  const { notifications } = await as({ ...binh.actor, reportIds: [] }, work => listNotifications(work, { limit: 50 }, noticeRules))
  expect(notifications.every(({ subject }) => subject === null)).toBe(true)
  expect(await kindsOf(binh, plan.id)).toEqual(['plan-proposed'])
})

test('a mail at once leads to the plan, in the language of the account, and says whose it is', async () => {
  const an = await office.makePerson('Lê Thị Ễnh')
  await database.asOwner(`update user_account set language = 'ja' where id = $1`, [an.actor.userId])
  const plan = await propose(an)
  await tell()
  const [mail] = await mailsTo(an)
  expect(mail).toMatchObject({ kind: 'notification', language: 'ja', subject: '2026-H2の本人の育成計画が提案され、同意を待っています' })
  expect(mail!.content.parts).toContainEqual({ action: { label: '開く', href: `${publicUrl}/plans/${plan.id}` } })
})

test('how mail tells is for each to say, kind by kind', async () => {
  const an = await office.makePerson()
  const settings = await as(an.actor, work => changeNotificationSettings(work, { settings: [{ kind: 'plan-proposed', delivery: 'none' }] }))
  expect(settings.settings).toContainEqual({ kind: 'plan-proposed', delivery: 'none' })
  const plan = await propose(an)
  await tell()
  expect(await kindsOf(an, plan.id)).toEqual(['plan-proposed'])
  expect(await mailsTo(an)).toEqual([])
})

test('of what lies days back no mail is written: it is in the list', async () => {
  const an = await office.makePerson()
  const plan = await propose(an)
  await tell()
  const before = await mailsTo(binh)
  await at(-5 * 24 * 60, an, work => agreePlanAsPerson(work, plan.id, plan.version))
  await tell()
  expect(await kindsOf(binh, plan.id)).toContain('plan-to-agree')
  expect(await mailsTo(binh)).toEqual(before)
})

test('a digest comes once a day, in working hours, with what is unread', async () => {
  const an = await office.makePerson('Trần Thị Cúc')
  let plan = await propose(an)
  plan = await as({}, work => changePlan(work, plan.id, plan.version, { duties: 'One', chosenGapIds: [], actions: [] }))
  await tell()
  const digests = async () => (await mailsTo(an)).filter(({ kind }) => kind === 'digest')
  // Sunday in Hà Nội, then Monday before and after seven.
  await digest(new Date('2026-11-22T03:00:00Z'))
  await digest(new Date('2026-11-22T23:59:00Z'))
  expect(await digests()).toEqual([])
  await digest(new Date('2026-11-23T00:17:00Z'))
  await digest(new Date('2026-11-23T01:17:00Z'))
  const [mail, ...more] = await digests()
  expect(more).toEqual([])
  expect(mail!.content.parts).toContainEqual({
    items: [
      {
        text: 'Kế hoạch phát triển 2026-H2 của bản thân đã được thay đổi và đang chờ xác nhận',
        href: `${publicUrl}/plans/${plan.id}`,
      },
    ],
  })
  // A change on the same day waits for the next; one that is read meanwhile is not in it.
  await as(an.actor, async work =>
    readNotification(work, (await listNotifications(work, { limit: 1 }, noticeRules)).notifications[0]!.id, { andOlder: true }),
  )
  await as({}, work => changePlan(work, plan.id, plan.version, { duties: 'Two', chosenGapIds: [], actions: [] }))
  await tell()
  await digest(new Date('2026-11-23T02:17:00Z'))
  expect(await digests()).toHaveLength(1)
  await digest(new Date('2026-11-24T02:17:00Z'))
  expect(await digests()).toHaveLength(2)
  await digest(new Date('2026-11-25T02:17:00Z'))
  expect(await digests()).toHaveLength(2)
})

test('what is told reaches the open screen of who is told', async () => {
  const an = await office.makePerson()
  const listener = await listen(await server.signIn(an.actor.userId!))
  await vi.waitUntil(() => listener.heard.some(({ id }) => id !== undefined), { timeout: 20_000 })
  await propose(an)
  await tell()
  await listener.hear('notification')
  expect((await as(an.actor, countNotifications)).unread).toBe(1)
})

test('after ninety days a notification goes', async () => {
  const an = await office.makePerson()
  const plan = await propose(an)
  await tell()
  await database.asOwner(`update notification set at = at - interval '91 days' where user_id = $1`, [an.actor.userId])
  expect(await as({}, removeOldNotifications)).toBe(1)
  expect(await kindsOf(an, plan.id)).toEqual([])
  expect(await kindsOf(binh, plan.id)).toEqual(['plan-proposed'])
})
