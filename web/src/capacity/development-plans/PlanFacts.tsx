import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { Plan } from 'luytre/capacity/development-plans/development-plans.api.ts'
import { getFramework, type FrameworkElement } from 'luytre/capacity/frameworks/frameworks.api.ts'
import { useTranslation } from 'react-i18next'
import classes from '#capacity/development-plans/development-plans.module.css'
import { RoleName } from '#capacity/frameworks/RoleName.tsx'
import { queryFor } from '#platform/call/query-for.ts'
import { useFormat } from '#platform/i18n/use-language.ts'
import { useScope } from '#platform/session/session.ts'
import { Facts } from '#ui/Facts.tsx'
import { TranslatedText } from '#ui/TranslatedText.tsx'

/** Whose plan it is, for which half-year, from which role to which. */
export function PlanFacts({ plan }: { plan: Plan }) {
  const { t } = useTranslation('plans')
  const format = useFormat()
  const maySeePerson = useScope('person.read') !== undefined
  const { person, halfYear, currentRole, targetRole } = plan
  return (
    <div className={classes.facts}>
      <Facts
        facts={[
          {
            label: t('fields.person'),
            value: maySeePerson ? (
              <Link to="/people/$personId" params={{ personId: person.id }}>
                {person.name}
              </Link>
            ) : (
              person.name
            ),
          },
          { label: t('fields.post'), value: person.title },
          { label: t('fields.unit'), value: person.unitName && <TranslatedText text={person.unitName} /> },
          { label: t('fields.supervisor'), value: person.supervisorName },
        ]}
      />
      <Facts
        facts={[
          {
            label: t('fields.halfYear'),
            value: (
              <>
                <strong>{halfYear.code}</strong>{' '}
                <span className={classes.quiet}>
                  {t('fields.period', { from: format.date(halfYear.startsOn), to: format.date(halfYear.endsOn) })}
                </span>
              </>
            ),
          },
          { label: t('fields.currentRole'), value: currentRole && <RoleName code={currentRole.code} name={currentRole.name} /> },
          { label: t('fields.targetRole'), value: <RoleLink frameworkId={plan.framework.id} role={targetRole} /> },
          { label: t('fields.framework'), value: <FrameworkLink frameworkId={plan.framework.id} /> },
        ]}
      />
    </div>
  )
}

const RoleLink = ({ frameworkId, role }: { frameworkId: string; role: FrameworkElement }) => (
  <Link to="/frameworks/$frameworkId" params={{ frameworkId }} search={{ kind: 'role', element: role.code }}>
    <RoleName code={role.code} name={role.name} />
  </Link>
)

function FrameworkLink({ frameworkId }: { frameworkId: string }) {
  const { data } = useQuery({ ...queryFor(getFramework, { params: { frameworkId } }), staleTime: Infinity })
  if (!data) return <> </>
  return (
    <Link to="/frameworks/$frameworkId" params={{ frameworkId }}>
      <TranslatedText text={data.title} />, {data.version}
    </Link>
  )
}
