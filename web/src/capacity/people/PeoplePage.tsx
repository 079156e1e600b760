import { Select } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { getRouteApi, Outlet, useParams } from '@tanstack/react-router'
import { listPeople, listUnits, type PersonRow } from 'luytre/capacity/people/people.api.ts'
import { mostCounted } from 'luytre/platform/http/counted.ts'
import { useCallback, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { RoleName } from '#capacity/frameworks/RoleName.tsx'
import { AsOfNotice } from '#capacity/people/AsOfNotice.tsx'
import { choicesOfUnits } from '#capacity/people/unit-tree.ts'
import { call } from '#platform/call/call.ts'
import { queryFor } from '#platform/call/query-for.ts'
import { useFormat } from '#platform/i18n/use-language.ts'
import { useTranslated } from '#platform/i18n/use-translated.ts'
import { useScope } from '#platform/session/session.ts'
import { AsOfField } from '#ui/form/AsOfField.tsx'
import { ButtonLink } from '#ui/ButtonLink.tsx'
import { DataList, type Column } from '#ui/DataList.tsx'
import { EmptyState } from '#ui/EmptyState.tsx'
import { filterWithoutAccents } from '#ui/filter-without-accents.ts'
import { Page } from '#ui/Page.tsx'
import { SearchField } from '#ui/SearchField.tsx'
import { TranslatedText } from '#ui/TranslatedText.tsx'

const route = getRouteApi('/shell/people')
const pageSize = 100

export function PeoplePage() {
  const { t } = useTranslation(['people', 'common'])
  const { search, unitId, asOf } = route.useSearch()
  const navigate = route.useNavigate()
  const { personId } = useParams({ strict: false })
  const mayWrite = useScope('person.write') !== undefined
  const mayImport = useScope('roster.import') !== undefined
  const translated = useTranslated()
  const format = useFormat()

  const query = { search, unitId, asOf, limit: pageSize }
  const people = useInfiniteQuery({
    queryKey: [listPeople.name, query],
    meta: { reads: listPeople.reads },
    queryFn: ({ pageParam, signal }) => call(listPeople, { query: { ...query, ...(pageParam && { after: pageParam }) }, signal }),
    initialPageParam: '',
    getNextPageParam: page => page.next,
    placeholderData: previous => previous,
  })
  const units = useQuery(queryFor(listUnits, { query: { ...(asOf && { asOf }) } }))
  const rows = useMemo(() => people.data?.pages.flatMap(page => page.people), [people.data])
  const total = people.data?.pages[0]?.total

  const columns = useMemo<Column<PersonRow>[]>(
    () => [
      { id: 'name', header: t('fields.name'), cell: row => row.name },
      { id: 'staffCode', header: t('fields.staffCode'), cell: row => row.staffCode, inCard: 'plain' },
      {
        id: 'unit',
        header: t('fields.unit'),
        cell: row => (row.leftOn ? t('leftOn', { date: format.date(row.leftOn) }) : row.unit && <TranslatedText text={row.unit.name} />),
        inCard: 'plain',
      },
      { id: 'title', header: t('fields.title'), cell: row => row.title, inCard: 'plain' },
      {
        id: 'roleCode',
        header: t('fields.roleCode'),
        cell: row => row.roleCode && <RoleName code={row.roleCode} name={row.roleName} />,
        inCard: 'plain',
      },
      { id: 'supervisor', header: t('fields.supervisor'), cell: row => row.supervisor?.name ?? null, inCard: 'left-out' },
      { id: 'reading', header: t('fields.reading'), cell: row => row.reading, isExtra: true, inCard: 'plain' },
      { id: 'account', header: t('fields.account'), cell: row => t(row.hasAccount ? 'hasAccount' : 'hasNoAccount'), isExtra: true },
    ],
    [t, format],
  )

  const onSearch = useCallback(
    (typed: string) => void navigate({ to: '/people', search: before => ({ ...before, search: typed || undefined }), replace: true }),
    [navigate],
  )
  const isFiltered = Boolean(search ?? unitId ?? asOf)
  // The one action that fills the page stands in it then.
  const isEmpty = total === 0 && !isFiltered

  return (
    <Page
      title={t('title')}
      state={
        total === undefined
          ? ' '
          : total === null
            ? t('stateOfMany', { count: mostCounted(Boolean(search)) })
            : t('state', { count: total })
      }
      main={
        mayWrite &&
        !isEmpty && (
          <ButtonLink to="/people/new" search={true} leftSection={<IconPlus size={17} aria-hidden />}>
            {t('add')}
          </ButtonLink>
        )
      }
      more={
        mayImport &&
        !isEmpty && (
          <ButtonLink to="/roster-import" variant="default">
            {t('importRoster')}
          </ButtonLink>
        )
      }
      panel={<Outlet />}
    >
      <AsOfNotice asOf={asOf} today={{ to: '/people', search: before => ({ ...before, asOf: undefined }) }} />
      <DataList
        name="people"
        label={t('title')}
        columns={columns}
        rows={rows}
        total={total}
        countedTo={mostCounted(Boolean(search))}
        error={people.error}
        onRetry={() => void people.refetch()}
        rowId={row => row.id}
        rowLink={row => ({ to: '/people/$personId', params: { personId: row.id }, search: true })}
        openId={personId}
        onMore={people.hasNextPage ? () => void people.fetchNextPage() : undefined}
        isLoadingMore={people.isFetchingNextPage}
        filters={
          !isEmpty && (
            <>
              <SearchField label={t('search')} value={search ?? ''} onSearch={onSearch} />
              {(units.data?.units.length ?? 0) > 1 && (
                <Select
                  aria-label={t('unit')}
                  placeholder={t('allUnits')}
                  data={choicesOfUnits(units.data?.units ?? [], translated)}
                  value={unitId ?? null}
                  onChange={value =>
                    void navigate({ to: '/people', search: before => ({ ...before, unitId: value ?? undefined }), replace: true })
                  }
                  searchable
                  clearable
                  filter={filterWithoutAccents}
                  nothingFoundMessage={t('common:form.nothingFound')}
                  style={{ flex: '1 1 200px', maxWidth: 320 }}
                />
              )}
              <AsOfField
                asOf={asOf}
                onChange={day => void navigate({ to: '/people', search: before => ({ ...before, asOf: day }), replace: true })}
              />
            </>
          )
        }
        empty={
          isFiltered ? (
            <EmptyState
              title={t('empty.nothingTitle')}
              text={t('empty.nothingText')}
              action={
                <ButtonLink to="/people" search={{}} variant="default">
                  {t('common:actions.clearFilters')}
                </ButtonLink>
              }
            />
          ) : (
            <EmptyState
              title={t('empty.title')}
              text={t(mayImport ? 'empty.text' : 'empty.textForReader')}
              action={
                <>
                  {mayImport && <ButtonLink to="/roster-import">{t('importRoster')}</ButtonLink>}
                  {mayWrite && (
                    <ButtonLink to="/people/new" variant="default">
                      {t('add')}
                    </ButtonLink>
                  )}
                </>
              }
            />
          )
        }
      />
    </Page>
  )
}
