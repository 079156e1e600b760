import type { Work } from '#platform/database/work.ts'
import type { Arguments } from '#platform/http/endpoint.ts'
import { notFound } from '#platform/http/problem.ts'
import { recordChange } from '#platform/ledger/ledger.ts'
import { mayReach } from '#platform/permissions/reach.ts'
import { notificationKind, notificationKinds, unreadMax } from './notifications.api.ts'
import type { Delivery, Notification, NotificationKind, changeNotificationSettings as changing } from './notifications.api.ts'
import * as store from './notifications.store.ts'
import { usualDelivery } from './rules.ts'
import type { NoticeRules } from './rules.ts'

// The own list. A notification is kept by ids and made readable here, as far as the reader may still see the record.

/** After that nobody looks any more; the ledger keeps what happened. */
const keptDays = 90
const removedAtOnce = 5000

export async function listNotifications(work: Work, query: { before?: string | undefined; limit: number }, rules: NoticeRules) {
  const rows = await store.selectNotifications(work, { before: query.before, limit: query.limit + 1 })
  const shown = rows.slice(0, query.limit)
  return {
    notifications: await present(work, shown, rules),
    unread: await store.countUnread(work, unreadMax),
    next: rows.length > query.limit ? shown.at(-1)!.id : null,
  }
}

export const countNotifications = async (work: Work) => ({ unread: await store.countUnread(work, unreadMax) })

export async function readNotification(work: Work, notificationId: string, { andOlder }: { andOlder: boolean }) {
  if (!(await store.hasNotification(work, notificationId))) throw notFound('notification')
  await store.markRead(work, notificationId, andOlder)
  return countNotifications(work)
}

/** With one query per kind of record. `work` acts as the reader. */
export async function present(work: Work, rows: readonly store.NotificationRow[], rules: NoticeRules): Promise<Notification[]> {
  const subjects = new Map<string, Notification['subject']>()
  for (const [type, ofType] of Map.groupBy(rows, row => row.recordType)) {
    const rule = rules[type]
    if (!rule) continue
    const ids = [...new Set(ofType.map(row => row.recordId))]
    for (const [id, { personId, person, detail, path }] of await rule.describe(work, ids))
      if (mayReach(work, rule.permission, personId))
        subjects.set(`${type} ${id}`, { isOwn: personId === work.actor.personId, person, detail, path })
  }
  return rows.flatMap(({ id, kind, at, readAt, recordType, recordId }) => {
    const known = notificationKind.safeParse(kind)
    const subject = subjects.get(`${recordType} ${recordId}`) ?? null
    return known.success ? [{ id, kind: known.data, at: at.toISOString(), isRead: readAt !== null, subject }] : []
  })
}

export async function getNotificationSettings(work: Work) {
  const { userId } = work.actor
  const own = await store.selectSettings(work, [userId!])
  return { settings: notificationKinds.map(kind => ({ kind, delivery: deliveryOf(own, userId!, kind) })) }
}

export const deliveryOf = (settings: ReadonlyMap<string, Delivery>, userId: string, kind: NotificationKind): Delivery =>
  settings.get(`${userId} ${kind}`) ?? usualDelivery[kind]

export async function changeNotificationSettings(work: Work, { settings }: Arguments<typeof changing>['body']) {
  const before = await getNotificationSettings(work)
  const asItIs = new Map(before.settings.map(({ kind, delivery }) => [kind, delivery]))
  // Of a kind that is named twice the last counts.
  const wanted = [...new Map(settings.map(one => [one.kind, one])).values()]
  const changed = wanted.filter(({ kind, delivery }) => asItIs.get(kind) !== delivery)
  if (changed.length === 0) return before
  await store.upsertSettings(work, changed)
  await recordChange(work, {
    verb: 'account.notifications-set',
    recordType: 'account',
    recordId: work.actor.userId!,
    before: Object.fromEntries(changed.map(({ kind }) => [kind, asItIs.get(kind)])),
    after: Object.fromEntries(changed.map(({ kind, delivery }) => [kind, delivery])),
  })
  return getNotificationSettings(work)
}

/** Removes what is too old; resolves with the number. */
export const removeOldNotifications = (work: Work): Promise<number> =>
  store.deleteNotificationsBefore(work, new Date(work.now.getTime() - keptDays * 86_400_000), removedAtOnce)
