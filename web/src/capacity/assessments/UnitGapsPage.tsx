import { Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, Navigate } from '@tanstack/react-router'
import { listHalfYears, listUnitGaps } from 'luytre/capacity/assessments/assessments.api.ts'
import { listFrameworks } from 'luytre/capacity/frameworks/frameworks.api.ts'
import { getPerson, listPeople, listUnits } from 'luytre/capacity/people/people.api.ts'
import { useEffect, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { ElementLabel } from '#capacity/frameworks/ElementLabel.tsx'
import { useKindNames } from '#capacity/frameworks/kinds.ts'
import { inARow } from '#capacity/assessments/sentences.ts'
import classes from '#capacity/assessments/Sheet.module.css'
import { HalfYearPicker } from '#capacity/assessments/SheetPickers.tsx'
import { UnitGapPanel, type UnitGap } from '#capacity/assessments/UnitGapPanel.tsx'
import { chooseFramework, chooseHalfYear, useRolesOf } from '#capacity/assessments/use-sheet-key.ts'
import { choicesOfUnits } from '#capacity/people/unit-tree.ts'
import { useLateChange } from '#platform/address/use-late-change.ts'
import { queryFor } from '#platform/call/query-for.ts'
import { useLanguage } from '#platform/i18n/use-language.ts'
import { useTranslated } from '#platform/i18n/use-translated.ts'
import { useMe, useScope } from '#platform/session/session.ts'
import { DataList, type Column } from '#ui/DataList.tsx'
import { EmptyState } from '#ui/EmptyState.tsx'
import { ErrorState } from '#ui/ErrorState.tsx'
import { Page } from '#ui/Page.tsx'
import { filterWithoutAccents } from '#ui/filter-without-accents.ts'

const route = getRouteApi('/shell/gaps')

/** Whoever sees only the own record has gaps of their own, and no unit's. */
export function UnitGapsPage() {
  const me = useMe()
  const scope = useScope('gap.read')
  if (scope === 'self' && me.personId) return <Navigate to="/people/$personId/gaps" params={{ personId: me.personId }} replace />
  return <UnitGaps />
}

/** Which unit, half-year and framework: the address, else the own unit, the current half-year, the framework of its roles. */
function useUnitKey() {
  const me = useMe()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const units = useQuery(queryFor(listUnits))
  const halfYears = useQuery(queryFor(listHalfYears))
  const frameworks = useQuery(queryFor(listFrameworks))
  const own = useQuery({
    ...queryFor(getPerson, { params: { personId: me.personId ?? '' } }),
    enabled: me.personId !== null && !search.unit,
  })
  const asked = [units, halfYears, frameworks]
  const isPending = asked.some(query => query.isPending) || own.isLoading
  const peopled = units.data?.units.find(unit => unit.people > 0) ?? units.data?.units[0]
  const unit = search.unit ?? (isPending ? undefined : (own.data?.unit?.id ?? peopled?.id))
  const halfYear = search.halfYear ?? chooseHalfYear(halfYears.data?.halfYears ?? [])?.id
  const { lists, roles } = useRolesOf(search.framework ? [] : (frameworks.data?.frameworks ?? []))
  const people = useQuery({
    ...queryFor(listPeople, { query: { unitId: unit ?? '', limit: 200 } }),
    enabled: unit !== undefined && !search.framework,
  })
  const isChoosing = people.isLoading || roles.some(list => list.isLoading)
  const roleCodes = people.data?.people.flatMap(person => person.roleCode ?? []) ?? []
  const framework = search.framework ?? (isPending || isChoosing ? undefined : chooseFramework(lists, roleCodes)?.id)
  const isIncomplete = !search.unit || !search.halfYear || !search.framework
  const late = useLateChange()
  useEffect(() => {
    if (isIncomplete && unit && halfYear && framework)
      late(() => void navigate({ search: before => ({ ...before, unit, halfYear, framework }), replace: true }))
  }, [isIncomplete, unit, halfYear, framework, navigate, late])
  return {
    units: units.data?.units ?? [],
    halfYears: halfYears.data?.halfYears ?? [],
    frameworks: frameworks.data?.frameworks ?? [],
    unit,
    halfYear,
    framework,
    isPending: isPending || isChoosing,
    error: asked.find(query => query.error)?.error,
    retry: () => {
      for (const query of asked) if (query.error) void query.refetch()
    },
  }
}

function UnitGaps() {
  const { t } = useTranslation('assessments')
  const translated = useTranslated()
  const language = useLanguage()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const key = useUnitKey()
  const { unit, halfYear, framework } = key
  const isReady = Boolean(unit && halfYear && framework)
  const gaps = useQuery({
    ...queryFor(listUnitGaps, { params: { unitId: unit ?? '' }, query: { halfYearId: halfYear ?? '', frameworkId: framework ?? '' } }),
    enabled: isReady,
  })
  const levels = key.frameworks.find(candidate => candidate.id === framework)?.levels
  const error = key.error ?? gaps.error
  const pick = (picked: Partial<typeof search>): void => void navigate({ search: before => ({ ...before, line: undefined, ...picked }) })

  const kindNames = useKindNames()
  const lineName = kindNames(gaps.data?.gaps.map(gap => gap.element))

  const columns = useMemo<Column<UnitGap>[]>(
    () => [
      { id: 'line', header: lineName, cell: gap => <ElementLabel element={gap.element} />, sortBy: gap => gap.element.code },
      { id: 'missing', header: t('unitGaps.missing'), cell: gap => gap.missing, sortBy: gap => gap.missing, isNumeric: true },
      { id: 'short', header: t('unitGaps.short'), cell: gap => gap.short, sortBy: gap => gap.short, isNumeric: true },
      { id: 'unrated', header: t('unitGaps.unrated'), cell: gap => gap.unrated, sortBy: gap => gap.unrated, isNumeric: true },
      { id: 'people', header: t('unitGaps.people'), cell: gap => gap.people, sortBy: gap => gap.people, isNumeric: true },
    ],
    [t, lineName],
  )
  const open = gaps.data?.gaps.find(gap => gap.element.id === search.line)
  const withoutRole = gaps.data?.withoutRole ?? []
  const nobody = gaps.data?.gaps.length === 0 && withoutRole.length === 0

  return (
    <Page
      title={t('unitGaps.title')}
      state={
        gaps.data &&
        inARow(
          language,
          t('unitGaps.state', {
            count: gaps.data.gaps.length,
            unit: translated(gaps.data.unit.name),
            missing: gaps.data.gaps.reduce((sum, gap) => sum + gap.missing, 0),
          }),
          withoutRole.length > 0 ? t('unitGaps.withoutRoleCount', { count: withoutRole.length }) : undefined,
        )
      }
      panel={
        open && (
          <UnitGapPanel
            key={open.element.id}
            gap={open}
            halfYear={halfYear}
            highest={levels?.at(-1)?.level ?? 3}
            closeTo={{ to: '/gaps', search: { ...search, line: undefined }, resetScroll: false }}
          />
        )
      }
    >
      <div className={classes.pickers}>
        <Select
          label={t('unitGaps.unit')}
          data={choicesOfUnits(key.units, translated)}
          value={unit ?? null}
          onChange={id => id && pick({ unit: id })}
          allowDeselect={false}
          searchable
          nothingFoundMessage={t('unitGaps.noUnitFound')}
          className={classes.role ?? ''}
          filter={filterWithoutAccents}
        />
        <HalfYearPicker halfYears={key.halfYears} value={halfYear} onPick={id => pick({ halfYear: id })} />
        <Select
          label={t('framework')}
          data={key.frameworks.map(({ id, title, version }) => ({ value: id, label: `${translated(title)}, ${version}` }))}
          value={framework ?? null}
          onChange={id => id && pick({ framework: id })}
          allowDeselect={false}
          className={classes.role ?? ''}
        />
      </div>
      {error && !gaps.data ? (
        <ErrorState
          error={error}
          onRetry={() => {
            key.retry()
            if (gaps.error) void gaps.refetch()
          }}
        />
      ) : !isReady && !key.isPending ? (
        <EmptyState
          title={t(key.frameworks.length === 0 ? 'noFramework.title' : 'unitGaps.noUnit.title')}
          text={t(key.frameworks.length === 0 ? 'noFramework.text' : 'unitGaps.noUnit.text')}
        />
      ) : (
        <DataList
          label={t('unitGaps.title')}
          name="unit-gaps"
          columns={columns}
          rows={gaps.data?.gaps}
          rowId={gap => gap.element.id}
          rowLink={gap => ({ to: '/gaps', search: { ...search, line: gap.element.id }, resetScroll: false })}
          openId={search.line}
          empty={<EmptyGaps kind={nobody ? 'nobody' : withoutRole.length > 0 ? 'noRoles' : 'allMet'} />}
        />
      )}
      {withoutRole.length > 0 && (
        <section className={classes.withoutRole} aria-labelledby="without-role">
          <h2 id="without-role">{t('unitGaps.withoutRole')}</h2>
          <p>{t('unitGaps.withoutRoleHelp')}</p>
          <ul>
            {withoutRole.map(person => (
              <li key={person.personId}>
                <Link to="/people/$personId" params={{ personId: person.personId }}>
                  {person.name}
                </Link>
              </li>
            ))}
          </ul>
        </section>
      )}
    </Page>
  )
}

function EmptyGaps({ kind }: { kind: 'nobody' | 'noRoles' | 'allMet' }) {
  const { t } = useTranslation('assessments')
  return <EmptyState title={t(`unitGaps.${kind}.title`)} text={t(`unitGaps.${kind}.text`)} />
}
