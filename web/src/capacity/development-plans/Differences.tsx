import type { FieldDifference, FieldValue } from 'luytre/capacity/development-plans/plan-versions.api.ts'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import compare from '#capacity/development-plans/compare.module.css'
import { useFieldTexts } from '#capacity/development-plans/use-field-texts.ts'
import { TextDifference } from '#ui/TextDifference.tsx'

interface DifferencesProps {
  fields: readonly FieldDifference[]
  /** Of what came or went as a whole, only that side. */
  only?: 'before' | 'after' | undefined
}

/** Field by field: what it was and what it is. */
export function Differences({ fields, only }: DifferencesProps) {
  const { t } = useTranslation('plans')
  const { labelOf } = useFieldTexts()
  // Its title is its name already.
  const shown = only ? fields.filter(({ field }) => field !== 'title') : fields
  return (
    <table className={compare.table}>
      <thead className={compare.hidden}>
        <tr>
          <th scope="col">{t('difference.field')}</th>
          <th scope="col">{t('difference.how')}</th>
        </tr>
      </thead>
      <tbody>
        {shown.map(difference => (
          <tr key={difference.field}>
            <th scope="row">{labelOf(difference.field)}</th>
            <td>{only ? <One field={difference.field} value={difference[only]} /> : <Both {...difference} />}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** Long texts are compared by words, everything else stands whole beside each other. */
function Both({ field, before, after }: FieldDifference): ReactNode {
  const { t } = useTranslation('plans')
  if (isProse(field) && (before === null || typeof before === 'string') && (after === null || typeof after === 'string'))
    return <TextDifference before={before ?? ''} after={after ?? ''} />
  return (
    <span className={compare.both}>
      {before !== null && (
        <span>
          <span className={compare.side}>{t('difference.before')}</span>
          <del>
            <One field={field} value={before} />
          </del>
        </span>
      )}
      <span>
        <span className={compare.side}>{t('difference.after')}</span>
        {after === null ? (
          <One field={field} value={after} />
        ) : (
          <ins>
            <One field={field} value={after} />
          </ins>
        )}
      </span>
    </span>
  )
}

const isProse = (field: FieldDifference['field']): boolean => ['duties', 'remarks', 'title', 'task', 'material'].includes(field)

function One({ field, value }: { field: FieldDifference['field']; value: FieldValue }): ReactNode {
  const { textOf } = useFieldTexts()
  if (Array.isArray(value) && field === 'actionOrder') {
    return (
      <ol className={compare.order}>
        {value.map((title, index) => (
          <li key={index}>{title}</li>
        ))}
      </ol>
    )
  }
  return <span className={compare.value}>{textOf(field, value)}</span>
}
