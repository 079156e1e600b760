import { Button } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { getPlan, type Plan } from 'luytre/capacity/development-plans/development-plans.api.ts'
import { attachSignedPlan } from 'luytre/capacity/development-plans/plan-versions.api.ts'
import type { ProblemField } from 'luytre/platform/http/problem.ts'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import classes from '#capacity/development-plans/development-plans.module.css'
import { DownloadPlan, planKey } from '#capacity/development-plans/PlanTools.tsx'
import { staleAfterPlanChange } from '#capacity/stale-after.ts'
import { useToday } from '#platform/session/use-today.ts'
import { WithPlan } from '#capacity/development-plans/WithPlan.tsx'
import { queryFor, useChange } from '#platform/call/query-for.ts'
import { isDay } from '#platform/i18n/format.ts'
import { FileDrop } from '#ui/FileDrop.tsx'
import { ForbiddenState } from '#ui/ForbiddenState.tsx'
import { DateField } from '#ui/form/DateField.tsx'
import { FormFrame } from '#ui/form/FormFrame.tsx'
import { TextField } from '#ui/form/TextField.tsx'
import { useForm } from '#ui/form/use-form.ts'
import { Notice } from '#ui/Notice.tsx'
import { notifications } from '#ui/notifications.ts'
import { Page } from '#ui/Page.tsx'

const route = getRouteApi('/shell/plans/$planId/paper')

/** The second way of agreeing: printed, signed by both, scanned, attached by a third person. */
export function AttachPaperPage() {
  const { t } = useTranslation('plans')
  const { planId } = route.useParams()
  const plan = useQuery(queryFor(getPlan, { params: { planId } }))
  return (
    <WithPlan plan={plan} title={t('paper.title')}>
      {found =>
        found.may.attachPaper ? (
          <PaperForm key={planId} plan={found} />
        ) : (
          <Page title={t('paper.title')} state={t('edit.state', { person: found.person.name, halfYear: found.halfYear.code })}>
            {found.status === 'agreed' ? <Notice kind="good">{t('paper.agreed')}</Notice> : <ForbiddenState />}
          </Page>
        )
      }
    </WithPlan>
  )
}

interface PaperValues extends Record<string, string> {
  code: string
  signedOn: string
  supervisorName: string
  file: string
}

function PaperForm({ plan }: { plan: Plan }) {
  const { t } = useTranslation(['plans', 'common'])
  const today = useToday()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const [file, setFile] = useState<File>()
  const attach = useChange(attachSignedPlan, staleAfterPlanChange)
  const back = { to: '/plans/$planId', params: { planId: plan.id } } as const
  const form = useForm<PaperValues>({
    initial: { code: '', signedOn: '', supervisorName: plan.person.supervisorName ?? '', file: '' },
    version: plan.version,
    check: values => checkPaper(values, { file, today, hasSupervisor: plan.supervisorSignature !== null }),
    submit: async ({ code, signedOn, supervisorName }, version) => {
      const signed = await attach.mutateAsync({
        params: { planId: plan.id },
        query: { code, signedOn, supervisorName },
        file: file!,
        ifMatch: version,
      })
      queries.setQueryData(planKey(plan.id), signed)
      notifications.show({ message: t('paper.done') })
      await navigate(back)
    },
    theirs: (current, mine) => {
      // The page shows the plan as it is now: somebody else may have attached its paper.
      const now = current as Plan
      queries.setQueryData(planKey(plan.id), now)
      return { values: mine, version: now.version }
    },
  })
  return (
    <Page
      title={t('paper.title')}
      state={t('edit.state', { person: plan.person.name, halfYear: plan.halfYear.code })}
      more={<DownloadPlan plan={plan} />}
      isNarrow
    >
      <ol className={classes.steps}>
        <li>{t('paper.print')}</li>
        <li>{t('paper.sign')}</li>
        <li>{t('paper.attach')}</li>
      </ol>
      <FormFrame form={form} submit={t('paper.submit')} cancelTo={back}>
        <div id={`${form.id}file`} tabIndex={-1}>
          {file ? (
            <p className={classes.chosenFile}>
              <span>{file.name}</span>
              <Button
                variant="default"
                size="compact-md"
                onClick={() => {
                  setFile(undefined)
                  form.set('file', '')
                }}
              >
                {t('paper.otherFile')}
              </Button>
            </p>
          ) : (
            <FileDrop
              label={t('paper.file')}
              endings={['pdf', 'jpg', 'jpeg', 'png']}
              limits={attachSignedPlan.upload ?? { maxBytes: 0 }}
              onFile={chosen => {
                setFile(chosen)
                form.set('file', chosen.name)
              }}
            />
          )}
          <FileLabel form={form} />
        </div>
        <TextField form={form} name="code" label={t('versions.codeLabel')} help={t('paper.codeHelp')} />
        <DateField form={form} name="signedOn" label={t('paper.signedOn')} />
        {!plan.supervisorSignature && (
          <TextField form={form} name="supervisorName" label={t('paper.supervisorName')} help={t('paper.supervisorNameHelp')} />
        )}
      </FormFrame>
    </Page>
  )
}

/** The drop zone is no field of its own: its problem is said under it. */
function FileLabel({ form }: { form: { labels: Map<string, string>; problemOf: (name: string) => ProblemField | undefined } }) {
  const { t } = useTranslation(['plans', 'problems'])
  form.labels.set('file', t('paper.file'))
  return form.problemOf('file') ? <p className={classes.fileProblem}>{t('problems:fields.required')}</p> : null
}

function checkPaper(
  { code, signedOn, supervisorName }: PaperValues,
  { file, today, hasSupervisor }: { file: File | undefined; today: string; hasSupervisor: boolean },
): ProblemField[] {
  const problems: ProblemField[] = []
  if (!file) problems.push({ path: 'file', code: 'required' })
  if (!code.trim()) problems.push({ path: 'code', code: 'required' })
  if (!signedOn) problems.push({ path: 'signedOn', code: 'required' })
  else if (!isDay(signedOn)) problems.push({ path: 'signedOn', code: 'invalid-date' })
  else if (signedOn > today) problems.push({ path: 'signedOn', code: 'in-future' })
  if (!hasSupervisor && !supervisorName.trim()) problems.push({ path: 'supervisorName', code: 'required' })
  return problems
}
