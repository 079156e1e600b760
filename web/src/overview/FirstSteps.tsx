import { IconCircleCheckFilled, IconCircleDashed } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { listFrameworks } from 'luytre/capacity/frameworks/frameworks.api.ts'
import { listPeople, listUnits } from 'luytre/capacity/people/people.api.ts'
import { listAccounts } from 'luytre/platform/identity/identity.api.ts'
import { useTranslation } from 'react-i18next'
import { Card } from '#overview/Card.tsx'
import classes from '#overview/Card.module.css'
import { queryFor } from '#platform/call/query-for.ts'
import { useScope } from '#platform/session/session.ts'
import { ButtonLink } from '#ui/ButtonLink.tsx'

/** From an empty installation to the first assessment, in the order in which one needs the other. Gone once all is done. */
export function FirstSteps() {
  const { t } = useTranslation('overview')
  const mayMakeAccounts = useScope('account.write') !== undefined
  const units = useQuery(queryFor(listUnits)).data
  const frameworks = useQuery(queryFor(listFrameworks)).data
  const people = useQuery(queryFor(listPeople, { query: { limit: 1 } })).data
  const accounts = useQuery({ ...queryFor(listAccounts, { query: { limit: 2 } }), enabled: mayMakeAccounts }).data
  if (!units || !frameworks || !people || (mayMakeAccounts && !accounts)) return null

  const steps = [
    { key: 'units', isDone: units.units.length > 0, to: '/units' },
    { key: 'framework', isDone: frameworks.frameworks.length > 0, to: '/frameworks' },
    { key: 'people', isDone: people.total > 0, to: '/roster-import' },
    // The first administrator's own account is there from the start.
    ...(accounts ? [{ key: 'accounts', isDone: accounts.accounts.length > 1, to: '/accounts' } as const] : []),
  ] as const
  const done = steps.filter(step => step.isDone).length
  if (done === steps.length) return null
  const next = steps.find(step => !step.isDone)

  return (
    <Card title={t('steps.title')} state={t('steps.state', { done, count: steps.length })}>
      <ol className={classes.steps}>
        {steps.map(({ key, isDone, to }) => (
          <li key={key} className={classes.step}>
            <span className={classes.stepMark} data-done={isDone || undefined}>
              {isDone ? <IconCircleCheckFilled size={22} aria-hidden /> : <IconCircleDashed size={22} aria-hidden />}
              <span className="visually-hidden">{t(isDone ? 'steps.done' : 'steps.open')}</span>
            </span>
            <div>
              <h3>{t(`steps.${key}`)}</h3>
              <p className={classes.quiet}>{t(`steps.${key}Text`)}</p>
            </div>
            {!isDone && (
              <ButtonLink to={to} variant={key === next?.key ? 'filled' : 'default'}>
                {t(`steps.${key}Action`)}
              </ButtonLink>
            )}
          </li>
        ))}
      </ol>
    </Card>
  )
}
