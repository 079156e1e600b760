import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { listPlans } from 'luytre/capacity/development-plans/development-plans.api.ts'
import { listPeople } from 'luytre/capacity/people/people.api.ts'
import { useTranslation } from 'react-i18next'
import { Card } from '#overview/Card.tsx'
import classes from '#overview/Card.module.css'
import { useCurrentHalfYear } from '#overview/current-half-year.ts'
import { queryFor } from '#platform/call/query-for.ts'
import { useFormat } from '#platform/i18n/use-language.ts'
import { textOf } from '#platform/i18n/text-key.ts'

/** For those who see all of the organisation: how many people there are, and how many plans are agreed. */
export function OrganisationState() {
  const { t } = useTranslation('overview')
  const format = useFormat()
  const halfYear = useCurrentHalfYear()
  const people = useQuery(queryFor(listPeople, { query: { limit: 1 } })).data
  const inHalfYear = { enabled: halfYear !== undefined }
  const halfYearId = halfYear?.id ?? ''
  const plans = useQuery({ ...queryFor(listPlans, { query: { halfYearId, limit: 1 } }), ...inHalfYear }).data
  const agreed = useQuery({ ...queryFor(listPlans, { query: { halfYearId, status: 'agreed', limit: 1 } }), ...inHalfYear }).data
  if (!people || people.total === 0) return null
  return (
    <Card title={t('organisation')}>
      <dl className={classes.figures}>
        <div>
          <dt>{textOf('people:title')}</dt>
          <dd>
            <Link to="/people">{t('peopleCount', { count: people.total })}</Link>
          </dd>
        </div>
        {halfYear && plans && agreed && (
          <div>
            <dt>{t('plansCount', { halfYear: halfYear.code })}</dt>
            <dd>{t('plansAgreed', { agreed: format.number(agreed.total), count: plans.total })}</dd>
          </div>
        )}
      </dl>
    </Card>
  )
}
