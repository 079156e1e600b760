import { Button } from '@mantine/core'
import { IconArrowDown } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import classes from '#capacity/assessments/RatingForm.module.css'
import { isComplete } from '#capacity/assessments/ratings.ts'
import type { RatingsForm } from '#capacity/assessments/use-ratings.ts'
import { useFormat } from '#platform/i18n/use-language.ts'

interface RatingProgressProps {
  form: RatingsForm
  onNext: () => void
  onSave: () => void
  onCancel?: (() => void) | undefined
}

/** How far it is, and what can be done now; stays in sight while the lines scroll. */
export function RatingProgress({ form, onNext, onSave, onCancel }: RatingProgressProps) {
  const { t } = useTranslation(['assessments', 'common'])
  const format = useFormat()
  const values = Object.values(form.values)
  const rated = values.filter(value => value.level !== null).length
  const withoutReason = values.filter(value => value.level !== null && value.reason.trim() === '').length
  const isAllComplete = values.every(isComplete)
  return (
    <div className={classes.foot}>
      <div className={classes.progress}>
        <p>
          <b>{t('ratedOf', { rated: format.number(rated), count: values.length })}</b>
          {withoutReason > 0 && <span>{t('withoutReason', { count: withoutReason })}</span>}
          <span aria-live="polite">{form.isDirty ? t('common:form.unsaved') : ''}</span>
        </p>
        <progress max={values.length} value={rated - withoutReason} aria-label={t('progress')} />
      </div>
      {!isAllComplete && (
        <Button
          variant="subtle"
          className={classes.next ?? ''}
          aria-label={t('nextOpen')}
          leftSection={<IconArrowDown size={16} aria-hidden />}
          onClick={onNext}
        >
          {t('nextOpen')}
        </Button>
      )}
      <div className={classes.actions}>
        {onCancel && (
          <Button
            variant="default"
            onClick={() => {
              form.discardDraft()
              onCancel()
            }}
          >
            {t('common:actions.cancel')}
          </Button>
        )}
        {!form.isSubmitted && (
          <Button variant="default" loading={form.busy === 'save'} disabled={form.busy === 'submit'} onClick={onSave}>
            {t('saveDraft')}
          </Button>
        )}
        <Button type="submit" loading={form.busy === 'submit'} disabled={form.busy === 'save'}>
          {t(form.isSubmitted ? 'submitCorrection' : `submit.${form.rater}`)}
        </Button>
      </div>
    </div>
  )
}
