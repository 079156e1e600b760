import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { listPlans } from 'luytre/capacity/development-plans/development-plans.api.ts'
import { getPerson } from 'luytre/capacity/people/people.api.ts'
import { useTranslation } from 'react-i18next'
import { Card } from '#overview/Card.tsx'
import classes from '#overview/Card.module.css'
import { useCurrentHalfYear } from '#overview/current-half-year.ts'
import { PlanStatus } from '#overview/PlanStatus.tsx'
import { queryFor } from '#platform/call/query-for.ts'
import { ErrorState } from '#ui/ErrorState.tsx'
import { StatusMark } from '#ui/StatusMark.tsx'

/** The people whom somebody supervises, and how far each one's plan is. */
export function MyTeam({ personId }: { personId: string }) {
  const { t } = useTranslation('overview')
  const halfYear = useCurrentHalfYear()
  const me = useQuery(queryFor(getPerson, { params: { personId } }))
  const plans = useQuery({
    ...queryFor(listPlans, { query: { halfYearId: halfYear?.id ?? '', limit: 200 } }),
    enabled: halfYear !== undefined,
  })
  if (me.error && !me.data) return <ErrorState error={me.error} onRetry={() => void me.refetch()} isInline />
  if (!me.data || me.data.supervises.length === 0) return null

  const planOf = new Map(plans.data?.plans.filter(({ status }) => status !== 'closed').map(plan => [plan.person.id, plan]))
  return (
    <Card title={t('team')} state={t('teamText', { count: me.data.supervises.length })}>
      <table className={classes.team}>
        <thead>
          <tr>
            <th scope="col">{t('person')}</th>
            <th scope="col">{t('assessment')}</th>
            <th scope="col">{halfYear && t('plan', { halfYear: halfYear.code })}</th>
          </tr>
        </thead>
        <tbody>
          {me.data.supervises.map(person => {
            const plan = planOf.get(person.id)
            return (
              <tr key={person.id}>
                <td>
                  <Link to="/people/$personId" params={{ personId: person.id }}>
                    {person.name}
                  </Link>
                </td>
                <td>
                  <Link to="/people/$personId/assessment" params={{ personId: person.id }}>
                    {t('openAssessment')}
                  </Link>
                </td>
                <td>
                  {plan ? (
                    <Link to="/plans/$planId" params={{ planId: plan.id }}>
                      <PlanStatus status={plan.status} />
                    </Link>
                  ) : (
                    plans.data && <StatusMark kind="none">{t('noPlan')}</StatusMark>
                  )}
                </td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </Card>
  )
}
