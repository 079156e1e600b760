import { Button, Skeleton } from '@mantine/core'
import { useElementSize } from '@mantine/hooks'
import { IconHierarchy2, IconListTree } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { getFramework, type FrameworkSummary } from 'luytre/capacity/frameworks/frameworks.api.ts'
import { getReportingChain, type ChainRole } from 'luytre/capacity/frameworks/reporting-chain.api.ts'
import { useEffect, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import classes from '#capacity/frameworks/chain.module.css'
import figure from '#capacity/frameworks/figure.module.css'
import { RoleName } from '#capacity/frameworks/RoleName.tsx'
import { boxHeight, layOut, treesOf, type ChainNode } from '#capacity/frameworks/reporting-tree.ts'
import { queryFor } from '#platform/call/query-for.ts'
import { useTranslated } from '#platform/i18n/use-translated.ts'
import { ButtonLink } from '#ui/ButtonLink.tsx'
import { EmptyState } from '#ui/EmptyState.tsx'
import { ErrorState } from '#ui/ErrorState.tsx'
import { Page } from '#ui/Page.tsx'
import { TranslatedText } from '#ui/TranslatedText.tsx'

const route = getRouteApi('/shell/frameworks/$frameworkId/chain')

/** Which role reports to which, drawn, with the list behind it. */
export function ChainPage() {
  const { t } = useTranslation('frameworks')
  const translated = useTranslated()
  const { frameworkId } = route.useParams()
  const { view } = route.useSearch()
  const navigate = route.useNavigate()
  const framework = useQuery({ ...queryFor(getFramework, { params: { frameworkId } }), staleTime: Infinity })
  const chain = useQuery({ ...queryFor(getReportingChain, { params: { frameworkId } }), staleTime: Infinity })
  const trees = useMemo(() => treesOf(chain.data?.roles ?? []), [chain.data])
  const isList = view === 'list'
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const isTyping = event.target instanceof Element && event.target.closest('input, textarea, select, [role="dialog"], [role="menu"]')
      if (event.key !== 't' || event.ctrlKey || event.metaKey || event.altKey || isTyping) return
      void navigate({ search: { view: isList ? undefined : 'list' }, replace: true })
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [navigate, isList])

  const error = framework.error ?? chain.error
  const has = framework.data && chain.data && { framework: framework.data, ...chain.data }
  const toFramework = { to: '/frameworks/$frameworkId', params: { frameworkId } } as const
  return (
    <Page
      title={framework.data ? t('chain.of', { title: translated(framework.data.title) }) : t('chain.title')}
      state={has && has.roles.length > 0 ? t('chain.state', { version: has.framework.version, roles: has.roles.length }) : ' '}
      more={
        <>
          {has && has.roles.length > 0 && (
            <Button
              variant="default"
              aria-keyshortcuts="t"
              onClick={() => void navigate({ search: { view: isList ? undefined : 'list' }, replace: true })}
              leftSection={isList ? <IconHierarchy2 size={16} aria-hidden /> : <IconListTree size={16} aria-hidden />}
            >
              {t(isList ? 'chain.asPicture' : 'chain.asList')}
            </Button>
          )}
          <ButtonLink {...toFramework} variant="default">
            {t('chain.toFramework')}
          </ButtonLink>
        </>
      }
    >
      {error && !has ? (
        <ErrorState error={error} onRetry={() => void Promise.all([framework.refetch(), chain.refetch()])} />
      ) : !has ? (
        <Skeleton height={420} />
      ) : has.roles.length === 0 ? (
        <EmptyState
          title={t('chain.emptyTitle')}
          text={t('chain.emptyText')}
          action={<ButtonLink {...toFramework}>{t('chain.toFramework')}</ButtonLink>}
        />
      ) : (
        <>
          <figure className={figure.figure} aria-label={t(isList ? 'chain.list' : 'chain.picture')}>
            <h2>{t(isList ? 'chain.list' : 'chain.picture')}</h2>
            {isList ? <ChainList trees={trees} frameworkId={frameworkId} /> : <ChainPicture trees={trees} frameworkId={frameworkId} />}
            <Caption framework={has.framework} />
          </figure>
          {has.outside.length > 0 && (
            <section className={classes.outside}>
              <h2>{t('chain.outside')}</h2>
              <ul>
                {has.outside.map(role => (
                  <li key={role.id}>
                    <RoleLink frameworkId={frameworkId} role={role} />
                  </li>
                ))}
              </ul>
            </section>
          )}
        </>
      )}
    </Page>
  )
}

function Caption({ framework }: { framework: FrameworkSummary }) {
  const { t } = useTranslation('frameworks')
  const translated = useTranslated()
  return (
    <figcaption className={classes.caption}>
      <p>{t('chain.note', { version: framework.version })}</p>
      {Object.values(framework.source).some(Boolean) && <p>{t('chain.noteSource', { source: translated(framework.source) })}</p>}
    </figcaption>
  )
}

const roleAddress = (frameworkId: string, role: ChainRole) =>
  ({ to: '/frameworks/$frameworkId', params: { frameworkId }, search: { kind: 'role', element: role.code } }) as const

function RoleLink({ frameworkId, role }: { frameworkId: string; role: ChainRole }) {
  return (
    <Link {...roleAddress(frameworkId, role)}>
      <RoleName code={role.code} name={role.name} />
    </Link>
  )
}

function ChainPicture({ trees, frameworkId }: { trees: readonly ChainNode[]; frameworkId: string }) {
  const { t } = useTranslation('frameworks')
  const translated = useTranslated()
  const { ref, width } = useElementSize()
  const { roles, lines, height } = useMemo(() => layOut(trees, width), [trees, width])
  return (
    <div ref={ref} className={classes.picture} style={{ height }}>
      {width > 0 && (
        <>
          <svg width={width} height={height} aria-hidden>
            {lines.map(({ id, d }) => (
              <path key={id} d={d} className={classes.line} />
            ))}
          </svg>
          {roles.map(({ role, above, x, y, width: boxWidth }) => (
            <Link
              key={role.id}
              {...roleAddress(frameworkId, role)}
              className={classes.box}
              data-top={!above || undefined}
              style={{ left: x, top: y, width: boxWidth, height: boxHeight }}
              title={translated(role.name)}
              aria-label={
                above
                  ? t('chain.reportsTo', { role: translated(role.name), above: translated(above.name) })
                  : t('chain.top', { role: translated(role.name) })
              }
            >
              <span className={classes.name}>
                <TranslatedText text={role.name} />
              </span>
            </Link>
          ))}
        </>
      )}
    </div>
  )
}

function ChainList({ trees, frameworkId }: { trees: readonly ChainNode[]; frameworkId: string }) {
  return (
    <ul className={classes.list}>
      {trees.map(({ role, below }) => (
        <li key={role.id}>
          <RoleLink frameworkId={frameworkId} role={role} />
          {below.length > 0 && <ChainList trees={below} frameworkId={frameworkId} />}
        </li>
      ))}
    </ul>
  )
}
