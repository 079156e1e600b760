import { Link } from '@tanstack/react-router'
import type { Plan, PlanGap } from 'luytre/capacity/development-plans/development-plans.api.ts'
import { useTranslation } from 'react-i18next'
import classes from '#capacity/development-plans/development-plans.module.css'
import { highestLevel, ratedLevel, useReason } from '#capacity/development-plans/plan-texts.ts'
import { RenewPlan } from '#capacity/development-plans/PlanTools.tsx'
import { ElementLabel } from '#capacity/frameworks/ElementLabel.tsx'
import { useKindNames } from '#capacity/frameworks/kinds.ts'
import { useTranslated } from '#platform/i18n/use-translated.ts'
import { LevelDots } from '#ui/LevelDots.tsx'
import tableClasses from '#ui/Table.module.css'
import { TranslatedText } from '#ui/TranslatedText.tsx'

/** What is worked on in this half-year and why, down to what is to be shown; the other gaps are one key away. */
export function GapTable({ plan }: { plan: Plan }) {
  const { t } = useTranslation('plans')
  const chosen = plan.gaps.filter(gap => gap.isChosen)
  const others = plan.gaps.filter(gap => !gap.isChosen)
  return (
    <section className={classes.section} aria-labelledby="gaps">
      <div className={classes.sectionHead}>
        <h2 id="gaps">{t('gap.heading')}</h2>
        {plan.may.write && <RenewPlan plan={plan} />}
      </div>
      {plan.gaps.length === 0 && <p className={classes.quiet}>{t('gap.noneOpen')}</p>}
      {plan.gaps.length > 0 && chosen.length === 0 && <p className={classes.quiet}>{t('gap.noneChosen')}</p>}
      {chosen.length > 0 && <Gaps plan={plan} gaps={chosen} label={t('gap.chosen', { count: chosen.length })} />}
      {others.length > 0 && (
        <details className={classes.more}>
          <summary>{t('gap.others', { count: others.length })}</summary>
          <Gaps plan={plan} gaps={others} label={t('gap.others', { count: others.length })} />
        </details>
      )}
      {plan.gaps.length > 0 && <Levels levels={plan.framework.levels} />}
    </section>
  )
}

function Gaps({ plan, gaps, label }: { plan: Plan; gaps: readonly PlanGap[]; label: string }) {
  const { t } = useTranslation('plans')
  const reason = useReason()
  const kindNames = useKindNames()
  const highest = highestLevel(plan.framework.levels)
  // Knowledge and skills are sentences that are to be shown themselves: a column about them would say nothing.
  const hasStatements = gaps.some(gap => gap.statements.length > 0)
  return (
    <div className={classes.frame}>
      {/* The roles are those that elements have by themselves until `display` turns them into cards. */}
      <table role="table" className={`${tableClasses.table} ${classes.table}`} aria-label={label}>
        <thead role="rowgroup">
          <tr role="row">
            <th role="columnheader" scope="col">
              {t('gap.why', { kinds: kindNames(gaps.map(gap => gap.element)) })}
            </th>
            <th role="columnheader" scope="col">
              {t('gap.level')}
            </th>
            {hasStatements && (
              <th role="columnheader" scope="col">
                {t('gap.statements')}
              </th>
            )}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {gaps.map(gap => (
            <tr key={gap.id} role="row" data-gap={gap.id}>
              <td role="cell" data-first>
                <Link
                  to="/frameworks/$frameworkId"
                  params={{ frameworkId: plan.framework.id }}
                  search={{ kind: gap.element.kind, element: gap.element.code }}
                  className={classes.name}
                >
                  <ElementLabel element={gap.element} />
                </Link>
                <p className={classes.why}>{reason(gap.reason)}</p>
              </td>
              <td role="cell" data-label={t('gap.level')} className={classes.nowrap}>
                <LevelDots have={ratedLevel(gap.reason)} need={gap.reason.need} highest={highest} />
              </td>
              {hasStatements && (
                <td role="cell" data-label={t('gap.statements')}>
                  <ToBeShown gap={gap} />
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function ToBeShown({ gap }: { gap: PlanGap }) {
  const { t } = useTranslation('plans')
  if (gap.statements.length === 0) return <span className={classes.quiet}>{t('gap.sentence')}</span>
  return (
    <ul className={classes.statements}>
      {gap.statements.map(statement => (
        <li key={statement.id}>
          {statement.level !== null && <span className={classes.levelNumber}>{statement.level}</span>}
          <span>
            <TranslatedText text={statement.text} />
          </span>
        </li>
      ))}
    </ul>
  )
}

/** What the figures of levels mean, under the table that uses them. */
export function Levels({ levels }: { levels: Plan['framework']['levels'] }) {
  const { t } = useTranslation('plans')
  const translated = useTranslated()
  if (levels.length === 0) return null
  return (
    <p className={classes.legend}>
      <span className={classes.legendName}>{t('levels')}</span>
      {levels.map(({ level, name }) => (
        <span key={level}>{t('levelLegend', { level, name: translated(name) })}</span>
      ))}
    </p>
  )
}
