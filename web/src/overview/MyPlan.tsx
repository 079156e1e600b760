import { useQuery } from '@tanstack/react-query'
import { listPlans } from 'luytre/capacity/development-plans/development-plans.api.ts'
import { useTranslation } from 'react-i18next'
import { Card } from '#overview/Card.tsx'
import classes from '#overview/Card.module.css'
import { useCurrentHalfYear } from '#overview/current-half-year.ts'
import { PlanStatus } from '#overview/PlanStatus.tsx'
import { queryFor } from '#platform/call/query-for.ts'
import { useFormat } from '#platform/i18n/use-language.ts'
import { useTranslated } from '#platform/i18n/use-translated.ts'
import { ButtonLink } from '#ui/ButtonLink.tsx'
import { ErrorState } from '#ui/ErrorState.tsx'

export function MyPlan({ personId }: { personId: string }) {
  const { t } = useTranslation('overview')
  const format = useFormat()
  const translated = useTranslated()
  const halfYear = useCurrentHalfYear()
  const plans = useQuery({
    ...queryFor(listPlans, { query: { personId, halfYearId: halfYear?.id ?? '' } }),
    enabled: halfYear !== undefined,
  })
  if (plans.error) return <ErrorState error={plans.error} onRetry={() => void plans.refetch()} isInline />
  if (!halfYear || !plans.data) return null

  const plan = plans.data.plans.find(({ status }) => status !== 'closed')
  if (!plan) {
    return (
      <Card title={t('planTitle')}>
        <p className={classes.quiet}>{t('planNone', { halfYear: halfYear.code })}</p>
      </Card>
    )
  }
  const words = { halfYear: plan.halfYearCode, role: translated(plan.targetRole.name) }
  return (
    <Card title={t('planTitle')} state={<PlanStatus status={plan.status} />}>
      <div className={classes.row}>
        <p>
          {plan.status !== 'agreed'
            ? t('planWaiting', words)
            : plan.lastDueOn
              ? t('planAgreed', { ...words, due: format.date(plan.lastDueOn) })
              : t('planAgreedNoDue', words)}
        </p>
        <ButtonLink to="/plans/$planId" params={{ planId: plan.id }} variant={plan.status === 'agreed' ? 'default' : 'filled'}>
          {t('openPlan')}
        </ButtonLink>
      </div>
    </Card>
  )
}
