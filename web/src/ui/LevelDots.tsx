import { useTranslation } from 'react-i18next'
import classes from '#ui/LevelDots.module.css'

interface LevelDotsProps {
  /** Null: not rated yet. */
  have: number | null
  need: number
  /** Highest level of the framework. */
  highest: number
}

/** What a person has and what is needed, on one line: filled is there, a ring is missing, a point lies beyond the need. */
export function LevelDots({ have, need, highest }: LevelDotsProps) {
  const { t } = useTranslation()
  const has = have ?? 0
  const stateOf = (level: number): string => {
    if (level <= has) return level <= need ? 'has' : 'over'
    return level <= need ? 'missing' : 'beyond'
  }
  const text = have === null ? t('levels.unratedNeed', { need }) : t('levels.haveNeed', { have, need })
  return (
    <span className={classes.dots} role="img" aria-label={text} title={text}>
      {Array.from({ length: highest }, (_, index) => (
        <span key={index} className={classes.dot} data-state={stateOf(index + 1)} />
      ))}
      <span className={classes.figures}>
        {have ?? '–'}/{need}
      </span>
    </span>
  )
}
