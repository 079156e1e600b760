import { useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { changePlan, getPlan, type Plan } from 'luytre/capacity/development-plans/development-plans.api.ts'
import type { ActionKind } from 'luytre/capacity/development-plans/plan-content.api.ts'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { detailsOfKind } from '#capacity/development-plans/action-details.ts'
import { ActionFields } from '#capacity/development-plans/ActionFields.tsx'
import { GapChoices } from '#capacity/development-plans/GapChoices.tsx'
import {
  bodyOfPlan,
  checkPlan,
  idsOf,
  planLists,
  readActions,
  valuesOfPlan,
  type PlanValues,
} from '#capacity/development-plans/plan-form.ts'
import { PreferenceFields } from '#capacity/development-plans/PreferenceFields.tsx'
import { planKey } from '#capacity/development-plans/PlanTools.tsx'
import { staleAfterPlanChange } from '#capacity/stale-after.ts'
import { wordsOf } from '#capacity/frameworks/ElementLabel.tsx'
import { WithPlan } from '#capacity/development-plans/WithPlan.tsx'
import { queryFor, useChange } from '#platform/call/query-for.ts'
import { isDay } from '#platform/i18n/format.ts'
import { useFormat } from '#platform/i18n/use-language.ts'
import { useTranslated } from '#platform/i18n/use-translated.ts'
import { ForbiddenState } from '#ui/ForbiddenState.tsx'
import { FormFrame } from '#ui/form/FormFrame.tsx'
import { TextField } from '#ui/form/TextField.tsx'
import { useForm } from '#ui/form/use-form.ts'
import { Notice } from '#ui/Notice.tsx'
import { notifications } from '#ui/notifications.ts'
import { Page } from '#ui/Page.tsx'

const route = getRouteApi('/shell/plans/$planId/edit')

export function EditPlanPage() {
  const { t } = useTranslation('plans')
  const { planId } = route.useParams()
  const plan = useQuery({ ...queryFor(getPlan, { params: { planId } }), refetchOnWindowFocus: false })
  return (
    <WithPlan plan={plan} title={t('edit.title')}>
      {found =>
        found.may.write ? (
          <PlanForm key={planId} read={found} />
        ) : (
          <Page title={t('edit.title')}>
            <ForbiddenState />
          </Page>
        )
      }
    </WithPlan>
  )
}

/** The whole plan as one form, sent whole with the version that was read. */
function PlanForm({ read }: { read: Plan }) {
  const { t } = useTranslation('plans')
  const navigate = useNavigate()
  const queries = useQueryClient()
  // What the form works on: as it was read, and after a conflict as it is now.
  const [plan, setPlan] = useState(read)
  const change = useChange(changePlan, staleAfterPlanChange)
  const back = { to: '/plans/$planId', params: { planId: plan.id } } as const
  const form = useForm<PlanValues>({
    initial: valuesOfPlan(read),
    version: read.version,
    draft: `plan.${read.id}`,
    check: values => checkPlan(values, plan),
    submit: async (values, version) => {
      const saved = await change.mutateAsync({ params: { planId: plan.id }, body: bodyOfPlan(values, plan), ifMatch: version })
      queries.setQueryData(planKey(plan.id), saved)
      notifications.show({ message: t(saved.version === version ? 'edit.unchanged' : 'edit.saved') })
      await navigate(back)
    },
    record: read,
    lists: planLists,
    theirs: current => {
      const now = current as Plan
      setPlan(now)
      queries.setQueryData(planKey(now.id), now)
      return { values: valuesOfPlan(now), version: now.version }
    },
  })
  useConflictTexts(form, plan)

  return (
    <Page title={t('edit.title')} state={t('edit.state', { person: plan.person.name, halfYear: plan.halfYear.code })}>
      <FormFrame form={form} submit={t('edit.submit')} cancelTo={back}>
        {plan.status !== 'proposed' && <Notice kind="attention">{t('edit.voids')}</Notice>}
        <TextField form={form} name="duties" type="long" label={t('fields.duties')} help={t('duties.help')} isOptional />
        <PreferenceFields form={form} plan={plan} />
        <GapChoices form={form} plan={plan} />
        <ActionFields form={form} plan={plan} />
      </FormFrame>
    </Page>
  )
}

/** How gaps and actions read where two states of a plan are shown side by side. */
function useConflictTexts(
  { labels, valueTexts }: { labels: Map<string, string>; valueTexts: Map<string, (value: string) => string> },
  plan: Plan,
): void {
  const { t } = useTranslation(['plans', 'development-plans'])
  const translated = useTranslated()
  const format = useFormat()
  useEffect(() => {
    labels.set('chosenGapIds', t('gap.heading'))
    labels.set('actions', t('action.heading'))
    const gaps = new Map(plan.gaps.map(({ id, element }) => [id, `${element.code} ${translated(wordsOf(element))}`]))
    valueTexts.set('chosenGapIds', value =>
      idsOf(value)
        .map(id => gaps.get(id) ?? '–')
        .join('\n'),
    )
    valueTexts.set('actions', value =>
      readActions(value)
        .map(action => {
          const days = [action.startsOn, action.dueOn].map(day => (isDay(day) ? format.date(day) : day))
          const kind = action.kind as ActionKind | ''
          const details = (kind === '' ? [] : detailsOfKind[kind]).flatMap(name => {
            const text = action[`details.${name}`]
            // An id says nothing; a mentor has the name beside it.
            return text === '' || name === 'mentorId' || name === 'unitId'
              ? []
              : [t('labelled', { label: t(`development-plans:details.${name}`), text })]
          })
          return [
            `${action.title} (${days.join(' – ')})`,
            ...(kind === '' ? [] : [t(`development-plans:kinds.${kind}`)]),
            ...(gaps.has(action.gapId) ? [gaps.get(action.gapId)!] : []),
            ...details,
          ].join('\n')
        })
        .join('\n'),
    )
  }, [labels, valueTexts, plan, t, translated, format])
}
