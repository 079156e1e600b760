import { IconPlus } from '@tabler/icons-react'
import { getRouteApi, Outlet, useParams } from '@tanstack/react-router'
import type { Account } from 'luytre/platform/identity/identity.api.ts'
import { useCallback, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { AccountStatus } from '#identity/AccountStatus.tsx'
import { useAccounts } from '#identity/use-accounts.ts'
import { useScope } from '#platform/session/session.ts'
import { ButtonLink } from '#ui/ButtonLink.tsx'
import { DataList, type Column } from '#ui/DataList.tsx'
import { EmptyState } from '#ui/EmptyState.tsx'
import { Page } from '#ui/Page.tsx'
import { SearchField } from '#ui/SearchField.tsx'

const route = getRouteApi('/shell/accounts')

export function AccountsPage() {
  const { t } = useTranslation(['identity', 'common'])
  const navigate = route.useNavigate()
  const { accountId } = useParams({ strict: false })
  const mayWrite = useScope('account.write') !== undefined

  const { accounts, rows, search } = useAccounts()

  const columns = useMemo<Column<Account>[]>(
    () => [
      { id: 'name', header: t('name'), cell: row => row.name, sortBy: row => row.name },
      { id: 'email', header: t('email'), cell: row => row.email, inCard: 'plain', sortBy: row => row.email },
      {
        id: 'role',
        header: t('accounts.role'),
        cell: row => (row.role ? t(`common:roles.${row.role}`) : t('accounts.noRole')),
        sortBy: row => row.role,
        inCard: 'plain',
      },
      {
        id: 'status',
        header: t('accounts.status'),
        cell: row => <AccountStatus account={row} />,
        sortBy: row => row.status,
        inCard: 'plain',
      },
    ],
    [t],
  )
  const onSearch = useCallback(
    (typed: string) => void navigate({ to: '/accounts', search: typed ? { search: typed } : {}, replace: true }),
    [navigate],
  )
  const add = mayWrite && (
    <ButtonLink to="/accounts/new" search={true} leftSection={<IconPlus size={17} aria-hidden />}>
      {t('accounts.add')}
    </ButtonLink>
  )

  return (
    <Page title={t('accounts.title')} state={t('accounts.state')} main={add} panel={<Outlet />}>
      <DataList
        name="accounts"
        label={t('accounts.title')}
        columns={columns}
        rows={rows}
        error={accounts.error}
        onRetry={() => void accounts.refetch()}
        rowId={row => row.id}
        rowLink={row => ({ to: '/accounts/$accountId', params: { accountId: row.id }, search: true })}
        openId={accountId}
        onMore={accounts.hasNextPage ? () => void accounts.fetchNextPage() : undefined}
        isLoadingMore={accounts.isFetchingNextPage}
        filters={<SearchField label={t('accounts.search')} value={search ?? ''} onSearch={onSearch} />}
        empty={
          search ? (
            <EmptyState title={t('accounts.nothingTitle')} text={t('accounts.nothingText')} />
          ) : (
            <EmptyState title={t('accounts.emptyTitle')} text={t('accounts.emptyText')} action={add} />
          )
        }
      />
    </Page>
  )
}
