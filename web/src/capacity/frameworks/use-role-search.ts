import { useQuery } from '@tanstack/react-query'
import { listRoles } from 'luytre/capacity/frameworks/frameworks.api.ts'
import type { Translated } from 'luytre/platform/i18n/translated.ts'
import { useMemo, useState } from 'react'
import { roleLabel } from '#capacity/frameworks/role-label.ts'
import { queryFor } from '#platform/call/query-for.ts'
import { useTranslated } from '#platform/i18n/use-translated.ts'

export interface KnownRole {
  id?: string
  code: string
  /** Null where no framework has the code: a roster may bring such. */
  name: Translated | null
}

const shownAtOnce = 100

/** Roles of all frameworks, looked up by name or code as somebody types; `known` is there before anything was looked up. */
export function useRoleSearch(by: 'id' | 'code', known: KnownRole | null) {
  const translated = useTranslated()
  const [typed, setTyped] = useState('')
  const found = useQuery({
    ...queryFor(listRoles, { query: { ...(typed && { search: typed }), limit: shownAtOnce } }),
    placeholderData: previous => previous,
  })
  const choices = useMemo(() => {
    const roles: KnownRole[] = found.data?.roles ?? []
    const isFound = known === null || roles.some(role => role[by] === known[by])
    return (isFound ? roles : [known, ...roles]).map(role => ({
      value: role[by] ?? role.code,
      label: role.name ? roleLabel(translated(role.name), role.code) : role.code,
    }))
  }, [by, found.data, known, translated])
  return { choices, onSearch: setTyped }
}
