import type { ActionKind } from 'luytre/capacity/development-plans/plan-content.api.ts'
import type { DifferingField, FieldValue } from 'luytre/capacity/development-plans/plan-versions.api.ts'
import { useTranslation } from 'react-i18next'
import { detailNames, type DetailName } from '#capacity/development-plans/action-details.ts'
import { useFormat } from '#platform/i18n/use-language.ts'
import type { Language } from '#platform/i18n/languages.ts'
import { useTranslated } from '#platform/i18n/use-translated.ts'

// What the form and the paper call it, a difference calls it too.
const preferences = {
  wishedRole: 'wishedRole',
  preferredKinds: 'kinds',
  availableFrom: 'availableFrom',
  availableTo: 'availableTo',
  languages: 'languages',
  remarks: 'remarks',
} as const
const isPreference = (field: DifferingField): field is DifferingField & keyof typeof preferences => field in preferences

type Detail = Exclude<DetailName, 'mentorId' | 'unitId'> | 'unitName'
const isDetail = (field: DifferingField): field is DifferingField & Detail =>
  field === 'unitName' || detailNames.some(name => name === field)

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
    labelOf: field => {
      if (isDetail(field)) return t(`development-plans:details.${field}`)
      if (isPreference(field)) return t(`development-plans:preferences.${preferences[field]}`)
      return t(`difference.fields.${field}`)
    },
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
