import { Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { Gap } from 'luytre/capacity/assessments/assessments.api.ts'
import { previewPlan, type Plan } from 'luytre/capacity/development-plans/development-plans.api.ts'
import { useTranslation } from 'react-i18next'
import classes from '#capacity/development-plans/development-plans.module.css'
import editing from '#capacity/development-plans/editing.module.css'
import { Levels } from '#capacity/development-plans/GapTable.tsx'
import { highestLevel, ratedLevel, useReason } from '#capacity/development-plans/plan-texts.ts'
import { ElementLabel } from '#capacity/frameworks/ElementLabel.tsx'
import { queryFor } from '#platform/call/query-for.ts'
import { ButtonLink } from '#ui/ButtonLink.tsx'
import { ErrorState } from '#ui/ErrorState.tsx'
import { LevelDots } from '#ui/LevelDots.tsx'
import { Notice } from '#ui/Notice.tsx'

type FrameworkLevels = Plan['framework']['levels']

interface ProposalPreviewProps {
  personId: string
  halfYearId: string
  role: { id: string; levels: FrameworkLevels } | undefined
}

/** What a proposal would take on now, each line with its reason; nothing is kept yet. */
export function ProposalPreview({ personId, halfYearId, role }: ProposalPreviewProps) {
  const { t } = useTranslation('plans')
  const isReady = halfYearId !== '' && role !== undefined
  const proposal = useQuery({
    ...queryFor(previewPlan, { params: { personId }, query: { halfYearId, targetRoleId: role?.id ?? '' } }),
    enabled: isReady,
  })
  if (!isReady) return <p className={classes.quiet}>{t('new.previewWait')}</p>
  if (proposal.error) return <ErrorState error={proposal.error} onRetry={() => void proposal.refetch()} isInline />
  if (!proposal.data) return <Skeleton height={280} />
  const { gaps, chosen } = proposal.data
  if (gaps.length === 0) return <p>{t('gap.noneOpen')}</p>
  const taken = gaps.filter(gap => chosen.includes(gap.relationId))
  const others = gaps.filter(gap => !chosen.includes(gap.relationId))
  return (
    <>
      {gaps.every(gap => gap.haveFrom === 'none') && (
        <Notice kind="attention">
          <p>{t('new.unrated')}</p>
          <ButtonLink
            to="/people/$personId/assessment"
            params={{ personId }}
            search={{ halfYear: halfYearId, role: role.id }}
            variant="default"
            className={editing.noteAction ?? ''}
          >
            {t('new.toAssessment')}
          </ButtonLink>
        </Notice>
      )}
      <p className={classes.quiet} aria-live="polite">
        {t('new.previewText', { count: taken.length })}
      </p>
      <div className={classes.frame}>
        <Lines gaps={taken} levels={role.levels} />
        {others.length > 0 && (
          <details className={classes.more}>
            <summary>{t('new.others', { count: others.length })}</summary>
            <Lines gaps={others} levels={role.levels} />
          </details>
        )}
      </div>
      <Levels levels={role.levels} />
    </>
  )
}

function Lines({ gaps, levels }: { gaps: readonly Gap[]; levels: FrameworkLevels }) {
  const reason = useReason()
  return (
    <ol className={editing.lines}>
      {gaps.map(gap => (
        <li key={gap.relationId}>
          <div>
            <span className={classes.name}>
              <ElementLabel element={gap.element} />
            </span>
            <p className={classes.why}>{reason(gap)}</p>
          </div>
          <LevelDots have={ratedLevel(gap)} need={gap.need} highest={highestLevel(levels)} />
        </li>
      ))}
    </ol>
  )
}
