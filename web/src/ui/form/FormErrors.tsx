import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { fieldText, problemText } from '#platform/call/problem-text.ts'
import classes from '#ui/form/Form.module.css'
import { fieldId } from '#ui/form/field-props.ts'
import type { FieldValue, Form } from '#ui/form/use-form.ts'

/** Every error of a form on top: takes the focus when an attempt is refused, and leads to the fields. */
export function FormErrors<Values extends Record<string, FieldValue>>({ form }: { form: Form<Values> }) {
  const { t } = useTranslation()
  const box = useRef<HTMLDivElement>(null)
  const { attempts } = form
  useEffect(() => {
    if (attempts > 0) box.current?.focus()
  }, [attempts])
  if (form.problems.length === 0 && !form.refusal) return null

  // A path may lie within a field (`name` of `name.vi`) or beside all of them.
  const fieldOf = (path: string): string | undefined =>
    [path, ...form.labels.keys()].find(
      name => (name === path && form.labels.has(path)) || name.startsWith(`${path}.`) || path.startsWith(`${name}.`),
    )

  return (
    <div className={classes.summary} role="alert" tabIndex={-1} ref={box}>
      <h2>{form.refusal ? t('form.refused') : t('form.errors', { count: form.problems.length })}</h2>
      {form.refusal && <p>{problemText(form.refusal)}</p>}
      {form.problems.length > 0 && (
        <ul>
          {form.problems.map((problem, index) => {
            const name = fieldOf(problem.path)
            // A path is for programs; of an entry that the page does not show, the sentence alone is for people.
            if (!name) return <li key={index}>{fieldText(problem)}</li>
            return (
              <li key={index}>
                <a
                  href={`#${fieldId(form, name)}`}
                  onClick={event => {
                    event.preventDefault()
                    document.getElementById(fieldId(form, name))?.focus()
                  }}
                >
                  {`${form.labels.get(name)}: ${fieldText(problem)}`}
                </a>
              </li>
            )
          })}
        </ul>
      )}
    </div>
  )
}
