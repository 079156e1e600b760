import { useTranslation } from 'react-i18next'
import { useRoleSearch, type KnownRole } from '#capacity/frameworks/use-role-search.ts'
import type { PersonValues } from '#capacity/people/person-form.ts'
import { SelectField } from '#ui/form/SelectField.tsx'
import type { Form } from '#ui/form/use-form.ts'

/** The role of a post, by its code. */
export function RoleField({ form, known }: { form: Form<PersonValues>; known: KnownRole | null }) {
  const { t } = useTranslation('people')
  const roles = useRoleSearch('code', known)
  return <SelectField form={form} name="post.roleCode" label={t('fields.roleCode')} help={t('help.roleCode')} {...roles} isOptional />
}
