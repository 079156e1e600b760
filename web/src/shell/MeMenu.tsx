import { ActionIcon } from '@mantine/core'
import { IconKey, IconLogout, IconUserCircle } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { getMe, signOut } from 'luytre/platform/identity/identity.api.ts'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call } from '#platform/call/call.ts'
import { CallProblem } from '#platform/call/call-problem.ts'
import { problemText } from '#platform/call/problem-text.ts'
import { useFormat } from '#platform/i18n/use-language.ts'
import { sessionQuery, useMe } from '#platform/session/session.ts'
import classes from '#shell/MeMenu.module.css'
import { dropAllRecent } from '#shell/recent.ts'
import { dropAllDrafts } from '#ui/form/draft.ts'
import { Popup } from '#ui/Popup.tsx'

export function MeMenu() {
  const { t } = useTranslation()
  const format = useFormat()
  const me = useMe()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const [refusal, setRefusal] = useState<CallProblem>()

  const leave = async (): Promise<void> => {
    try {
      await call(signOut)
    } catch (error) {
      // A session that has ended by itself is signed out, too; any other stays open on this device until it is said.
      if (!(error instanceof CallProblem)) throw error
      if (error.code !== 'session.required') return setRefusal(error)
    }
    dropAllDrafts()
    dropAllRecent()
    // First nobody is signed in, then the page goes: the other way round, sign-in would lead back at once.
    queries.setQueryData(sessionQuery.queryKey, { me: null, setup: 'done' })
    await navigate({ to: '/sign-in' })
    queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== getMe.name })
  }

  return (
    <Popup
      button={opens => (
        <ActionIcon variant="subtle" color="gray" size={36} aria-label={t('shell.account', { name: me.name })} {...opens}>
          <IconUserCircle size={21} stroke={1.7} aria-hidden />
        </ActionIcon>
      )}
    >
      {close => (
        <>
          <p className={classes.me}>
            <b>{me.name}</b>
            <span>{me.email}</span>
            <span>{format.list(me.roles.map(role => t(`roles.${role}`)))}</span>
          </p>
          <ul>
            <li>
              <Link to="/profile" onClick={close}>
                <IconKey size={17} aria-hidden />
                {t('shell.profile')}
              </Link>
            </li>
            <li>
              <button type="button" onClick={() => void leave()}>
                <IconLogout size={17} aria-hidden />
                {t('shell.signOut')}
              </button>
            </li>
          </ul>
          {/* Here, and not in the corner: without a network nothing more can be fetched to say it with. */}
          {refusal && (
            <p className={classes.refusal} role="alert">
              <b>{t('shell.signOutFailed')}</b>
              {problemText(refusal)}
            </p>
          )}
        </>
      )}
    </Popup>
  )
}
