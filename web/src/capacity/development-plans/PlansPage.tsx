import { Select } from '@mantine/core'
import { IconFiles, IconPlus } from '@tabler/icons-react'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { listHalfYears } from 'luytre/capacity/assessments/assessments.api.ts'
import { listPlans, planStatus, type Plan, type planRow } from 'luytre/capacity/development-plans/development-plans.api.ts'
import { mostCounted } from 'luytre/platform/http/counted.ts'
import { useCallback, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { z } from 'zod'
import { useHalfYearChoices } from '#capacity/assessments/use-half-year-choices.ts'
import classes from '#capacity/development-plans/development-plans.module.css'
import { statusMarks } from '#capacity/development-plans/plan-texts.ts'
import { call } from '#platform/call/call.ts'
import { queryFor } from '#platform/call/query-for.ts'
import { useFormat } from '#platform/i18n/use-language.ts'
import { useMe, useScope } from '#platform/session/session.ts'
import { ButtonLink } from '#ui/ButtonLink.tsx'
import { DataList, type Column } from '#ui/DataList.tsx'
import { EmptyState } from '#ui/EmptyState.tsx'
import { Page } from '#ui/Page.tsx'
import { SearchField } from '#ui/SearchField.tsx'
import { StatusMark } from '#ui/StatusMark.tsx'
import { TranslatedText } from '#ui/TranslatedText.tsx'

type PlanRow = z.output<typeof planRow>

const route = getRouteApi('/shell/plans/')
const pageSize = 100

export function PlansPage() {
  const { t } = useTranslation(['plans', 'common'])
  const format = useFormat()
  const { halfYear, status, search } = route.useSearch()
  const navigate = route.useNavigate()
  const isFiltered = Boolean(halfYear ?? status ?? search)

  const query = { ...(halfYear && { halfYearId: halfYear }), ...(status && { status }), ...(search && { search }), limit: pageSize }
  const plans = useInfiniteQuery({
    queryKey: [listPlans.name, { query }, 'pages'],
    meta: { reads: listPlans.reads },
    queryFn: ({ pageParam, signal }) => call(listPlans, { query: { ...query, ...(pageParam && { after: pageParam }) }, signal }),
    initialPageParam: '',
    getNextPageParam: page => page.next,
    placeholderData: previous => previous,
  })
  const rows = useMemo(() => plans.data?.pages.flatMap(page => page.plans), [plans.data])
  const total = plans.data?.pages[0]?.total

  const columns = useMemo<Column<PlanRow>[]>(
    () => [
      { id: 'person', header: t('fields.person'), cell: row => row.person.name },
      { id: 'halfYear', header: t('fields.halfYear'), cell: row => <span className={classes.nowrap}>{row.halfYearCode}</span> },
      { id: 'targetRole', header: t('fields.targetRole'), cell: row => <TranslatedText text={row.targetRole.name} /> },
      {
        id: 'status',
        header: t('fields.status'),
        cell: row => <StatusMark kind={statusMarks[row.status]}>{t(`status.${row.status}`)}</StatusMark>,
      },
      { id: 'chosenGaps', header: t('fields.chosenGaps'), cell: row => format.number(row.chosenGaps), isNumeric: true },
      { id: 'actions', header: t('fields.actions'), cell: row => format.number(row.actions), isNumeric: true },
      { id: 'lastDueOn', header: t('fields.lastDueOn'), cell: row => row.lastDueOn && format.date(row.lastDueOn), isNumeric: true },
    ],
    [t, format],
  )
  const narrow = useCallback(
    (change: { halfYear?: string | undefined; status?: Plan['status'] | undefined; search?: string | undefined }) =>
      void navigate({ to: '/plans', search: before => ({ ...before, ...change }), replace: true }),
    [navigate],
  )
  const onSearch = useCallback((typed: string) => narrow({ search: typed || undefined }), [narrow])

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
      main={<NewPlanLink />}
      more={<UnitPlansLink />}
    >
      <DataList
        name="plans"
        label={t('title')}
        columns={columns}
        rows={rows}
        total={total}
        countedTo={mostCounted(Boolean(search))}
        error={plans.error}
        onRetry={() => void plans.refetch()}
        rowId={row => row.id}
        rowLink={row => ({ to: '/plans/$planId', params: { planId: row.id } })}
        onMore={plans.hasNextPage ? () => void plans.fetchNextPage() : undefined}
        isLoadingMore={plans.isFetchingNextPage}
        filters={
          (isFiltered || total !== 0) && (
            <>
              <SearchField label={t('search')} value={search ?? ''} onSearch={onSearch} />
              <HalfYearFilter value={halfYear} onChange={value => narrow({ halfYear: value })} />
              <Select
                aria-label={t('statusLabel')}
                placeholder={t('allStatuses')}
                data={planStatus.options.map(value => ({ value, label: t(`status.${value}`) }))}
                value={status ?? null}
                onChange={value => narrow({ status: value ?? undefined })}
                clearable
                clearButtonProps={{ 'aria-label': t('common:actions.clear') }}
                style={{ flex: '1 1 160px', maxWidth: 240 }}
              />
            </>
          )
        }
        empty={<NoPlans isFiltered={isFiltered} />}
      />
    </Page>
  )
}

function NoPlans({ isFiltered }: { isFiltered: boolean }) {
  const { t } = useTranslation(['plans', 'common'])
  const isOwnOnly = useScope('plan.read') === 'self'
  if (!isFiltered)
    return <EmptyState title={t('empty.title')} text={t(isOwnOnly ? 'empty.textForSelf' : 'empty.text')} action={<NewPlanLink />} />
  return (
    <EmptyState
      title={t('empty.nothingTitle')}
      text={t('empty.nothingText')}
      action={
        <ButtonLink to="/plans" search={{}} variant="default">
          {t('common:actions.clearFilters')}
        </ButtonLink>
      }
    />
  )
}

/** For those who look after more plans than their own. */
function UnitPlansLink() {
  const { t } = useTranslation('plans')
  const reach = useScope('plan.read')
  if (!reach || reach === 'self') return null
  return (
    <ButtonLink to="/plans/of-unit" search={{}} variant="default" leftSection={<IconFiles size={17} aria-hidden />}>
      {t('ofUnit.title')}
    </ButtonLink>
  )
}

/** A plan begins with a person: for most that is oneself, for those who look after others the list of people. */
function NewPlanLink() {
  const { t } = useTranslation('plans')
  const { personId } = useMe()
  const reach = useScope('plan.write')
  if (!reach) return null
  const icon = <IconPlus size={17} aria-hidden />
  if (reach !== 'self') {
    return (
      <ButtonLink to="/people" leftSection={icon}>
        {t('choosePerson')}
      </ButtonLink>
    )
  }
  if (!personId) return null
  return (
    <ButtonLink to="/people/$personId/plan/new" params={{ personId }} leftSection={icon}>
      {t('own')}
    </ButtonLink>
  )
}

function HalfYearFilter({ value, onChange }: { value: string | undefined; onChange: (value: string | undefined) => void }) {
  const { t } = useTranslation(['plans', 'common'])
  const { data } = useQuery(queryFor(listHalfYears))
  const choices = useHalfYearChoices(data?.halfYears ?? [])
  return (
    <Select
      aria-label={t('halfYear')}
      placeholder={t('allHalfYears')}
      data={choices}
      value={value ?? null}
      onChange={chosen => onChange(chosen ?? undefined)}
      clearable
      clearButtonProps={{ 'aria-label': t('common:actions.clear') }}
      style={{ flex: '1 1 160px', maxWidth: 240 }}
    />
  )
}
