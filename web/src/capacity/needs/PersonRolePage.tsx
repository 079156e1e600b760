import { Button, Select, Skeleton } from '@mantine/core'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { listFrameworks } from 'luytre/capacity/frameworks/frameworks.api.ts'
import { getPersonRoleFile, getPersonRoleMap, type PersonRoleMap } from 'luytre/capacity/needs/heat-maps.api.ts'
import { getPerson, listUnits } from 'luytre/capacity/people/people.api.ts'
import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import { MapTools } from '#capacity/needs/MapTools.tsx'
import classes from '#capacity/needs/needs.module.css'
import { choicesOfUnits } from '#capacity/people/unit-tree.ts'
import { call } from '#platform/call/call.ts'
import { queryFor } from '#platform/call/query-for.ts'
import { useFormat, useLanguage } from '#platform/i18n/use-language.ts'
import { useTranslated } from '#platform/i18n/use-translated.ts'
import { useMe } from '#platform/session/session.ts'
import { DataList, type Column } from '#ui/DataList.tsx'
import { EmptyState } from '#ui/EmptyState.tsx'
import { ErrorState } from '#ui/ErrorState.tsx'
import { HeatMap, type HeatCell } from '#ui/HeatMap.tsx'
import { Page } from '#ui/Page.tsx'
import { filterWithoutAccents } from '#ui/filter-without-accents.ts'

const route = getRouteApi('/shell/heat-maps/people')
const peopleAtOnce = 50

/** Which unit and framework: the address, else the own unit and the framework imported last. */
function useMapKey() {
  const me = useMe()
  const search = route.useSearch()
  const units = useQuery(queryFor(listUnits))
  const frameworks = useQuery(queryFor(listFrameworks))
  const own = useQuery({
    ...queryFor(getPerson, { params: { personId: me.personId ?? '' } }),
    enabled: me.personId !== null && !search.unit,
  })
  const isPending = units.isPending || frameworks.isPending || own.isLoading
  return {
    isPending,
    error: units.error ?? frameworks.error,
    retry: () => void Promise.all([units.refetch(), frameworks.refetch()]),
    units: units.data?.units ?? [],
    frameworks: frameworks.data?.frameworks ?? [],
    unitId: search.unit ?? (isPending ? undefined : (own.data?.unit?.id ?? units.data?.units[0]?.id)),
    frameworkId: search.framework ?? frameworks.data?.frameworks[0]?.id,
  }
}

/** How much of what each role requires each person of a unit meets. */
export function PersonRolePage() {
  const { t } = useTranslation('needs')
  const translated = useTranslated()
  const language = useLanguage()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const key = useMapKey()
  const { unitId, frameworkId } = key
  const query = { unitId: unitId ?? '', frameworkId: frameworkId ?? '' }
  const isReady = unitId !== undefined && frameworkId !== undefined
  const map = useInfiniteQuery({
    queryKey: [getPersonRoleMap.name, query],
    queryFn: ({ pageParam, signal }) =>
      call(getPersonRoleMap, { query: { ...query, limit: peopleAtOnce, ...(pageParam && { after: pageParam }) }, signal }),
    initialPageParam: '',
    getNextPageParam: page => page.next,
    enabled: isReady,
  })
  const first = map.data?.pages[0]
  const people = map.data?.pages.flatMap(page => page.people) ?? []
  const isTable = search.view === 'table'
  const toggle = useCallback(
    () => void navigate({ search: before => ({ ...before, view: before.view ? undefined : 'table' }), replace: true }),
    [navigate],
  )
  const error = key.error ?? map.error
  const more = { onMore: map.hasNextPage ? () => void map.fetchNextPage() : undefined, isLoadingMore: map.isFetchingNextPage }

  return (
    <Page
      title={t('personRole.title')}
      state={first ? t('personRole.state', { count: first.total, unit: translated(first.unit.name) }) : ' '}
      more={
        people.length > 0 && (
          <MapTools
            isTable={isTable}
            onToggle={toggle}
            fetchFile={kind => call(getPersonRoleFile, { query: { ...query, format: kind, language } })}
          />
        )
      }
    >
      <div className={classes.pickers}>
        <Select
          label={t('fields.unit')}
          data={choicesOfUnits(key.units, translated)}
          value={unitId ?? null}
          onChange={id => id && void navigate({ search: before => ({ ...before, unit: id }) })}
          allowDeselect={false}
          searchable
          nothingFoundMessage={t('map.noUnit')}
          filter={filterWithoutAccents}
        />
        <Select
          label={t('fields.framework')}
          data={key.frameworks.map(({ id, title, version }) => ({ value: id, label: `${translated(title)}, ${version}` }))}
          value={frameworkId ?? null}
          onChange={id => id && void navigate({ search: before => ({ ...before, framework: id }) })}
          allowDeselect={false}
        />
      </div>
      {error && !map.data ? (
        <ErrorState
          error={error}
          onRetry={() => {
            key.retry()
            if (map.error) void map.refetch()
          }}
        />
      ) : !first ? (
        isReady || key.isPending ? (
          <Skeleton height={320} />
        ) : (
          <EmptyState title={t('personRole.emptyTitle')} text={t('personRole.nothingYet')} />
        )
      ) : people.length === 0 ? (
        <EmptyState title={t('personRole.emptyTitle')} text={t('personRole.emptyText')} />
      ) : isTable ? (
        <PersonRoleTable map={first} people={people} {...more} />
      ) : (
        <PersonRolePicture map={first} people={people} />
      )}
      {map.hasNextPage && !isTable && (
        <Button variant="default" className={classes.foot ?? ''} loading={map.isFetchingNextPage} onClick={() => void map.fetchNextPage()}>
          {t('map.morePeople', { count: (first?.total ?? 0) - people.length })}
        </Button>
      )}
    </Page>
  )
}

interface MoreRows {
  onMore: (() => void) | undefined
  isLoadingMore: boolean
}

interface MapProps {
  map: PersonRoleMap
  people: PersonRoleMap['people']
}

const linkTo = (personId: string, roleId: string) =>
  ({ to: '/people/$personId/gaps', params: { personId }, search: { role: roleId } }) as const

function PersonRolePicture({ map, people }: MapProps) {
  const { t } = useTranslation('needs')
  const format = useFormat()
  const translated = useTranslated()
  const cellOf = (
    person: PersonRoleMap['people'][number],
    { met, missing }: { met: number; missing: number },
    role: PersonRoleMap['roles'][number],
  ): HeatCell => {
    const params = { name: person.name, role: translated(role.name), met, required: role.required, count: missing }
    const link = linkTo(person.id, role.id)
    if (!person.isRated) return { text: '–', strength: null, title: t('personRole.unrated', params), link }
    return { text: `${met}/${role.required}`, strength: met / role.required, title: t('personRole.cell', params), link }
  }
  return (
    <HeatMap
      title={t('personRole.picture', { unit: translated(map.unit.name) })}
      rowHeading={t('fields.person')}
      columns={map.roles.map(role => ({ id: role.id, label: translated(role.name) }))}
      rows={people.map(person => ({
        id: person.id,
        label: person.name,
        cells: person.cells.map((cell, index) => cellOf(person, cell, map.roles[index]!)),
      }))}
      note={t('personRole.note', { date: format.date(map.today) })}
      legend={[
        { strength: null, text: t('legend.unrated') },
        { strength: 0, text: t('legend.none') },
        { strength: 0.5, text: t('legend.half') },
        { strength: 1, text: t('legend.all') },
      ]}
    />
  )
}

interface Fact {
  person: PersonRoleMap['people'][number]
  role: PersonRoleMap['roles'][number]
  met: number
  missing: number
}

function PersonRoleTable({ map, people, ...more }: MapProps & MoreRows) {
  const { t } = useTranslation('needs')
  const translated = useTranslated()
  const facts = people.flatMap(person => person.cells.map((cell, index): Fact => ({ person, role: map.roles[index]!, ...cell })))
  const columns: Column<Fact>[] = [
    { id: 'person', header: t('fields.person'), cell: ({ person }) => person.name, sortBy: ({ person }) => person.name },
    { id: 'role', header: t('fields.role'), cell: ({ role }) => translated(role.name), sortBy: ({ role }) => translated(role.name) },
    {
      id: 'met',
      header: t('fields.met'),
      isNumeric: true,
      cell: ({ person, met }) => (person.isRated ? met : null),
      sortBy: ({ person, met }) => (person.isRated ? met : null),
    },
    {
      id: 'required',
      header: t('fields.required'),
      isNumeric: true,
      cell: ({ role }) => role.required,
      sortBy: ({ role }) => role.required,
    },
    {
      id: 'missing',
      header: t('fields.missing'),
      isNumeric: true,
      cell: ({ person, missing }) => (person.isRated ? missing : null),
      sortBy: ({ person, missing }) => (person.isRated ? missing : null),
    },
  ]
  return (
    <DataList
      name="person-role"
      label={t('personRole.title')}
      columns={columns}
      rows={facts}
      total={map.total * map.roles.length}
      {...more}
      rowId={({ person, role }) => `${person.id} ${role.id}`}
      rowLink={({ person, role }) => linkTo(person.id, role.id)}
      empty={null}
    />
  )
}
