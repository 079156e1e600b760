import { ActionIcon, Button, Menu } from '@mantine/core'
import { IconChevronDown, IconDownload, IconRefresh } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { getPlan, getPlanDocument, renewPlan, type Plan } from 'luytre/capacity/development-plans/development-plans.api.ts'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import classes from '#capacity/development-plans/development-plans.module.css'
import { staleAfterPlanChange } from '#capacity/stale-after.ts'
import { call } from '#platform/call/call.ts'
import type { CallProblem } from '#platform/call/call-problem.ts'
import { problemText } from '#platform/call/problem-text.ts'
import { queryFor, useChange } from '#platform/call/query-for.ts'
import { saveDownload } from '#platform/call/save-download.ts'
import { languages, type Language } from '#platform/i18n/languages.ts'
import { useLanguage } from '#platform/i18n/use-language.ts'
import { ConfirmDialog } from '#ui/ConfirmDialog.tsx'
import { notifications } from '#ui/notifications.ts'

/** Measures the gaps again; asked first, since actions may go with it. */
export function RenewPlan({ plan }: { plan: Plan }) {
  const { t } = useTranslation('plans')
  const language = useLanguage()
  const refusal = useRefusal(plan.id)
  const [isAsked, setIsAsked] = useState(false)
  const renewing = useChange(renewPlan, staleAfterPlanChange)
  const queries = useQueryClient()
  const renew = (): void =>
    renewing.mutate(
      { params: { planId: plan.id }, body: { language }, ifMatch: plan.version },
      {
        onSuccess: renewed => {
          queries.setQueryData(planKey(plan.id), renewed)
          notifications.show({ message: t('plan.renewed') })
        },
        onError: refusal,
        onSettled: () => setIsAsked(false),
      },
    )
  return (
    <>
      <Button variant="subtle" size="compact-md" leftSection={<IconRefresh size={16} aria-hidden />} onClick={() => setIsAsked(true)}>
        {t('plan.renew')}
      </Button>
      <ConfirmDialog
        isOpen={isAsked}
        title={t('plan.renewTitle')}
        confirm={t('plan.renew')}
        isBusy={renewing.isPending}
        onConfirm={renew}
        onClose={() => setIsAsked(false)}
      >
        <p>{t('plan.renewText')}</p>
        {plan.status !== 'proposed' && <p className={classes.dialogNote}>{t('plan.renewVoids')}</p>}
      </ConfirmDialog>
    </>
  )
}

/** The paper: Vietnamese by one click, the other languages behind the arrow. */
export function DownloadPlan({ plan }: { plan: Plan }) {
  const { t } = useTranslation(['plans', 'common'])
  const refusal = useRefusal(plan.id)
  const download = useMutation({
    mutationFn: (language: Language) =>
      call(getPlanDocument, {
        params: { planId: plan.id },
        query: { language, ...(!plan.isLatest && { contentVersion: plan.contentVersion }) },
      }),
    onSuccess: saveDownload,
    onError: (problem: CallProblem) => refusal(problem),
  })
  return (
    <Button.Group>
      <Button
        variant="default"
        leftSection={<IconDownload size={17} aria-hidden />}
        loading={download.isPending}
        onClick={() => download.mutate('vi')}
      >
        {t('plan.download')}
      </Button>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="default" size={36} aria-label={t('plan.downloadOther')} className={classes.splitEnd ?? ''}>
            <IconChevronDown size={16} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {languages.map(language => (
            <Menu.Item key={language} onClick={() => download.mutate(language)}>
              {t('plan.downloadIn', { language: t(`common:languages.${language}`) })}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </Button.Group>
  )
}

export const planKey = (planId: string) => queryFor(getPlan, { params: { planId } }).queryKey

/** Says why something was not done. Where somebody else was faster, the plan is shown as it is now. */
export function useRefusal(planId: string): (problem: CallProblem) => void {
  const { t } = useTranslation('plans')
  const queries = useQueryClient()
  return problem => {
    const isConflict = problem.code === 'version.conflict'
    if (isConflict && problem.current) queries.setQueryData(planKey(planId), problem.current as Plan)
    else void queries.invalidateQueries({ queryKey: planKey(planId) })
    notifications.show({
      title: t('plan.refused'),
      message: isConflict ? t('plan.conflict') : problemText(problem),
      color: 'red',
      autoClose: false,
    })
  }
}
