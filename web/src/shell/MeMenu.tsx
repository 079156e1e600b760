import { ActionIcon, Menu } from '@mantine/core'
import { IconKey, IconLogout, IconUserCircle } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { getMe, signOut } from 'luytre/platform/identity/identity.api.ts'
import { useTranslation } from 'react-i18next'
import { call } from '#platform/call/call.ts'
import { sessionQuery, useMe } from '#platform/session/session.ts'
import { dropAllDrafts } from '#ui/form/draft.ts'

export function MeMenu() {
  const { t } = useTranslation()
  const me = useMe()
  const queries = useQueryClient()
  const navigate = useNavigate()

  const leave = async (): Promise<void> => {
    // A session that has ended by itself is signed out, too.
    await call(signOut).catch(() => undefined)
    dropAllDrafts()
    // First nobody is signed in, then the page goes: the other way round, sign-in would lead back at once.
    queries.setQueryData(sessionQuery.queryKey, { me: null, setup: 'done' })
    await navigate({ to: '/sign-in' })
    queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== getMe.name })
  }

  return (
    <Menu position="bottom-end" width={260}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size={36} aria-label={t('shell.account', { name: me.name })}>
          <IconUserCircle size={21} stroke={1.7} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          <span style={{ display: 'block', color: 'var(--ink)', fontWeight: 600 }}>{me.name}</span>
          <span style={{ overflowWrap: 'anywhere' }}>{me.email}</span>
          <span style={{ display: 'block' }}>{me.roles.map(role => t(`roles.${role}`)).join(', ')}</span>
        </Menu.Label>
        <Menu.Divider />
        <Menu.Item component={Link} to="/profile" leftSection={<IconKey size={17} aria-hidden />}>
          {t('shell.profile')}
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={17} aria-hidden />} onClick={() => void leave()}>
          {t('shell.signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
