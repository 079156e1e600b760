import { Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { listNearest, type NearPerson, type StaffingNeed } from 'luytre/capacity/needs/needs.api.ts'
import { useTranslation } from 'react-i18next'
import { ElementLabel } from '#capacity/frameworks/ElementLabel.tsx'
import classes from '#capacity/needs/needs.module.css'
import { queryFor } from '#platform/call/query-for.ts'
import { useScope } from '#platform/session/session.ts'
import { ButtonLink } from '#ui/ButtonLink.tsx'
import { ErrorState } from '#ui/ErrorState.tsx'
import { LevelDots } from '#ui/LevelDots.tsx'
import { TranslatedText } from '#ui/TranslatedText.tsx'

const shownGaps = 3

/** Who misses least for a needed role, and the way to a plan towards it. */
export function NearestPeople({ need }: { need: StaffingNeed }) {
  const { t } = useTranslation('needs')
  const query = { level: need.level, limit: 10, ...(need.unit && { unitId: need.unit.id }) }
  const nearest = useQuery(queryFor(listNearest, { params: { roleId: need.role.id }, query }))
  return (
    <section className={classes.section} aria-labelledby="nearest">
      <h3 id="nearest">{t('nearest.title')}</h3>
      {nearest.error && !nearest.data ? (
        <ErrorState error={nearest.error} onRetry={() => void nearest.refetch()} isInline />
      ) : !nearest.data ? (
        <Skeleton height={80} />
      ) : nearest.data.people.length === 0 ? (
        <p className={classes.quiet}>{t('nearest.nobody')}</p>
      ) : (
        <ol className={classes.near}>
          {nearest.data.people.map(one => (
            <NearLine key={one.person.id} near={one} roleId={need.role.id} highest={nearest.data.levels.at(-1)?.level ?? 3} />
          ))}
        </ol>
      )}
    </section>
  )
}

function NearLine({ near, roleId, highest }: { near: NearPerson; roleId: string; highest: number }) {
  const { t } = useTranslation('needs')
  const mayPlan = useScope('plan.write') !== undefined
  const { person, unit, missing, met, required, gaps } = near
  return (
    <li>
      <div className={classes.nearHead}>
        <Link to="/people/$personId/gaps" params={{ personId: person.id }} search={{ role: roleId }}>
          {person.name}
        </Link>
        <span>{t('nearest.missing', { count: missing })}</span>
      </div>
      <p className={classes.quiet}>
        <TranslatedText text={unit.name} /> · {t('nearest.met', { met, count: required })}
      </p>
      <ul className={classes.nearGaps}>
        {gaps.slice(0, shownGaps).map(gap => (
          <li key={gap.element.id}>
            <span>
              <ElementLabel element={gap.element} />
            </span>
            <LevelDots have={gap.haveFrom === 'none' ? null : gap.have} need={gap.need} highest={highest} />
          </li>
        ))}
      </ul>
      {gaps.length > shownGaps && <p className={classes.quiet}>{t('nearest.moreGaps', { count: gaps.length - shownGaps })}</p>}
      {mayPlan && (
        <ButtonLink
          to="/people/$personId/plan/new"
          params={{ personId: person.id }}
          search={{ role: roleId }}
          variant="default"
          size="compact-sm"
          aria-label={t('nearest.planFor', { name: person.name })}
        >
          {t('nearest.plan')}
        </ButtonLink>
      )}
    </li>
  )
}
