import { Button, Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, Outlet } from '@tanstack/react-router'
import { getMe } from 'luytre/platform/identity/identity.api.ts'
import {
  getOrganisation,
  withdrawOrganisationChange,
  type OrganisationOverTime,
  type OrganisationState,
} from 'luytre/platform/organisations/organisations.api.ts'
import { useTranslation } from 'react-i18next'
import classes from '#organisation/organisation.module.css'
import { problemText } from '#platform/call/problem-text.ts'
import { queryFor, useChange } from '#platform/call/query-for.ts'
import { useFormat } from '#platform/i18n/use-language.ts'
import { useScope } from '#platform/session/session.ts'
import { ButtonLink } from '#ui/ButtonLink.tsx'
import { ErrorState } from '#ui/ErrorState.tsx'
import { Facts } from '#ui/Facts.tsx'
import { AsOfField } from '#ui/form/AsOfField.tsx'
import { Notice } from '#ui/Notice.tsx'
import { notifications } from '#ui/notifications.ts'
import { Page } from '#ui/Page.tsx'
import { StatusMark } from '#ui/StatusMark.tsx'
import { TranslatedText } from '#ui/TranslatedText.tsx'

const route = getRouteApi('/shell/organisation')

const holdsOn = ({ startsOn, endsBefore }: OrganisationState, day: string): boolean =>
  (startsOn === null || startsOn <= day) && (endsBefore === null || endsBefore > day)

/** What the organisation is, was and will be. */
export function OrganisationPage() {
  const { t } = useTranslation('organisation')
  const { asOf } = route.useSearch()
  const navigate = route.useNavigate()
  const mayWrite = useScope('organisation.write') !== undefined
  const organisation = useQuery(queryFor(getOrganisation))
  const { data, error } = organisation
  const shown = data?.states.find(state => holdsOn(state, asOf ?? data.today)) ?? data?.states[0]
  return (
    <Page
      title={shown?.name ?? t('title')}
      state={t('state')}
      main={mayWrite && <ButtonLink to="/organisation/change">{t('change.link')}</ButtonLink>}
      panel={<Outlet />}
    >
      {error && <ErrorState error={error} onRetry={() => void organisation.refetch()} />}
      {!error && !data && <Skeleton height={180} />}
      {data && shown && (
        <>
          <div className={classes.asOf}>
            <AsOfField asOf={asOf} onChange={day => void navigate({ search: day ? { asOf: day } : {}, replace: true })} />
          </div>
          <Facts
            facts={[
              { label: t('fields.name'), value: <TranslatedText text={shown.name} /> },
              { label: t('fields.parent'), value: shown.parent && <TranslatedText text={shown.parent} /> },
              { label: t('fields.kind'), value: shown.kind && t(`kinds.${shown.kind}`) },
              { label: t('fields.basis'), value: shown.basis },
            ]}
          />
          <History organisation={data} mayWrite={mayWrite} />
        </>
      )}
    </Page>
  )
}

function History({ organisation, mayWrite }: { organisation: OrganisationOverTime; mayWrite: boolean }) {
  const { t } = useTranslation('organisation')
  const format = useFormat()
  const withdraw = useChange(withdrawOrganisationChange, [getOrganisation, getMe])
  const { states, today, version } = organisation
  return (
    <section className={classes.history}>
      <h2>{t('history')}</h2>
      {withdraw.error && (
        <Notice kind="attention">
          <p>{problemText(withdraw.error)}</p>
        </Notice>
      )}
      <ol className={classes.timeline}>
        {states.toReversed().map((state, index) => {
          const isPlanned = state.startsOn !== null && state.startsOn > today
          return (
            <li key={state.id}>
              <span className={classes.quiet}>
                {state.startsOn === null ? t('span.always') : t('span.from', { date: format.date(state.startsOn) })}
                {state.change !== 'founded' && ` · ${t(`changes.${state.change}`)}`}
                {isPlanned && (
                  <>
                    {' '}
                    <StatusMark kind="attention">{t('planned')}</StatusMark>
                  </>
                )}
              </span>
              <span>
                <TranslatedText text={state.name} />
              </span>
              {state.parent && (
                <span className={classes.quiet}>
                  {t('fields.parent')}: <TranslatedText text={state.parent} />
                </span>
              )}
              {state.predecessor && (
                <span className={classes.quiet}>
                  {t(state.change === 'merged' ? 'fields.mergedWith' : 'fields.takenOverFrom')}: <TranslatedText text={state.predecessor} />
                </span>
              )}
              {state.basis && (
                <span className={classes.quiet}>
                  {t('fields.basis')}: {state.basis}
                </span>
              )}
              {mayWrite && (
                <span className={classes.actions}>
                  <Link to="/organisation/$stateId" params={{ stateId: state.id }}>
                    {t('correct.link')}
                  </Link>
                  {isPlanned && index === 0 && (
                    <Button
                      variant="default"
                      size="compact-sm"
                      loading={withdraw.isPending}
                      onClick={() =>
                        withdraw.mutate(
                          { params: { stateId: state.id }, ifMatch: version },
                          { onSuccess: () => notifications.show({ message: t('withdraw.done') }) },
                        )
                      }
                    >
                      {t('withdraw.submit')}
                    </Button>
                  )}
                </span>
              )}
            </li>
          )
        })}
      </ol>
    </section>
  )
}
