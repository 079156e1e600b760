import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { getFramework, type FrameworkSummary } from 'luytre/capacity/frameworks/frameworks.api.ts'
import { getReportingChain } from 'luytre/capacity/frameworks/reporting-chain.api.ts'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { AboutFramework } from '#capacity/frameworks/AboutFramework.tsx'
import { ElementList } from '#capacity/frameworks/ElementList.tsx'
import { ElementPanel } from '#capacity/frameworks/ElementPanel.tsx'
import classes from '#capacity/frameworks/frameworks.module.css'
import { kindOrder } from '#capacity/frameworks/kinds.ts'
import { queryFor } from '#platform/call/query-for.ts'
import { useFormat } from '#platform/i18n/use-language.ts'
import { ButtonLink } from '#ui/ButtonLink.tsx'
import { ErrorState } from '#ui/ErrorState.tsx'
import { Page } from '#ui/Page.tsx'

const route = getRouteApi('/shell/frameworks/$frameworkId')

export function FrameworkPage() {
  const { t } = useTranslation('frameworks')
  const { frameworkId } = route.useParams()
  const framework = useQuery({ ...queryFor(getFramework, { params: { frameworkId } }), staleTime: Infinity })
  if (framework.error && !framework.data) {
    return (
      <Page title={t('one')}>
        <ErrorState error={framework.error} onRetry={() => void framework.refetch()} />
      </Page>
    )
  }
  if (!framework.data)
    return (
      <Page title={t('one')} state=" ">
        {null}
      </Page>
    )
  // Another framework is another page: the focus goes to its heading.
  return <OpenFramework key={frameworkId} framework={framework.data} />
}

function OpenFramework({ framework }: { framework: FrameworkSummary }) {
  const { t } = useTranslation('frameworks')
  const format = useFormat()
  const { kind: wanted, search, element } = route.useSearch()
  const kinds = kindOrder.filter(one => framework.counts[one] > 0)
  const kind = wanted && kinds.includes(wanted) ? wanted : (kinds[0] ?? 'role')

  const chain = useQuery({ ...queryFor(getReportingChain, { params: { frameworkId: framework.id } }), staleTime: Infinity })
  const hasChain = chain.data !== undefined && chain.data.roles.length > 0

  const tabs = useRef<HTMLElement>(null)
  // Where the tabs are wider than the screen, the one that is open is in sight.
  useEffect(() => {
    const open = tabs.current?.querySelector<HTMLElement>('[aria-current]')
    if (tabs.current && open)
      tabs.current.scrollLeft = open.offsetLeft - tabs.current.offsetLeft - (tabs.current.clientWidth - open.clientWidth) / 2
  }, [kind])

  return (
    <Page
      title={framework.title}
      state={t('framework.state', {
        version: framework.version,
        publisher: framework.publisher,
        date: format.instant(framework.importedAt),
      })}
      more={
        hasChain && (
          <ButtonLink to="/frameworks/$frameworkId/chain" params={{ frameworkId: framework.id }} variant="default">
            {t('chain.title')}
          </ButtonLink>
        )
      }
      panel={
        element !== undefined && (
          <ElementPanel
            key={`${kind} ${element}`}
            framework={framework}
            kind={kind}
            code={element}
            closeTo={{ to: '/frameworks/$frameworkId', params: { frameworkId: framework.id }, search: { kind, ...(search && { search }) } }}
          />
        )
      }
    >
      <AboutFramework framework={framework} />
      <nav ref={tabs} className={classes.tabs} aria-label={t('framework.tabs')}>
        {kinds.map(one => (
          <Link
            key={one}
            to="/frameworks/$frameworkId"
            params={{ frameworkId: framework.id }}
            search={{ kind: one, ...(search && { search }) }}
            className={classes.tab}
            activeOptions={{ exact: true }}
            activeProps={{ 'aria-current': undefined }}
            aria-current={one === kind ? 'true' : undefined}
          >
            {t(`kinds.${one}`)}
            <span className={classes.count}>{format.number(framework.counts[one])}</span>
          </Link>
        ))}
      </nav>
      <ElementList key={kind} framework={framework} kind={kind} search={search} element={element} />
    </Page>
  )
}
