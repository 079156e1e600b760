import { useTranslation } from 'react-i18next'

/** A label and, where an entry may be missing, the word that says so: most fields are needed, few are not. */
export function FieldLabel({ label, isOptional }: { label: string; isOptional?: boolean | undefined }) {
  const { t } = useTranslation()
  if (!isOptional) return <>{label}</>
  return (
    <>
      {label} <span style={{ color: 'var(--ink-quiet)', fontWeight: 400 }}>({t('form.optional')})</span>
    </>
  )
}
