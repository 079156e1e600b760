import { setPassword } from 'luytre/platform/identity/identity.api.ts'
import { useTranslation } from 'react-i18next'
import { NewPasswordField } from '#identity/NewPasswordField.tsx'
import { takeOneTimeToken } from '#identity/one-time-token.ts'
import { useSignIn } from '#identity/use-sign-in.ts'
import { call } from '#platform/call/call.ts'
import { PublicCard } from '#shell/PublicCard.tsx'
import { FormFrame } from '#ui/form/FormFrame.tsx'
import { fieldProblems } from '#ui/form/field-problems.ts'
import { useForm } from '#ui/form/use-form.ts'

/** Taken once, when the page's code is loaded: a second rendering would find the address already cleaned. */
const token = takeOneTimeToken()

export function SetPasswordPage() {
  const { t } = useTranslation('identity')
  const goOn = useSignIn()
  const bodyOf = (values: { password: string }) => ({ token: token ?? '', password: values.password })
  const form = useForm({
    initial: { password: '' },
    check: values => fieldProblems(setPassword, bodyOf(values)),
    submit: async values => goOn(await call(setPassword, { body: bodyOf(values) })),
  })
  if (!token) return <PublicCard title={t('setPassword.title')}>{t('setPassword.noToken')}</PublicCard>
  return (
    <PublicCard title={t('setPassword.title')} lead={t('setPassword.lead')}>
      <FormFrame form={form} submit={t('setPassword.submit')} isWide>
        <NewPasswordField form={form} name="password" />
      </FormFrame>
    </PublicCard>
  )
}
