import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { getPasswordReset, requestPasswordReset } from 'luytre/platform/identity/identity.api.ts'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call } from '#platform/call/call.ts'
import { queryFor } from '#platform/call/query-for.ts'
import { PublicCard } from '#shell/PublicCard.tsx'
import { ErrorState } from '#ui/ErrorState.tsx'
import { FormFrame } from '#ui/form/FormFrame.tsx'
import { fieldProblems } from '#ui/form/field-problems.ts'
import { TextField } from '#ui/form/TextField.tsx'
import { useForm } from '#ui/form/use-form.ts'
import { Notice } from '#ui/Notice.tsx'

export function ResetPasswordPage() {
  const { t } = useTranslation('identity')
  const reset = useQuery(queryFor(getPasswordReset))
  const back = <Link to="/sign-in">{t('reset.back')}</Link>
  if (reset.error) {
    return (
      <PublicCard title={t('reset.title')} note={back}>
        <ErrorState error={reset.error} onRetry={() => void reset.refetch()} isInline />
      </PublicCard>
    )
  }
  if (reset.data && reset.data.mail !== 'on') {
    return (
      <PublicCard title={t('reset.title')} note={back}>
        <Notice kind="none">{t('reset.off')}</Notice>
      </PublicCard>
    )
  }
  return (
    <PublicCard title={t('reset.title')} lead={t('reset.lead')} note={back}>
      <ResetForm />
    </PublicCard>
  )
}

function ResetForm() {
  const { t } = useTranslation('identity')
  const [askedFor, setAskedFor] = useState<string>()
  const form = useForm({
    initial: { email: '' },
    check: values => fieldProblems(requestPasswordReset, values),
    submit: async body => {
      await call(requestPasswordReset, { body })
      setAskedFor(body.email)
    },
  })
  // The same whether the address has an account or not.
  if (askedFor) return <Notice kind="good">{t('reset.asked', { email: askedFor })}</Notice>
  return (
    <FormFrame form={form} submit={t('reset.submit')} isWide>
      <TextField form={form} name="email" type="email" label={t('email')} autoComplete="username" />
    </FormFrame>
  )
}
