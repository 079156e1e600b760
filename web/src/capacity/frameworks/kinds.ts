import type { ElementKind, FrameworkSummary } from 'luytre/capacity/frameworks/frameworks.api.ts'
import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import { useFormat } from '#platform/i18n/use-language.ts'

/** In the order in which a reader asks: who, what is needed, how it shows, what is done. */
export const kindOrder: readonly ElementKind[] = ['role', 'competency', 'statement', 'task', 'knowledge', 'skill', 'category']

/** Kinds whose elements are sentences without a name. */
export const isSentence = (kind: ElementKind): boolean =>
  kind === 'statement' || kind === 'task' || kind === 'knowledge' || kind === 'skill'

/** What people are rated on, by the kinds that occur: "Competency" in one framework, "Knowledge, Skill" in another. */
export function useKindNames(): (elements: readonly { kind: ElementKind }[] | undefined) => string {
  const { t } = useTranslation('frameworks')
  const format = useFormat()
  return useCallback(
    elements => {
      const kinds = kindOrder.filter(kind => elements?.some(element => element.kind === kind))
      return format.list((kinds.length > 0 ? kinds : (['competency'] as const)).map(kind => t(`kind.${kind}`)))
    },
    [t, format],
  )
}

/** "19 roles, 17 competencies and 51 statements": what there is none of is left out. */
export function useContents(): (counts: FrameworkSummary['counts']) => string {
  const { t } = useTranslation('frameworks')
  const format = useFormat()
  return useCallback(
    counts =>
      format.list(
        [...kindOrder, 'relation' as const].filter(kind => counts[kind] > 0).map(kind => t(`counts.${kind}`, { count: counts[kind] })),
      ),
    [t, format],
  )
}
