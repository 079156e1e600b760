import { useTranslation } from 'react-i18next'
import { useFormat } from '#platform/i18n/use-language.ts'

/** Since when and until before when something held. */
export function useSpanText(): (startsOn: string | null, endsBefore: string | null) => string {
  const { t } = useTranslation('people')
  const format = useFormat()
  return (startsOn, endsBefore) => {
    if (endsBefore === null) return startsOn === null ? t('span.always') : t('span.since', { from: format.date(startsOn) })
    return startsOn === null
      ? t('span.until', { before: format.date(endsBefore) })
      : t('span.between', { from: format.date(startsOn), before: format.date(endsBefore) })
  }
}
