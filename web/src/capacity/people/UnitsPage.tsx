import { IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, Outlet, useParams } from '@tanstack/react-router'
import { listUnits } from 'luytre/capacity/people/people.api.ts'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { AsOfNotice } from '#capacity/people/AsOfNotice.tsx'
import classes from '#capacity/people/people.module.css'
import { unitLines, type UnitLine } from '#capacity/people/unit-tree.ts'
import { queryFor } from '#platform/call/query-for.ts'
import { useFormat } from '#platform/i18n/use-language.ts'
import { useScope } from '#platform/session/session.ts'
import { AsOfField } from '#ui/form/AsOfField.tsx'
import { ButtonLink } from '#ui/ButtonLink.tsx'
import { DataList, type Column } from '#ui/DataList.tsx'
import { EmptyState } from '#ui/EmptyState.tsx'
import { Page } from '#ui/Page.tsx'
import { TranslatedText } from '#ui/TranslatedText.tsx'

const route = getRouteApi('/shell/units')

export function UnitsPage() {
  const { t } = useTranslation('people')
  const format = useFormat()
  const { unitId } = useParams({ strict: false })
  const mayWrite = useScope('unit.write') !== undefined
  const mayReadPeople = useScope('person.read') === 'organisation'
  const { asOf } = route.useSearch()
  const navigate = route.useNavigate()
  const units = useQuery(queryFor(listUnits, { query: { ...(asOf && { asOf }) } }))
  const lines = useMemo(() => units.data && unitLines(units.data.units), [units.data])

  const columns = useMemo<Column<UnitLine>[]>(
    () => [
      {
        id: 'name',
        header: t('units.name'),
        // The depth is also in the words "part of" of the panel: indentation alone would say it to the eye only.
        cell: ({ unit, depth }) => (
          <span style={{ display: 'block', paddingInlineStart: depth * 20 }}>
            <TranslatedText text={unit.name} />
          </span>
        ),
      },
      { id: 'code', header: t('units.code'), cell: ({ unit }) => unit.code, inCard: 'plain' },
      {
        id: 'people',
        header: t('units.people'),
        isNumeric: true,
        cell: ({ unit }) =>
          mayReadPeople && unit.people > 0 ? (
            <Link to="/people" search={{ unitId: unit.id, ...(asOf && { asOf }) }} className={classes.count}>
              {format.number(unit.people)}
            </Link>
          ) : (
            format.number(unit.people)
          ),
      },
    ],
    [t, format, mayReadPeople, asOf],
  )

  const add = mayWrite && (
    <ButtonLink to="/units/new" leftSection={<IconPlus size={17} aria-hidden />}>
      {t('units.add')}
    </ButtonLink>
  )
  return (
    <Page
      title={t('units.title')}
      state={lines ? t('units.state', { count: lines.length }) : ' '}
      main={lines?.length === 0 && !asOf ? undefined : add}
      more={
        mayWrite &&
        lines !== undefined &&
        lines.length > 0 && (
          <ButtonLink to="/units-reorganised" search={{}} variant="default">
            {t('reorganise.link')}
          </ButtonLink>
        )
      }
      panel={<Outlet />}
    >
      <AsOfNotice asOf={asOf} today={{ to: '/units' }} />
      <DataList
        name="units"
        label={t('units.title')}
        columns={columns}
        rows={lines}
        error={units.error}
        onRetry={() => void units.refetch()}
        rowId={({ unit }) => unit.id}
        rowLink={({ unit }) => ({ to: '/units/$unitId', params: { unitId: unit.id }, search: true })}
        openId={unitId}
        filters={<AsOfField asOf={asOf} onChange={day => void navigate({ to: '/units', search: { asOf: day }, replace: true })} />}
        empty={
          asOf ? (
            <EmptyState
              title={t('units.emptyThenTitle')}
              text={t('units.emptyThenText', { date: format.date(asOf) })}
              action={
                <ButtonLink to="/units" search={{}} variant="default">
                  {t('asOf.toToday')}
                </ButtonLink>
              }
            />
          ) : (
            <EmptyState title={t('units.emptyTitle')} text={t(mayWrite ? 'units.emptyText' : 'units.emptyTextForReader')} action={add} />
          )
        }
      />
    </Page>
  )
}
