import { useQuery } from '@tanstack/react-query'
import { listRoles } from 'luytre/capacity/frameworks/frameworks.api.ts'
import type { Translated } from 'luytre/platform/i18n/translated.ts'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { roleLabel } from '#capacity/frameworks/role-label.ts'
import type { PersonValues } from '#capacity/people/person-form.ts'
import { queryFor } from '#platform/call/query-for.ts'
import { useTranslated } from '#platform/i18n/use-translated.ts'
import { SelectField } from '#ui/form/SelectField.tsx'
import type { Form } from '#ui/form/use-form.ts'

export interface KnownRole {
  code: string
  /** Null where no framework has the code: a roster may bring such. */
  name: Translated | null
}

/** The role of a post, looked up by name or code in the frameworks as somebody types. */
export function RoleField({ form, known }: { form: Form<PersonValues>; known: KnownRole | null }) {
  const { t } = useTranslation('people')
  const translated = useTranslated()
  const [typed, setTyped] = useState('')
  const found = useQuery({
    ...queryFor(listRoles, { query: { ...(typed && { search: typed }), limit: 50 } }),
    placeholderData: previous => previous,
  })
  const choices = useMemo(() => {
    const choiceOf = ({ code, name }: KnownRole) => ({ value: code, label: name ? roleLabel(translated(name), code) : code })
    const roles = found.data?.roles ?? []
    return [...(known && !roles.some(({ code }) => code === known.code) ? [known] : []), ...roles].map(choiceOf)
  }, [found.data, known, translated])
  return (
    <SelectField
      form={form}
      name="post.roleCode"
      label={t('fields.roleCode')}
      help={t('help.roleCode')}
      choices={choices}
      onSearch={setTyped}
      isOptional
    />
  )
}
