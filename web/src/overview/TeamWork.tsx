import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { getTeamWork, type TeamMember, type TeamTask } from 'luytre/capacity/my-work/my-work.api.ts'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Block } from '#overview/Block.tsx'
import classes from '#overview/Card.module.css'
import { PlanStatus } from '#overview/PlanStatus.tsx'
import { queryFor } from '#platform/call/query-for.ts'
import { StatusMark } from '#ui/StatusMark.tsx'

const shownAtFirst = 20

/** The people whom somebody supervises, and what waits for the supervisor with each of them. */
export function TeamWork() {
  const { t } = useTranslation('overview')
  const [isWhole, setIsWhole] = useState(false)
  const work = useQuery(queryFor(getTeamWork))
  return (
    <Block
      title={t('team')}
      query={work}
      state={({ team }) => t('teamWaits', { waiting: team.filter(one => one.tasks.length > 0).length, count: team.length })}
    >
      {({ team, halfYear }) => {
        if (team.length === 0) return <p className={classes.quiet}>{t('teamNone')}</p>
        const shown = isWhole ? team : team.slice(0, shownAtFirst)
        return (
          <>
            <table className={classes.team}>
              <thead>
                <tr>
                  <th scope="col">{t('person')}</th>
                  <th scope="col">{t('waits')}</th>
                  <th scope="col">{t('plan', { halfYear: halfYear?.code ?? '' })}</th>
                </tr>
              </thead>
              <tbody>
                {shown.map(member => (
                  <Member key={member.person.id} member={member} />
                ))}
              </tbody>
            </table>
            {shown.length < team.length && (
              <button type="button" className={classes.wholeTeam} onClick={() => setIsWhole(true)}>
                {t('wholeTeam', { count: team.length })}
              </button>
            )}
          </>
        )
      }}
    </Block>
  )
}

function Member({ member: { person, tasks, plan, isOverdue, isAgreed } }: { member: TeamMember }) {
  const { t } = useTranslation('overview')
  return (
    <tr>
      <td>
        <Link to="/people/$personId" params={{ personId: person.id }}>
          {person.name}
        </Link>
      </td>
      <td>
        {tasks.length === 0 ? (
          <span className={classes.quiet}>{t(isAgreed ? 'nothingWaits' : 'waitsForPerson')}</span>
        ) : (
          <ul className={classes.tasks}>
            {tasks.map(task => (
              <li key={task}>
                <TaskLink task={task} personId={person.id} planId={plan?.id} />
              </li>
            ))}
          </ul>
        )}
      </td>
      <td>
        {plan ? (
          <Link to="/plans/$planId" params={{ planId: plan.id }}>
            <PlanStatus status={plan.status} />
          </Link>
        ) : (
          <StatusMark kind="none">{t('noPlan')}</StatusMark>
        )}
        {isOverdue && <StatusMark kind="serious">{t('overdue')}</StatusMark>}
      </td>
    </tr>
  )
}

function TaskLink({ task, personId, planId }: { task: TeamTask; personId: string; planId: string | undefined }) {
  const { t } = useTranslation('overview')
  const text = t(`tasks.${task}`)
  if (task === 'agree-plan' && planId)
    return (
      <Link to="/plans/$planId" params={{ planId }}>
        {text}
      </Link>
    )
  if (task === 'propose-plan')
    return (
      <Link to="/people/$personId/plan/new" params={{ personId }}>
        {text}
      </Link>
    )
  return (
    <Link to="/people/$personId/assessment" params={{ personId }} search={task === 'answer-contest' ? { show: 'contested' } : {}}>
      {text}
    </Link>
  )
}
