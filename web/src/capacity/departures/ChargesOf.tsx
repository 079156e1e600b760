import { Link } from '@tanstack/react-router'
import type { Charges } from 'luytre/capacity/departures/departures.api.ts'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import classes from '#capacity/departures/departures.module.css'
import { useFormat } from '#platform/i18n/use-language.ts'

/** What hangs on the person, and what becomes of it. */
export function ChargesOf({ charges, leaves }: { charges: Charges; leaves: boolean }) {
  const { t } = useTranslation('departures')
  const format = useFormat()
  const { reports, plans, account } = charges
  /** A figure with what becomes of it, where there is something. */
  const counted = (count: number, what: string): string => (count > 0 ? `${format.number(count)} · ${what}` : format.number(count))
  return (
    <section className={classes.section}>
      <h2>{t('charges.title')}</h2>
      <dl className={classes.charges}>
        <Charge label={t('charges.reports')}>{counted(reports.length, t('charges.toSupervisor'))}</Charge>
        <Charge label={t('charges.ratingsToMake')}>{counted(charges.ratingsToMake, t('charges.toSupervisor'))}</Charge>
        <Charge label={t('charges.contestsToAnswer')}>{counted(charges.contestsToAnswer, t('charges.toSupervisor'))}</Charge>
        <Charge label={t('charges.plansToAgree')}>{counted(charges.plansToAgree, t('charges.toSupervisor'))}</Charge>
        {leaves && (
          <>
            <Charge label={t('charges.plans')}>{plans.length > 0 ? <ClosedPlans plans={plans} /> : t('charges.noPlan')}</Charge>
            <Charge label={t('charges.ownContests')}>{counted(charges.ownContests, t('charges.readable'))}</Charge>
            <Charge label={t('charges.account')}>
              {account ? t(account.status === 'disabled' ? 'charges.accountDisabled' : 'charges.accountShut') : t('charges.noAccount')}
            </Charge>
          </>
        )}
      </dl>
    </section>
  )
}

const Charge = ({ label, children }: { label: string; children: ReactNode }) => (
  <div>
    <dt>{label}</dt>
    <dd>{children}</dd>
  </div>
)

function ClosedPlans({ plans }: Pick<Charges, 'plans'>) {
  const { t } = useTranslation('departures')
  return (
    <>
      {plans.map((plan, index) => (
        <span key={plan.id}>
          {index > 0 && ', '}
          <Link to="/plans/$planId" params={{ planId: plan.id }}>
            {plan.halfYearCode}
          </Link>
        </span>
      ))}
      {' · '}
      {t('charges.closed')}
    </>
  )
}
