import type { MailRow } from 'luytre/platform/mail/mail.api.ts'
import { useTranslation } from 'react-i18next'
import { StatusMark } from '#ui/StatusMark.tsx'

const kinds = { waiting: 'attention', sending: 'attention', sent: 'good', failed: 'serious', cancelled: 'none' } as const

export function MailMark({ mail }: { mail: Pick<MailRow, 'status'> }) {
  const { t } = useTranslation('mail')
  return <StatusMark kind={kinds[mail.status]}>{t(`statuses.${mail.status}`)}</StatusMark>
}
