import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { endStaffingNeed, getStaffingNeed, listStaffingNeeds, type StaffingNeed } from 'luytre/capacity/needs/needs.api.ts'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { NearestPeople } from '#capacity/needs/NearestPeople.tsx'
import classes from '#capacity/needs/needs.module.css'
import { NeedStatus } from '#capacity/needs/NeedStatus.tsx'
import { staleAfterNeedChange } from '#capacity/stale-after.ts'
import { problemText } from '#platform/call/problem-text.ts'
import { queryFor, useChange } from '#platform/call/query-for.ts'
import { useFormat } from '#platform/i18n/use-language.ts'
import { useTranslated } from '#platform/i18n/use-translated.ts'
import { useScope } from '#platform/session/session.ts'
import { ButtonLink } from '#ui/ButtonLink.tsx'
import { ConfirmDialog } from '#ui/ConfirmDialog.tsx'
import { DetailPanel } from '#ui/DetailPanel.tsx'
import { ErrorState } from '#ui/ErrorState.tsx'
import { Facts } from '#ui/Facts.tsx'
import { notifications } from '#ui/notifications.ts'
import { PanelSkeleton } from '#ui/PanelSkeleton.tsx'
import { TranslatedText } from '#ui/TranslatedText.tsx'

const route = getRouteApi('/shell/needs/$needId')
const closeTo = { to: '/needs' } as const

export function NeedPanel() {
  const { t } = useTranslation('needs')
  const { needId } = route.useParams()
  const need = useQuery(queryFor(getStaffingNeed, { params: { needId } }))
  if (need.error && !need.data) {
    return (
      <DetailPanel title={t('one')} closeTo={closeTo}>
        <ErrorState error={need.error} onRetry={() => void need.refetch()} isInline />
      </DetailPanel>
    )
  }
  if (!need.data) return <PanelSkeleton title={t('one')} closeTo={closeTo} />
  return <NeedDetails key={needId} need={need.data} />
}

function NeedDetails({ need }: { need: StaffingNeed }) {
  const { t } = useTranslation('needs')
  const format = useFormat()
  const translated = useTranslated()
  const today = useQuery(queryFor(listStaffingNeeds)).data?.today ?? ''
  const mayWrite = useScope('staffing-need.write') !== undefined
  const mayReadGaps = useScope('gap.read') !== undefined
  const mayReadLedger = useScope('ledger.read') !== undefined
  const levelName = need.framework.levels.find(({ level }) => level === need.level)?.name
  return (
    <DetailPanel title={<TranslatedText text={need.role.name} />} subtitle={<NeedStatus need={need} today={today} />} closeTo={closeTo}>
      <Facts
        facts={[
          { label: t('fields.people'), value: format.number(need.people) },
          { label: t('fields.ready'), value: format.number(need.ready) },
          { label: t('fields.level'), value: levelName ? `${need.level} ${translated(levelName)}` : need.level },
          { label: t('fields.unit'), value: need.unit ? <TranslatedText text={need.unit.name} /> : t('anywhere') },
          { label: t('fields.dueOn'), value: format.date(need.dueOn) },
          { label: t('fields.priority'), value: t('priority', { priority: need.priority }) },
          { label: t('fields.reason'), value: need.reason },
          { label: t('fields.framework'), value: `${translated(need.framework.title)}, ${need.framework.version}` },
        ]}
      />
      {mayWrite && need.endedAt === null && (
        <div className={classes.actions}>
          <ButtonLink to="/needs/$needId/edit" params={{ needId: need.id }} variant="default">
            {t('edit.action')}
          </ButtonLink>
          <EndNeed need={need} />
        </div>
      )}
      {mayReadLedger && (
        <p>
          <Link to="/ledger" search={{ recordId: need.id }}>
            {t('history')}
          </Link>
        </p>
      )}
      {mayReadGaps && need.endedAt === null && <NearestPeople need={need} />}
    </DetailPanel>
  )
}

function EndNeed({ need }: { need: StaffingNeed }) {
  const { t } = useTranslation('needs')
  const navigate = useNavigate()
  const [isOpen, setIsOpen] = useState(false)
  const end = useChange(endStaffingNeed, staleAfterNeedChange)
  return (
    <>
      <Button variant="default" onClick={() => setIsOpen(true)}>
        {t('end.action')}
      </Button>
      <ConfirmDialog
        isOpen={isOpen}
        title={t('end.title')}
        confirm={t('end.action')}
        isBusy={end.isPending}
        onClose={() => setIsOpen(false)}
        onConfirm={() => {
          end.mutate(
            { params: { needId: need.id }, ifMatch: need.version },
            {
              onSuccess: () => {
                notifications.show({ message: t('end.done') })
                void navigate(closeTo)
              },
              onError: error => {
                setIsOpen(false)
                notifications.show({ message: problemText(error), color: 'red' })
              },
            },
          )
        }}
      >
        {t('end.text')}
      </ConfirmDialog>
    </>
  )
}
