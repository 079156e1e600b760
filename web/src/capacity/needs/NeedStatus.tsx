import type { ListedNeed } from 'luytre/capacity/needs/needs.api.ts'
import { useTranslation } from 'react-i18next'
import { StatusMark, type StatusKind } from '#ui/StatusMark.tsx'

type Status = 'met' | 'short' | 'nobody' | 'overdue' | 'ended'

const kinds: Record<Status, StatusKind> = { met: 'good', short: 'attention', nobody: 'serious', overdue: 'critical', ended: 'none' }

function statusOf({ short, ready, dueOn, endedAt }: ListedNeed, today: string): Status {
  if (endedAt !== null) return 'ended'
  if (short === 0) return 'met'
  if (dueOn < today) return 'overdue'
  return ready === 0 ? 'nobody' : 'short'
}

export function NeedStatus({ need, today }: { need: ListedNeed; today: string }) {
  const { t } = useTranslation('needs')
  const status = statusOf(need, today)
  return <StatusMark kind={kinds[status]}>{t(`status.${status}`, { count: need.short })}</StatusMark>
}
