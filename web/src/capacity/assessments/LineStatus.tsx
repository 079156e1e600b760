import type { AssessmentSheet } from 'luytre/capacity/assessments/assessments.api.ts'
import { useTranslation } from 'react-i18next'
import { contestsOf, differenceOf } from '#capacity/assessments/ratings.ts'
import classes from '#capacity/assessments/Sheet.module.css'
import { StatusMark } from '#ui/StatusMark.tsx'

/** Whether the two sides see it alike, and whether the person contests it: shape and word. */
export function LineStatus({ sheet, elementId }: { sheet: AssessmentSheet; elementId: string }) {
  const { t } = useTranslation('assessments')
  const difference = differenceOf(sheet, elementId)
  const contests = contestsOf(sheet, elementId)
  const isOpen = contests.some(({ rating }) => rating.contest.answeredAt === null)
  return (
    <span className={classes.marks}>
      {difference === null ? (
        <StatusMark kind="none">{t('difference.one')}</StatusMark>
      ) : difference === 0 ? (
        <StatusMark kind="good">{t('difference.none')}</StatusMark>
      ) : (
        <StatusMark kind="attention">
          {t(difference > 0 ? 'difference.supervisorHigher' : 'difference.selfHigher', { count: Math.abs(difference) })}
        </StatusMark>
      )}
      {contests.length > 0 && <StatusMark kind={isOpen ? 'serious' : 'none'}>{t(isOpen ? 'contest.open' : 'contest.answered')}</StatusMark>}
    </span>
  )
}
