import { IconLock } from '@tabler/icons-react'
import { roles, scopeOf, type Permission } from 'luytre/platform/permissions/permissions.ts'
import { useTranslation } from 'react-i18next'
import { locales } from '#platform/i18n/languages.ts'
import { useTranslated } from '#platform/i18n/use-translated.ts'
import { useLanguage } from '#platform/i18n/use-language.ts'
import { useMaybeMe } from '#platform/session/session.ts'
import classes from '#ui/State.module.css'

/** Who may, and whom to ask. Without `needs` it is the server's refusal of one record. */
export function ForbiddenState({ needs }: { needs?: Permission }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const translated = useTranslated()
  const me = useMaybeMe()
  const may = needs ? roles.filter(role => scopeOf(needs, [role])).map(role => t(`roles.${role}`)) : []
  return (
    <div className={classes.state}>
      <span className={classes.icon} data-kind="forbidden" aria-hidden>
        <IconLock size={22} />
      </span>
      <h2>{t('states.forbiddenTitle')}</h2>
      <p className={classes.text}>
        {needs && me
          ? t('states.forbiddenText', {
              roles: new Intl.ListFormat(locales[language], { type: 'conjunction' }).format(may),
              organisation: translated(me.organisation.name),
            })
          : t('states.forbiddenTextShort')}
      </p>
    </div>
  )
}
