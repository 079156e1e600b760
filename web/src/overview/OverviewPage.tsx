import { useQuery } from '@tanstack/react-query'
import { listHalfYears } from 'luytre/capacity/assessments/assessments.api.ts'
import { lazy, Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import { FirstSteps } from '#overview/FirstSteps.tsx'
import { OwnWork } from '#overview/OwnWork.tsx'
import { Progress, ShortRoles } from '#overview/Progress.tsx'
import { TeamWork } from '#overview/TeamWork.tsx'
import { queryFor } from '#platform/call/query-for.ts'
import { useFormat } from '#platform/i18n/use-language.ts'
import { useMe } from '#platform/session/session.ts'
import { Page } from '#ui/Page.tsx'

// Only those who keep the installation load it.
const Installation = lazy(async () => ({ default: (await import('#overview/Installation.tsx')).Installation }))

/** What waits for the person, by what the person is: a keeper, a manager, a supervisor, a member of staff; often several. */
export function OverviewPage() {
  const { t } = useTranslation('overview')
  const { permissions, personId } = useMe()
  const format = useFormat()
  const mayReadHalfYears = permissions['half-year.read'] !== undefined
  const halfYears = useQuery({ ...queryFor(listHalfYears), enabled: mayReadHalfYears }).data?.halfYears
  const halfYear = halfYears?.find(({ isCurrent }) => isCurrent)
  return (
    <Page title={t('title')} state={halfYear ? t('state', { halfYear: halfYear.code, ends: format.date(halfYear.endsOn) }) : ' '}>
      {permissions['unit.write'] && permissions['person.write'] && <FirstSteps />}
      {permissions['ledger.read'] && (
        <Suspense>
          <Installation />
        </Suspense>
      )}
      {permissions['assessment.read'] === 'organisation' && <Progress />}
      {permissions['staffing-need.write'] && <ShortRoles />}
      {permissions['assessment.write-supervisor'] && <TeamWork />}
      {personId && permissions['assessment.write-self'] && <OwnWork />}
    </Page>
  )
}
