import { Link } from '@tanstack/react-router'
import type { FrameworkElement } from 'luytre/capacity/frameworks/frameworks.api.ts'
import type { ComparedNeed, ComparedTask, RoleComparison } from 'luytre/capacity/frameworks/role-comparison.api.ts'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import classes from '#capacity/frameworks/comparison.module.css'
import shared from '#capacity/frameworks/frameworks.module.css'
import figure from '#capacity/frameworks/figure.module.css'
import { ElementLabel } from '#capacity/frameworks/ElementLabel.tsx'
import { useFormat } from '#platform/i18n/use-language.ts'
import { useTranslated } from '#platform/i18n/use-translated.ts'

type Side = 'left' | 'right'
const sides: readonly Side[] = ['left', 'right']

/** Both sides first, then each alone: the order of every group on this page. */
const groupsOf = <Pair extends { left: unknown; right: unknown }>(pairs: readonly Pair[]): Pair[][] => [
  pairs.filter(one => one.left && one.right),
  pairs.filter(one => one.left && !one.right),
  pairs.filter(one => !one.left && one.right),
]

interface ComparisonPictureProps {
  comparison: RoleComparison
  nameOf: (role: FrameworkElement) => string
}

/** A row for each need, the levels of both roles as dots on one line; then what they do. */
export function ComparisonPicture({ comparison, nameOf }: ComparisonPictureProps) {
  const { t } = useTranslation('frameworks')
  const translated = useTranslated()
  const { left, right, needs, tasks } = comparison
  const names = { left: nameOf(left.role), right: nameOf(right.role) }
  const frameworkName = ({ framework }: RoleComparison[Side]): string =>
    t('compare.of', { title: translated(framework.title), version: framework.version })
  const levels = [...new Set([left, right].flatMap(({ framework }) => framework.levels.map(({ level }) => level)))].sort((a, b) => a - b)
  const needHeadings = [t('compare.both'), ...sides.map(side => t('compare.only', { role: names[side] }))]
  const taskHeadings = [t('compare.bothDo'), ...sides.map(side => t('compare.onlyDo', { role: names[side] }))]
  return (
    <>
      <figure className={figure.figure} aria-label={t('compare.picture')}>
        <h2>{t('compare.picture')}</h2>
        <ul className={classes.legend}>
          {sides.map(side => (
            <li key={side}>
              <svg width={18} height={18} aria-hidden>
                <Mark side={side} x={9} y={9} />
              </svg>
              {names[side]}
            </li>
          ))}
        </ul>
        {groupsOf(needs).map((group, index) => (
          <Group key={needHeadings[index]} heading={needHeadings[index]!} count={group.length}>
            {group.map(need => (
              <NeedRow key={(need.left ?? need.right)!.element.id} comparison={comparison} need={need} levels={levels} names={names} />
            ))}
          </Group>
        ))}
        <figcaption className={classes.caption}>{t('compare.note', { left: frameworkName(left), right: frameworkName(right) })}</figcaption>
      </figure>
      <section className={figure.figure}>
        <h2>{t('compare.tasks')}</h2>
        {groupsOf(tasks).map((group, index) => (
          <Group key={taskHeadings[index]} heading={taskHeadings[index]!} count={group.length}>
            {group.map(task => (
              <li key={(task.left ?? task.right)!.id} className={classes.task}>
                <ElementLink comparison={comparison} pair={task} />
              </li>
            ))}
          </Group>
        ))}
      </section>
    </>
  )
}

function Group({ heading, count, children }: { heading: string; count: number; children: ReactNode }) {
  const { t } = useTranslation('frameworks')
  const format = useFormat()
  return (
    <section className={classes.group}>
      <h3>
        {heading} <span className={classes.count}>{format.number(count)}</span>
      </h3>
      {count === 0 ? <p className={classes.none}>{t('compare.none')}</p> : <ul className={classes.rows}>{children}</ul>}
    </section>
  )
}

function ElementLink({ comparison, pair }: { comparison: RoleComparison; pair: ComparedTask }) {
  const element = (pair.left ?? pair.right)!
  const { framework } = pair.left ? comparison.left : comparison.right
  return (
    <Link
      to="/frameworks/$frameworkId"
      params={{ frameworkId: framework.id }}
      search={{ kind: element.kind, element: element.code }}
      className={shared.needLink}
    >
      <ElementLabel element={element} />
    </Link>
  )
}

interface NeedRowProps {
  comparison: RoleComparison
  need: ComparedNeed
  levels: readonly number[]
  names: Record<Side, string>
}

const stepPx = 44
const edgePx = 16

function NeedRow({ comparison, need, levels, names }: NeedRowProps) {
  const { t } = useTranslation('frameworks')
  const given = sides.filter(side => need[side])
  const width = 2 * edgePx + (levels.length - 1) * stepPx
  const xOf = (level: number): number => edgePx + levels.indexOf(level) * stepPx
  // Marks at one level stand side by side.
  const isSame = given.length === 2 && need.left!.level === need.right!.level
  const placeOf = (side: Side): number => xOf(need[side]!.level) + (isSame ? (side === 'left' ? -7 : 7) : 0)
  return (
    <li className={classes.need}>
      <ElementLink comparison={comparison} pair={{ left: need.left?.element ?? null, right: need.right?.element ?? null }} />
      <span className={classes.levels}>
        <svg width={width} height={24} viewBox={`0 0 ${width} 24`} aria-hidden>
          <line x1={edgePx} x2={width - edgePx} y1={12} y2={12} className={classes.axis} />
          {given.length === 2 && <line x1={placeOf('left')} x2={placeOf('right')} y1={12} y2={12} className={classes.span} />}
          {levels.map(level => (
            <circle key={level} cx={xOf(level)} cy={12} r={2} className={classes.point} />
          ))}
          {given.map(side => (
            <Mark key={side} side={side} x={placeOf(side)} y={12} isQuiet={need[side]!.importance === 'helpful'} />
          ))}
        </svg>
        <span className={classes.words}>
          {given.map(side => (
            <span key={side}>
              <span className="visually-hidden">{names[side]}: </span>
              {t('framework.neededLevel', { level: need[side]!.level })} · {t(`importance.${need[side]!.importance}`)}
            </span>
          ))}
        </span>
      </span>
    </li>
  )
}

/** A circle for the first role, a square for the second; filled where the need is required. */
function Mark({ side, x, y, isQuiet }: { side: Side; x: number; y: number; isQuiet?: boolean }) {
  const look = { className: classes[side], 'data-quiet': isQuiet || undefined }
  if (side === 'left') return <circle cx={x} cy={y} r={6} {...look} />
  return <rect x={x - 5.5} y={y - 5.5} width={11} height={11} {...look} />
}
