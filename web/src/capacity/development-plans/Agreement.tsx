import { Button } from '@mantine/core'
import { IconCircleCheckFilled, IconCircleDashed, IconDownload, IconFileUpload } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { agreePlanAsPerson, agreePlanAsSupervisor, type Plan } from 'luytre/capacity/development-plans/development-plans.api.ts'
import { getSignedPlan } from 'luytre/capacity/development-plans/plan-versions.api.ts'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import classes from '#capacity/development-plans/development-plans.module.css'
import { planKey, useRefusal } from '#capacity/development-plans/PlanTools.tsx'
import { staleAfterPlanChange } from '#capacity/stale-after.ts'
import { call } from '#platform/call/call.ts'
import type { CallProblem } from '#platform/call/call-problem.ts'
import { useChange } from '#platform/call/query-for.ts'
import { saveDownload } from '#platform/call/save-download.ts'
import { useFormat } from '#platform/i18n/use-language.ts'
import { ButtonLink } from '#ui/ButtonLink.tsx'
import { ConfirmDialog } from '#ui/ConfirmDialog.tsx'
import { notifications } from '#ui/notifications.ts'

type Side = 'person' | 'supervisor'

/** The end of the paper: two names, two places to sign. */
export function Agreement({ plan }: { plan: Plan }) {
  const { t } = useTranslation('plans')
  const { person, gaps, actions } = plan
  const isReady = actions.length > 0 && (gaps.length === 0 || gaps.some(gap => gap.isChosen))
  return (
    <section className={classes.section} aria-labelledby="agreement">
      <h2 id="agreement" tabIndex={-1}>
        {t('agreement.heading')}
      </h2>
      <p className={classes.quiet}>{t(isReady ? 'agreement.text' : 'agreement.notReady')}</p>
      <div className={classes.signatures}>
        <Signature plan={plan} side="person" name={person.name} />
        <Signature plan={plan} side="supervisor" name={person.supervisorName} />
      </div>
      <Paper plan={plan} />
    </section>
  )
}

function Signature({ plan, side, name }: { plan: Plan; side: Side; name: string | null }) {
  const { t } = useTranslation('plans')
  const format = useFormat()
  const signed = side === 'person' ? plan.personSignature : plan.supervisorSignature
  const maySign = side === 'person' ? plan.may.agreeAsPerson : plan.may.agreeAsSupervisor
  return (
    <div className={classes.signature} data-signed={signed ? '' : undefined}>
      <p className={classes.side}>{t(`agreement.${side}`)}</p>
      <div className={classes.signHere}>
        {maySign ? (
          <Sign plan={plan} side={side} />
        ) : (
          <p className={classes.signedAt}>
            {signed ? <IconCircleCheckFilled size={18} aria-hidden /> : <IconCircleDashed size={18} aria-hidden />}
            {signed?.signedOn
              ? t('agreement.onPaper', { on: format.date(signed.signedOn) })
              : signed
                ? t('agreement.at', { at: format.instant(signed.at) })
                : t('agreement.open')}
          </p>
        )}
      </div>
      <p className={classes.signer}>{signed?.name ?? name ?? <span className={classes.quiet}>{t('agreement.noSupervisor')}</span>}</p>
    </div>
  )
}

/** The second way: on paper. Whoever may attaches the scan; everybody who reads the plan may look at it. */
function Paper({ plan }: { plan: Plan }) {
  const { t } = useTranslation('plans')
  const refusal = useRefusal(plan.id)
  const { personSignature, supervisorSignature } = plan
  const paper = [personSignature, supervisorSignature].find(signature => signature?.way === 'on-paper')
  const download = useMutation({
    mutationFn: () => call(getSignedPlan, { params: { planId: plan.id, number: String(plan.contentVersion) } }),
    onSuccess: saveDownload,
    onError: (problem: CallProblem) => refusal(problem),
  })
  if (paper) {
    return (
      <div className={classes.paper}>
        <p className={classes.quiet}>{t('paper.attachedBy', { name: paper.recordedBy })}</p>
        <Button
          variant="default"
          leftSection={<IconDownload size={17} aria-hidden />}
          loading={download.isPending}
          onClick={() => download.mutate()}
        >
          {t('paper.download')}
        </Button>
      </div>
    )
  }
  if (!plan.may.attachPaper) return null
  return (
    <div className={classes.paper}>
      <p className={classes.quiet}>{t('paper.offer')}</p>
      <ButtonLink
        to="/plans/$planId/paper"
        params={{ planId: plan.id }}
        variant="default"
        leftSection={<IconFileUpload size={17} aria-hidden />}
      >
        {t('paper.title')}
      </ButtonLink>
    </div>
  )
}

function Sign({ plan, side }: { plan: Plan; side: Side }) {
  const { t } = useTranslation('plans')
  const queries = useQueryClient()
  const refusal = useRefusal(plan.id)
  const [isAsked, setIsAsked] = useState(false)
  const agreeing = useChange(side === 'person' ? agreePlanAsPerson : agreePlanAsSupervisor, staleAfterPlanChange)
  const label = t(side === 'person' ? 'agreement.asPerson' : 'agreement.asSupervisor')
  const named = { name: plan.person.name, halfYear: plan.halfYear.code, version: plan.contentVersion }

  const agree = (): void =>
    agreeing.mutate(
      { params: { planId: plan.id }, ifMatch: plan.version },
      {
        onSuccess: agreed => {
          queries.setQueryData(planKey(plan.id), agreed)
          notifications.show({ message: t('agreement.done') })
        },
        onError: refusal,
        onSettled: () => setIsAsked(false),
      },
    )

  return (
    <>
      <Button onClick={() => setIsAsked(true)}>{label}</Button>
      <ConfirmDialog
        isOpen={isAsked}
        isPromise
        title={t('agreement.confirmTitle', { version: plan.contentVersion })}
        confirm={label}
        isBusy={agreeing.isPending}
        onConfirm={agree}
        onClose={() => setIsAsked(false)}
      >
        <p>{t(side === 'person' ? 'agreement.confirmPerson' : 'agreement.confirmSupervisor', named)}</p>
        <p className={classes.dialogNote}>{t('agreement.confirmVoid')}</p>
      </ConfirmDialog>
    </>
  )
}
