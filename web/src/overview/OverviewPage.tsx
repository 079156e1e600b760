import { useTranslation } from 'react-i18next'
import { FirstSteps } from '#overview/FirstSteps.tsx'
import { MyPlan } from '#overview/MyPlan.tsx'
import { MyTeam } from '#overview/MyTeam.tsx'
import { OrganisationState } from '#overview/OrganisationState.tsx'
import { useMe } from '#platform/session/session.ts'
import { Page } from '#ui/Page.tsx'

/** What waits for the person, by what the person is: a member of staff, a supervisor, a manager; often several. */
export function OverviewPage() {
  const { t } = useTranslation('overview')
  const me = useMe()
  const { permissions } = me
  return (
    <Page title={t('title')} state={t('hello', { name: me.name })}>
      {permissions['unit.write'] && permissions['person.write'] && <FirstSteps />}
      {me.personId && permissions['plan.read'] && <MyPlan personId={me.personId} />}
      {me.personId && me.roles.includes('supervisor') && <MyTeam personId={me.personId} />}
      {permissions['plan.read'] === 'organisation' && <OrganisationState />}
    </Page>
  )
}
