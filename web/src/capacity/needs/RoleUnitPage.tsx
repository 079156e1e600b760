import { Button, Skeleton } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { getRoleUnitFile, getRoleUnitMap, type RoleUnitMap } from 'luytre/capacity/needs/heat-maps.api.ts'
import { useCallback, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { MapTools } from '#capacity/needs/MapTools.tsx'
import classes from '#capacity/needs/needs.module.css'
import { call } from '#platform/call/call.ts'
import { useFormat, useLanguage } from '#platform/i18n/use-language.ts'
import { useTranslated } from '#platform/i18n/use-translated.ts'
import { useScope } from '#platform/session/session.ts'
import { ButtonLink } from '#ui/ButtonLink.tsx'
import { DataList, type Column } from '#ui/DataList.tsx'
import { EmptyState } from '#ui/EmptyState.tsx'
import { ErrorState } from '#ui/ErrorState.tsx'
import { HeatMap, type HeatCell } from '#ui/HeatMap.tsx'
import { Page } from '#ui/Page.tsx'

const route = getRouteApi('/shell/heat-maps/units')
const unitsAtOnce = 50

type Line = Pick<RoleUnitMap['units'][number], 'id' | 'code' | 'name' | 'depth' | 'cells'> & { isTotal?: boolean }

/** How many are ready for each needed role, in each unit. */
export function RoleUnitPage() {
  const { t } = useTranslation('needs')
  const format = useFormat()
  const language = useLanguage()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const mayWrite = useScope('staffing-need.write') !== undefined
  const map = useInfiniteQuery({
    queryKey: [getRoleUnitMap.name],
    queryFn: ({ pageParam, signal }) =>
      call(getRoleUnitMap, { query: { limit: unitsAtOnce, ...(pageParam && { after: pageParam }) }, signal }),
    initialPageParam: '',
    getNextPageParam: page => page.next,
  })
  const first = map.data?.pages[0]
  const lines = useMemo<Line[]>(() => {
    if (!first) return []
    return [
      { id: 'organisation', code: '', name: {}, depth: 0, cells: first.total, isTotal: true },
      ...(map.data?.pages ?? []).flatMap(page => page.units),
    ]
  }, [first, map.data])
  const isTable = search.view === 'table'
  const toggle = useCallback(
    () => void navigate({ search: before => ({ ...before, view: before.view ? undefined : 'table' }), replace: true }),
    [navigate],
  )

  return (
    <Page
      title={t('roleUnit.title')}
      state={first ? t('roleUnit.state', { count: first.roles.length }) : ' '}
      more={
        first &&
        first.roles.length > 0 && (
          <MapTools isTable={isTable} onToggle={toggle} fetchFile={kind => call(getRoleUnitFile, { query: { format: kind, language } })} />
        )
      }
    >
      {map.error && !map.data ? (
        <ErrorState error={map.error} onRetry={() => void map.refetch()} />
      ) : !first ? (
        <Skeleton height={320} />
      ) : first.roles.length === 0 ? (
        <EmptyState
          title={t('roleUnit.emptyTitle')}
          text={t('roleUnit.emptyText')}
          action={mayWrite && <ButtonLink to="/needs">{t('roleUnit.toNeeds')}</ButtonLink>}
        />
      ) : isTable ? (
        <RoleUnitTable
          map={first}
          lines={lines}
          onMore={map.hasNextPage ? () => void map.fetchNextPage() : undefined}
          isLoadingMore={map.isFetchingNextPage}
        />
      ) : (
        <RoleUnitPicture map={first} lines={lines} />
      )}
      {map.hasNextPage && !isTable && (
        <Button variant="default" className={classes.foot ?? ''} loading={map.isFetchingNextPage} onClick={() => void map.fetchNextPage()}>
          {t('map.moreUnits', { count: lines.length - 1, shown: format.number(lines.length - 1) })}
        </Button>
      )}
    </Page>
  )
}

function useNameOfLine(): (line: Line) => string {
  const { t } = useTranslation('needs')
  const translated = useTranslated()
  return line => (line.id === 'organisation' ? t('roleUnit.organisation') : translated(line.name))
}

function RoleUnitPicture({ map, lines }: { map: RoleUnitMap; lines: readonly Line[] }) {
  const { t } = useTranslation('needs')
  const format = useFormat()
  const translated = useTranslated()
  const nameOf = useNameOfLine()
  const mayReadGaps = useScope('gap.read') !== undefined
  // Without a need of the unit's own the shade is the share of the most that any unit has.
  const most = Math.max(1, ...lines.filter(line => !line.isTotal).flatMap(line => line.cells.map(cell => cell.ready)))
  const cellOf = (line: Line, { ready, needed }: Line['cells'][number], role: RoleUnitMap['roles'][number]): HeatCell => {
    const params = { unit: nameOf(line), role: translated(role.name), level: role.level, ready, needed }
    return {
      text: needed === null ? format.number(ready) : `${format.number(ready)}/${format.number(needed)}`,
      strength: needed === null ? Math.min(0.9, ready / most) : ready >= needed ? 1 : (ready - needed) / needed,
      title: t(needed === null ? 'roleUnit.cell' : 'roleUnit.cellNeeded', params),
      ...(mayReadGaps && line.id !== 'organisation' && { link: { to: '/heat-maps/people', search: { unit: line.id } } }),
    }
  }
  return (
    <HeatMap
      title={t('roleUnit.picture')}
      rowHeading={t('fields.unit')}
      columns={map.roles.map(role => ({
        id: `${role.id} ${role.level}`,
        label: translated(role.name),
        detail: t('roleUnit.level', { level: role.level }),
      }))}
      rows={lines.map(line => ({
        id: line.id,
        label: nameOf(line),
        depth: line.depth,
        ...(line.isTotal && { isTotal: true }),
        cells: line.cells.map((cell, index) => cellOf(line, cell, map.roles[index]!)),
      }))}
      note={t('roleUnit.note', { date: format.date(map.today) })}
      legend={[
        { strength: -1, text: t('legend.short') },
        { strength: 0, text: t('legend.nobody') },
        { strength: 0.5, text: t('legend.some') },
        { strength: 1, text: t('legend.met') },
      ]}
    />
  )
}

interface Fact {
  line: Line
  role: RoleUnitMap['roles'][number]
  ready: number
  needed: number | null
}

interface TableProps {
  map: RoleUnitMap
  lines: readonly Line[]
  onMore: (() => void) | undefined
  isLoadingMore: boolean
}

function RoleUnitTable({ map, lines, ...more }: TableProps) {
  const { t } = useTranslation('needs')
  const format = useFormat()
  const translated = useTranslated()
  const nameOf = useNameOfLine()
  // A sum among what it sums up would be sorted with it.
  const units = lines.filter(line => !line.isTotal)
  const facts = units.flatMap(line => line.cells.map((cell, index): Fact => ({ line, role: map.roles[index]!, ...cell })))
  const columns: Column<Fact>[] = [
    { id: 'unit', header: t('fields.unit'), cell: ({ line }) => nameOf(line), sortBy: ({ line }) => nameOf(line) },
    { id: 'role', header: t('fields.role'), cell: ({ role }) => translated(role.name), sortBy: ({ role }) => translated(role.name) },
    { id: 'level', header: t('fields.level'), isNumeric: true, cell: ({ role }) => role.level, sortBy: ({ role }) => role.level },
    { id: 'ready', header: t('fields.ready'), isNumeric: true, cell: ({ ready }) => format.number(ready), sortBy: ({ ready }) => ready },
    {
      id: 'people',
      header: t('fields.people'),
      isNumeric: true,
      cell: ({ needed }) => (needed === null ? null : format.number(needed)),
      sortBy: ({ needed }) => needed,
    },
  ]
  return (
    <DataList
      name="role-unit"
      label={t('roleUnit.picture')}
      columns={columns}
      rows={facts}
      {...more}
      rowId={({ line, role }) => `${line.id} ${role.id} ${role.level}`}
      empty={null}
    />
  )
}
