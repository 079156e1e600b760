import type { ActionKind } from 'luytre/capacity/development-plans/plan-content.api.ts'
import type { DifferingField, FieldValue } from 'luytre/capacity/development-plans/plan-versions.api.ts'
import { useTranslation } from 'react-i18next'
import { useFormat } from '#platform/i18n/use-language.ts'
import type { Language } from '#platform/i18n/languages.ts'
import { useTranslated } from '#platform/i18n/use-translated.ts'

/** What a field of a plan is called, and how its value reads. */
export function useFieldTexts(): {
  labelOf: (field: DifferingField) => string
  textOf: (field: DifferingField, value: FieldValue) => string
} {
  const { t } = useTranslation(['plans', 'development-plans'])
  const translated = useTranslated()
  const format = useFormat()
  const codeText = (field: DifferingField, value: string): string => {
    switch (field) {
      case 'kind':
        return t(`development-plans:kinds.${value as ActionKind}`)
      case 'importance':
        return t(`reason.${value as 'required' | 'helpful'}`)
      case 'haveFrom':
        return t(`difference.haveFrom.${value as 'agreed' | 'supervisor' | 'self' | 'none'}`)
      case 'startsOn':
      case 'dueOn':
      case 'examOn':
      case 'availableFrom':
      case 'availableTo':
        return format.date(value)
      default:
        return value
    }
  }
  return {
    labelOf: field => t(`difference.fields.${field}`),
    textOf: (field, value) => {
      if (value === null) return t('difference.nothing')
      if (typeof value === 'boolean') return t(value ? 'difference.yes' : 'difference.no')
      if (typeof value === 'number') return format.number(value)
      if (typeof value === 'string') return codeText(field, value)
      if (!Array.isArray(value)) return translated(value)
      if (field === 'languages') return format.list(value.map(one => t(`development-plans:languages.${one as Language}`)))
      return format.list(value.map(one => t(`development-plans:kinds.${one as ActionKind}`)))
    },
  }
}
