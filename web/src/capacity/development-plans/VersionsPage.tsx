import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { listPlanVersions, type PlanVersion } from 'luytre/capacity/development-plans/plan-versions.api.ts'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { queryFor } from '#platform/call/query-for.ts'
import { useFormat } from '#platform/i18n/use-language.ts'
import { ButtonLink } from '#ui/ButtonLink.tsx'
import { DataList, type Column } from '#ui/DataList.tsx'
import { EmptyState } from '#ui/EmptyState.tsx'
import { Page } from '#ui/Page.tsx'

const route = getRouteApi('/shell/plans/$planId/versions/')

/** Every content that the plan had, and who agreed to which. */
export function VersionsPage() {
  const { t } = useTranslation('plans')
  const format = useFormat()
  const { planId } = route.useParams()
  const found = useQuery(queryFor(listPlanVersions, { params: { planId } }))
  const latest = found.data?.versions[0]?.number
  const columns = useMemo<Column<PlanVersion>[]>(
    () => [
      { id: 'number', header: t('versions.number'), cell: row => t('plan.version', { version: row.number }) },
      { id: 'madeAt', header: t('versions.madeAt'), cell: row => format.instant(row.madeAt) },
      { id: 'cause', header: t('versions.causeLabel'), cell: row => t(`versions.cause.${row.cause}`) },
      { id: 'madeBy', header: t('versions.madeBy'), cell: row => row.madeBy },
      { id: 'agreed', header: t('agreement.heading'), cell: row => <Agreed version={row} /> },
      { id: 'codeColumn', header: t('versions.codeLabel'), cell: row => row.code, isExtra: true },
      {
        id: 'compare',
        header: t('versions.compare'),
        cell: row =>
          row.number > 1 && (
            <Link to="/plans/$planId/compare" params={{ planId }} search={{ before: row.number - 1, after: row.number }}>
              {t('versions.compareWith', { version: row.number - 1 })}
            </Link>
          ),
      },
    ],
    [t, format, planId],
  )
  return (
    <Page
      title={t('versions.title')}
      state={found.data ? t('edit.state', { person: found.data.personName, halfYear: found.data.halfYearCode }) : ' '}
      more={
        <ButtonLink to="/plans/$planId" params={{ planId }} variant="default">
          {t('versions.toPlan')}
        </ButtonLink>
      }
      main={
        latest !== undefined &&
        latest > 1 && (
          <ButtonLink to="/plans/$planId/compare" params={{ planId }} search={{ before: latest - 1, after: latest }}>
            {t('versions.compareAny')}
          </ButtonLink>
        )
      }
    >
      <DataList
        name="plan-versions"
        label={t('versions.title')}
        columns={columns}
        rows={found.data?.versions}
        error={found.error}
        onRetry={() => void found.refetch()}
        rowId={row => String(row.number)}
        rowLink={row => ({ to: '/plans/$planId/versions/$version', params: { planId, version: String(row.number) } })}
        // A plan has one from its proposal on.
        empty={<EmptyState title={t('versions.title')} text={t('versions.none')} />}
      />
    </Page>
  )
}

function Agreed({ version: { personSignature, supervisorSignature } }: { version: PlanVersion }) {
  const { t } = useTranslation('plans')
  const format = useFormat()
  const signed = [personSignature, supervisorSignature].filter(signature => signature !== null)
  if (signed.length === 0) return t('agreement.open')
  return format.list(signed.map(({ name, way }) => (way === 'on-paper' ? t('versions.onPaper', { name }) : name)))
}
