import { contestNotices } from '#capacity/assessments/assessments.events.ts'
import { planNotices } from '#capacity/development-plans/development-plans.events.ts'
import type { NoticeRules } from '#platform/notifications/rules.ts'

/** Of which kinds of records people are told, and how they read. */
export const noticeRules: NoticeRules = { plan: planNotices, contest: contestNotices }
