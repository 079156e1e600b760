import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { setPassword } from 'luytre/platform/identity/identity.api.ts'
import { useTranslation } from 'react-i18next'
import { takeOneTimeToken } from '#identity/one-time-token.ts'
import { call } from '#platform/call/call.ts'
import { sessionQuery } from '#platform/session/session.ts'
import { PublicCard } from '#shell/PublicCard.tsx'
import { FormFrame } from '#ui/form/FormFrame.tsx'
import { fieldProblems } from '#ui/form/field-problems.ts'
import { TextField } from '#ui/form/TextField.tsx'
import { useForm } from '#ui/form/use-form.ts'

/** Taken once, when the page's code is loaded: a second rendering would find the address already cleaned. */
const token = takeOneTimeToken()

export function SetPasswordPage() {
  const { t } = useTranslation('identity')
  const queries = useQueryClient()
  const navigate = useNavigate()
  const bodyOf = (values: { password: string }) => ({ token: token ?? '', password: values.password })
  const form = useForm({
    initial: { password: '' },
    check: values => fieldProblems(setPassword, bodyOf(values)),
    submit: async values => {
      const me = await call(setPassword, { body: bodyOf(values) })
      queries.setQueryData(sessionQuery.queryKey, { me, setup: 'done' })
      await navigate({ to: '/' })
    },
  })
  if (!token) return <PublicCard title={t('setPassword.title')}>{t('setPassword.noToken')}</PublicCard>
  return (
    <PublicCard title={t('setPassword.title')} lead={t('setPassword.lead')}>
      <FormFrame form={form} submit={t('setPassword.submit')} isWide>
        <TextField
          form={form}
          name="password"
          type="password"
          label={t('newPassword')}
          help={t('passwordHelp')}
          autoComplete="new-password"
        />
      </FormFrame>
    </PublicCard>
  )
}
