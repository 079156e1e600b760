import { Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import {
  getRole,
  importance,
  type FrameworkElement,
  type FrameworkSummary,
  type RoleNeed,
} from 'luytre/capacity/frameworks/frameworks.api.ts'
import { useTranslation } from 'react-i18next'
import { ElementLabel } from '#capacity/frameworks/ElementLabel.tsx'
import classes from '#capacity/frameworks/frameworks.module.css'
import { LevelName } from '#capacity/frameworks/LevelName.tsx'
import { queryFor } from '#platform/call/query-for.ts'
import { useFormat } from '#platform/i18n/use-language.ts'
import { ErrorState } from '#ui/ErrorState.tsx'
import { Facts } from '#ui/Facts.tsx'
import { TranslatedText } from '#ui/TranslatedText.tsx'

/** What a role needs, required before helpful, and what it does. */
export function RoleParts({ framework, roleId }: { framework: FrameworkSummary; roleId: string }) {
  const { t } = useTranslation('frameworks')
  const format = useFormat()
  const role = useQuery({ ...queryFor(getRole, { params: { frameworkId: framework.id, roleId } }), staleTime: Infinity })
  if (role.error) return <ErrorState error={role.error} onRetry={() => void role.refetch()} isInline />
  if (!role.data) return <Skeleton height={160} />
  const { needs, tasks, reportsTo, reporting } = role.data
  return (
    <>
      {(reportsTo || reporting.length > 0) && (
        <Facts
          facts={[
            { label: t('chain.above'), value: reportsTo && <RoleLinks framework={framework} roles={[reportsTo]} /> },
            { label: t('chain.below'), value: reporting.length > 0 && <RoleLinks framework={framework} roles={reporting} /> },
          ]}
        />
      )}
      <p>
        <Link to="/frameworks/compare" search={{ left: roleId }}>
          {t('compare.with')}
        </Link>
      </p>
      {needs.length === 0 && <p className={classes.quiet}>{t('framework.noNeeds')}</p>}
      {importance.options.map(one => {
        const group = needs.filter(need => need.importance === one)
        return (
          group.length > 0 && (
            <section key={one} className={classes.part}>
              <h3>
                {t(`importance.${one}`)} <span className={classes.count}>{format.number(group.length)}</span>
              </h3>
              <ul className={classes.lines}>
                {group.map(need => (
                  <Need key={need.relationId} framework={framework} need={need} />
                ))}
              </ul>
            </section>
          )
        )
      })}
      <section className={classes.part}>
        <h3>
          {t('kinds.task')} <span className={classes.count}>{format.number(tasks.length)}</span>
        </h3>
        {tasks.length === 0 && <p className={classes.quiet}>{t('framework.noTasks')}</p>}
        <ul className={classes.lines}>
          {tasks.map(task => (
            <li key={task.id}>
              <ElementLabel element={task} />
            </li>
          ))}
        </ul>
      </section>
    </>
  )
}

function RoleLinks({ framework, roles }: { framework: FrameworkSummary; roles: readonly FrameworkElement[] }) {
  return (
    <ul className={classes.plain}>
      {roles.map(role => (
        <li key={role.id}>
          <Link to="/frameworks/$frameworkId" params={{ frameworkId: framework.id }} search={{ kind: 'role', element: role.code }}>
            <TranslatedText text={role.name} />
          </Link>
        </li>
      ))}
    </ul>
  )
}

function Need({ framework, need }: { framework: FrameworkSummary; need: RoleNeed }) {
  return (
    <li className={classes.need}>
      <Link
        to="/frameworks/$frameworkId"
        params={{ frameworkId: framework.id }}
        search={{ kind: need.element.kind, element: need.element.code }}
        className={classes.needLink}
      >
        <ElementLabel element={need.element} />
      </Link>
      <span className={classes.level}>
        <LevelName framework={framework} level={need.level} />
      </span>
    </li>
  )
}
