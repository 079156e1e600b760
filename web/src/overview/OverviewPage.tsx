import { useTranslation } from 'react-i18next'
import { useCurrentHalfYear } from '#overview/current-half-year.ts'
import { FirstSteps } from '#overview/FirstSteps.tsx'
import { MyAssessment } from '#overview/MyAssessment.tsx'
import { MyPlan } from '#overview/MyPlan.tsx'
import { MyTeam } from '#overview/MyTeam.tsx'
import { OrganisationState } from '#overview/OrganisationState.tsx'
import { useFormat } from '#platform/i18n/use-language.ts'
import { useMe } from '#platform/session/session.ts'
import { Page } from '#ui/Page.tsx'

/** What waits for the person, by what the person is: a member of staff, a supervisor, a manager; often several. */
export function OverviewPage() {
  const { t } = useTranslation('overview')
  const me = useMe()
  const { permissions } = me
  const format = useFormat()
  const halfYear = useCurrentHalfYear()
  return (
    <Page title={t('title')} state={halfYear ? t('state', { halfYear: halfYear.code, ends: format.date(halfYear.endsOn) }) : ' '}>
      {permissions['unit.write'] && permissions['person.write'] && <FirstSteps />}
      {me.personId && permissions['assessment.write-self'] && <MyAssessment personId={me.personId} />}
      {me.personId && permissions['plan.read'] && <MyPlan personId={me.personId} />}
      {me.personId && me.roles.includes('supervisor') && <MyTeam personId={me.personId} />}
      {permissions['plan.read'] === 'organisation' && <OrganisationState />}
    </Page>
  )
}
