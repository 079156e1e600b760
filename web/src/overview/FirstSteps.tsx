import { IconCircleCheckFilled, IconCircleDashed } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { getFirstSteps } from 'luytre/capacity/my-work/my-work.api.ts'
import { useTranslation } from 'react-i18next'
import { Card } from '#overview/Card.tsx'
import classes from '#overview/Card.module.css'
import { queryFor } from '#platform/call/query-for.ts'
import { ButtonLink } from '#ui/ButtonLink.tsx'

/** From an empty installation to the first assessment, in the order in which one needs the other. Gone once all is done. */
export function FirstSteps() {
  const { t } = useTranslation('overview')
  const known = useQuery(queryFor(getFirstSteps)).data
  if (!known) return null

  const steps = [
    { key: 'units', isDone: known.units, to: '/units' },
    { key: 'framework', isDone: known.frameworks, to: '/frameworks' },
    { key: 'people', isDone: known.people, to: '/roster-import' },
    ...(known.accounts === null ? [] : [{ key: 'accounts', isDone: known.accounts, to: '/accounts' } as const]),
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
