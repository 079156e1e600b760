import type { Mount } from '#platform/http/mount.ts'
import * as api from './notifications.api.ts'
import * as notifications from './notifications.ts'
import type { NoticeRules } from './rules.ts'

export function mountNotifications(mount: Mount, rules: NoticeRules): void {
  mount(api.listNotifications, (work, { query }) => notifications.listNotifications(work, query, rules))
  mount(api.countNotifications, notifications.countNotifications)
  mount(api.readNotification, (work, { params, body }) => notifications.readNotification(work, params.notificationId, body))
  mount(api.getNotificationSettings, notifications.getNotificationSettings)
  mount(api.changeNotificationSettings, (work, { body }) => notifications.changeNotificationSettings(work, body))
}
