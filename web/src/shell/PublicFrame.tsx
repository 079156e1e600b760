import { Outlet } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { LanguageMenu } from '#shell/LanguageMenu.tsx'
import mark from '#shell/mark.svg'
import classes from '#shell/PublicFrame.module.css'
import { SchemeSwitch } from '#shell/SchemeSwitch.tsx'

/** The frame of the few pages before somebody is signed in. */
export function PublicFrame() {
  const { t } = useTranslation()
  return (
    <div className={classes.frame}>
      <header className={classes.bar}>
        <LanguageMenu />
        <SchemeSwitch />
      </header>
      <main className={classes.main}>
        <p className={classes.brand}>
          <img src={mark} alt="" />
          {t('product')}
        </p>
        <Outlet />
      </main>
    </div>
  )
}
