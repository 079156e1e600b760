import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { getMail, listMails, retryMail, type Mail } from 'luytre/platform/mail/mail.api.ts'
import { useTranslation } from 'react-i18next'
import classes from '#mail/MailPanel.module.css'
import { MailMark } from '#mail/MailMark.tsx'
import { queryFor, useChange } from '#platform/call/query-for.ts'
import { useFormat } from '#platform/i18n/use-language.ts'
import { useScope } from '#platform/session/session.ts'
import { DetailPanel } from '#ui/DetailPanel.tsx'
import { ErrorState } from '#ui/ErrorState.tsx'
import { Facts } from '#ui/Facts.tsx'
import { notifications } from '#ui/notifications.ts'
import { PanelSkeleton } from '#ui/PanelSkeleton.tsx'

const route = getRouteApi('/shell/mails/$mailId')
const closeTo = { to: '/mails', search: true } as const

export function MailPanel() {
  const { t } = useTranslation('mail')
  const { mailId } = route.useParams()
  const mail = useQuery(queryFor(getMail, { params: { mailId } }))
  if (mail.data) return <OpenMail key={mailId} mail={mail.data} />
  if (mail.isPending) return <PanelSkeleton title={t('one')} closeTo={closeTo} />
  return (
    <DetailPanel title={t('one')} closeTo={closeTo}>
      <ErrorState error={mail.error} isInline />
    </DetailPanel>
  )
}

function OpenMail({ mail }: { mail: Mail }) {
  const { t } = useTranslation('mail')
  const format = useFormat()
  const mayWrite = useScope('mail.write') !== undefined
  const instant = (at: string | null) => at && <time dateTime={at}>{format.instant(at)}</time>
  return (
    <DetailPanel title={mail.subject} subtitle={`${mail.recipientName} · ${mail.recipient}`} closeTo={closeTo}>
      <Facts
        facts={[
          { label: t('status'), value: <MailMark mail={mail} /> },
          ...(mail.fault ? [{ label: t('fault'), value: t(`faults.${mail.fault}`) }] : []),
          ...(mail.answer ? [{ label: t('answer'), value: <span className={classes.answer}>{mail.answer}</span> }] : []),
          { label: t('writtenAt'), value: instant(mail.createdAt) },
          ...(mail.attempts > 0 ? [{ label: t('attempts'), value: format.number(mail.attempts) }] : []),
          ...(mail.nextAttemptAt && mail.attempts > 0 ? [{ label: t('nextAttemptAt'), value: instant(mail.nextAttemptAt) }] : []),
          ...(mail.endedAt ? [{ label: t('endedAt'), value: instant(mail.endedAt) }] : []),
          {
            label: t('account'),
            value: (
              <Link to="/accounts/$accountId" params={{ accountId: mail.userId }}>
                {t('toAccount')}
              </Link>
            ),
          },
        ]}
      />
      {mail.status === 'failed' && mayWrite && <Retry mail={mail} />}
      <section className={classes.letter} aria-label={t('text')} lang={mail.language}>
        {mail.text}
      </section>
      <p className={classes.help}>{t('linkHelp')}</p>
    </DetailPanel>
  )
}

function Retry({ mail }: { mail: Mail }) {
  const { t } = useTranslation('mail')
  const retry = useChange(retryMail, [getMail, listMails])
  return (
    <section className={classes.retry}>
      {retry.error && <ErrorState error={retry.error} isInline />}
      <p>{t(mail.fault === 'outcome-unknown' ? 'retryMayDouble' : 'retryHelp')}</p>
      <Button
        variant="default"
        loading={retry.isPending}
        onClick={() =>
          retry.mutate(
            { params: { mailId: mail.id }, ifMatch: mail.version },
            { onSuccess: () => notifications.show({ message: t('retried') }) },
          )
        }
      >
        {t('retry')}
      </Button>
    </section>
  )
}
