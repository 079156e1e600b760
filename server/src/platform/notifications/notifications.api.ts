import { z } from 'zod'
import { endpoint } from '#platform/http/endpoint.ts'
import { uuid } from '#platform/http/uuid.ts'

// What a person is told of the ledger: the own list with its count of unread ones, and how mail tells of it.

/** In the order of the settings. */
export const notificationKinds = [
  'plan-proposed',
  'plan-to-agree',
  'plan-changed',
  'plan-agreed',
  'rating-contested',
  'contest-answered',
] as const
export const notificationKind = z.enum(notificationKinds)
export type NotificationKind = z.infer<typeof notificationKind>

/** Mail at once, once a day together, or none; the list has it in any case. */
export const delivery = z.enum(['at-once', 'digest', 'none'])
export type Delivery = z.infer<typeof delivery>

export const notification = z.strictObject({
  id: uuid,
  kind: notificationKind,
  at: z.iso.datetime(),
  isRead: z.boolean(),
  /** Null when the reader may not see the record any more. */
  subject: z
    .strictObject({
      /** Whether it is the reader's own. */
      isOwn: z.boolean(),
      person: z.string(),
      /** Half-year of a plan, code of a competency. */
      detail: z.string(),
      /** Where it is shown. */
      path: z.string(),
    })
    .nullable(),
})
export type Notification = z.infer<typeof notification>

/** Of unread ones the bell says "99+" beyond. */
export const unreadMax = 100

export const listNotifications = endpoint({
  name: 'listNotifications',
  method: 'GET',
  path: '/notifications',
  summary: 'Notifications of the person who is signed in, newest first',
  needs: 'session.own',
  changes: [],
  reads: ['notification'],
  query: z.strictObject({ before: uuid.optional(), limit: z.coerce.number().int().min(1).max(100).default(50) }),
  returns: z.strictObject({ notifications: z.array(notification), unread: z.int(), next: uuid.nullable() }),
})

export const countNotifications = endpoint({
  name: 'countNotifications',
  method: 'GET',
  path: '/notifications/unread',
  summary: 'How many notifications are unread: at most 100',
  needs: 'session.own',
  changes: [],
  reads: ['notification'],
  returns: z.strictObject({ unread: z.int() }),
})

/** Whether something was read is the reader's own matter: the ledger keeps no line of it. */
export const readNotification = endpoint({
  name: 'readNotification',
  method: 'POST',
  path: '/notifications/:notificationId/read',
  summary: 'Marks a notification as read, alone or with all that are older',
  needs: 'session.own',
  changes: [],
  body: z.strictObject({ andOlder: z.boolean() }),
  returns: z.strictObject({ unread: z.int() }),
})

export const notificationSettings = z.strictObject({
  settings: z.array(z.strictObject({ kind: notificationKind, delivery })),
})

export const getNotificationSettings = endpoint({
  name: 'getNotificationSettings',
  method: 'GET',
  path: '/notification-settings',
  summary: 'How mail tells the person who is signed in, by kind',
  needs: 'session.own',
  changes: [],
  reads: [],
  returns: notificationSettings,
})

export const changeNotificationSettings = endpoint({
  name: 'changeNotificationSettings',
  method: 'PUT',
  path: '/notification-settings',
  summary: 'Sets how mail tells of kinds; kinds that are not named stay as they are',
  needs: 'session.own',
  changes: ['account.notifications-set'],
  body: z.strictObject({ settings: z.array(z.strictObject({ kind: notificationKind, delivery })).max(20) }),
  returns: notificationSettings,
})
