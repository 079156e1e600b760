import { Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { compareRoles, getRoleComparisonFile, type RoleComparison } from 'luytre/capacity/frameworks/role-comparison.api.ts'
import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import { ComparisonPicture } from '#capacity/frameworks/ComparisonPicture.tsx'
import { ComparisonTable } from '#capacity/frameworks/ComparisonTable.tsx'
import classes from '#capacity/frameworks/comparison.module.css'
import { RolePicker } from '#capacity/frameworks/RolePicker.tsx'
import { MapTools } from '#capacity/needs/MapTools.tsx'
import { call } from '#platform/call/call.ts'
import { queryFor } from '#platform/call/query-for.ts'
import { useLanguage } from '#platform/i18n/use-language.ts'
import { useTranslated } from '#platform/i18n/use-translated.ts'
import { EmptyState } from '#ui/EmptyState.tsx'
import { ErrorState } from '#ui/ErrorState.tsx'
import { Page } from '#ui/Page.tsx'

const route = getRouteApi('/shell/frameworks/compare')
const none = '00000000-0000-0000-0000-000000000000'

/** Two roles side by side, of one framework or of two. */
export function CompareRolesPage() {
  const { t } = useTranslation(['frameworks', 'needs'])
  const language = useLanguage()
  const translated = useTranslated()
  const navigate = route.useNavigate()
  const { left, right, view } = route.useSearch()
  const isChosen = left !== undefined && right !== undefined
  const roles = { leftId: left ?? right ?? none, rightId: right ?? left ?? none }
  const comparison = useQuery({
    ...queryFor(compareRoles, { query: roles }),
    enabled: left !== undefined || right !== undefined,
    staleTime: Infinity,
  })
  const found = isChosen ? comparison.data : undefined
  const isTable = view === 'table'
  const toggle = useCallback(
    () => void navigate({ search: before => ({ ...before, view: before.view ? undefined : 'table' }), replace: true }),
    [navigate],
  )
  const pick = (side: 'left' | 'right') => (id: string | undefined) =>
    void navigate({ search: before => ({ ...before, [side]: id }), replace: true, resetScroll: false })

  return (
    <Page
      title={t('compare.title')}
      state={found ? <State comparison={found} /> : ' '}
      more={
        found && (
          <MapTools
            isTable={isTable}
            onToggle={toggle}
            fetchFile={format => call(getRoleComparisonFile, { query: { ...roles, format, language } })}
          />
        )
      }
    >
      <div className={classes.pickers}>
        <RolePicker
          label={t('compare.left')}
          placeholder={t('compare.choose')}
          value={left}
          onPick={pick('left')}
          known={left === undefined ? undefined : comparison.data?.left.role}
        />
        <RolePicker
          label={t('compare.right')}
          placeholder={t('compare.choose')}
          value={right}
          onPick={pick('right')}
          known={right === undefined ? undefined : comparison.data?.right.role}
        />
      </div>
      {comparison.error ? (
        <ErrorState error={comparison.error} onRetry={() => void comparison.refetch()} />
      ) : !isChosen ? (
        <EmptyState title={t('compare.startTitle')} text={t('compare.startText')} />
      ) : !found ? (
        <Skeleton height={360} />
      ) : (
        <>
          <Remarks comparison={found} />
          {isTable ? (
            <ComparisonTable comparison={found} />
          ) : (
            <ComparisonPicture comparison={found} nameOf={role => translated(role.name)} />
          )}
        </>
      )}
    </Page>
  )
}

function State({ comparison }: { comparison: RoleComparison }) {
  const { t } = useTranslation('frameworks')
  const translated = useTranslated()
  const { left, right, needs } = comparison
  return t('compare.state', {
    both: needs.filter(one => one.left && one.right).length,
    left: needs.filter(one => !one.right).length,
    right: needs.filter(one => !one.left).length,
    leftRole: translated(left.role.name),
    rightRole: translated(right.role.name),
  })
}

/** What a reader has to know before relying on it. */
function Remarks({ comparison: { matchedBy, left, right } }: { comparison: RoleComparison }) {
  const { t } = useTranslation('frameworks')
  const scaleOf = ({ framework }: RoleComparison['left']): string =>
    JSON.stringify(framework.levels.map(({ level, name }) => [level, name]))
  const isOneScale = scaleOf(left) === scaleOf(right)
  if (matchedBy === 'element' && isOneScale) return null
  return (
    <div className={classes.remarks}>
      {matchedBy !== 'element' && <p>{t(`compare.${matchedBy}`)}</p>}
      {!isOneScale && <p>{t('compare.scales')}</p>}
    </div>
  )
}
