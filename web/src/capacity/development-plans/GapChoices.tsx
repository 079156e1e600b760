import type { Plan, PlanGap } from 'luytre/capacity/development-plans/development-plans.api.ts'
import { useTranslation } from 'react-i18next'
import classes from '#capacity/development-plans/development-plans.module.css'
import editing from '#capacity/development-plans/editing.module.css'
import { idsOf, type PlanValues } from '#capacity/development-plans/plan-form.ts'
import { highestLevel, ratedLevel, useReason } from '#capacity/development-plans/plan-texts.ts'
import { ElementLabel } from '#capacity/frameworks/ElementLabel.tsx'
import formClasses from '#ui/form/Form.module.css'
import { fieldId } from '#ui/form/field-props.ts'
import type { Form } from '#ui/form/use-form.ts'
import { LevelDots } from '#ui/LevelDots.tsx'

/** Shown at once; a role of NICE needs more than a hundred things. */
const shownAtOnce = 12

/** Which gaps are worked on in this half-year, most urgent first. */
export function GapChoices({ form, plan }: { form: Form<PlanValues>; plan: Plan }) {
  const { t } = useTranslation('plans')
  const chosen = new Set(idsOf(form.values.chosenGapIds))
  if (plan.gaps.length === 0) return null
  const toggle = (id: string): void => {
    if (!chosen.delete(id)) chosen.add(id)
    form.set(
      'chosenGapIds',
      plan.gaps
        .filter(gap => chosen.has(gap.id))
        .map(gap => gap.id)
        .join(' '),
    )
  }
  const first = plan.gaps.slice(0, shownAtOnce)
  const rest = plan.gaps.slice(shownAtOnce)
  const list = (gaps: readonly PlanGap[]) => (
    <ul className={editing.choices}>
      {gaps.map(gap => (
        <li key={gap.id}>
          <GapChoice plan={plan} gap={gap} isChosen={chosen.has(gap.id)} onToggle={() => toggle(gap.id)} />
        </li>
      ))}
    </ul>
  )
  return (
    <fieldset className={formClasses.group} id={fieldId(form, 'chosenGapIds')} tabIndex={-1}>
      <legend>{t('gap.heading')}</legend>
      <p className={formClasses.groupHelp}>{t('edit.gapsHelp')}</p>
      <div className={classes.frame}>
        {list(first)}
        {rest.length > 0 && (
          <details className={classes.more} open={rest.some(gap => gap.isChosen)}>
            <summary>{t('gap.others', { count: rest.length })}</summary>
            {list(rest)}
          </details>
        )}
      </div>
    </fieldset>
  )
}

interface GapChoiceProps {
  plan: Plan
  gap: PlanGap
  isChosen: boolean
  onToggle: () => void
}

function GapChoice({ plan, gap, isChosen, onToggle }: GapChoiceProps) {
  const reason = useReason()
  return (
    <label className={editing.choice}>
      <input type="checkbox" checked={isChosen} onChange={onToggle} />
      <span>
        <ElementLabel element={gap.element} />
        <span className={classes.why}>{reason(gap.reason)}</span>
      </span>
      <LevelDots have={ratedLevel(gap.reason)} need={gap.reason.need} highest={highestLevel(plan.framework.levels)} />
    </label>
  )
}
