import type { Work } from '#platform/database/work.ts'
import type { FollowedLine } from '#platform/events/followed-lines.ts'
import type { Permission } from '#platform/permissions/permissions.ts'
import type { NotificationKind } from './notifications.api.ts'

// What areas say of their records, handed in where the server is put together: the platform knows no area.

/** What some people are told. */
export interface Notice {
  kind: NotificationKind
  personIds: readonly (string | null)[]
}

/** What is told of, as it is now. */
export interface Subject {
  personId: string
  person: string
  detail: string
  path: string
}

/** Of one kind of record. */
export interface NoticeRule {
  /** Lines that tell somebody something. */
  verbs: readonly string[]
  /** Whoever made the change is not told, even if named. */
  tell: (work: Work, line: FollowedLine) => Promise<Notice | undefined>
  /** Who may see the record sees what it is about; the others see that there was something. */
  permission: Permission
  describe: (work: Work, recordIds: readonly string[]) => Promise<ReadonlyMap<string, Subject>>
}

/** By kind of record, as the ledger's lines name it. */
export type NoticeRules = Readonly<Record<string, NoticeRule>>

/** What is told by mail at once and what in the day's digest, unless a person wants it otherwise. */
export const usualDelivery = {
  'plan-proposed': 'at-once',
  'plan-to-agree': 'at-once',
  'plan-changed': 'digest',
  'plan-agreed': 'digest',
  'rating-contested': 'at-once',
  'contest-answered': 'digest',
} as const satisfies Record<NotificationKind, string>
