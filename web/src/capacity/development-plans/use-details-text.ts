import type { PlanAction } from 'luytre/capacity/development-plans/plan-content.api.ts'
import type { Translated } from 'luytre/platform/i18n/translated.ts'
import { useTranslation } from 'react-i18next'
import { detailsOfKind } from '#capacity/development-plans/action-details.ts'
import { useFormat } from '#platform/i18n/use-language.ts'
import { useTranslated } from '#platform/i18n/use-translated.ts'

/** "Provider: CMC": each thing that is known of an action besides its title and days. */
export function useDetailTexts(): (action: PlanAction) => string[] {
  const { t } = useTranslation(['plans', 'development-plans'])
  const translated = useTranslated()
  const format = useFormat()
  return ({ kind, details }) => {
    const known: Partial<Record<string, string | number | Translated | null>> = details
    return detailsOfKind[kind].flatMap(asked => {
      // Of an id the name beside it is shown.
      if (asked === 'mentorId') return []
      const name = asked === 'unitId' ? 'unitName' : asked
      const value = known[name]
      if (value === undefined || value === null || value === '') return []
      const text = typeof value === 'object' ? translated(value) : name === 'examOn' ? format.date(String(value)) : String(value)
      return [t('labelled', { label: t(`development-plans:details.${name}`), text })]
    })
  }
}
