import { IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Outlet, useParams } from '@tanstack/react-router'
import { listStaffingNeeds, listSuggestedNeeds, type ListedNeed } from 'luytre/capacity/needs/needs.api.ts'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { NeedStatus } from '#capacity/needs/NeedStatus.tsx'
import { queryFor } from '#platform/call/query-for.ts'
import { useFormat } from '#platform/i18n/use-language.ts'
import { useTranslated } from '#platform/i18n/use-translated.ts'
import { useScope } from '#platform/session/session.ts'
import { ButtonLink } from '#ui/ButtonLink.tsx'
import { DataList, type Column } from '#ui/DataList.tsx'
import { EmptyState } from '#ui/EmptyState.tsx'
import { Page } from '#ui/Page.tsx'
import { TranslatedText } from '#ui/TranslatedText.tsx'

/** Which roles are short, the most urgent first. */
export function NeedsPage() {
  const { t } = useTranslation('needs')
  const format = useFormat()
  const translated = useTranslated()
  const { needId } = useParams({ strict: false })
  const mayWrite = useScope('staffing-need.write') !== undefined
  const needs = useQuery(queryFor(listStaffingNeeds))
  const suggested = useQuery({ ...queryFor(listSuggestedNeeds), enabled: mayWrite && needs.data?.needs.length === 0 })
  const rows = needs.data?.needs
  const today = needs.data?.today ?? ''
  const hasUnits = rows?.some(need => need.unit) ?? false

  const columns = useMemo<Column<ListedNeed>[]>(
    () => [
      {
        id: 'role',
        header: t('fields.role'),
        cell: need => <TranslatedText text={need.role.name} />,
        sortBy: need => translated(need.role.name),
      },
      {
        id: 'status',
        header: t('fields.status'),
        inCard: 'plain',
        cell: need => <NeedStatus need={need} today={today} />,
        sortBy: need => -need.short,
      },
      { id: 'priority', header: t('fields.priority'), isNumeric: true, cell: need => need.priority, sortBy: need => need.priority },
      {
        id: 'people',
        header: t('fields.people'),
        isNumeric: true,
        cell: need => format.number(need.people),
        sortBy: need => need.people,
      },
      { id: 'ready', header: t('fields.ready'), isNumeric: true, cell: need => format.number(need.ready), sortBy: need => need.ready },
      // The state says it, and sorts by it.
      {
        id: 'short',
        header: t('fields.short'),
        isNumeric: true,
        isExtra: true,
        cell: need => format.number(need.short),
        sortBy: need => need.short,
      },
      { id: 'level', header: t('fields.level'), isNumeric: true, cell: need => need.level, sortBy: need => need.level },
      // Most needs are the whole organisation's: the column comes with the first that is not.
      ...(hasUnits
        ? [
            {
              id: 'unit',
              header: t('fields.unit'),
              cell: (need: ListedNeed) => (need.unit ? <TranslatedText text={need.unit.name} /> : t('anywhere')),
              sortBy: (need: ListedNeed) => (need.unit ? translated(need.unit.name) : ''),
            },
          ]
        : []),
      { id: 'dueOn', header: t('fields.dueOn'), cell: need => format.date(need.dueOn), sortBy: need => need.dueOn },
      { id: 'reason', header: t('fields.reason'), cell: need => need.reason, isExtra: true },
    ],
    [t, format, translated, today, hasUnits],
  )

  const add = mayWrite && (
    <ButtonLink to="/needs/new" leftSection={<IconPlus size={17} aria-hidden />}>
      {t('add')}
    </ButtonLink>
  )
  const offers = (suggested.data?.suggestions.length ?? 0) > 0
  const short = rows?.filter(need => need.short > 0).length ?? 0
  return (
    <Page
      title={t('title')}
      state={rows ? (rows.length === 0 ? t('stateNone') : t('state', { count: rows.length, short })) : ' '}
      main={rows?.length === 0 && !offers ? undefined : add}
      panel={<Outlet />}
    >
      <DataList
        name="needs"
        label={t('title')}
        columns={columns}
        rows={rows}
        error={needs.error}
        onRetry={() => void needs.refetch()}
        rowId={need => need.id}
        rowLink={need => ({ to: '/needs/$needId', params: { needId: need.id } })}
        openId={needId}
        empty={
          offers ? (
            <EmptyState
              title={t('empty.title')}
              text={t('empty.suggested', { count: suggested.data!.suggestions.length })}
              action={<ButtonLink to="/needs/suggested">{t('empty.toSuggested')}</ButtonLink>}
            />
          ) : (
            <EmptyState title={t('empty.title')} text={t(mayWrite ? 'empty.text' : 'empty.textForReader')} action={add} />
          )
        }
      />
    </Page>
  )
}
