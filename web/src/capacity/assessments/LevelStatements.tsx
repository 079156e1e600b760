import type { AssessmentSheet } from 'luytre/capacity/assessments/assessments.api.ts'
import type { FrameworkLevel } from 'luytre/capacity/frameworks/frameworks.api.ts'
import { useTranslation } from 'react-i18next'
import classes from '#capacity/assessments/RatingForm.module.css'
import { TranslatedText } from '#ui/TranslatedText.tsx'

interface LevelStatementsProps {
  item: AssessmentSheet['items'][number]
  levels: readonly FrameworkLevel[]
  chosen: number | null
  showsAll: boolean
}

/**
 * What a level means here. Before a choice: what the role needs; after it: the chosen level and the next; the rest on
 * demand. Of knowledge and skills, which have no statements per level, what the level means everywhere.
 */
export function LevelStatements({ item, levels, chosen, showsAll }: LevelStatementsProps) {
  const { t } = useTranslation('assessments')
  if (item.statements.length === 0) {
    const level = levels.find(candidate => candidate.level === chosen)
    if (!level || !Object.values(level.description).some(Boolean)) return null
    return (
      <p className={classes.meaning}>
        <TranslatedText text={level.description} />
      </p>
    )
  }
  const next = item.statements.find(statement => chosen !== null && statement.level !== null && statement.level > chosen)
  const wanted = chosen === null ? [item.need] : [chosen, next?.level]
  const shown = showsAll ? item.statements : item.statements.filter(statement => wanted.includes(statement.level))
  const roleOf = (level: number | null): string => {
    if (level === chosen) return t('statement.chosen', { level })
    if (!showsAll && level === next?.level) return t('statement.next', { level })
    return level === item.need ? t('statement.needed', { level }) : t('level', { level })
  }
  return (
    <dl className={classes.statements} aria-live="polite">
      {shown.map(statement => (
        <div key={statement.id} data-chosen={statement.level === chosen || undefined}>
          <dt>{roleOf(statement.level)}</dt>
          <dd>
            <TranslatedText text={statement.text} />
          </dd>
        </div>
      ))}
    </dl>
  )
}
