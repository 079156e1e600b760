import { IconPencil } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { getPerson } from 'luytre/capacity/people/people.api.ts'
import { useTranslation } from 'react-i18next'
import { RoleName } from '#capacity/frameworks/RoleName.tsx'
import classes from '#capacity/people/people.module.css'
import { useSpanText } from '#capacity/people/use-span-text.ts'
import { queryFor } from '#platform/call/query-for.ts'
import { textOf } from '#platform/i18n/text-key.ts'
import { useFormat } from '#platform/i18n/use-language.ts'
import { useScope } from '#platform/session/session.ts'
import { ButtonLink } from '#ui/ButtonLink.tsx'
import { DetailPanel } from '#ui/DetailPanel.tsx'
import { ErrorState } from '#ui/ErrorState.tsx'
import { Facts } from '#ui/Facts.tsx'
import { PanelSkeleton } from '#ui/PanelSkeleton.tsx'
import { TranslatedText } from '#ui/TranslatedText.tsx'

const route = getRouteApi('/shell/people/$personId')

export function PersonPanel() {
  const { personId } = route.useParams()
  // Another row opened is another panel: the focus goes to its heading.
  return <OpenPerson key={personId} personId={personId} />
}

function OpenPerson({ personId }: { personId: string }) {
  const { t } = useTranslation(['people', 'common'])
  const format = useFormat()
  const span = useSpanText()
  const person = useQuery(queryFor(getPerson, { params: { personId } }))
  const mayWrite = useScope('person.write') !== undefined
  const mayMakeAccounts = useScope('account.write') !== undefined
  const mayAssess = useScope('assessment.read') !== undefined
  const mayReadGaps = useScope('gap.read') !== undefined
  const mayReadLedger = useScope('ledger.read') !== undefined
  const closeTo = { to: '/people', search: true } as const
  const { asOf } = route.useSearch()

  if (person.error && !person.data) {
    return (
      <DetailPanel title={t('title')} closeTo={closeTo}>
        <ErrorState error={person.error} onRetry={() => void person.refetch()} isInline />
      </DetailPanel>
    )
  }
  if (!person.data) return <PanelSkeleton title={t('title')} closeTo={closeTo} />
  const { data } = person
  return (
    <DetailPanel
      title={data.name}
      subtitle={data.title}
      closeTo={closeTo}
      actions={
        mayWrite && (
          <ButtonLink
            to="/people/$personId/edit"
            params={{ personId }}
            search={true}
            variant="default"
            size="compact-md"
            leftSection={<IconPencil size={15} aria-hidden />}
          >
            {t('common:actions.edit')}
          </ButtonLink>
        )
      }
    >
      {asOf && <p className={classes.quiet}>{t('asOf.panelIsToday', { date: format.date(asOf) })}</p>}
      <Facts
        facts={[
          ...(data.reading ? [{ label: t('fields.reading'), value: <span lang="ja">{data.reading}</span> }] : []),
          { label: t('fields.staffCode'), value: data.staffCode },
          { label: t('fields.unit'), value: data.unit && <TranslatedText text={data.unit.name} /> },
          ...(data.leftOn ? [{ label: t('fields.leftOn'), value: format.date(data.leftOn) }] : []),
          { label: t('fields.roleCode'), value: data.roleCode && <RoleName code={data.roleCode} name={data.roleName} /> },
          { label: t('fields.startsOn'), value: data.startsOn && format.date(data.startsOn) },
          { label: t('fields.supervisor'), value: data.supervisor && <PersonLink person={data.supervisor} /> },
          { label: t('fields.email'), value: data.email },
          { label: t('fields.account'), value: t(data.hasAccount ? 'hasAccount' : 'hasNoAccount') },
        ]}
      />
      {data.supervises.length > 0 && (
        <section>
          <h3>{t('fields.supervises')}</h3>
          <ul className={classes.names}>
            {data.supervises.map(one => (
              <li key={one.id}>
                <PersonLink person={one} />
              </li>
            ))}
          </ul>
        </section>
      )}
      {data.posts.length > 1 && (
        <section>
          <h3>{t('posts.title')}</h3>
          <ol className={classes.timeline}>
            {data.posts.map(post => (
              <li key={post.id}>
                <span className={classes.quiet}>{span(post.startsOn, post.endsBefore)}</span>
                <span>
                  {post.title && `${post.title} · `}
                  <TranslatedText text={post.unit.name} />
                </span>
              </li>
            ))}
          </ol>
        </section>
      )}
      <p className={classes.quietLinks}>
        {mayAssess && (
          <Link to="/people/$personId/assessment" params={{ personId }}>
            {textOf('assessments:title')}
          </Link>
        )}
        {mayReadGaps && (
          <Link to="/people/$personId/gaps" params={{ personId }}>
            {textOf('assessments:gaps.title')}
          </Link>
        )}
        {mayWrite && (
          <Link to="/people/$personId/departures" params={{ personId }}>
            {textOf('departures:title')}
          </Link>
        )}
        {mayMakeAccounts && !data.hasAccount && (
          <Link to="/accounts/new" search={{ personId }}>
            {t('makeAccount')}
          </Link>
        )}
        {mayReadLedger && (
          <Link to="/ledger" search={{ recordId: personId }}>
            {t('history')}
          </Link>
        )}
      </p>
    </DetailPanel>
  )
}

const PersonLink = ({ person }: { person: { id: string; name: string } }) => (
  <Link to="/people/$personId" params={{ personId: person.id }} search={true}>
    {person.name}
  </Link>
)
