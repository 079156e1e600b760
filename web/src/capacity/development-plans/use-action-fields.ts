import { useEffect, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { actionFields, actionsOf, type ActionField, type EditedAction, type PlanValues } from '#capacity/development-plans/plan-form.ts'
import type { Form } from '#ui/form/use-form.ts'

/**
 * The list of actions of a plan's form as a form of its own, one field each: `actions.2.dueOn`. Problems follow their
 * action when others are removed before it, and go when what they are about is mended.
 */
export function useActionFields(form: Form<PlanValues>): {
  form: Form<Record<string, string>>
  actions: EditedAction[]
  replace: (actions: EditedAction[]) => void
} {
  const { t } = useTranslation('plans')
  const { attempts } = form
  const actions = actionsOf(form.values)
  const [refused, setRefused] = useState<readonly EditedAction[]>([])
  // As they were sent, whatever is typed afterwards.
  // eslint-disable-next-line react-hooks/exhaustive-deps
  useEffect(() => setRefused(actions), [attempts])

  const replace = (next: EditedAction[]): void => form.set('actions', JSON.stringify(next))
  const values = Object.fromEntries(actions.flatMap((action, index) => fieldsOf(index).map(([name, field]) => [name, action[field]])))

  const problemOf = (name: string): ReturnType<typeof form.problemOf> => {
    const { at, field } = placeOf(name)
    const action = actions[Number(at)]
    const index = refused.findIndex(({ key }) => key === action?.key)
    const before = refused[index]
    if (!action || !before) return undefined
    const isMended = before[field] !== action[field] || (field === 'dueOn' && before.startsOn !== action.startsOn)
    return isMended ? undefined : form.problems.find(({ path }) => path === `actions.${index}.${field}`)
  }
  const set = (name: string, value: string | boolean): void => {
    const { at, field } = placeOf(name)
    replace(actions.map((action, index) => (index === Number(at) ? { ...action, [field]: String(value) } : action)))
  }
  // Under their own names the fields are "From" and "Due"; the summary of errors says of which action.
  const labels = useMemo(() => {
    const numbered = (name: string, label: string): string => t('action.numbered', { number: Number(name.split('.')[1]) + 1, field: label })
    return new NumberedLabels(form.labels, numbered)
  }, [form.labels, t])
  return { form: { ...form, labels, values, problemOf, set, conflict: undefined }, actions, replace }
}

/** The labels of one action's fields, kept with those of the whole form. */
class NumberedLabels extends Map<string, string> {
  readonly #all: Map<string, string>
  readonly #numbered: (name: string, label: string) => string

  constructor(all: Map<string, string>, numbered: (name: string, label: string) => string) {
    super()
    this.#all = all
    this.#numbered = numbered
  }

  override set(name: string, label: string): this {
    this.#all.set(name, this.#numbered(name, label))
    return super.set(name, label)
  }

  override delete(name: string): boolean {
    this.#all.delete(name)
    return super.delete(name)
  }
}

/** `actions.2.details.exam` → 2 and `details.exam`. */
function placeOf(name: string): { at: string; field: ActionField } {
  const [, at = '', ...field] = name.split('.')
  return { at, field: field.join('.') as ActionField }
}

const fieldsOf = (index: number): [string, ActionField][] => actionFields.map(field => [`actions.${index}.${field}`, field])
