import type { ElementKind, FrameworkSummary } from 'luytre/capacity/frameworks/frameworks.api.ts'
import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import { useFormat } from '#platform/i18n/use-language.ts'

/** In the order in which a reader asks: who, what is needed, how it shows, what is done. */
export const kindOrder: readonly ElementKind[] = ['role', 'competency', 'statement', 'task', 'knowledge', 'skill', 'category']

/** Kinds whose elements are sentences without a name. */
export const isSentence = (kind: ElementKind): boolean =>
  kind === 'statement' || kind === 'task' || kind === 'knowledge' || kind === 'skill'

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
