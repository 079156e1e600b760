import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { listAccounts, mailAccountLink, type Account } from 'luytre/platform/identity/identity.api.ts'
import { listMails } from 'luytre/platform/mail/mail.api.ts'
import { useTranslation } from 'react-i18next'
import { queryFor, useChange } from '#platform/call/query-for.ts'
import { useFormat } from '#platform/i18n/use-language.ts'
import { ErrorState } from '#ui/ErrorState.tsx'
import { Notice } from '#ui/Notice.tsx'
import { notifications } from '#ui/notifications.ts'

/** The last mail to an account, what became of it, and sending a new link by mail. */
export function AccountMail({ account }: { account: Account }) {
  const { t } = useTranslation(['identity', 'mail'])
  const format = useFormat()
  const mails = useQuery(queryFor(listMails, { query: { userId: account.id, limit: 1 } }))
  const send = useChange(mailAccountLink, [listAccounts, listMails])
  const last = mails.data?.mails[0]
  const lastLink = last && (
    <Link to="/mails/$mailId" params={{ mailId: last.id }}>
      {t('accountMail.show')}
    </Link>
  )
  return (
    <section style={{ display: 'grid', gap: 8, justifyItems: 'start' }}>
      {last?.status === 'failed' && (
        <Notice kind="attention" title={t('accountMail.failed')}>
          {last.fault && t(`mail:faults.${last.fault}`)} {lastLink}
        </Notice>
      )}
      {last && last.status !== 'failed' && (
        <p>
          {t(`accountMail.last.${last.status}`, { at: format.instant(last.endedAt ?? last.createdAt) })} {lastLink}
        </p>
      )}
      {mails.data && mails.data.state !== 'on' && <p>{t(`accountMail.${mails.data.state}`)}</p>}
      {send.error && <ErrorState error={send.error} isInline />}
      <Button
        variant="default"
        loading={send.isPending}
        onClick={() =>
          send.mutate(
            { params: { accountId: account.id }, ifMatch: account.version },
            { onSuccess: () => notifications.show({ message: t('accountMail.queued') }) },
          )
        }
      >
        {t('accountMail.send')}
      </Button>
    </section>
  )
}
