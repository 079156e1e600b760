import type { Plan } from 'luytre/capacity/development-plans/development-plans.api.ts'
import { useTranslation } from 'react-i18next'
import { ActionTable } from '#capacity/development-plans/ActionTable.tsx'
import { Agreement } from '#capacity/development-plans/Agreement.tsx'
import classes from '#capacity/development-plans/development-plans.module.css'
import { GapTable } from '#capacity/development-plans/GapTable.tsx'
import { PlanFacts } from '#capacity/development-plans/PlanFacts.tsx'
import { PlanPreferences } from '#capacity/development-plans/PlanPreferences.tsx'

/** Everything that a plan says, from its head to the agreements: the present version, or an earlier one to read. */
export function PlanContent({ plan }: { plan: Plan }) {
  const { t } = useTranslation('plans')
  return (
    <>
      <PlanFacts plan={plan} />
      <section className={classes.section} aria-labelledby="duties">
        <h2 id="duties">{t('fields.duties')}</h2>
        <p className={plan.duties ? classes.duties : classes.quiet}>{plan.duties || t('duties.none')}</p>
      </section>
      <PlanPreferences plan={plan} />
      <GapTable plan={plan} />
      <ActionTable plan={plan} />
      <Agreement plan={plan} />
    </>
  )
}
