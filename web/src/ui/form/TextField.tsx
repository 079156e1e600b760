import { InputBase, PasswordInput, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import classes from '#ui/form/Form.module.css'
import { FieldLabel } from '#ui/form/FieldLabel.tsx'
import { useField, type FieldProps } from '#ui/form/field-props.ts'
import type { FieldValue } from '#ui/form/use-form.ts'

interface TextFieldProps<Values extends Record<string, FieldValue>> extends FieldProps<Values> {
  type?: 'text' | 'email' | 'password' | 'long'
  autoComplete?: string
  /** Language of what is typed, when it is not the page's. */
  lang?: string
  hasFirstFocus?: boolean
}

export function TextField<Values extends Record<string, FieldValue>>(props: TextFieldProps<Values>) {
  const { type = 'text', label, help, isOptional, isDisabled, autoComplete = 'off', lang, hasFirstFocus } = props
  const { t } = useTranslation()
  const field = useField(props)
  const shared = {
    id: field.id,
    value: field.value,
    label: <FieldLabel label={label} isOptional={isOptional} />,
    description: help,
    error: field.error,
    disabled: isDisabled ?? false,
    autoComplete,
    lang,
    'aria-required': !isOptional,
    'data-autofocus': hasFirstFocus || undefined,
    onChange: (event: { currentTarget: { value: string } }) => field.set(event.currentTarget.value),
  }
  if (type === 'long') return <InputBase {...shared} component="textarea" rows={3} multiline classNames={{ input: classes.long ?? '' }} />
  if (type === 'password') {
    return <PasswordInput {...shared} visibilityToggleButtonProps={{ 'aria-label': t('actions.showPassword'), tabIndex: 0 }} />
  }
  return <TextInput {...shared} type={type} spellCheck={type === 'email' ? false : undefined} />
}
