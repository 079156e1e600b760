import { Button } from '@mantine/core'
import { getRouteApi, Link } from '@tanstack/react-router'
import { changeAccount, listAccounts, renewAccountLink, type Account } from 'luytre/platform/identity/identity.api.ts'
import type { AssignableRole } from 'luytre/platform/permissions/permissions.ts'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { AccountMail } from '#identity/AccountMail.tsx'
import { AccountStatus } from '#identity/AccountStatus.tsx'
import { OneTimeLink } from '#identity/OneTimeLink.tsx'
import { useRoleChoices } from '#identity/use-role-choices.ts'
import { useAccounts } from '#identity/use-accounts.ts'
import { CallProblem } from '#platform/call/call-problem.ts'
import { useChange } from '#platform/call/query-for.ts'
import { useScope } from '#platform/session/session.ts'
import { DetailPanel } from '#ui/DetailPanel.tsx'
import { ErrorState } from '#ui/ErrorState.tsx'
import { Facts } from '#ui/Facts.tsx'
import { fieldProblems } from '#ui/form/field-problems.ts'
import { FormFrame } from '#ui/form/FormFrame.tsx'
import { SelectField } from '#ui/form/SelectField.tsx'
import { useForm } from '#ui/form/use-form.ts'
import { notifications } from '#ui/notifications.ts'
import { PanelSkeleton } from '#ui/PanelSkeleton.tsx'

const route = getRouteApi('/shell/accounts/$accountId')
const closeTo = { to: '/accounts', search: true } as const

export function AccountPanel() {
  const { t } = useTranslation('identity')
  const { accountId } = route.useParams()
  const { accounts, rows } = useAccounts()
  const account = rows?.find(one => one.id === accountId)
  const mayComeLater = !account && (accounts.isPending || accounts.hasNextPage)
  // An account has no address of its own at the server; one far down the list is found by reading on.
  useEffect(() => {
    if (!account && accounts.hasNextPage && !accounts.isFetching) void accounts.fetchNextPage()
  }, [account, accounts])

  if (account) return <OpenAccount key={accountId} account={account} />
  if (mayComeLater) return <PanelSkeleton title={t('accounts.title')} closeTo={closeTo} />
  return (
    <DetailPanel title={t('accounts.title')} closeTo={closeTo}>
      <ErrorState error={accounts.error ?? new CallProblem(404, 'record.not-found')} isInline />
    </DetailPanel>
  )
}

function OpenAccount({ account }: { account: Account }) {
  const { t } = useTranslation(['identity', 'common'])
  const mayWrite = useScope('account.write') !== undefined
  const mayReadMail = useScope('mail.read') !== undefined
  const renew = useChange(renewAccountLink, [listAccounts])
  const [link, setLink] = useState<string>()
  return (
    <DetailPanel title={account.name} subtitle={account.email} closeTo={closeTo}>
      <Facts
        facts={[
          { label: t('accounts.status'), value: <AccountStatus account={account} /> },
          { label: t('accounts.role'), value: account.role ? t(`common:roles.${account.role}`) : t('accounts.noRole') },
          {
            label: t('accounts.person'),
            value: account.personId ? (
              <Link to="/people/$personId" params={{ personId: account.personId }}>
                {t('accounts.toPerson')}
              </Link>
            ) : (
              t('accounts.isNoPerson')
            ),
          },
        ]}
      />
      {link && <OneTimeLink name={account.name} link={link} onDone={() => setLink(undefined)} />}
      {mayWrite && (
        <>
          <ChangeAccount account={account} />
          {account.status !== 'disabled' && !link && (
            <section style={{ display: 'grid', gap: 8, justifyItems: 'start' }}>
              {mayReadMail && <AccountMail account={account} />}
              {renew.error && <ErrorState error={renew.error} isInline />}
              <p>{t('accounts.renewHelp')}</p>
              <Button
                variant="default"
                loading={renew.isPending}
                onClick={() =>
                  renew.mutate({ params: { accountId: account.id }, ifMatch: account.version }, { onSuccess: made => setLink(made.link) })
                }
              >
                {t('accounts.renewLink')}
              </Button>
            </section>
          )}
        </>
      )}
    </DetailPanel>
  )
}

function ChangeAccount({ account }: { account: Account }) {
  const { t } = useTranslation(['identity', 'common'])
  const roleChoices = useRoleChoices()
  const change = useChange(changeAccount, [listAccounts])
  const valuesOf = ({ role, status }: Account) => ({ role: role ?? '', status: status === 'disabled' ? 'disabled' : 'active' })
  const initial = valuesOf(account)
  const bodyOf = (values: typeof initial) => ({ role: values.role as AssignableRole, status: values.status as 'active' | 'disabled' })
  const form = useForm({
    initial,
    version: account.version,
    check: values => fieldProblems(changeAccount, bodyOf(values)),
    submit: async (values, version) => {
      await change.mutateAsync({ params: { accountId: account.id }, body: bodyOf(values), ifMatch: version })
      notifications.show({ message: t('accounts.saved') })
    },
    record: account,
    theirs: current => ({ values: valuesOf(current as Account), version: (current as Account).version }),
  })
  return (
    <FormFrame form={form} submit={t('accounts.submit')}>
      <SelectField form={form} name="role" label={t('accounts.role')} choices={roleChoices} />
      <SelectField
        form={form}
        name="status"
        label={t('accounts.status')}
        help={t('accounts.disableHelp')}
        choices={(['active', 'disabled'] as const).map(status => ({ value: status, label: t(`accounts.statuses.${status}`) }))}
      />
    </FormFrame>
  )
}
