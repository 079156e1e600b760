import { Button } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { useMutation, useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { listHalfYears } from 'luytre/capacity/assessments/assessments.api.ts'
import { countUnitPlans, getUnitPlansDocument } from 'luytre/capacity/development-plans/plan-versions.api.ts'
import { listUnits } from 'luytre/capacity/people/people.api.ts'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useHalfYearChoices } from '#capacity/assessments/use-half-year-choices.ts'
import classes from '#capacity/development-plans/development-plans.module.css'
import editing from '#capacity/development-plans/editing.module.css'
import { choicesOfUnits } from '#capacity/people/unit-tree.ts'
import { call } from '#platform/call/call.ts'
import { queryFor } from '#platform/call/query-for.ts'
import { saveDownload } from '#platform/call/save-download.ts'
import { languages, type Language } from '#platform/i18n/languages.ts'
import { useFormat, useLanguage } from '#platform/i18n/use-language.ts'
import { useTranslated } from '#platform/i18n/use-translated.ts'
import { ErrorState } from '#ui/ErrorState.tsx'
import { SelectField } from '#ui/form/SelectField.tsx'
import formClasses from '#ui/form/Form.module.css'
import { useForm } from '#ui/form/use-form.ts'
import { Notice } from '#ui/Notice.tsx'
import { Page } from '#ui/Page.tsx'

const route = getRouteApi('/shell/plans/of-unit')

/** Measured: 13 ms to set one plan; the rest is for a busy server. */
const secondsPerPlan = 0.04

/** The plans of a unit and of those below it for a half-year, as one document. */
export function UnitPlansPage() {
  const { t } = useTranslation(['plans', 'common'])
  const translated = useTranslated()
  const language = useLanguage()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const units = useQuery(queryFor(listUnits))
  const halfYears = useQuery(queryFor(listHalfYears))
  const halfYearChoices = useHalfYearChoices(halfYears.data?.halfYears ?? [])
  const halfYearId = search.halfYear ?? halfYears.data?.halfYears.find(({ isCurrent }) => isCurrent)?.id
  const [chosenLanguage, setLanguage] = useState<Language>(language)
  const count = useQuery({
    ...queryFor(countUnitPlans, { params: { unitId: search.unit ?? '' }, query: { halfYearId: halfYearId ?? '' } }),
    enabled: search.unit !== undefined && halfYearId !== undefined,
  })
  const download = useMutation({
    mutationFn: () =>
      call(getUnitPlansDocument, { params: { unitId: search.unit! }, query: { halfYearId: halfYearId!, language: chosenLanguage } }),
    onSuccess: saveDownload,
  })
  // What is chosen is in the address; the form only draws it.
  const form = useForm({ initial: { unit: '', halfYear: '', language: '' }, submit: async () => {} })
  const linked = {
    ...form,
    values: { unit: search.unit ?? '', halfYear: halfYearId ?? '', language: chosenLanguage },
    set: (name: string, value: string | boolean): void => {
      download.reset()
      if (name === 'language') setLanguage(value as Language)
      else void navigate({ search: before => ({ ...before, [name]: value }), replace: true })
    },
  }
  const error = units.error ?? halfYears.error ?? count.error
  const plans = count.data?.plans
  const isTooMany = count.data !== undefined && count.data.plans > count.data.atMost

  return (
    <Page title={t('ofUnit.title')} state={t('ofUnit.state')} isNarrow>
      {error && <ErrorState error={error} isInline />}
      <div className={formClasses.fields}>
        <SelectField form={linked} name="unit" label={t('fields.unit')} choices={choicesOfUnits(units.data?.units ?? [], translated)} />
        <SelectField form={linked} name="halfYear" label={t('fields.halfYear')} choices={halfYearChoices} />
        <SelectField
          form={linked}
          name="language"
          label={t('ofUnit.language')}
          choices={languages.map(value => ({ value, label: t(`common:languages.${value}`) }))}
        />
      </div>
      {count.data && plans === 0 && <Notice kind="none">{t('ofUnit.none')}</Notice>}
      {count.data && isTooMany && <Notice kind="attention">{t('ofUnit.tooMany', { count: plans, atMost: count.data.atMost })}</Notice>}
      {download.error && <ErrorState error={download.error} isInline />}
      <div className={editing.noteAction}>
        <Button
          leftSection={<IconDownload size={17} aria-hidden />}
          disabled={!plans || isTooMany}
          loading={download.isPending}
          onClick={() => download.mutate()}
        >
          {plans ? t('ofUnit.download', { count: plans }) : t('plan.download')}
        </Button>
      </div>
      {download.isPending && plans !== undefined && <Progress seconds={Math.max(2, plans * secondsPerPlan)} plans={plans} />}
      {download.isSuccess && <Notice kind="good">{t('ofUnit.done')}</Notice>}
    </Page>
  )
}

/** How long it may still take; the document is set in one piece, so nobody can say more than that. */
function Progress({ seconds, plans }: { seconds: number; plans: number }) {
  const { t } = useTranslation('plans')
  const format = useFormat()
  const [left, setLeft] = useState(seconds)
  useEffect(() => {
    const timer = setInterval(() => setLeft(before => Math.max(0, before - 1)), 1000)
    return () => clearInterval(timer)
  }, [])
  return (
    <div className={classes.progress} role="status">
      <progress max={seconds} value={seconds - left} aria-label={t('ofUnit.title')} />
      <span>
        {left > 0
          ? t('ofUnit.making', { count: plans, left: format.duration(Math.ceil(left) * 1000) })
          : t('ofUnit.almost', { count: plans })}
      </span>
    </div>
  )
}
