import { useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Navigate, useRouter } from '@tanstack/react-router'
import { signIn } from 'luytre/platform/identity/identity.api.ts'
import { useTranslation } from 'react-i18next'
import { z } from 'zod'
import { call } from '#platform/call/call.ts'
import { sessionQuery, useMaybeMe } from '#platform/session/session.ts'
import { PublicCard } from '#shell/PublicCard.tsx'
import { FormFrame } from '#ui/form/FormFrame.tsx'
import { fieldProblems } from '#ui/form/field-problems.ts'
import { TextField } from '#ui/form/TextField.tsx'
import { useForm } from '#ui/form/use-form.ts'
import { Notice } from '#ui/Notice.tsx'

const route = getRouteApi('/public/sign-in')

/** Of the entries only that they are there; whether they are right is the server's to say. */
const entered = { body: z.object({ email: z.string().min(1), password: z.string().min(1) }) }

export function SignInPage() {
  const { t } = useTranslation('identity')
  const { back, ended } = route.useSearch()
  const router = useRouter()
  const queries = useQueryClient()
  const me = useMaybeMe()
  const form = useForm({
    initial: { email: '', password: '' },
    check: values => fieldProblems(entered, values),
    submit: async body => {
      const signedIn = await call(signIn, { body })
      queries.setQueryData(sessionQuery.queryKey, { me: signedIn, setup: 'done' })
      router.history.push(back ?? '/')
    },
  })
  if (me && !form.isBusy) return <Navigate to={back ?? '/'} replace />

  return (
    <PublicCard title={t('signIn.title')} note={t('signIn.note')}>
      {ended && <Notice kind="none">{t('signIn.ended')}</Notice>}
      <FormFrame form={form} submit={t('signIn.submit')} isWide>
        <TextField form={form} name="email" type="email" label={t('email')} autoComplete="username" />
        <TextField form={form} name="password" type="password" label={t('password')} autoComplete="current-password" />
      </FormFrame>
    </PublicCard>
  )
}
