import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { listPersonGaps, type Gap } from 'luytre/capacity/assessments/assessments.api.ts'
import { useCallback, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { NoRole } from '#capacity/assessments/AssessmentPage.tsx'
import { ElementLabel, wordsOf } from '#capacity/frameworks/ElementLabel.tsx'
import { useKindNames } from '#capacity/frameworks/kinds.ts'
import { GapPanel, Statements } from '#capacity/assessments/GapPanel.tsx'
import { inARow } from '#capacity/assessments/sentences.ts'
import { SheetPickers } from '#capacity/assessments/SheetPickers.tsx'
import { useSheetKey, type SheetKey } from '#capacity/assessments/use-sheet-key.ts'
import { useExistingPlan } from '#capacity/development-plans/use-existing-plan.ts'
import { queryFor } from '#platform/call/query-for.ts'
import { useLanguage } from '#platform/i18n/use-language.ts'
import { useTranslated } from '#platform/i18n/use-translated.ts'
import { useMe } from '#platform/session/session.ts'
import { ButtonLink } from '#ui/ButtonLink.tsx'
import { DataList, type Column } from '#ui/DataList.tsx'
import { EmptyState } from '#ui/EmptyState.tsx'
import { ErrorState } from '#ui/ErrorState.tsx'
import { LevelDots } from '#ui/LevelDots.tsx'
import { Page } from '#ui/Page.tsx'

const route = getRouteApi('/shell/people/$personId/gaps')

/** What a person misses for a role, the most urgent first. */
export function PersonGapsPage() {
  const { t } = useTranslation('assessments')
  const translated = useTranslated()
  const language = useLanguage()
  const me = useMe()
  const { personId } = route.useParams()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const fillIn = useCallback(
    (key: SheetKey) => void navigate({ search: before => ({ ...before, halfYear: key.halfYearId, role: key.roleId }), replace: true }),
    [navigate],
  )
  const choices = useSheetKey(personId, search, fillIn)
  const { key } = choices
  const gaps = useQuery({
    ...queryFor(listPersonGaps, { params: { personId }, query: key ?? { halfYearId: '', roleId: '' } }),
    enabled: key !== undefined,
  })
  const existingPlan = useExistingPlan(personId, key?.halfYearId ?? '')
  const highest = gaps.data?.levels.at(-1)?.level ?? 3
  const ids = { halfYear: key?.halfYearId, role: key?.roleId }
  const error = choices.error ?? gaps.error
  const name = gaps.data?.person.name ?? choices.person?.name

  const kindNames = useKindNames()
  const lineName = kindNames(gaps.data?.gaps.map(gap => gap.element))

  const columns = useMemo<Column<Gap>[]>(
    () => [
      { id: 'line', header: lineName, cell: gap => <ElementLabel element={gap.element} />, sortBy: gap => gap.element.code },
      { id: 'priority', header: t('gaps.priority'), cell: gap => gap.priority, sortBy: gap => gap.priority, isNumeric: true },
      {
        id: 'missing',
        header: t('gaps.haveNeed'),
        inCard: 'plain',
        cell: gap => <LevelDots have={gap.haveFrom === 'none' ? null : gap.have} need={gap.need} highest={highest} />,
        sortBy: gap => -gap.missing,
      },
      { id: 'count', header: t('gaps.missing'), cell: gap => gap.missing, sortBy: gap => gap.missing, isNumeric: true, inCard: 'left-out' },
      {
        id: 'from',
        header: t('gaps.from'),
        cell: gap => t(`gaps.haveFrom.${gap.haveFrom}`),
        sortBy: gap => t(`gaps.haveFrom.${gap.haveFrom}`),
      },
      {
        id: 'importance',
        header: t('importanceHead'),
        inCard: 'plain',
        cell: gap => t(`importance.${gap.importance}`),
        sortBy: gap => (gap.importance === 'required' ? 0 : 1),
      },
      { id: 'statements', header: t('gaps.statements'), cell: gap => <Statements gap={gap} />, isExtra: true },
    ],
    [t, lineName, highest],
  )
  const open = gaps.data?.gaps.find(gap => gap.element.id === search.line)
  const unrated = gaps.data?.gaps.filter(gap => gap.haveFrom === 'none').length ?? 0

  return (
    <Page
      title={name ? t('gaps.titleOf', { name }) : t('gaps.title')}
      state={
        gaps.data &&
        inARow(
          language,
          t('gaps.met', { met: gaps.data.met, count: gaps.data.total, role: translated(wordsOf(gaps.data.role)) }),
          unrated > 0 ? t('gaps.unratedCount', { count: unrated }) : undefined,
        )
      }
      more={
        <ButtonLink variant="default" to="/people/$personId/assessment" params={{ personId }} search={ids}>
          {t('title')}
        </ButtonLink>
      }
      main={
        key &&
        (existingPlan ? (
          <ButtonLink to="/plans/$planId" params={{ planId: existingPlan }}>
            {t('gaps.openPlan')}
          </ButtonLink>
        ) : (
          existingPlan === null &&
          me.permissions['plan.write'] && (
            <ButtonLink to="/people/$personId/plan/new" params={{ personId }} search={ids}>
              {t('gaps.proposePlan')}
            </ButtonLink>
          )
        ))
      }
      panel={
        open && (
          <GapPanel
            key={open.element.id}
            gap={open}
            highest={highest}
            closeTo={{ to: '/people/$personId/gaps', params: { personId }, search: { ...search, line: undefined }, resetScroll: false }}
          />
        )
      }
    >
      <SheetPickers choices={choices} onPick={picked => void navigate({ search: before => ({ ...before, ...picked, line: undefined }) })} />
      {error && !gaps.data ? (
        <ErrorState
          error={error}
          onRetry={() => {
            choices.retry()
            if (gaps.error) void gaps.refetch()
          }}
        />
      ) : !key && !choices.isPending ? (
        <NoRole hasFrameworks={choices.frameworks.length > 0} roleCode={choices.person?.roleCode ?? null} />
      ) : (
        <DataList
          label={name ? t('gaps.titleOf', { name }) : t('gaps.title')}
          name="person-gaps"
          columns={columns}
          rows={gaps.data?.gaps}
          rowId={gap => gap.element.id}
          rowLink={gap => ({
            to: '/people/$personId/gaps',
            params: { personId },
            search: { ...search, line: gap.element.id },
            resetScroll: false,
          })}
          openId={search.line}
          empty={
            gaps.data?.total === 0 ? (
              <EmptyState title={t('gaps.noNeeds.title')} text={t('gaps.noNeeds.text')} />
            ) : (
              <EmptyState title={t('gaps.allMet.title')} text={t('gaps.allMet.text')} />
            )
          }
        />
      )}
    </Page>
  )
}
