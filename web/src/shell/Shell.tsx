import { ActionIcon } from '@mantine/core'
import { IconFlask, IconMenu2 } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { Outlet, useMatches, useRouterState } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { showLanguage } from '#platform/i18n/texts.ts'
import { textOf } from '#platform/i18n/text-key.ts'
import { useMaybeMe } from '#platform/session/session.ts'
import { Bell } from '#shell/Bell.tsx'
import { Breadcrumb } from '#shell/Breadcrumb.tsx'
import { LanguageMenu } from '#shell/LanguageMenu.tsx'
import { MeMenu } from '#shell/MeMenu.tsx'
import { Navigation } from '#shell/Navigation.tsx'
import { Palette } from '#shell/Palette.tsx'
import { SchemeSwitch } from '#shell/SchemeSwitch.tsx'
import classes from '#shell/Shell.module.css'
import { ForbiddenState } from '#ui/ForbiddenState.tsx'
import { Page } from '#ui/Page.tsx'

const NavigationDrawer = lazy(async () => ({ default: (await import('#shell/NavigationDrawer.tsx')).NavigationDrawer }))

const collapsedKey = 'luytre.navigation'

/** The frame of every page for somebody who is signed in. It stays while pages load, fail or are refused. */
export function Shell() {
  const { t } = useTranslation()
  const me = useMaybeMe()
  const path = useRouterState({ select: state => state.location.pathname })
  const [isOpen, setIsOpen] = useState(false)
  // Fetched when it is first opened, and kept from then on.
  const [wasOpen, setWasOpen] = useState(false)
  const [isCollapsed, setIsCollapsed] = useState(() => localStorage.getItem(collapsedKey) === 'collapsed')
  useEffect(() => setIsOpen(false), [path])
  // The language kept with the account wins over that of the device.
  const language = me?.language
  useEffect(() => {
    // Without its texts the page stays in the language that it has.
    if (language) void showLanguage(language).catch(() => undefined)
  }, [language])

  useLiveUpdates(me?.userId)

  // Signed out a moment ago: the router is on its way to sign-in.
  if (!me) return null
  const collapse = (): void => {
    localStorage.setItem(collapsedKey, isCollapsed ? 'open' : 'collapsed')
    setIsCollapsed(!isCollapsed)
  }

  return (
    <div className={classes.shell} data-collapsed={isCollapsed || undefined}>
      <a className={classes.skip} href="#main">
        {t('shell.skip')}
      </a>
      <div className={classes.side}>
        <Navigation isCollapsed={isCollapsed} onCollapse={collapse} />
      </div>
      {wasOpen && (
        <Suspense>
          <NavigationDrawer isOpen={isOpen} onClose={() => setIsOpen(false)} />
        </Suspense>
      )}
      <div className={classes.column}>
        {/* Without a box of its own: the bar sticks to the column, not to the header. */}
        <header className={classes.header}>
          {me.organisation.isDemo && (
            <p className={classes.demo}>
              <IconFlask size={16} aria-hidden />
              {t('shell.demo')}
            </p>
          )}
          <div className={classes.bar}>
            <ActionIcon
              className={classes.onlyNarrow}
              variant="subtle"
              color="gray"
              size={40}
              aria-label={t('shell.openNavigation')}
              onClick={() => {
                setWasOpen(true)
                setIsOpen(true)
              }}
            >
              <IconMenu2 size={20} aria-hidden />
            </ActionIcon>
            <Breadcrumb />
            <Palette />
            <Bell />
            <LanguageMenu />
            <SchemeSwitch />
            <MeMenu />
          </div>
        </header>
        <main id="main" className={classes.main} tabIndex={-1}>
          <Guarded />
        </main>
      </div>
    </div>
  )
}

/** What colleagues change meanwhile, from the moment the page is drawn. */
function useLiveUpdates(userId: string | undefined): void {
  const queries = useQueryClient()
  useEffect(() => {
    if (!userId) return
    let stop: (() => void) | undefined
    let isOver = false
    const listen = async (): Promise<void> => {
      const { listenForChanges } = await import('#platform/live/live.ts')
      if (!isOver) stop = listenForChanges(queries, userId)
    }
    // Without it pages show what is new when they are opened again.
    listen().catch(() => undefined)
    return () => {
      isOver = true
      stop?.()
    }
  }, [queries, userId])
}

/** The page, or who may open it. */
function Guarded() {
  const { t } = useTranslation()
  const me = useMaybeMe()
  const refused = useMatches({
    select: matches => matches.find(({ staticData: { needs } }) => needs && !me?.permissions[needs])?.staticData,
  })
  if (!refused?.needs) return <Outlet />
  const { title, needs } = refused
  return (
    <Page title={title ? textOf(title) : t('states.forbiddenTitle')}>
      <ForbiddenState needs={needs} />
    </Page>
  )
}
