import { Button } from '@mantine/core'
import { IconArrowDown, IconArrowUp, IconArrowsSort } from '@tabler/icons-react'
import { Link, useNavigate, type LinkProps } from '@tanstack/react-router'
import {
  columnVisibilityFeature,
  createColumnHelper,
  createSortedRowModel,
  rowSortingFeature,
  tableFeatures,
  useTable,
  type SortingState,
} from '@tanstack/react-table'
import { countedMax } from 'luytre/platform/http/counted.ts'
import { useMemo, useRef, useState, type MouseEvent, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { locales } from '#platform/i18n/languages.ts'
import { useFormat, useLanguage } from '#platform/i18n/use-language.ts'
import classes from '#ui/DataList.module.css'
import { ErrorState } from '#ui/ErrorState.tsx'
import { ListView, useListView } from '#ui/ListView.tsx'
import tableClasses from '#ui/Table.module.css'
import { useListKeys } from '#ui/use-list-keys.ts'

export interface Column<Row> {
  id: string
  header: string
  cell: (row: Row) => ReactNode
  /** Makes the column sortable. Sorting is offered once every row is here: half a list sorted would mislead. */
  sortBy?: (row: Row) => string | number | null
  /** Right-aligned, in tabular figures. */
  isNumeric?: boolean
  /** On a card: with its label (the rule), plain where the value speaks for itself, or left out. */
  inCard?: 'plain' | 'left-out'
  /** Hidden until it is chosen under "View". */
  isExtra?: boolean
}

interface DataListProps<Row> {
  /** Says what the list holds; it is the table's name for screen readers and the key of the kept view. */
  label: string
  name: string
  columns: readonly Column<Row>[]
  /** Undefined while loading. */
  rows: readonly Row[] | undefined
  error?: unknown
  onRetry?: () => void
  rowId: (row: Row) => string
  /** Where the first column leads; the whole row is clickable then. */
  rowLink?: (row: Row) => LinkProps
  /** Called when a row’s link is followed. */
  onOpen?: (row: Row) => void
  /** Row that the panel shows. */
  openId?: string | undefined
  /** What to show instead of no rows. */
  empty: ReactNode
  filters?: ReactNode
  /** Of all rows, also those not loaded yet. Null: more than are counted. */
  total?: number | null | undefined
  /** The most that is counted. */
  countedTo?: number
  onMore?: (() => void) | undefined
  isLoadingMore?: boolean
  /** Selecting many: ids and what each is called. */
  selection?: { selected: ReadonlySet<string>; onChange: (selected: ReadonlySet<string>) => void; nameOf: (row: Row) => string }
}

const features = tableFeatures({ rowSortingFeature, columnVisibilityFeature, sortedRowModel: createSortedRowModel() })
const noRows: never[] = []
/** Rows drawn at once; more on demand, so that 5,000 rows open as fast as 50. */
const drawnAtOnce = 200

/** The one list of the product: a real table, cards where it is narrow, j k Enter x by keyboard. */
export function DataList<Row extends object>(props: DataListProps<Row>) {
  const { label, columns, rows, error, rowId, rowLink, openId, selection, total, countedTo = countedMax } = props
  const { t } = useTranslation()
  const format = useFormat()
  const language = useLanguage()
  const navigate = useNavigate()
  const body = useRef<HTMLTableSectionElement>(null)
  const [sorting, setSorting] = useState<SortingState>([])
  const [drawn, setDrawn] = useState(drawnAtOnce)
  const view = useListView(props.name, columns)
  const isComplete = rows !== undefined && !props.onMore

  const tableColumns = useMemo(() => {
    const helper = createColumnHelper<typeof features, Row>()
    const { compare } = new Intl.Collator(locales[language], { numeric: true })
    return columns.map(column =>
      helper.display({
        id: column.id,
        header: column.header,
        enableSorting: column.sortBy !== undefined,
        sortFn: (a, b) => compareValues(column.sortBy?.(a.original), column.sortBy?.(b.original), compare),
      }),
    )
  }, [columns, language])
  const table = useTable({
    features,
    columns: tableColumns,
    data: rows ?? noRows,
    getRowId: rowId,
    state: { sorting, columnVisibility: view.visibility },
    onSortingChange: setSorting,
    enableSortingRemoval: true,
  })
  const shown = columns.filter(column => view.visibility[column.id] !== false)
  const modelRows = table.getRowModel().rows

  const toggle = (id: string): void => {
    if (!selection) return
    const selected = new Set(selection.selected)
    if (!selected.delete(id)) selected.add(id)
    selection.onChange(selected)
  }
  useListKeys(body, openId, selection ? toggle : undefined)

  const open = (row: Row, event: MouseEvent): void => {
    const isControl = event.target instanceof Element && event.target.closest('a, button, input, label')
    if (!rowLink || isControl || window.getSelection()?.toString()) return
    props.onOpen?.(row)
    void navigate({ ...rowLink(row), resetScroll: false })
  }

  const sortButton = (column: Column<Row>): ReactNode => {
    if (!column.sortBy || !isComplete) return column.header
    const sorted = table.getColumn(column.id)?.getIsSorted()
    const Arrow = sorted === 'asc' ? IconArrowUp : sorted === 'desc' ? IconArrowDown : IconArrowsSort
    return (
      <button
        type="button"
        className={classes.sort}
        data-sorted={sorted || undefined}
        onClick={() => table.getColumn(column.id)?.toggleSorting()}
      >
        {column.header}
        <Arrow size={14} aria-hidden />
      </button>
    )
  }
  const sortState = (column: Column<Row>): 'ascending' | 'descending' | undefined => {
    const sorted = table.getColumn(column.id)?.getIsSorted()
    return sorted ? (sorted === 'asc' ? 'ascending' : 'descending') : undefined
  }

  const toolbar = (props.filters || rows?.length) && (
    <div className={classes.tools}>
      <div className={classes.filters}>{props.filters}</div>
      <ListView view={view} columns={columns} />
    </div>
  )
  if (error !== undefined && error !== null && !rows) {
    return <ErrorState error={error} {...(props.onRetry && { onRetry: props.onRetry })} />
  }
  if (rows?.length === 0) {
    if (!props.filters) return <>{props.empty}</>
    return (
      <div className={classes.list}>
        {toolbar}
        <div className={classes.inside}>{props.empty}</div>
      </div>
    )
  }

  return (
    <div className={classes.list}>
      {toolbar}
      <div className={classes.scroll}>
        {/* The roles are those that elements have by themselves until `display` turns them into cards. */}
        <table
          role="table"
          className={`${tableClasses.table} ${classes.table}`}
          data-density={view.density}
          aria-label={label}
          aria-busy={!rows}
        >
          <thead role="rowgroup">
            <tr role="row">
              {selection && (
                <th role="columnheader" className={classes.check}>
                  <input
                    type="checkbox"
                    aria-label={t('list.selectAll')}
                    checked={modelRows.length > 0 && modelRows.every(row => selection.selected.has(row.id))}
                    onChange={event => selection.onChange(new Set(event.currentTarget.checked ? modelRows.map(row => row.id) : []))}
                  />
                </th>
              )}
              {shown.map(column => (
                <th
                  key={column.id}
                  role="columnheader"
                  scope="col"
                  data-numeric={column.isNumeric || undefined}
                  aria-sort={sortState(column)}
                >
                  {sortButton(column)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody role="rowgroup" ref={body}>
            {!rows && <Skeleton columns={shown.length + (selection ? 1 : 0)} />}
            {modelRows.slice(0, drawn).map(({ id, original }) => (
              <tr
                key={id}
                role="row"
                className={classes.row}
                data-row={id}
                data-opens={rowLink !== undefined || undefined}
                data-open={id === openId || undefined}
                aria-selected={selection ? selection.selected.has(id) : undefined}
                onClick={event => open(original, event)}
              >
                {selection && (
                  <td role="cell" className={classes.check} data-check>
                    <input
                      type="checkbox"
                      aria-label={t('list.select', { name: selection.nameOf(original) })}
                      checked={selection.selected.has(id)}
                      onChange={() => toggle(id)}
                    />
                  </td>
                )}
                {shown.map((column, index) => {
                  const content = column.cell(original)
                  return (
                    <td
                      key={column.id}
                      role="cell"
                      data-label={column.header}
                      data-numeric={column.isNumeric || undefined}
                      data-first={index === 0 || undefined}
                      data-card={column.inCard}
                      data-empty={content === null || content === '' || content === false || undefined}
                    >
                      {index === 0 && rowLink ? (
                        <Link
                          {...rowLink(original)}
                          resetScroll={false}
                          className={classes.opens}
                          onClick={() => props.onOpen?.(original)}
                          data-row-link
                          aria-current={id === openId || undefined}
                        >
                          {content}
                        </Link>
                      ) : (
                        content
                      )}
                    </td>
                  )
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {rows && (
        <div className={classes.foot}>
          <span aria-live="polite">
            {t(total === null ? 'list.shownOfMany' : 'list.shown', {
              count: total === null ? countedTo : (total ?? rows.length),
              shown: format.number(Math.min(drawn, rows.length)),
            })}
            {selection && selection.selected.size > 0 && ` · ${t('list.selected', { count: selection.selected.size })}`}
          </span>
          {drawn < rows.length || props.onMore ? (
            <Button
              variant="default"
              loading={props.isLoadingMore ?? false}
              onClick={() => {
                setDrawn(drawn + drawnAtOnce)
                if (drawn >= rows.length) props.onMore?.()
              }}
            >
              {t('actions.showMore')}
            </Button>
          ) : (
            rowLink && <span className={classes.keys}>{t(selection ? 'list.keysSelect' : 'list.keys')}</span>
          )}
        </div>
      )}
    </div>
  )
}

function compareValues(
  a: string | number | null | undefined,
  b: string | number | null | undefined,
  compare: (a: string, b: string) => number,
): number {
  if (a === null || a === undefined || b === null || b === undefined)
    return Number(a === null || a === undefined) - Number(b === null || b === undefined)
  return typeof a === 'number' && typeof b === 'number' ? a - b : compare(String(a), String(b))
}

function Skeleton({ columns }: { columns: number }) {
  const { t } = useTranslation()
  return (
    <>
      {Array.from({ length: 8 }, (_, row) => (
        <tr key={row} role="row" className={classes.row}>
          {Array.from({ length: columns }, (_cell, column) => (
            <td key={column} role="cell" data-first={column === 0 || undefined}>
              {row === 0 && column === 0 && <span className="visually-hidden">{t('shell.loading')}</span>}
              <span className={classes.bar} style={{ width: `${[72, 48, 60, 36, 54][(row + column) % 5]}%` }} />
            </td>
          ))}
        </tr>
      ))}
    </>
  )
}
