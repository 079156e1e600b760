import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { createSuggestedNeeds, listSuggestedNeeds } from 'luytre/capacity/needs/needs.api.ts'
import { useTranslation } from 'react-i18next'
import { wholeNumberOf } from '#ui/form/whole-number.ts'
import classes from '#capacity/needs/needs.module.css'
import { staleAfterNeedChange } from '#capacity/stale-after.ts'
import { queryFor, useChange } from '#platform/call/query-for.ts'
import { DetailPanel } from '#ui/DetailPanel.tsx'
import { EmptyState } from '#ui/EmptyState.tsx'
import { ErrorState } from '#ui/ErrorState.tsx'
import { DateField } from '#ui/form/DateField.tsx'
import { fieldProblems } from '#ui/form/field-problems.ts'
import { FormFrame } from '#ui/form/FormFrame.tsx'
import { TextField } from '#ui/form/TextField.tsx'
import { useForm } from '#ui/form/use-form.ts'
import { notifications } from '#ui/notifications.ts'
import { PanelSkeleton } from '#ui/PanelSkeleton.tsx'
import { TranslatedText } from '#ui/TranslatedText.tsx'

const closeTo = { to: '/needs' } as const
const bodyOf = ({ dueOn, people }: { dueOn: string; people: string }) => ({ dueOn, people: wholeNumberOf(people) })

/** The roles that a built-in framework suggests to begin with, taken over in one action. */
export function SuggestedPanel() {
  const { t } = useTranslation('needs')
  const navigate = useNavigate()
  const suggested = useQuery(queryFor(listSuggestedNeeds))
  const create = useChange(createSuggestedNeeds, staleAfterNeedChange)
  const form = useForm({
    initial: { dueOn: '', people: '1' },
    check: values => fieldProblems(createSuggestedNeeds, bodyOf(values)),
    submit: async values => {
      const { created } = await create.mutateAsync({ body: bodyOf(values) })
      notifications.show({ message: t('suggested.done', { count: created }) })
      await navigate(closeTo)
    },
  })
  if (suggested.error && !suggested.data) {
    return (
      <DetailPanel title={t('suggested.title')} closeTo={closeTo}>
        <ErrorState error={suggested.error} onRetry={() => void suggested.refetch()} isInline />
      </DetailPanel>
    )
  }
  if (!suggested.data) return <PanelSkeleton title={t('suggested.title')} closeTo={closeTo} />
  const { framework, suggestions } = suggested.data
  if (!framework || suggestions.length === 0) {
    return (
      <DetailPanel title={t('suggested.title')} closeTo={closeTo}>
        <EmptyState text={t('suggested.nothing')} />
      </DetailPanel>
    )
  }
  return (
    <DetailPanel title={t('suggested.title')} subtitle={<TranslatedText text={framework.title} />} closeTo={closeTo}>
      <p>{t('suggested.text')}</p>
      <ul className={classes.suggestions}>
        {suggestions.map(({ role, priority, level }) => (
          <li key={role.id}>
            <TranslatedText text={role.name} />
            <span className={classes.quiet}>{t('suggested.line', { priority, level })}</span>
          </li>
        ))}
      </ul>
      <FormFrame form={form} submit={t('suggested.submit', { count: suggestions.length })} cancelTo={closeTo}>
        <TextField form={form} name="people" label={t('suggested.people')} />
        <DateField form={form} name="dueOn" label={t('fields.dueOn')} help={t('help.dueOn')} />
      </FormFrame>
    </DetailPanel>
  )
}
