import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import classes from '#ui/Facts.module.css'

export interface Fact {
  label: string
  value: ReactNode
}

/** Label and value, one pair a line; what is not given says so. */
export function Facts({ facts }: { facts: readonly Fact[] }) {
  const { t } = useTranslation()
  return (
    <dl className={classes.facts}>
      {facts.map(({ label, value }) => (
        <FactLine key={label} label={label} value={value || <NoValue text={t('list.noValue')} />} />
      ))}
    </dl>
  )
}

function FactLine({ label, value }: Fact) {
  return (
    <>
      <dt>{label}</dt>
      <dd>{value}</dd>
    </>
  )
}

const NoValue = ({ text }: { text: string }) => <span style={{ color: 'var(--ink-quiet)' }}>{text}</span>
