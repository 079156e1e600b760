import { useQuery } from '@tanstack/react-query'
import { getPerson, listPeople, type PersonRow } from 'luytre/capacity/people/people.api.ts'
import { useMemo, useState } from 'react'
import { queryFor } from '#platform/call/query-for.ts'
import type { FieldProps } from '#ui/form/field-props.ts'
import { SelectField } from '#ui/form/SelectField.tsx'
import type { FieldValue } from '#ui/form/use-form.ts'

const shownAtOnce = 50

interface PersonFieldProps<Values extends Record<string, FieldValue>> extends FieldProps<Values> {
  /** Who is chosen already: shown by name before anybody was looked up. */
  known?: { id: string; name: string } | null | undefined
  /** People who cannot be chosen. */
  isLeftOut?: (person: PersonRow) => boolean
  /** What no choice means, where that is a choice. */
  placeholder?: string
}

/** One of all people, looked up by name or code as somebody types. */
export function PersonField<Values extends Record<string, FieldValue>>({ isLeftOut, known: given, ...field }: PersonFieldProps<Values>) {
  const [typed, setTyped] = useState('')
  const known = useKnown(field, given)
  const found = useQuery({
    ...queryFor(listPeople, { query: { ...(typed && { search: typed }), limit: shownAtOnce } }),
    placeholderData: previous => previous,
  })
  const choices = useMemo(() => {
    const people = (found.data?.people ?? []).filter(person => person.id !== known?.id && !isLeftOut?.(person))
    const named = people.map(({ id, name, staffCode }) => ({ value: id, label: staffCode ? `${name} (${staffCode})` : name }))
    return known ? [{ value: known.id, label: known.name }, ...named] : named
  }, [found.data, known, isLeftOut])
  return <SelectField {...field} choices={choices} onSearch={setTyped} />
}

/** Who is chosen when the form comes: as its page knows, or looked up where a draft kept the id alone. */
function useKnown<Values extends Record<string, FieldValue>>(
  { form, name }: FieldProps<Values>,
  known: PersonFieldProps<Values>['known'],
): PersonFieldProps<Values>['known'] {
  const [first] = useState(() => String(form.values[name] ?? ''))
  const isKnown = first === '' || known?.id === first
  const person = useQuery({ ...queryFor(getPerson, { params: { personId: first } }), enabled: !isKnown })
  return isKnown ? known : person.data && { id: person.data.id, name: person.data.name }
}
