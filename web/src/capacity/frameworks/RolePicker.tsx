import { Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { listRoles } from 'luytre/capacity/frameworks/frameworks.api.ts'
import type { Translated } from 'luytre/platform/i18n/translated.ts'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import classes from '#capacity/frameworks/frameworks.module.css'
import { roleLabel } from '#capacity/frameworks/role-label.ts'
import { queryFor } from '#platform/call/query-for.ts'
import { useTranslated } from '#platform/i18n/use-translated.ts'
import { withoutAccents } from '#ui/without-accents.ts'

interface PickedRole {
  id: string
  code: string
  name: Translated
}

interface RolePickerProps {
  label: string
  value: string | undefined
  onPick: (roleId: string | undefined) => void
  /** What `value` is called, where the search does not offer it: a role of an older version. */
  known?: PickedRole | undefined
  placeholder: string
}

/** A role of any framework, looked up by name or code as somebody types. */
export function RolePicker({ label, value, onPick, known, placeholder }: RolePickerProps) {
  const { t } = useTranslation(['frameworks', 'common'])
  const translated = useTranslated()
  const [typed, setTyped] = useState('')
  const found = useQuery({
    ...queryFor(listRoles, { query: { ...(typed && { search: typed }), limit: 200 } }),
    placeholderData: previous => previous,
  })
  const groups = useMemo(() => {
    const roles = found.data?.roles ?? []
    const optionOf = ({ id, code, name }: PickedRole) => ({ value: id, label: roleLabel(translated(name), code) })
    const byFramework = [...Map.groupBy(roles, role => role.framework.id).values()]
    return [
      ...(known && !roles.some(({ id }) => id === known.id) ? [{ group: ' ', items: [optionOf(known)] }] : []),
      ...byFramework.map(group => ({ group: translated(group[0]!.framework.title), items: group.map(optionOf) })),
    ]
  }, [found.data, known, translated])
  const chosen = groups.flatMap(({ items }) => items).find(option => option.value === value)?.label
  return (
    <Select
      label={label}
      data={groups}
      value={value ?? null}
      onChange={id => onPick(id ?? undefined)}
      placeholder={placeholder}
      searchable
      clearable
      clearButtonProps={{ 'aria-label': t('common:actions.clear') }}
      // The field shows the name of what is chosen: that is no search.
      onSearchChange={words => setTyped(words === chosen ? '' : words)}
      nothingFoundMessage={t('common:form.nothingFound')}
      limit={100}
      maxDropdownHeight={320}
      className={classes.picker ?? ''}
      filter={({ options, search, limit }) => {
        const words = withoutAccents(search).split(/\s+/)
        const isFound = (text: string): boolean => words.every(word => withoutAccents(text).includes(word))
        return options
          .map(option =>
            'items' in option ? { ...option, items: option.items.filter(item => isFound(item.label)).slice(0, limit) } : option,
          )
          .filter(option => !('items' in option) || option.items.length > 0)
      }}
    />
  )
}
