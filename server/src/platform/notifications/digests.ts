import type { Work } from '#platform/database/work.ts'
import { dayIn } from '#platform/organisations/half-years.ts'
import { getOrganisation } from '#platform/organisations/organisations.ts'
import { mailDigest } from './notification-mail.ts'
import { notificationKind } from './notifications.api.ts'
import * as store from './notifications.store.ts'
import type { NoticeRules, Subject } from './rules.ts'

// Once a day, on working days and in working hours of the authority, one mail to everybody who wants to hear of something
// in a digest and has not read it meanwhile.

const fromHour = 7
const untilHour = 18
const usersAtOnce = 100

/** Writes the digests that are due, some at a time: 'again' when there may be more. */
export async function writeDigests(work: Work, rules: NoticeRules, publicUrl: string): Promise<'again' | undefined> {
  const { timeZone } = await getOrganisation(work)
  if (!isWorkingTime(timeZone, work.now)) return undefined
  const day = dayIn(timeZone, work.now)
  const users = await store.selectDigestUsers(work, day, usersAtOnce)
  const rows = await store.selectForDigest(
    work,
    users.map(({ userId }) => userId),
  )
  const subjects = await describeAll(work, rows, rules)
  const byUser = Map.groupBy(rows, row => row.userId)
  for (const user of users) {
    const own = byUser.get(user.userId) ?? []
    const told = own.flatMap(({ kind, recordType, recordId }) => {
      const known = notificationKind.safeParse(kind)
      const subject = subjects.get(`${recordType} ${recordId}`)
      return known.success && subject ? [{ kind: known.data, subject }] : []
    })
    if (told.length > 0) await mailDigest(work, user, told, day, publicUrl)
  }
  await store.markMailed(
    work,
    rows.map(row => row.id),
  )
  return users.length === usersAtOnce ? 'again' : undefined
}

async function describeAll(work: Work, rows: readonly store.NotificationRow[], rules: NoticeRules): Promise<ReadonlyMap<string, Subject>> {
  const subjects = new Map<string, Subject>()
  for (const [type, ofType] of Map.groupBy(rows, row => row.recordType)) {
    const ids = [...new Set(ofType.map(row => row.recordId))]
    for (const [id, subject] of (await rules[type]?.describe(work, ids)) ?? []) subjects.set(`${type} ${id}`, subject)
  }
  return subjects
}

function isWorkingTime(timeZone: string, at: Date): boolean {
  const parts = new Intl.DateTimeFormat('en', { timeZone, weekday: 'short', hour: 'numeric', hourCycle: 'h23' }).formatToParts(at)
  const part = (type: string): string => parts.find(one => one.type === type)!.value
  const hour = Number(part('hour'))
  return !['Sat', 'Sun'].includes(part('weekday')) && hour >= fromHour && hour < untilHour
}
