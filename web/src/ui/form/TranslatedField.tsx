import { useTranslation } from 'react-i18next'
import { languages } from '#platform/i18n/languages.ts'
import classes from '#ui/form/Form.module.css'
import type { TextName } from '#ui/form/field-props.ts'
import { TextField } from '#ui/form/TextField.tsx'
import type { FieldValue, Form } from '#ui/form/use-form.ts'

interface TranslatedFieldProps<Values extends Record<string, FieldValue>> {
  form: Form<Values>
  /** The form holds `<name>.vi`, `<name>.en` and `<name>.ja`. */
  name: string
  label: string
  help?: string
  type?: 'text' | 'long'
}

/** One text in three languages; at least one is needed, the others are shown as missing until they exist. */
export function TranslatedField<Values extends Record<string, FieldValue>>({
  form,
  name,
  label,
  help,
  type = 'text',
}: TranslatedFieldProps<Values>) {
  const { t } = useTranslation()
  return (
    <fieldset className={classes.group}>
      <legend>{label}</legend>
      {help && <p className={classes.groupHelp}>{help}</p>}
      {languages.map(language => (
        <TextField
          key={language}
          form={form}
          name={`${name}.${language}` as TextName<Values>}
          type={type}
          lang={language}
          isOptional
          {...(language === languages[0] && { speaksFor: name })}
          label={t('form.inLanguage', { label, language: t(`languages.${language}`) })}
        />
      ))}
    </fieldset>
  )
}

/** The three entries as a content text: an empty one is absent. */
export function translatedOf(values: Record<string, FieldValue>, name: string): Record<string, string> {
  const text: Record<string, string> = {}
  for (const language of languages) {
    const entry = String(values[`${name}.${language}`] ?? '').trim()
    if (entry) text[language] = entry
  }
  return text
}
