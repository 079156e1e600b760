import type { Translated } from 'luytre/platform/i18n/translated.ts'
import classes from '#capacity/frameworks/frameworks.module.css'
import { holdsCode } from '#capacity/frameworks/role-label.ts'
import { useTranslated } from '#platform/i18n/use-translated.ts'
import { TranslatedText } from '#ui/TranslatedText.tsx'

/** A role's name with its code beside it, quieter; the code alone where no framework has it. */
export function RoleName({ code, name }: { code: string; name: Translated | null }) {
  const translated = useTranslated()
  if (!name) return <>{code}</>
  if (holdsCode(translated(name), code)) return <TranslatedText text={name} />
  return (
    <>
      <TranslatedText text={name} /> <span className={classes.roleCode}>{code}</span>
    </>
  )
}
