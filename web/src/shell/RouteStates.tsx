import { useRouter, type ErrorComponentProps } from '@tanstack/react-router'
import { useContext, useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { CallProblem } from '#platform/call/call-problem.ts'
import { findServedBuild, isCodeMissing } from '#platform/call/page-code.ts'
import classes from '#shell/RouteStates.module.css'
import { EmptyState } from '#ui/EmptyState.tsx'
import { ErrorState } from '#ui/ErrorState.tsx'
import { ButtonLink } from '#ui/ButtonLink.tsx'
import { InPage, Page } from '#ui/Page.tsx'

export function RouteError({ error, reset }: ErrorComponentProps) {
  const { t } = useTranslation()
  const router = useRouter()
  const isMissing = isCodeMissing(error)
  // After an upgrade only the new pages are there; entries are kept as drafts. Without a network the old ones are all there is.
  useEffect(() => {
    if (isMissing) void findServedBuild().then(build => build === 'other' && window.location.reload())
  }, [isMissing])
  const state = (
    <ErrorState
      error={isMissing ? new CallProblem(0, 'network') : error}
      onRetry={() => {
        reset()
        void router.invalidate()
      }}
    />
  )
  return useContext(InPage) ? state : <Page title={t('product')}>{state}</Page>
}

export function RouteNotFound() {
  const { t } = useTranslation()
  return (
    <Page title={t('states.notFoundTitle')}>
      <EmptyState text={t('states.notFoundText')} action={<ButtonLink to="/">{t('actions.home')}</ButtonLink>} />
    </Page>
  )
}

/** Before the frame is known: as much of a page as can be said. */
export function FramePending() {
  const { t } = useTranslation()
  return (
    <main>
      <h1 className="visually-hidden">{t('product')}</h1>
      <RoutePending />
    </main>
  )
}

/** A thin line in the page's place: the frame around it stays. */
export function RoutePending() {
  const { t } = useTranslation()
  return <div className={classes.pending} role="progressbar" aria-label={t('shell.loading')} />
}
