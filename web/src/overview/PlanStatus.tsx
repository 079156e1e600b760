import type { Plan } from 'luytre/capacity/development-plans/development-plans.api.ts'
import { useTranslation } from 'react-i18next'
import { StatusMark } from '#ui/StatusMark.tsx'

const kinds = { proposed: 'attention', 'half-agreed': 'attention', agreed: 'good', closed: 'none' } as const

export function PlanStatus({ status }: { status: Plan['status'] }) {
  const { t } = useTranslation('overview')
  return <StatusMark kind={kinds[status]}>{t(`planStatus.${status}`)}</StatusMark>
}
