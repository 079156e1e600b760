import { useQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { getPerson, listPeople } from 'luytre/capacity/people/people.api.ts'
import { createAccount, listAccounts, type Account } from 'luytre/platform/identity/identity.api.ts'
import { listMails, type MailState } from 'luytre/platform/mail/mail.api.ts'
import type { AssignableRole } from 'luytre/platform/permissions/permissions.ts'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { OneTimeLink } from '#identity/OneTimeLink.tsx'
import { useRoleChoices } from '#identity/use-role-choices.ts'
import { queryFor, useChange } from '#platform/call/query-for.ts'
import { languageNames, languages, type Language } from '#platform/i18n/languages.ts'
import { useMe } from '#platform/session/session.ts'
import { DetailPanel } from '#ui/DetailPanel.tsx'
import { fieldProblems } from '#ui/form/field-problems.ts'
import { FormFrame } from '#ui/form/FormFrame.tsx'
import { SelectField } from '#ui/form/SelectField.tsx'
import { TextField } from '#ui/form/TextField.tsx'
import { orNull, useForm } from '#ui/form/use-form.ts'
import { notifications } from '#ui/notifications.ts'
import { PanelSkeleton } from '#ui/PanelSkeleton.tsx'

const route = getRouteApi('/shell/accounts/new')
const closeTo = { to: '/accounts', search: true } as const

/** From a person's panel the account starts with what is known of the person. */
export function NewAccountPanel() {
  const { t } = useTranslation('identity')
  const { personId } = route.useSearch()
  const person = useQuery({ ...queryFor(getPerson, { params: { personId: personId ?? '' } }), enabled: personId !== undefined })
  const mails = useQuery(queryFor(listMails, { query: { limit: 1 } }))
  if ((personId && person.isPending) || mails.isPending) return <PanelSkeleton title={t('newAccount.title')} closeTo={closeTo} />
  return <AccountForm key={personId} person={person.data} mailState={mails.data?.state ?? 'off'} />
}

interface AccountFormProps {
  person: { id: string; name: string; email: string | null; nameCulture: Language } | undefined
  mailState: MailState
}

function AccountForm({ person, mailState }: AccountFormProps) {
  const { t } = useTranslation(['identity', 'common'])
  const me = useMe()
  const navigate = useNavigate()
  const roleChoices = useRoleChoices()
  const create = useChange(createAccount, [listAccounts, listMails, listPeople, getPerson])
  const [made, setMade] = useState<{ account: Account; link: string }>()
  const [typed, setTyped] = useState('')
  const people = useQuery({
    ...queryFor(listPeople, { query: { ...(typed && { search: typed }), limit: 50 } }),
    placeholderData: previous => previous,
  })
  const personChoices = useMemo(() => {
    const choices = (people.data?.people ?? [])
      .filter(one => !one.hasAccount && one.id !== person?.id)
      .map(one => ({ value: one.id, label: one.name }))
    return person ? [{ value: person.id, label: person.name }, ...choices] : choices
  }, [people.data, person])

  const initial = {
    personId: person?.id ?? '',
    name: person?.name ?? '',
    email: person?.email ?? '',
    role: 'staff',
    language: (person?.nameCulture ?? me.language) as string,
    // People without a mailbox exist: their address only names the account.
    handOver: mailState === 'on' ? 'mail' : 'link',
  }
  const bodyOf = (values: typeof initial) => ({
    personId: orNull(values.personId),
    name: values.name,
    email: values.email,
    role: values.role as AssignableRole,
    language: values.language as Language,
    handOver: values.handOver as 'mail' | 'link',
  })
  const form = useForm({
    initial,
    check: values => fieldProblems(createAccount, bodyOf(values)),
    // No idempotency key: a kept answer would keep the link, which is to exist nowhere.
    submit: async values => {
      const { account, link } = await create.mutateAsync({ body: bodyOf(values) })
      if (link !== null) return setMade({ account, link })
      notifications.show({ message: t('newAccount.invited') })
      await navigate({ to: '/accounts/$accountId', params: { accountId: account.id }, search: true })
    },
  })

  if (made) {
    return (
      <DetailPanel key="made" title={made.account.name} subtitle={made.account.email} closeTo={closeTo}>
        <OneTimeLink name={made.account.name} link={made.link} onDone={() => void navigate(closeTo)} />
      </DetailPanel>
    )
  }
  return (
    <DetailPanel title={t('newAccount.title')} closeTo={closeTo}>
      <FormFrame form={form} submit={t(form.values.handOver === 'mail' ? 'newAccount.submitMail' : 'newAccount.submit')} cancelTo={closeTo}>
        <SelectField
          form={form}
          name="personId"
          label={t('newAccount.person')}
          help={t('newAccount.personHelp')}
          choices={personChoices}
          onSearch={setTyped}
          isOptional
        />
        <TextField form={form} name="name" label={t('name')} />
        <TextField form={form} name="email" type="email" label={t('email')} />
        <SelectField form={form} name="role" label={t('accounts.role')} choices={roleChoices} />
        <SelectField
          form={form}
          name="language"
          label={t('newAccount.language')}
          choices={languages.map(language => ({ value: language, label: languageNames[language] }))}
        />
        <SelectField
          form={form}
          name="handOver"
          label={t('newAccount.handOver')}
          {...(mailState !== 'on' && { help: t(mailState === 'off' ? 'newAccount.mailOff' : 'newAccount.mailDemo') })}
          choices={[
            { value: 'mail', label: t('newAccount.byMail') },
            { value: 'link', label: t('newAccount.byLink') },
          ]}
        />
      </FormFrame>
    </DetailPanel>
  )
}
