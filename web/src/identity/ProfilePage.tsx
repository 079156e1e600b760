import { useQueryClient } from '@tanstack/react-query'
import { changeMyPassword } from 'luytre/platform/identity/identity.api.ts'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { NewPasswordField } from '#identity/NewPasswordField.tsx'
import { call } from '#platform/call/call.ts'
import { useFormat } from '#platform/i18n/use-language.ts'
import { sessionQuery, useMe } from '#platform/session/session.ts'
import { Facts } from '#ui/Facts.tsx'
import { fieldProblems } from '#ui/form/field-problems.ts'
import { FormFrame } from '#ui/form/FormFrame.tsx'
import { TextField } from '#ui/form/TextField.tsx'
import { useForm } from '#ui/form/use-form.ts'
import { notifications } from '#ui/notifications.ts'
import { Page } from '#ui/Page.tsx'
import { TranslatedText } from '#ui/TranslatedText.tsx'

export function ProfilePage() {
  const { t } = useTranslation(['identity', 'common'])
  const format = useFormat()
  const me = useMe()
  // A changed password empties the form: nothing that was typed stays.
  const [round, setRound] = useState(0)
  return (
    <Page title={t('profile.title')} isNarrow>
      <Facts
        facts={[
          { label: t('name'), value: me.name },
          { label: t('email'), value: me.email },
          { label: t('profile.roles'), value: format.list(me.roles.map(role => t(`common:roles.${role}`))) },
          { label: t('profile.organisation'), value: <TranslatedText text={me.organisation.name} /> },
        ]}
      />
      <section style={{ display: 'grid', gap: 12 }}>
        <h2>{t('profile.change')}</h2>
        <p style={{ color: 'var(--ink-quiet)' }}>{t('profile.changeHelp')}</p>
        <PasswordForm key={round} onChanged={() => setRound(round + 1)} />
      </section>
    </Page>
  )
}

function PasswordForm({ onChanged }: { onChanged: () => void }) {
  const { t } = useTranslation('identity')
  const queries = useQueryClient()
  const form = useForm({
    initial: { current: '', next: '' },
    check: values => fieldProblems(changeMyPassword, values),
    submit: async body => {
      const me = await call(changeMyPassword, { body })
      queries.setQueryData(sessionQuery.queryKey, { me, setup: 'done' })
      notifications.show({ message: t('profile.changed') })
      onChanged()
    },
  })
  return (
    <FormFrame form={form} submit={t('profile.change')}>
      <TextField form={form} name="current" type="password" label={t('profile.current')} autoComplete="current-password" />
      <NewPasswordField form={form} name="next" />
    </FormFrame>
  )
}
