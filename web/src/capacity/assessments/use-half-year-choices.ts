import type { HalfYear } from 'luytre/capacity/assessments/assessments.api.ts'
import { useTranslation } from 'react-i18next'
import type { Choice } from '#ui/form/SelectField.tsx'

/** Half-years to choose from. Newest first: older ones are looked at less often. */
export function useHalfYearChoices(halfYears: readonly HalfYear[]): Choice[] {
  const { t } = useTranslation('assessments')
  return halfYears.toReversed().map(({ id, code, isCurrent }) => ({ value: id, label: isCurrent ? t('currentHalfYear', { code }) : code }))
}
