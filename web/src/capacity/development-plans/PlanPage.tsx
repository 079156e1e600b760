import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { getPlan, type Plan } from 'luytre/capacity/development-plans/development-plans.api.ts'
import { useTranslation } from 'react-i18next'
import classes from '#capacity/development-plans/development-plans.module.css'
import { statusMarks } from '#capacity/development-plans/plan-texts.ts'
import { PlanContent } from '#capacity/development-plans/PlanContent.tsx'
import { DownloadPlan } from '#capacity/development-plans/PlanTools.tsx'
import { WithPlan } from '#capacity/development-plans/WithPlan.tsx'
import { queryFor } from '#platform/call/query-for.ts'
import { useFormat } from '#platform/i18n/use-language.ts'
import { ButtonLink } from '#ui/ButtonLink.tsx'
import { Page } from '#ui/Page.tsx'
import { StatusMark } from '#ui/StatusMark.tsx'

const route = getRouteApi('/shell/plans/$planId/')

export function PlanPage() {
  const { t } = useTranslation('plans')
  const { planId } = route.useParams()
  const plan = useQuery(queryFor(getPlan, { params: { planId } }))
  // Another plan is another page: the focus goes to its heading.
  return (
    <WithPlan plan={plan} title={t('one')}>
      {found => <OpenPlan key={planId} plan={found} />}
    </WithPlan>
  )
}

function OpenPlan({ plan }: { plan: Plan }) {
  const { t } = useTranslation('plans')
  const isToSign = plan.may.agreeAsPerson || plan.may.agreeAsSupervisor
  // One main action: to agree where the reader can, else to edit, else the paper.
  const isEditMain = plan.may.write && !isToSign && plan.status !== 'agreed'
  return (
    <Page
      title={t('plan.title', { person: plan.person.name })}
      state={<PlanState plan={plan} isToSign={isToSign} />}
      more={<DownloadPlan plan={plan} />}
      main={
        plan.may.write && (
          <ButtonLink to="/plans/$planId/edit" params={{ planId: plan.id }} variant={isEditMain ? 'filled' : 'default'}>
            {t('plan.edit')}
          </ButtonLink>
        )
      }
    >
      <PlanContent plan={plan} />
    </Page>
  )
}

function PlanState({ plan, isToSign }: { plan: Plan; isToSign: boolean }) {
  const { t } = useTranslation('plans')
  const format = useFormat()
  const { status, personSignature, supervisorSignature } = plan
  const only = personSignature ?? supervisorSignature
  const last = [personSignature?.at ?? '', supervisorSignature?.at ?? ''].toSorted().at(-1)
  const text = {
    proposed: () => t('plan.state.proposed'),
    'half-agreed': () =>
      only
        ? t(personSignature ? 'plan.state.half-agreed-person' : 'plan.state.half-agreed-supervisor', {
            name: only.name,
            at: format.instant(only.at),
          })
        : '',
    agreed: () =>
      personSignature?.signedOn && supervisorSignature?.signedOn
        ? t('plan.state.onPaper', { on: format.date(personSignature.signedOn) })
        : t('plan.state.agreed', { at: last ? format.instant(last) : '' }),
    closed: () => (plan.closedOn ? t('plan.state.closed', { on: format.date(plan.closedOn) }) : ''),
  }[status]()
  return (
    <span className={classes.state}>
      <StatusMark kind={statusMarks[status]}>{t(`status.${status}`)}</StatusMark>
      <span>
        {text}{' '}
        <Link to="/plans/$planId/versions" params={{ planId: plan.id }}>
          {t('plan.version', { version: plan.contentVersion })}
        </Link>
      </span>
      {isToSign && <a href="#agreement">{t('plan.toSign')}</a>}
    </span>
  )
}
