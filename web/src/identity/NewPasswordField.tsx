import { useTranslation } from 'react-i18next'
import { TextField } from '#ui/form/TextField.tsx'
import type { FieldValue, Form } from '#ui/form/use-form.ts'
import type { TextName } from '#ui/form/field-props.ts'

/** A password that is being chosen: says what it must be, and lets a password manager propose one. */
export function NewPasswordField<Values extends Record<string, FieldValue>>({
  form,
  name,
}: {
  form: Form<Values>
  name: TextName<Values>
}) {
  const { t } = useTranslation('identity')
  return <TextField form={form} name={name} type="password" label={t('newPassword')} help={t('passwordHelp')} autoComplete="new-password" />
}
