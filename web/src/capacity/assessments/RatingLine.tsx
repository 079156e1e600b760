import { Textarea } from '@mantine/core'
import type { AssessmentSheet, Rating } from 'luytre/capacity/assessments/assessments.api.ts'
import type { FrameworkLevel } from 'luytre/capacity/frameworks/frameworks.api.ts'
import { memo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ElementLabel } from '#capacity/frameworks/ElementLabel.tsx'
import { firstLevelIdOf, levelIdOf, reasonIdOf } from '#capacity/assessments/focus-line.ts'
import { LevelChoice } from '#capacity/assessments/LevelChoice.tsx'
import { LevelStatements } from '#capacity/assessments/LevelStatements.tsx'
import { RaterDots } from '#capacity/assessments/RaterDots.tsx'
import type { RatingValue } from '#capacity/assessments/ratings.ts'
import classes from '#capacity/assessments/RatingForm.module.css'

interface RatingLineProps {
  item: AssessmentSheet['items'][number]
  levels: readonly FrameworkLevel[]
  value: RatingValue
  isIncomplete: boolean
  /** Reason of the line above: often the same piece of work speaks for several lines. */
  reasonAbove: string
  /** What both sides said, while levels are agreed. */
  sides?: { self: Rating | undefined; supervisor: Rating | undefined } | undefined
  onChange: (elementId: string, change: Partial<RatingValue>) => void
}

/** One line of the sheet: the level, what it means, why. Drawn again only when it changes, since a role may have 300. */
export const RatingLine = memo(function RatingLine({ item, levels, value, isIncomplete, reasonAbove, sides, onChange }: RatingLineProps) {
  const { t } = useTranslation('assessments')
  const [showsAll, setShowsAll] = useState(false)
  const { element, need, importance } = item
  const id = levelIdOf(element.id)
  const isReasonMissing = isIncomplete && value.reason.trim() === ''
  const isLevelMissing = isIncomplete && value.level === null
  const canRepeat = value.level !== null && value.reason === '' && reasonAbove.trim() !== ''
  return (
    <li className={classes.line} data-incomplete={isIncomplete || undefined}>
      <div className={classes.lineHead}>
        <h3 id={id}>
          <ElementLabel element={element} />
        </h3>
        <span className={classes.need}>{t('needs', { importance: t(`importance.${importance}`), need })}</span>
        {/* Before the choice, so that Tab leads from the level straight to its reason. */}
        {item.statements.length > 1 && (
          <button type="button" className={classes.quiet} aria-expanded={showsAll} onClick={() => setShowsAll(!showsAll)}>
            {t(showsAll ? 'statement.fewer' : 'statement.all')}
          </button>
        )}
      </div>
      {sides && <Sides item={item} levels={levels} sides={sides} agreed={value.level} />}
      <LevelChoice
        id={firstLevelIdOf(element.id)}
        labelledBy={id}
        levels={levels}
        value={value.level}
        need={need}
        isWrong={isLevelMissing}
        onChange={level => onChange(element.id, { level })}
      />
      {isLevelMissing && <p className={classes.wrong}>{t('missing.level')}</p>}
      <LevelStatements item={item} levels={levels} chosen={value.level} showsAll={showsAll} />
      <div className={classes.reason}>
        <Textarea
          id={reasonIdOf(element.id)}
          label={t('reason')}
          value={value.reason}
          maxLength={2000}
          rows={1}
          error={isReasonMissing && t('missing.reason')}
          onChange={event => onChange(element.id, { reason: event.currentTarget.value })}
          classNames={{ input: classes.reasonInput ?? '' }}
        />
        {canRepeat && (
          <button
            type="button"
            className={classes.quiet}
            onClick={() => {
              onChange(element.id, { reason: reasonAbove })
              document.getElementById(reasonIdOf(element.id))?.focus()
            }}
          >
            {t('sameReason')}
          </button>
        )}
      </div>
    </li>
  )
})

function Sides({
  item,
  levels,
  sides,
  agreed,
}: Pick<RatingLineProps, 'item' | 'levels'> & { sides: NonNullable<RatingLineProps['sides']>; agreed: number | null }) {
  const { t } = useTranslation('assessments')
  return (
    <div className={classes.sides}>
      <RaterDots
        levels={levels}
        need={item.need}
        marks={{ self: sides.self?.level, supervisor: sides.supervisor?.level, agreed: agreed ?? undefined }}
      />
      <dl>
        {(['self', 'supervisor'] as const).map(rater => (
          <div key={rater}>
            <dt>{t(`raters.${rater}`)}</dt>
            <dd>{sides[rater]?.reason || t('noReason')}</dd>
          </div>
        ))}
      </dl>
    </div>
  )
}
