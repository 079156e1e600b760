import { useTranslation } from 'react-i18next'
import classes from '#capacity/frameworks/frameworks.module.css'
import type { CallProblem } from '#platform/call/call-problem.ts'
import { fieldText, problemText } from '#platform/call/problem-text.ts'

/** Places in the file that are listed; the rest is counted. */
const shownFields = 20

/** Why a file or pack did not come in, down to the places in it. */
export function ImportRefusal({ problem, fileName }: { problem: CallProblem; fileName?: string }) {
  const { t } = useTranslation(['frameworks', 'roster'])
  const more = problem.fields.length - shownFields
  return (
    <div className={classes.refused} role="alert">
      <h3>{fileName ? `${t('import.refused')}: ${fileName}` : t('import.refused')}</h3>
      <p>{problemText(problem)}</p>
      {problem.fields.length > 0 && (
        <ul>
          {problem.fields.slice(0, shownFields).map(field => (
            <li key={`${field.path} ${field.code}`}>{t('import.fields', { place: field.path, problem: fieldText(field) })}</li>
          ))}
          {more > 0 && <li>{t('import.moreFields', { count: more })}</li>}
        </ul>
      )}
    </div>
  )
}
