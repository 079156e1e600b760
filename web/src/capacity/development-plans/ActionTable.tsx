import type { Plan } from 'luytre/capacity/development-plans/development-plans.api.ts'
import type { PlanAction } from 'luytre/capacity/development-plans/plan-content.api.ts'
import { useTranslation } from 'react-i18next'
import classes from '#capacity/development-plans/development-plans.module.css'
import { TimeBar, TimeLegend, TimeScale } from '#capacity/development-plans/TimeBar.tsx'
import { useDetailTexts } from '#capacity/development-plans/use-details-text.ts'
import { ElementLabel } from '#capacity/frameworks/ElementLabel.tsx'
import { useFormat } from '#platform/i18n/use-language.ts'
import tableClasses from '#ui/Table.module.css'

/** The actions of a plan; each row is also a bar inside the half-year, so table and timeline are one. */
export function ActionTable({ plan }: { plan: Plan }) {
  const { t } = useTranslation('plans')
  return (
    <section className={classes.section} aria-labelledby="actions">
      <h2 id="actions">{t('action.heading')}</h2>
      {plan.actions.length === 0 && <p className={classes.quiet}>{t('action.empty')}</p>}
      {plan.actions.length > 0 && <Actions plan={plan} />}
      {plan.actions.length > 0 && <TimeLegend halfYear={plan.halfYear} />}
    </section>
  )
}

function Actions({ plan }: { plan: Plan }) {
  const { t } = useTranslation('plans')
  const { halfYear } = plan
  return (
    <div className={classes.frame}>
      <table role="table" className={`${tableClasses.table} ${classes.table}`} aria-labelledby="actions">
        <thead role="rowgroup">
          <tr role="row">
            <th role="columnheader" scope="col">
              {t('action.title')}
            </th>
            <th role="columnheader" scope="col">
              {t('action.gap')}
            </th>
            <th role="columnheader" scope="col">
              {t('action.startsOn')}
            </th>
            <th role="columnheader" scope="col">
              {t('action.dueOn')}
            </th>
            <th role="columnheader" scope="col" className={classes.time}>
              {t('action.time', { halfYear: halfYear.code })}
              <TimeScale halfYear={halfYear} />
            </th>
          </tr>
        </thead>
        <tbody role="rowgroup">
          {plan.actions.map(action => (
            <ActionRow key={action.id} plan={plan} action={action} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function ActionRow({ plan, action }: { plan: Plan; action: PlanAction }) {
  const { t } = useTranslation(['plans', 'development-plans'])
  const format = useFormat()
  const details = useDetailTexts()(action)
  const gap = plan.gaps.find(({ id }) => id === action.gapId)
  return (
    <tr role="row" data-action={action.id}>
      <td role="cell" data-first>
        <span className={classes.name}>{action.title}</span>
        <p className={classes.why}>{t(`development-plans:kinds.${action.kind}`)}</p>
        {details.length > 0 && (
          <ul className={classes.details}>
            {details.map(text => (
              <li key={text}>{text}</li>
            ))}
          </ul>
        )}
      </td>
      <td role="cell" data-label={t('action.gap')} className={classes.gapOfAction}>
        {gap ? (
          <span>
            <ElementLabel element={gap.element} />
          </span>
        ) : (
          <span className={classes.quiet}>{t('action.noGap')}</span>
        )}
      </td>
      <td role="cell" data-label={t('action.startsOn')} className={classes.nowrap}>
        {format.date(action.startsOn)}
      </td>
      <td role="cell" data-label={t('action.dueOn')} className={classes.nowrap}>
        {format.date(action.dueOn)}
      </td>
      <td role="cell" className={classes.time}>
        <TimeBar halfYear={plan.halfYear} startsOn={action.startsOn} dueOn={action.dueOn} />
      </td>
    </tr>
  )
}
