import { useEffect } from 'react'
import { fieldText } from '#platform/call/problem-text.ts'
import type { FieldValue, Form } from '#ui/form/use-form.ts'

/** Names of the fields that hold a text: dates and choices are texts too. */
export type TextName<Values> = { [K in keyof Values]: Values[K] extends string ? K : never }[keyof Values] & string

export interface FieldProps<Values extends Record<string, FieldValue>> {
  form: Form<Values>
  name: TextName<Values>
  label: string
  /** Part of the label that stands over the field, where the row it is in says the rest: of many alike, one for each person. */
  shownLabel?: string
  /** Stands under the label, before the entry. */
  help?: string
  /** Says "optional" beside the label; everything else is needed. */
  isOptional?: boolean
  isDisabled?: boolean
  /** A problem of the whole (`name`) is shown at this one of its fields (`name.vi`). */
  speaksFor?: string
}

export const fieldId = <Values extends Record<string, FieldValue>>(form: Form<Values>, name: string): string => `${form.id}${name}`

/** What every field shares: id, label in the summary, error. */
export function useField<Values extends Record<string, FieldValue>>(
  { form, name, label, speaksFor }: Pick<FieldProps<Values>, 'form' | 'name' | 'label' | 'speaksFor'>,
  textOfValue?: (value: string) => string,
) {
  const { labels, valueTexts } = form
  useEffect(() => {
    labels.set(name, label)
    if (textOfValue) valueTexts.set(name, textOfValue)
    return () => {
      labels.delete(name)
      valueTexts.delete(name)
    }
  }, [labels, valueTexts, name, label, textOfValue])
  const problem = form.problemOf(name) ?? form.problems.find(one => one.path === speaksFor)
  return {
    id: fieldId(form, name),
    value: form.values[name] as string,
    error: problem ? fieldText(problem) : undefined,
    set: (value: string) => form.set(name, value),
  }
}
