import { useTranslation } from 'react-i18next'

interface FieldLabelProps {
  label: string
  isOptional?: boolean | undefined
  /** What stands over the field, where its place says the rest of the label. */
  shown?: string | undefined
}

/** A label and, where an entry may be missing, the word that says so: most fields are needed, few are not. */
export function FieldLabel({ label, isOptional, shown }: FieldLabelProps) {
  const { t } = useTranslation()
  const whole = isOptional ? (
    <>
      {label} <span style={{ color: 'var(--ink-quiet)', fontWeight: 400 }}>({t('form.optional')})</span>
    </>
  ) : (
    label
  )
  if (shown === undefined) return <>{whole}</>
  return (
    <>
      <span aria-hidden>{shown}</span>
      <span className="visually-hidden">{whole}</span>
    </>
  )
}
