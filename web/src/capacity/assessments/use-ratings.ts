import { useMutation, useQueryClient } from '@tanstack/react-query'
import {
  getAssessmentSheet,
  saveAgreedAssessment,
  saveSelfAssessment,
  saveSupervisorAssessment,
  type AssessmentSheet,
  type Rater,
} from 'luytre/capacity/assessments/assessments.api.ts'
import type { EndpointBody } from 'luytre/platform/http/endpoint.ts'
import { useCallback, useEffect, useMemo, useState } from 'react'
import {
  differingLines,
  isComplete,
  isSame,
  ratingsOf,
  savedValues,
  type RatingValue,
  type RatingValues,
} from '#capacity/assessments/ratings.ts'
import { staleAfterRatings } from '#capacity/stale-after.ts'
import { call } from '#platform/call/call.ts'
import { CallProblem } from '#platform/call/call-problem.ts'
import { queryFor, refresh } from '#platform/call/query-for.ts'
import { useMe } from '#platform/session/session.ts'
import { draftKeyOf, dropDraft, keepDraft, readDraft } from '#ui/form/draft.ts'

// The state of an assessment while it is made. Typing is kept on the device at once; saving is an act, since each saved
// state is a line of the ledger. Another's change is shown beside what was typed, and the rater chooses.

const endpoints = { self: saveSelfAssessment, supervisor: saveSupervisorAssessment, agreed: saveAgreedAssessment }
const draftPauseMs = 400

export interface RatingsForm {
  rater: Rater
  values: RatingValues
  set: (elementId: string, change: Partial<RatingValue>) => void
  /** Lines that an attempt to submit found incomplete and that still are. */
  incomplete: readonly string[]
  /** Counts refused attempts: each moves the focus to the summary. */
  attempts: number
  refusal: CallProblem | undefined
  conflict: { values: RatingValues; differing: readonly string[]; takeTheirs: () => void; keepMine: () => void } | undefined
  isSubmitted: boolean
  isDirty: boolean
  busy: 'save' | 'submit' | undefined
  draftFrom: number | undefined
  discardDraft: () => void
  save: () => Promise<boolean>
  submit: () => Promise<boolean>
}

export function useRatings(sheet: AssessmentSheet, rater: Rater, prefilled?: RatingValues): RatingsForm {
  const queries = useQueryClient()
  const { userId } = useMe()
  const { person, halfYear, role } = sheet
  const draftKey = draftKeyOf(userId, `assessment.${person.id}.${halfYear.id}.${role.id}.${rater}`)
  const [base, setBase] = useState(() => ({ version: sheet[rater]?.version ?? 0, values: savedValues(sheet, rater) }))
  const initial = prefilled ?? base.values
  const [found, setFound] = useState(() => readDraft(draftKey, initial))
  const [version, setVersion] = useState(found?.version ?? base.version)
  const [values, setValues] = useState<RatingValues>(found?.values ?? initial)
  const [wanted, setWanted] = useState(false)
  const [attempts, setAttempts] = useState(0)
  const [refusal, setRefusal] = useState<CallProblem>()
  const [theirs, setTheirs] = useState<{ version: number; values: RatingValues }>()
  const [busy, setBusy] = useState<'save' | 'submit'>()
  // A mutation, so that a session that has ended leads to sign-in as it does everywhere.
  const saving = useMutation<AssessmentSheet, CallProblem, EndpointBody<typeof saveSelfAssessment>>({
    mutationFn: body => call(endpoints[rater], { params: { personId: person.id }, body }),
  })
  const isSubmitted = sheet[rater]?.status === 'submitted'
  const isDirty = differingLines(values, base.values).length > 0
  // What was only prefilled is not worth a draft.
  const isTyped = isDirty && values !== prefilled

  useEffect(() => {
    if (!isTyped) {
      dropDraft(draftKey)
      return
    }
    const timer = setTimeout(() => keepDraft(draftKey, { at: Date.now(), version, values }), draftPauseMs)
    return () => clearTimeout(timer)
  }, [draftKey, isTyped, version, values])

  const set = useCallback((elementId: string, change: Partial<RatingValue>): void => {
    setValues(before => ({ ...before, [elementId]: { ...(before[elementId] ?? { level: null, reason: '' }), ...change } }))
  }, [])

  const refuse = (problem?: CallProblem): false => {
    setRefusal(problem)
    setAttempts(count => count + 1)
    return false
  }

  /** Takes over what the server has; what was typed since stays. */
  const settle = (answer: AssessmentSheet, sent: RatingValues): void => {
    const saved = { version: answer[rater]?.version ?? 0, values: savedValues(answer, rater) }
    setBase(saved)
    setVersion(saved.version)
    setValues(now =>
      Object.fromEntries(
        Object.entries(now).map(([id, value]) => [
          id,
          isSame(value, sent[id]) && value.level !== null ? (saved.values[id] ?? value) : value,
        ]),
      ),
    )
    setFound(undefined)
    dropDraft(draftKey)
    queries.setQueryData(
      queryFor(getAssessmentSheet, { params: { personId: person.id }, query: { halfYearId: halfYear.id, roleId: role.id } }).queryKey,
      answer,
    )
    void refresh(queries, ...staleAfterRatings)
  }

  const send = async (isSubmit: boolean): Promise<boolean> => {
    setRefusal(undefined)
    setWanted(isSubmit || isSubmitted)
    if ((isSubmit || isSubmitted) && !Object.values(values).every(isComplete)) return refuse()
    setBusy(isSubmit ? 'submit' : 'save')
    try {
      const body = { halfYearId: halfYear.id, roleId: role.id, baseVersion: version, submit: isSubmit, ratings: ratingsOf(values) }
      settle(await saving.mutateAsync(body), values)
      return true
    } catch (error) {
      if (!(error instanceof CallProblem)) throw error
      // At once: the page may be about to lead elsewhere.
      keepDraft(draftKey, { at: Date.now(), version, values })
      if (error.code === 'version.conflict' && error.current) {
        const current = error.current as AssessmentSheet
        setTheirs({ version: current[rater]?.version ?? 0, values: savedValues(current, rater) })
      }
      return refuse(error)
    } finally {
      setBusy(undefined)
    }
  }

  const decide = (next: RatingValues): void => {
    if (!theirs) return
    setBase(theirs)
    setVersion(theirs.version)
    setValues(next)
    setTheirs(undefined)
    setRefusal(undefined)
    if (next === theirs.values) dropDraft(draftKey)
  }

  const incomplete = useMemo(() => (wanted ? Object.keys(values).filter(id => !isComplete(values[id]!)) : []), [wanted, values])

  return {
    rater,
    values,
    set,
    incomplete,
    attempts,
    refusal,
    conflict: theirs && {
      values: theirs.values,
      differing: differingLines(values, theirs.values),
      takeTheirs: () => decide(theirs.values),
      keepMine: () => decide(values),
    },
    isSubmitted,
    isDirty,
    busy,
    draftFrom: found?.at,
    discardDraft: () => {
      dropDraft(draftKey)
      setFound(undefined)
      setVersion(base.version)
      setValues(initial)
      setWanted(false)
    },
    save: () => send(false),
    submit: () => send(true),
  }
}
