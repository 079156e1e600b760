import { Button } from '@mantine/core'
import type { AssessmentSheet, Rater } from 'luytre/capacity/assessments/assessments.api.ts'
import { useEffect, useMemo, type KeyboardEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { focusLine, levelIdOf } from '#capacity/assessments/focus-line.ts'
import { RaterLegend } from '#capacity/assessments/RaterDots.tsx'
import { RatingConflict } from '#capacity/assessments/RatingConflict.tsx'
import { RatingErrors } from '#capacity/assessments/RatingErrors.tsx'
import classes from '#capacity/assessments/RatingForm.module.css'
import { RatingLine } from '#capacity/assessments/RatingLine.tsx'
import { RatingProgress } from '#capacity/assessments/RatingProgress.tsx'
import { differenceOf, isComplete, proposedAgreement, ratingOf } from '#capacity/assessments/ratings.ts'
import { useRatings } from '#capacity/assessments/use-ratings.ts'
import { useFormat } from '#platform/i18n/use-language.ts'
import formClasses from '#ui/form/Form.module.css'
import { notifications } from '#ui/notifications.ts'

interface RatingFormProps {
  sheet: AssessmentSheet
  rater: Rater
  /** The page keeps the form while something typed is not saved, whatever arrives from the server. */
  onDirty: (isDirty: boolean) => void
  onSubmitted: () => void
  /** Leaves a correction. */
  onCancel?: (() => void) | undefined
}

interface Group {
  key: 'required' | 'helpful' | 'differing' | 'equal'
  items: AssessmentSheet['items']
}

/** Lines by importance; while levels are agreed, those that differ first, since they are what the talk is about. */
function groupsOf(sheet: AssessmentSheet, rater: Rater): Group[] {
  const isDiffering = (item: AssessmentSheet['items'][number]): boolean => differenceOf(sheet, item.element.id) !== 0
  const groups: Group[] =
    rater === 'agreed'
      ? [
          { key: 'differing', items: sheet.items.filter(isDiffering) },
          { key: 'equal', items: sheet.items.filter(item => !isDiffering(item)) },
        ]
      : (['required', 'helpful'] as const).map(key => ({ key, items: sheet.items.filter(item => item.importance === key) }))
  return groups.filter(group => group.items.length > 0)
}

/** The sheet as it is filled in, by one of the three. */
export function RatingForm({ sheet, rater, onDirty, onSubmitted, onCancel }: RatingFormProps) {
  const { t } = useTranslation(['assessments', 'common'])
  const format = useFormat()
  const prefilled = useMemo(() => (rater === 'agreed' && !sheet.agreed ? proposedAgreement(sheet) : undefined), [rater, sheet])
  const form = useRatings(sheet, rater, prefilled)
  const groups = useMemo(() => groupsOf(sheet, rater), [sheet, rater])
  const lines = useMemo(() => groups.flatMap(group => group.items), [groups])
  const { isDirty } = form
  useEffect(() => onDirty(isDirty), [isDirty, onDirty])

  const nextOpen = (): void => {
    const at = lines.findIndex(({ element }) =>
      document.getElementById(levelIdOf(element.id))?.closest('li')?.contains(document.activeElement),
    )
    const following = [...lines.slice(at + 1), ...lines.slice(0, at + 1)]
    const next = following.find(({ element }) => !isComplete(form.values[element.id]!))
    if (next) focusLine(next.element.id, form.values[next.element.id])
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    const isTyping = event.target instanceof HTMLTextAreaElement
    if (event.key !== 'n' || isTyping || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    nextOpen()
  }
  const save = async (): Promise<void> => {
    if (await form.save()) notifications.show({ message: t('saved') })
  }
  const submit = async (): Promise<void> => {
    if (!(await form.submit())) return
    notifications.show({ message: t(`submitted.${rater}`) })
    onSubmitted()
  }

  return (
    <form
      className={classes.form}
      noValidate
      onKeyDown={onKeyDown}
      onSubmit={event => {
        event.preventDefault()
        void submit()
      }}
    >
      {form.draftFrom !== undefined && isDirty && (
        <div className={formClasses.notice} role="status">
          <span>{t('common:form.draftRestored', { when: format.instant(new Date(form.draftFrom).toISOString()) })}</span>
          <Button variant="subtle" size="compact-sm" onClick={form.discardDraft}>
            {t('common:actions.discardDraft')}
          </Button>
        </div>
      )}
      <RatingErrors form={form} lines={lines} />
      <RatingConflict form={form} sheet={sheet} />
      <div className={classes.lead}>
        <p>{t(`lead.${rater}`)}</p>
        {rater === 'agreed' && <RaterLegend />}
        <p className={classes.keys}>{t('keys', { highest: sheet.framework.levels.at(-1)?.level ?? 0 })}</p>
      </div>
      {groups.map(group => (
        <section key={group.key} aria-labelledby={`group-${group.key}`}>
          <h2 id={`group-${group.key}`} className={classes.group}>
            {t(`groups.${group.key}`)}
            <span>
              {t('ratedOf', {
                rated: format.number(group.items.filter(item => form.values[item.element.id]?.level !== null).length),
                count: group.items.length,
              })}
            </span>
          </h2>
          <ul className={classes.lines}>
            {group.items.map((item, index) => (
              <RatingLine
                key={item.element.id}
                item={item}
                levels={sheet.framework.levels}
                value={form.values[item.element.id]!}
                isIncomplete={form.incomplete.includes(item.element.id)}
                reasonAbove={form.values[group.items[index - 1]?.element.id ?? '']?.reason ?? ''}
                sides={sidesOf(sheet, rater, item.element.id)}
                onChange={form.set}
              />
            ))}
          </ul>
        </section>
      ))}
      <RatingProgress form={form} onNext={nextOpen} onSave={() => void save()} onCancel={onCancel} />
    </form>
  )
}

/** One object per line and sheet, so that a line is not drawn again for nothing. */
const sidesKept = new WeakMap<
  AssessmentSheet,
  Map<string, { self: ReturnType<typeof ratingOf>; supervisor: ReturnType<typeof ratingOf> }>
>()

function sidesOf(sheet: AssessmentSheet, rater: Rater, elementId: string) {
  if (rater !== 'agreed') return undefined
  const kept = sidesKept.get(sheet) ?? new Map()
  sidesKept.set(sheet, kept)
  const sides = kept.get(elementId) ?? { self: ratingOf(sheet, 'self', elementId), supervisor: ratingOf(sheet, 'supervisor', elementId) }
  kept.set(elementId, sides)
  return sides
}
