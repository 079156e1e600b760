import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { getProgress, getShortRoles, maxOverdue } from 'luytre/capacity/my-work/my-work.api.ts'
import { useTranslation } from 'react-i18next'
import { Block } from '#overview/Block.tsx'
import classes from '#overview/Card.module.css'
import { queryFor } from '#platform/call/query-for.ts'
import { useFormat } from '#platform/i18n/use-language.ts'
import { ButtonLink } from '#ui/ButtonLink.tsx'
import { StatusMark } from '#ui/StatusMark.tsx'
import { TranslatedText } from '#ui/TranslatedText.tsx'

/** How far the whole organisation is in the half-year. */
export function Progress() {
  const { t } = useTranslation('overview')
  const format = useFormat()
  const progress = useQuery(queryFor(getProgress))
  return (
    <Block
      title={t('organisation')}
      query={progress}
      state={({ people }) => <Link to="/people">{t('peopleCount', { count: people })}</Link>}
    >
      {({ people, plans, plansOverdue, ...counts }) => {
        if (people === 0) return <NextStep text={t('progress.noPeople')} to="/roster-import" action={t('steps.peopleAction')} />
        const parts = [
          { key: 'self', done: counts.selfAssessed, of: people },
          { key: 'supervisor', done: counts.supervisorAssessed, of: people },
          { key: 'agreed', done: counts.agreed, of: people },
          { key: 'plans', done: plans, of: people },
          { key: 'plansAgreed', done: counts.plansAgreed, of: people },
        ] as const
        return (
          <>
            <dl className={classes.bars}>
              {parts.map(({ key, done, of }) => (
                <div key={key}>
                  <dt>{t(`progress.${key}`)}</dt>
                  <dd>
                    <span className={classes.bar} aria-hidden>
                      <span style={{ inlineSize: `${Math.min(100, (done / of) * 100)}%` }} />
                    </span>
                    {t('progress.of', { done: format.number(done), count: of })}
                  </dd>
                </div>
              ))}
            </dl>
            {plansOverdue > 0 && (
              <p>
                <StatusMark kind="serious">{t('progress.overdue', { count: plansOverdue })}</StatusMark>
                {plansOverdue >= maxOverdue && ` ${t('progress.orMore')}`}{' '}
                {/* It stands where the pointer rests after signing in: that is no wish to see the list. */}
                <Link to="/plans" search={{ status: 'proposed' }} preload={false}>
                  {t('progress.toPlans')}
                </Link>
              </p>
            )}
          </>
        )
      }}
    </Block>
  )
}

/** Roles that too few are ready for. */
export function ShortRoles() {
  const { t } = useTranslation('overview')
  const format = useFormat()
  const roles = useQuery(queryFor(getShortRoles))
  return (
    <Block title={t('short.title')} query={roles} state={({ needs, short }) => needs > 0 && t('short.state', { short, count: needs })}>
      {({ needs, first }) => {
        if (needs === 0) return <NextStep text={t('short.noNeeds')} to="/needs" action={t('short.toNeeds')} />
        if (first.length === 0) return <p className={classes.quiet}>{t('short.none')}</p>
        return (
          <table className={classes.team}>
            <thead>
              <tr>
                <th scope="col">{t('short.role')}</th>
                <th scope="col">{t('short.ready')}</th>
                <th scope="col">{t('short.due')}</th>
              </tr>
            </thead>
            <tbody>
              {first.map(need => (
                <tr key={need.id}>
                  <td>
                    <Link to="/needs/$needId" params={{ needId: need.id }}>
                      <TranslatedText text={need.roleName} />
                    </Link>
                    {need.unitName && (
                      <div className={classes.quiet}>
                        <TranslatedText text={need.unitName} />
                      </div>
                    )}
                  </td>
                  <td>{t('short.of', { ready: format.number(need.ready), count: need.people })}</td>
                  <td>
                    {format.date(need.dueOn)}
                    {need.isOverdue && <StatusMark kind="serious">{t('overdue')}</StatusMark>}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )
      }}
    </Block>
  )
}

function NextStep({ text, to, action }: { text: string; to: '/roster-import' | '/needs'; action: string }) {
  return (
    <div className={classes.row}>
      <p className={classes.quiet}>{text}</p>
      <ButtonLink to={to} variant="default">
        {action}
      </ButtonLink>
    </div>
  )
}
