import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { failure, refusal, rows, type SampleRow } from '#gallery/samples.ts'
import { Specimen, State } from '#gallery/Specimen.tsx'
import { DataList, type Column } from '#ui/DataList.tsx'
import { EmptyState } from '#ui/EmptyState.tsx'
import { HeatMap } from '#ui/HeatMap.tsx'
import { ListView, useListView } from '#ui/ListView.tsx'
import { SearchField } from '#ui/SearchField.tsx'

const strengths = [null, -1, -0.5, 0, 0.3, 0.6, 1]

/** Lists and matrices. */
export function ListSpecimens() {
  const { t } = useTranslation('gallery')
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set(['0']))
  const [search, setSearch] = useState('')
  const columns = useMemo<Column<SampleRow>[]>(
    () => [
      { id: 'name', header: t('words.name'), cell: row => row.name, sortBy: row => row.name },
      { id: 'unit', header: t('words.unit'), cell: row => row.unit, inCard: 'plain' },
      { id: 'figure', header: t('words.figure'), cell: row => row.figure, sortBy: row => row.figure, isNumeric: true },
    ],
    [t],
  )
  const view = useListView('gallery-view', columns)
  const empty = <EmptyState title={t('words.emptyTitle')} text={t('words.emptyText')} />
  const list = { name: 'gallery', columns, rowId: (row: SampleRow) => row.id, empty }
  return (
    <>
      <Specimen block="DataList">
        <State name={t('states.filled')}>
          <DataList {...list} label={t('states.filled')} rows={rows(5)} />
        </State>
        <State name={t('states.selecting')}>
          <DataList
            {...list}
            label={t('states.selecting')}
            rows={rows(3)}
            total={5004}
            selection={{ selected, onChange: setSelected, nameOf: row => row.name }}
            filters={<SearchField label={t('words.find')} value={search} onSearch={setSearch} />}
            onMore={() => undefined}
          />
        </State>
        <State name={t('states.manyMore')}>
          <DataList {...list} label={t('states.manyMore')} rows={rows(2)} total={null} onMore={() => undefined} />
        </State>
        <State name={t('states.loading')}>
          <DataList {...list} label={t('states.loading')} rows={undefined} />
        </State>
        <State name={t('states.empty')}>
          <DataList {...list} label={t('states.empty')} rows={[]} />
        </State>
        <State name={t('states.failed')}>
          <DataList {...list} label={t('states.failed')} rows={undefined} error={failure} onRetry={() => undefined} />
        </State>
        <State name={t('states.forbidden')}>
          <DataList {...list} label={t('states.forbidden')} rows={undefined} error={refusal} />
        </State>
      </Specimen>
      <Specimen block="ListView">
        <State name={t('states.closed')}>
          <ListView view={view} columns={columns} />
        </State>
      </Specimen>
      <Specimen block="SearchField">
        <State name={t('states.empty')}>
          <SearchField label={t('words.find')} value="" onSearch={() => undefined} />
        </State>
        <State name={t('states.filled')}>
          <SearchField label={t('words.findAgain')} value="Nguyễn" onSearch={() => undefined} />
        </State>
      </Specimen>
      <Specimen block="HeatMap">
        <State name={t('states.filled')}>
          <HeatMap
            title={t('words.heat')}
            rowHeading={t('words.unit')}
            columns={['A', 'B', 'C', 'D', 'E', 'F', 'G'].map(id => ({
              id,
              label: `${t('words.role')} ${id}`,
              ...(id === 'A' && { detail: '2 / 3' }),
            }))}
            rows={rows(3).map((row, index) => ({
              id: row.id,
              label: row.unit,
              depth: index === 1 ? 1 : 0,
              isTotal: index === 0,
              cells: strengths.map((strength, column) => ({
                text: strength === null ? '–' : String(column * (index + 1)),
                strength,
                title: `${row.name}: ${strength ?? '–'}`,
              })),
            }))}
            note={t('words.note')}
            legend={strengths.map(strength => ({ strength, text: strength === null ? '–' : String(strength) }))}
          />
        </State>
      </Specimen>
    </>
  )
}
