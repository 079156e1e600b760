import type { FrameworkLevel } from 'luytre/capacity/frameworks/frameworks.api.ts'
import type { KeyboardEvent } from 'react'
import { useTranslation } from 'react-i18next'
import classes from '#capacity/assessments/RatingForm.module.css'
import { useTranslated } from '#platform/i18n/use-translated.ts'

interface LevelChoiceProps {
  /** Of the first button, and the name of all. */
  id: string
  labelledBy: string
  levels: readonly FrameworkLevel[]
  value: number | null
  need: number
  isWrong: boolean
  onChange: (level: number) => void
}

/** One level of several: real radio buttons, so arrows choose; the level's digit chooses at once. */
export function LevelChoice({ id, labelledBy, levels, value, need, isWrong, onChange }: LevelChoiceProps) {
  const { t } = useTranslation('assessments')
  const translated = useTranslated()
  const chooseByDigit = (event: KeyboardEvent<HTMLElement>): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const level = levels.find(candidate => String(candidate.level) === event.key)
    if (!level) return
    event.preventDefault()
    onChange(level.level)
    event.currentTarget.querySelector<HTMLInputElement>(`input[value="${level.level}"]`)?.focus()
  }
  return (
    <div
      role="radiogroup"
      aria-labelledby={labelledBy}
      aria-invalid={isWrong || undefined}
      className={classes.levels}
      onKeyDown={chooseByDigit}
    >
      {levels.map(({ level, name }, index) => (
        <label key={level} className={classes.level} data-chosen={value === level || undefined}>
          <input
            type="radio"
            id={index === 0 ? id : undefined}
            name={id}
            value={level}
            checked={value === level}
            onChange={() => onChange(level)}
          />
          <span>
            <span className={classes.digit}>{level}</span> {translated(name)}
            {level === need && <span className={classes.needed}>{t('neededHere')}</span>}
          </span>
        </label>
      ))}
    </div>
  )
}
