import { Button } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import {
  answerContest,
  contestRating,
  getAssessmentSheet,
  type AssessmentSheet,
  type Rating,
} from 'luytre/capacity/assessments/assessments.api.ts'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import classes from '#capacity/assessments/Sheet.module.css'
import { staleAfterRatings } from '#capacity/stale-after.ts'
import { refresh, useChange } from '#platform/call/query-for.ts'
import { useFormat } from '#platform/i18n/use-language.ts'
import { FormFrame } from '#ui/form/FormFrame.tsx'
import { fieldProblems } from '#ui/form/field-problems.ts'
import { TextField } from '#ui/form/TextField.tsx'
import { useForm } from '#ui/form/use-form.ts'
import { notifications } from '#ui/notifications.ts'
import { StatusMark } from '#ui/StatusMark.tsx'

type OneContest = NonNullable<Rating['contest']>

/** What the person objects to, and the answer. */
export function Contest({ sheet, contest }: { sheet: AssessmentSheet; contest: OneContest }) {
  const { t } = useTranslation('assessments')
  const format = useFormat()
  const isOpen = contest.answeredAt === null
  return (
    <div className={classes.contest}>
      <p className={classes.contestHead}>
        <b>{t('contest.by', { name: sheet.person.name })}</b>
        <StatusMark kind={isOpen ? 'serious' : 'none'}>{t(isOpen ? 'contest.open' : 'contest.answered')}</StatusMark>
      </p>
      <p className={classes.reasonText}>{contest.reason}</p>
      <p className={classes.when}>{format.instant(contest.contestedAt)}</p>
      {contest.answer !== null && contest.answeredAt !== null && (
        <>
          <p>
            <b>{t('contest.answer')}</b>
          </p>
          <p className={classes.reasonText}>{contest.answer}</p>
          <p className={classes.when}>{format.instant(contest.answeredAt)}</p>
        </>
      )}
      {isOpen && sheet.may.answerContest && <AnswerForm sheet={sheet} contest={contest} />}
    </div>
  )
}

function AnswerForm({ sheet, contest }: { sheet: AssessmentSheet; contest: OneContest }) {
  const { t } = useTranslation('assessments')
  const queries = useQueryClient()
  const answer = useChange(answerContest, [getAssessmentSheet, ...staleAfterRatings])
  const form = useForm({
    initial: { answer: '' },
    version: contest.version,
    draft: `contest.${contest.id}`,
    check: values => fieldProblems(answerContest, values),
    submit: async (body, version) => {
      await answer.mutateAsync({ params: { personId: sheet.person.id, contestId: contest.id }, body, ifMatch: version })
      notifications.show({ message: t('contest.answeredDone') })
    },
    theirs: current => {
      const theirs = (current as Rating).contest
      if (theirs) return { values: { answer: theirs.answer ?? '' }, version: theirs.version }
      // It was taken back meanwhile: the sheet shows that there is nothing to answer.
      void refresh(queries, getAssessmentSheet)
      return undefined
    },
  })
  return (
    <FormFrame form={form} submit={t('contest.sendAnswer')}>
      <TextField form={form} name="answer" type="long" label={t('contest.answer')} help={t('contest.answerHelp')} />
    </FormFrame>
  )
}

/** Opens on demand: most levels are not contested. */
export function ContestForm({ sheet, ratingId, isAgain }: { sheet: AssessmentSheet; ratingId: string; isAgain: boolean }) {
  const { t } = useTranslation('assessments')
  const [isOpen, setIsOpen] = useState(false)
  const contest = useChange(contestRating, [getAssessmentSheet, ...staleAfterRatings])
  const form = useForm({
    initial: { reason: '' },
    draft: `contest-of.${ratingId}`,
    check: values => fieldProblems(contestRating, values),
    submit: async body => {
      await contest.mutateAsync({ params: { personId: sheet.person.id, ratingId }, body })
      notifications.show({ message: t('contest.sent') })
      setIsOpen(false)
    },
  })
  if (!isOpen && !form.isDirty) {
    return (
      <div>
        <Button variant="default" size="compact-sm" onClick={() => setIsOpen(true)}>
          {t(isAgain ? 'contest.again' : 'contest.begin')}
        </Button>
      </div>
    )
  }
  return (
    <FormFrame form={form} submit={t('contest.send')}>
      <TextField form={form} name="reason" type="long" label={t('contest.reason')} help={t('contest.reasonHelp')} hasFirstFocus />
    </FormFrame>
  )
}
