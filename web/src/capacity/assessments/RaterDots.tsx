import type { Rater } from 'luytre/capacity/assessments/assessments.api.ts'
import type { FrameworkLevel } from 'luytre/capacity/frameworks/frameworks.api.ts'
import { useTranslation } from 'react-i18next'
import classes from '#capacity/assessments/RaterDots.module.css'
import { raters } from '#capacity/assessments/ratings.ts'

export type Marks = Partial<Record<Rater, number | undefined>>

const stepPx = 44
const heightPx = 26

/** Self, supervisor and agreed on one line: each has its own shape, and the words stand beside. */
export function RaterDots({ levels, need, marks }: { levels: readonly FrameworkLevel[]; need: number; marks: Marks }) {
  const { t } = useTranslation('assessments')
  const given = raters.filter(rater => marks[rater] !== undefined)
  const xOf = (level: number): number => 22 + levels.findIndex(candidate => candidate.level === level) * stepPx
  // Shapes at one level stand side by side.
  const placeOf = (rater: Rater): number => {
    const same = given.filter(other => marks[other] === marks[rater])
    return xOf(marks[rater]!) + (same.indexOf(rater) - (same.length - 1) / 2) * 14
  }
  const width = 44 + (levels.length - 1) * stepPx
  return (
    <span className={classes.dots}>
      <svg width={width} height={heightPx} viewBox={`0 0 ${width} ${heightPx}`} aria-hidden>
        <line x1={xOf(levels[0]?.level ?? 0)} x2={xOf(levels.at(-1)?.level ?? 0)} y1={13} y2={13} className={classes.axis} />
        {levels.map(({ level }) => (
          <circle key={level} cx={xOf(level)} cy={13} r={2} className={classes.point} />
        ))}
        <path d={`M${xOf(need)} 1v24M${xOf(need) - 4} 1h8M${xOf(need) - 4} 25h8`} className={classes.needed} />
        {given.map(rater => (
          <RaterShape key={rater} rater={rater} x={placeOf(rater)} y={13} />
        ))}
      </svg>
      <span className={classes.words}>
        {given.length === 0
          ? t('notRated')
          : given.map((rater, index) => (
              <span key={rater}>
                {index > 0 && '\u00a0· '}
                <span className={classes.word}>{t(`saidShort.${rater}`, { level: marks[rater] })}</span>
              </span>
            ))}
      </span>
    </span>
  )
}

function RaterShape({ rater, x, y }: { rater: Rater; x: number; y: number }) {
  if (rater === 'self') return <circle cx={x} cy={y} r={5.5} className={classes.self} />
  if (rater === 'supervisor') return <rect x={x - 5.5} y={y - 5.5} width={11} height={11} className={classes.supervisor} />
  return <path d={`M${x} ${y - 7.5}l7.5 7.5l-7.5 7.5l-7.5 -7.5z`} className={classes.agreed} />
}

/** What each shape stands for. */
export function RaterLegend() {
  const { t } = useTranslation('assessments')
  return (
    <ul className={classes.legend}>
      {raters.map(rater => (
        <li key={rater}>
          <svg width={18} height={18} aria-hidden>
            <RaterShape rater={rater} x={9} y={9} />
          </svg>
          {t(`raters.${rater}`)}
        </li>
      ))}
      <li>
        <svg width={12} height={20} aria-hidden>
          <path d="M6 1v18M2 1h8M2 19h8" className={classes.needed} />
        </svg>
        {t('needed')}
      </li>
    </ul>
  )
}
