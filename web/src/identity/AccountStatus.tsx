import type { Account } from 'luytre/platform/identity/identity.api.ts'
import { useTranslation } from 'react-i18next'
import { StatusMark } from '#ui/StatusMark.tsx'

const kinds = { invited: 'attention', active: 'good', disabled: 'none' } as const

export function AccountStatus({ account }: { account: Account }) {
  const { t } = useTranslation('identity')
  if (account.isLocked) return <StatusMark kind="serious">{t('accounts.statuses.locked')}</StatusMark>
  return <StatusMark kind={kinds[account.status]}>{t(`accounts.statuses.${account.status}`)}</StatusMark>
}
