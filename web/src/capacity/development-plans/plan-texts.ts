import type { Gap } from 'luytre/capacity/assessments/assessments.api.ts'
import type { Plan } from 'luytre/capacity/development-plans/development-plans.api.ts'
import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import type { StatusKind } from '#ui/StatusMark.tsx'

export type Reason = Pick<Gap, 'importance' | 'have' | 'haveFrom' | 'need' | 'priority'>

/** A line's reason in words: "Needs level 3, has 1 as agreed; required; priority 1". */
export function useReason(): (reason: Reason) => string {
  const { t } = useTranslation('plans')
  return useCallback(
    ({ importance, have, haveFrom, need, priority }) =>
      t('reason.line', { gap: t(`reason.${haveFrom}`, { have, need }), importance: t(`reason.${importance}`), priority }),
    [t],
  )
}

export const statusMarks: Record<Plan['status'], StatusKind> = {
  proposed: 'none',
  'half-agreed': 'attention',
  agreed: 'good',
  closed: 'none',
}

/** What a person has, for `<LevelDots>`: nothing rated is not level 0. */
export const ratedLevel = ({ have, haveFrom }: Reason): number | null => (haveFrom === 'none' ? null : have)

export const highestLevel = (levels: Plan['framework']['levels']): number => Math.max(1, ...levels.map(({ level }) => level))
