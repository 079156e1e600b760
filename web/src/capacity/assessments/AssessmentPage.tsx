import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { getAssessmentSheet, type AssessmentSheet, type Rater } from 'luytre/capacity/assessments/assessments.api.ts'
import { useCallback, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { LinePanel } from '#capacity/assessments/LinePanel.tsx'
import { RatingForm } from '#capacity/assessments/RatingForm.tsx'
import { SheetPickers } from '#capacity/assessments/SheetPickers.tsx'
import { SheetSkeleton } from '#capacity/assessments/SheetSkeleton.tsx'
import { SheetState } from '#capacity/assessments/SheetState.tsx'
import { SidesTable } from '#capacity/assessments/SidesTable.tsx'
import { useSheetKey, type SheetKey } from '#capacity/assessments/use-sheet-key.ts'
import { WaitingNote } from '#capacity/assessments/WaitingNote.tsx'
import classes from '#capacity/assessments/Sheet.module.css'
import { queryFor } from '#platform/call/query-for.ts'
import { useMe } from '#platform/session/session.ts'
import { ButtonLink } from '#ui/ButtonLink.tsx'
import { EmptyState } from '#ui/EmptyState.tsx'
import { ErrorState } from '#ui/ErrorState.tsx'
import { Page } from '#ui/Page.tsx'

const route = getRouteApi('/shell/people/$personId/assessment')

/** A person's assessment for a role in a half-year: filled in, waited for, compared, agreed. */
export function AssessmentPage() {
  const { t } = useTranslation('assessments')
  const { personId } = route.useParams()
  const isOwn = useMe().personId === personId
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const fillIn = useCallback(
    (key: SheetKey) => void navigate({ search: before => ({ ...before, halfYear: key.halfYearId, role: key.roleId }), replace: true }),
    [navigate],
  )
  const choices = useSheetKey(personId, search, fillIn)
  const { key } = choices
  const sheet = useQuery({
    ...queryFor(getAssessmentSheet, { params: { personId }, query: key ?? { halfYearId: '', roleId: '' } }),
    enabled: key !== undefined,
  })
  // A form that holds something unsaved stays, whatever arrives from the server.
  const [held, setHeld] = useState<Rater>()
  const writing = sheet.data && (held ?? raterNow(sheet.data, search.correct))
  const sheetId = `${personId} ${key?.halfYearId} ${key?.roleId}`

  const pick = (picked: { halfYear?: string; role?: string }): void => {
    setHeld(undefined)
    void navigate({ search: before => ({ ...before, ...picked, line: undefined, correct: undefined }) })
  }
  const correct = (which: 'own' | 'agreed' | undefined): void => {
    setHeld(undefined)
    void navigate({ search: before => ({ ...before, correct: which, line: undefined }) })
  }
  const onDirty = useCallback((isDirty: boolean) => setHeld(before => (isDirty ? (before ?? writing) : undefined)), [writing])
  // The form that was left is replaced by what comes next: the reader starts anew at the heading.
  const [returns, setReturns] = useState(0)
  useEffect(() => {
    if (returns === 0) return
    document.querySelector('h1')?.focus({ preventScroll: true })
    window.scrollTo(0, 0)
  }, [returns])
  const name = sheet.data?.person.name ?? choices.person?.name
  const error = choices.error ?? sheet.error

  return (
    <Page
      title={name ? t('titleOf', { name }) : t('title')}
      state={
        sheet.data && (
          <>
            <SheetState sheet={sheet.data} />
            {!isOwn && (
              <>
                {'\u00a0· '}
                <Link to="/people/$personId" params={{ personId }} className={classes.toPerson ?? ''}>
                  {t('showPerson')}
                </Link>
              </>
            )}
          </>
        )
      }
      more={sheet.data && !writing && <Corrections sheet={sheet.data} onCorrect={correct} />}
      main={
        sheet.data &&
        !writing &&
        sheet.data.self && (
          <ButtonLink to="/people/$personId/gaps" params={{ personId }} search={{ halfYear: key?.halfYearId, role: key?.roleId }}>
            {t('showGaps')}
          </ButtonLink>
        )
      }
      panel={
        sheet.data &&
        !writing &&
        search.line && <LinePanel key={search.line} sheet={sheet.data} elementId={search.line} onCorrect={() => correct('agreed')} />
      }
    >
      <SheetPickers choices={choices} onPick={pick} />
      {sheet.data && writing && (sheet.data.hidden.self || sheet.data.hidden.supervisor) && <WaitingNote sheet={sheet.data} />}
      {error && !sheet.data ? (
        <ErrorState
          error={error}
          onRetry={() => {
            choices.retry()
            if (sheet.error) void sheet.refetch()
          }}
        />
      ) : sheet.data && writing ? (
        <RatingForm
          key={`${sheetId} ${writing}`}
          sheet={sheet.data}
          rater={writing}
          onDirty={onDirty}
          onSubmitted={() => {
            correct(undefined)
            setReturns(count => count + 1)
          }}
          onCancel={
            search.correct &&
            (() => {
              correct(undefined)
              setReturns(count => count + 1)
            })
          }
        />
      ) : sheet.data ? (
        <SidesTable sheet={sheet.data} />
      ) : key || choices.isPending ? (
        <SheetSkeleton />
      ) : (
        <NoRole hasFrameworks={choices.frameworks.length > 0} roleCode={choices.person?.roleCode ?? null} />
      )}
    </Page>
  )
}

/** Whose turn it is, if it is the viewer's; or what the viewer corrects. */
function raterNow(sheet: AssessmentSheet, correct: 'own' | 'agreed' | undefined): Rater | undefined {
  const { may } = sheet
  const isOpen = (rater: Rater): boolean => sheet[rater]?.status !== 'submitted'
  if (may.agree && (isOpen('agreed') || correct === 'agreed') && correct !== 'own') return 'agreed'
  const own = may.writeSelf ? 'self' : may.writeSupervisor ? 'supervisor' : undefined
  return own && (isOpen(own) || correct === 'own') ? own : undefined
}

interface CorrectionsProps {
  sheet: AssessmentSheet
  onCorrect: (which: 'own' | 'agreed') => void
}

function Corrections({ sheet: { may, self, supervisor }, onCorrect }: CorrectionsProps) {
  const { t } = useTranslation('assessments')
  const own = may.writeSelf ? self : may.writeSupervisor ? supervisor : null
  return (
    <>
      {own?.status === 'submitted' && (
        <Button variant="default" onClick={() => onCorrect('own')}>
          {t('correctOwn')}
        </Button>
      )}
      {may.agree && (
        <Button variant="default" onClick={() => onCorrect('agreed')}>
          {t('correctAgreed')}
        </Button>
      )}
    </>
  )
}

/** The address names no role, and the post none that a framework has. */
export function NoRole({ hasFrameworks, roleCode }: { hasFrameworks: boolean; roleCode: string | null }) {
  const { t } = useTranslation('assessments')
  if (!hasFrameworks) return <EmptyState title={t('noFramework.title')} text={t('noFramework.text')} />
  return <EmptyState title={t('noRole.title')} text={roleCode ? t('noRole.unknown', { roleCode }) : t('noRole.text')} />
}
