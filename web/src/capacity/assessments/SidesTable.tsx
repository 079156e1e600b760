import { SegmentedControl } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import type { AssessmentSheet } from 'luytre/capacity/assessments/assessments.api.ts'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { ElementLabel } from '#capacity/frameworks/ElementLabel.tsx'
import { useKindNames } from '#capacity/frameworks/kinds.ts'
import { LineStatus } from '#capacity/assessments/LineStatus.tsx'
import { RaterDots, RaterLegend } from '#capacity/assessments/RaterDots.tsx'
import { contestsOf, differenceOf, raters, ratingOf } from '#capacity/assessments/ratings.ts'
import { WaitingNote } from '#capacity/assessments/WaitingNote.tsx'
import { DataList, type Column } from '#ui/DataList.tsx'
import { EmptyState } from '#ui/EmptyState.tsx'

const route = getRouteApi('/shell/people/$personId/assessment')

type Item = AssessmentSheet['items'][number]

/** What each side said, side by side, as far as the reader may see it. */
export function SidesTable({ sheet }: { sheet: AssessmentSheet }) {
  const { t } = useTranslation('assessments')
  const search = route.useSearch()
  const { show, line } = search
  const navigate = route.useNavigate()
  const { levels } = sheet.framework
  const hasBoth = sheet.self !== null && sheet.supervisor !== null

  const kindNames = useKindNames()
  const lineName = kindNames(sheet.items.map(item => item.element))

  const columns = useMemo<Column<Item>[]>(
    () => [
      { id: 'line', header: lineName, cell: item => <ElementLabel element={item.element} />, sortBy: item => item.element.code },
      {
        id: 'levels',
        header: t('levels'),
        inCard: 'plain',
        cell: item => (
          <RaterDots
            levels={levels}
            need={item.need}
            marks={Object.fromEntries(raters.map(rater => [rater, ratingOf(sheet, rater, item.element.id)?.level]))}
          />
        ),
      },
      { id: 'need', header: t('need'), cell: item => item.need, sortBy: item => item.need, isNumeric: true },
      {
        id: 'importance',
        header: t('importanceHead'),
        inCard: 'plain',
        cell: item => t(`importance.${item.importance}`),
        sortBy: item => (item.importance === 'required' ? 0 : 1),
      },
      // With one side only there is nothing to compare.
      ...(hasBoth
        ? [
            {
              id: 'difference',
              header: t('comparison'),
              inCard: 'plain' as const,
              cell: (item: Item) => <LineStatus sheet={sheet} elementId={item.element.id} />,
              sortBy: (item: Item) => -Math.abs(differenceOf(sheet, item.element.id) ?? -1),
            },
          ]
        : []),
    ],
    [t, lineName, sheet, levels, hasBoth],
  )
  const rows = sheet.items.filter(({ element }) => {
    if (show === 'differing') return Math.abs(differenceOf(sheet, element.id) ?? 0) > 0
    return show !== 'contested' || contestsOf(sheet, element.id).length > 0
  })
  if (!raters.some(rater => sheet[rater])) {
    return (
      <>
        <WaitingNote sheet={sheet} />
        <EmptyState title={t('nothingRated.title')} text={t('nothingRated.text')} />
      </>
    )
  }

  return (
    <>
      <WaitingNote sheet={sheet} />
      <RaterLegend />
      <DataList
        label={t('sidesLabel', { name: sheet.person.name })}
        name="assessment"
        columns={columns}
        rows={rows}
        rowId={item => item.element.id}
        rowLink={item => ({
          to: '/people/$personId/assessment',
          params: { personId: sheet.person.id },
          search: { ...search, line: item.element.id },
          resetScroll: false,
        })}
        openId={line}
        filters={
          hasBoth && (
            <SegmentedControl
              aria-label={t('showLabel')}
              value={show ?? 'all'}
              onChange={value => {
                const next = value === 'all' ? undefined : value
                void navigate({ search: before => ({ ...before, show: next }) })
              }}
              data={(['all', 'differing', 'contested'] as const).map(value => ({ value, label: t(`show.${value}`) }))}
            />
          )
        }
        empty={<EmptyState title={t('noLines.title')} text={t(show === 'contested' ? 'noLines.contested' : 'noLines.differing')} />}
      />
    </>
  )
}
