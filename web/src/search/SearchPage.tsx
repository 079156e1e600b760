import { Loader } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { foundKind, search, type Found, type FoundKind } from 'luytre/capacity/search/search.api.ts'
import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import { queryFor } from '#platform/call/query-for.ts'
import classes from '#search/SearchPage.module.css'
import { useFoundLine } from '#shell/found-records.tsx'
import { EmptyState } from '#ui/EmptyState.tsx'
import { ErrorState } from '#ui/ErrorState.tsx'
import { Page } from '#ui/Page.tsx'
import { SearchField } from '#ui/SearchField.tsx'
import { TranslatedText } from '#ui/TranslatedText.tsx'

const route = getRouteApi('/shell/search')

const ofEachKind = 10
const ofOneKind = 100

/** Everything that is found, with an address that can be shared: a few of each kind, or many of one. */
export function SearchPage() {
  const { t } = useTranslation('search')
  const { text, kind } = route.useSearch()
  const navigate = route.useNavigate()
  const wanted = text?.trim() ?? ''
  const limit = kind ? ofOneKind : ofEachKind
  const results = useQuery({
    ...queryFor(search, { query: { text: wanted, limit, ...(kind && { only: kind }) } }),
    enabled: wanted !== '',
    placeholderData: previous => previous,
  })
  const groups = wanted === '' ? [] : results.data?.groups
  const count = groups?.reduce((sum, group) => sum + group.found.length, 0) ?? 0
  const onSearch = useCallback(
    (typed: string) => void navigate({ search: before => ({ ...before, text: typed || undefined }), replace: true }),
    [navigate],
  )

  return (
    <Page title={t('title')} state={groups && wanted !== '' ? t('count', { count }) : ' '} isNarrow>
      <search className={classes.tools}>
        <SearchField label={t('title')} placeholder={t('placeholder')} value={text ?? ''} onSearch={onSearch} />
        <nav className={classes.kinds} aria-label={t('filter')}>
          {[undefined, ...foundKind.options].map(one => (
            <Link
              key={one ?? 'all'}
              to="/search"
              search={{ ...(text && { text }), ...(one && { kind: one }) }}
              className={classes.kind}
              activeOptions={{ exact: true }}
              activeProps={{ 'aria-current': one === kind ? 'true' : undefined }}
              data-chosen={one === kind || undefined}
              replace
            >
              {t(one ? `kinds.${one}` : 'everything')}
            </Link>
          ))}
        </nav>
      </search>
      {wanted === '' && <EmptyState title={t('startTitle')} text={t('startText')} />}
      {wanted !== '' && results.error && <ErrorState error={results.error} onRetry={() => void results.refetch()} />}
      {wanted !== '' && !groups && !results.error && <Loader size={20} aria-label={t('searching')} />}
      {wanted !== '' && groups?.length === 0 && <EmptyState title={t('nothingTitle')} text={t('nothingText', { text: wanted })} />}
      {groups?.map(group => (
        <ResultGroup key={group.kind} group={group} text={wanted} isAlone={kind !== undefined} />
      ))}
    </Page>
  )
}

interface ResultGroupProps {
  group: { kind: FoundKind; found: Found[]; hasMore: boolean }
  text: string
  isAlone: boolean
}

function ResultGroup({ group: { kind, found, hasMore }, text, isAlone }: ResultGroupProps) {
  const { t } = useTranslation('search')
  return (
    <section className={classes.group} aria-labelledby={`found-${kind}`}>
      <h2 id={`found-${kind}`}>{t(`kinds.${kind}`)}</h2>
      <ul>
        {found.map(one => (
          <Result key={one.id} found={one} />
        ))}
      </ul>
      {hasMore && isAlone && <p className={classes.more}>{t('first', { count: found.length })}</p>}
      {hasMore && !isAlone && (
        <Link to="/search" search={{ text, kind }} className={classes.more}>
          {t('showAll', { kind: t(`kinds.${kind}`) })}
        </Link>
      )}
    </section>
  )
}

function Result({ found }: { found: Found }) {
  const { icon: Icon, name, detail, link } = useFoundLine()(found)
  return (
    <li>
      <Link {...link} className={classes.result}>
        <Icon size={19} stroke={1.7} aria-hidden />
        <span className={classes.name}>{typeof name === 'string' ? name : <TranslatedText text={name} />}</span>
        <span className={classes.detail}>{detail}</span>
      </Link>
    </li>
  )
}
