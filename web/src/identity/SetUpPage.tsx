import { Navigate } from '@tanstack/react-router'
import { setUp } from 'luytre/platform/identity/identity.api.ts'
import { useTranslation } from 'react-i18next'
import { NewPasswordField } from '#identity/NewPasswordField.tsx'
import { takeOneTimeToken } from '#identity/one-time-token.ts'
import { useSignIn } from '#identity/use-sign-in.ts'
import { call } from '#platform/call/call.ts'
import { useLanguage } from '#platform/i18n/use-language.ts'
import { useSession } from '#platform/session/session.ts'
import { PublicCard } from '#shell/PublicCard.tsx'
import { FieldGroup } from '#ui/form/FieldGroup.tsx'
import { FormFrame } from '#ui/form/FormFrame.tsx'
import { fieldProblems } from '#ui/form/field-problems.ts'
import { SelectField } from '#ui/form/SelectField.tsx'
import { TextField } from '#ui/form/TextField.tsx'
import { TranslatedField, translatedOf } from '#ui/form/TranslatedField.tsx'
import { useForm } from '#ui/form/use-form.ts'

/** Taken once, when the page's code is loaded: a second rendering would find the address already cleaned. */
const token = takeOneTimeToken()

const initial = {
  'organisationName.vi': '',
  'organisationName.en': '',
  'organisationName.ja': '',
  timeZone: 'Asia/Ho_Chi_Minh',
  halfYearStartMonth: '1',
  name: '',
  email: '',
  password: '',
}

export function SetUpPage() {
  const { t } = useTranslation('identity')
  const language = useLanguage()
  const goOn = useSignIn()
  const setup = useSession()?.setup
  const bodyOf = (values: typeof initial) => ({
    token: token ?? '',
    organisationName: translatedOf(values, 'organisationName'),
    timeZone: values.timeZone,
    halfYearStartMonth: values.halfYearStartMonth === '4' ? (4 as const) : (1 as const),
    name: values.name,
    email: values.email,
    language,
    password: values.password,
  })
  const form = useForm({
    initial,
    check: values => fieldProblems(setUp, bodyOf(values)),
    submit: async values => goOn(await call(setUp, { body: bodyOf(values) })),
  })

  if (setup === 'done' && !form.isBusy) return <Navigate to="/" replace />
  if (!token) {
    return (
      <PublicCard title={t('setUp.noTokenTitle')}>
        <p>{t('setUp.noToken')}</p>
      </PublicCard>
    )
  }
  return (
    <PublicCard title={t('setUp.title')} lead={t('setUp.lead')}>
      <FormFrame form={form} submit={t('setUp.submit')} isWide>
        <TranslatedField form={form} name="organisationName" label={t('setUp.organisation')} help={t('setUp.organisationHelp')} />
        <SelectField form={form} name="timeZone" label={t('setUp.timeZone')} choices={timeZones} />
        <SelectField
          form={form}
          name="halfYearStartMonth"
          label={t('setUp.halfYear')}
          choices={[
            { value: '1', label: t('setUp.halfYear1') },
            { value: '4', label: t('setUp.halfYear4') },
          ]}
        />
        <FieldGroup label={t('setUp.administrator')}>
          <TextField form={form} name="name" label={t('name')} autoComplete="name" />
          <TextField form={form} name="email" type="email" label={t('email')} autoComplete="username" />
          <NewPasswordField form={form} name="password" />
        </FieldGroup>
      </FormFrame>
    </PublicCard>
  )
}

// Browsers name Viet Nam's zone by its old name; the server and we use the IANA's.
const timeZones = [...new Set(['Asia/Ho_Chi_Minh', ...Intl.supportedValuesOf('timeZone').filter(zone => zone !== 'Asia/Saigon')])].map(
  zone => ({
    value: zone,
    label: zone.replaceAll('_', ' '),
  }),
)
