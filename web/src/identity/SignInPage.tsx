import { getRouteApi, Link, Navigate } from '@tanstack/react-router'
import { signIn } from 'luytre/platform/identity/identity.api.ts'
import { useTranslation } from 'react-i18next'
import { useSignIn } from '#identity/use-sign-in.ts'
import { call } from '#platform/call/call.ts'
import { useMaybeMe } from '#platform/session/session.ts'
import { PublicCard } from '#shell/PublicCard.tsx'
import { FormFrame } from '#ui/form/FormFrame.tsx'
import { TextField } from '#ui/form/TextField.tsx'
import { useForm } from '#ui/form/use-form.ts'
import { Notice } from '#ui/Notice.tsx'

const route = getRouteApi('/public/sign-in')

export function SignInPage() {
  const { t } = useTranslation('identity')
  const { back, ended } = route.useSearch()
  const goOn = useSignIn()
  const me = useMaybeMe()
  const form = useForm({
    initial: { email: '', password: '' },
    // Of the entries only that they are there; whether they are right is the server's to say.
    check: values =>
      (['email', 'password'] as const).filter(name => values[name] === '').map(path => ({ path, code: 'required' as const })),
    submit: async body => goOn(await call(signIn, { body }), back),
  })
  if (me && !form.isBusy) return <Navigate to={back ?? '/'} replace />

  return (
    <PublicCard
      title={t('signIn.title')}
      note={
        <>
          {t('signIn.note')} <Link to="/reset-password">{t('signIn.forgotten')}</Link>
        </>
      }
    >
      {ended && <Notice kind="none">{t('signIn.ended')}</Notice>}
      <FormFrame form={form} submit={t('signIn.submit')} isWide>
        <TextField form={form} name="email" type="email" label={t('email')} autoComplete="username" />
        <TextField form={form} name="password" type="password" label={t('password')} autoComplete="current-password" />
      </FormFrame>
    </PublicCard>
  )
}
