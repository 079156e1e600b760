import type { AssessmentSheet } from 'luytre/capacity/assessments/assessments.api.ts'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { ElementLabel } from '#capacity/frameworks/ElementLabel.tsx'
import { focusLine, levelIdOf } from '#capacity/assessments/focus-line.ts'
import type { RatingsForm } from '#capacity/assessments/use-ratings.ts'
import { fieldText, problemText } from '#platform/call/problem-text.ts'
import sheetClasses from '#capacity/assessments/RatingForm.module.css'
import classes from '#ui/form/Form.module.css'

/** Lines named at once; the rest are counted, and "next unrated" leads through them. */
const namedAtOnce = 12

/** What keeps the assessment from being sent: on top, with the focus, each line leading to its place. */
export function RatingErrors({ form, lines }: { form: RatingsForm; lines: AssessmentSheet['items'] }) {
  const { t } = useTranslation(['assessments', 'common'])
  const box = useRef<HTMLDivElement>(null)
  const { attempts, incomplete, refusal, values } = form
  useEffect(() => {
    if (attempts > 0) box.current?.focus()
  }, [attempts])
  if (incomplete.length === 0 && !refusal) return null
  const open = lines.filter(({ element }) => incomplete.includes(element.id))
  // The server names a field only where the page and it disagree about what a rating is.
  const fields = incomplete.length === 0 ? (refusal?.fields ?? []) : []
  return (
    <div className={classes.summary} role="alert" tabIndex={-1} ref={box}>
      <h2 className={sheetClasses.summaryTitle}>{refusal ? t('common:form.refused') : t('incomplete', { count: open.length })}</h2>
      {refusal && <p>{problemText(refusal)}</p>}
      {fields.length > 0 && (
        <ul>
          {fields.map(field => (
            <li key={field.path}>{fieldText(field)}</li>
          ))}
        </ul>
      )}
      {open.length > 0 && (
        <ul>
          {open.slice(0, namedAtOnce).map(({ element }) => {
            const value = values[element.id]!
            const missing = value.level === null ? (value.reason.trim() === '' ? 'both' : 'level') : 'reason'
            return (
              <li key={element.id}>
                <a
                  href={`#${levelIdOf(element.id)}`}
                  onClick={event => {
                    event.preventDefault()
                    focusLine(element.id, value)
                  }}
                >
                  <ElementLabel element={element} />
                </a>
                {': '}
                {t(`missingShort.${missing}`)}
              </li>
            )
          })}
        </ul>
      )}
      {open.length > namedAtOnce && <p>{t('moreIncomplete', { count: open.length - namedAtOnce })}</p>}
    </div>
  )
}
