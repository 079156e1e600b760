import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { Plan } from 'luytre/capacity/development-plans/development-plans.api.ts'
import { getPlanVersion } from 'luytre/capacity/development-plans/plan-versions.api.ts'
import { useTranslation } from 'react-i18next'
import { statusMarks } from '#capacity/development-plans/plan-texts.ts'
import classes from '#capacity/development-plans/development-plans.module.css'
import { PlanContent } from '#capacity/development-plans/PlanContent.tsx'
import { DownloadPlan } from '#capacity/development-plans/PlanTools.tsx'
import { WithPlan } from '#capacity/development-plans/WithPlan.tsx'
import { queryFor } from '#platform/call/query-for.ts'
import { ButtonLink } from '#ui/ButtonLink.tsx'
import { Notice } from '#ui/Notice.tsx'
import { Page } from '#ui/Page.tsx'
import { StatusMark } from '#ui/StatusMark.tsx'

const route = getRouteApi('/shell/plans/$planId/versions/$version')

/** A plan as it was in one version: to read, to print, and to compare. */
export function PlanVersionPage() {
  const { t } = useTranslation('plans')
  const { planId, version } = route.useParams()
  const plan = useQuery(queryFor(getPlanVersion, { params: { planId, number: version } }))
  return (
    <WithPlan plan={plan} title={t('plan.version', { version })}>
      {found => <OpenVersion key={`${planId} ${version}`} plan={{ ...found, may: nothing }} />}
    </WithPlan>
  )
}

/** Here a plan is read; what is to be done with it is done on its own page. */
const nothing: Plan['may'] = { write: false, agreeAsPerson: false, agreeAsSupervisor: false, attachPaper: false }

function OpenVersion({ plan }: { plan: Plan }) {
  const { t } = useTranslation('plans')
  const { id: planId, contentVersion } = plan
  return (
    <Page
      title={t('versions.one', { person: plan.person.name, version: contentVersion })}
      state={
        <span className={classes.state}>
          <StatusMark kind={statusMarks[plan.status]}>{t(`status.${plan.status}`)}</StatusMark>
          <span>{t('versions.code', { code: plan.code })}</span>
        </span>
      }
      more={<DownloadPlan plan={plan} />}
      main={
        contentVersion > 1 && (
          <ButtonLink
            to="/plans/$planId/compare"
            params={{ planId }}
            search={{ before: contentVersion - 1, after: contentVersion }}
            variant="default"
          >
            {t('versions.compareWith', { version: contentVersion - 1 })}
          </ButtonLink>
        )
      }
    >
      {!plan.isLatest && (
        <Notice kind="attention">
          <p>{t('versions.earlier')}</p>
          <ButtonLink to="/plans/$planId" params={{ planId }} variant="default" mt={8}>
            {t('versions.toLatest')}
          </ButtonLink>
        </Notice>
      )}
      <PlanContent plan={plan} />
    </Page>
  )
}
