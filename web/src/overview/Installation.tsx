import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { getBackupState } from 'luytre/platform/backup/backup.api.ts'
import { countAccounts } from 'luytre/platform/identity/identity.api.ts'
import { getLedgerState } from 'luytre/platform/ledger/ledger.api.ts'
import { listMails } from 'luytre/platform/mail/mail.api.ts'
import { useTranslation } from 'react-i18next'
import { Block } from '#overview/Block.tsx'
import classes from '#overview/Card.module.css'
import { queryFor } from '#platform/call/query-for.ts'
import { useFormat } from '#platform/i18n/use-language.ts'
import { useMe } from '#platform/session/session.ts'
import { StatusMark } from '#ui/StatusMark.tsx'

/** What whoever keeps the installation wants to know first. Each block says first whether something is to be done. */
export function Installation() {
  const { permissions } = useMe()
  return (
    <div className={classes.pair}>
      {permissions['account.read'] && <AccountsState />}
      {permissions['mail.read'] && <MailState />}
      {permissions['backup.read'] && <BackupState />}
      {permissions['ledger.read'] && <LedgerState />}
    </div>
  )
}

function AccountsState() {
  const { t } = useTranslation('overview')
  return (
    <Block
      title={t('accounts.title')}
      query={useQuery(queryFor(countAccounts))}
      state={() => <Link to="/accounts">{t('accounts.open')}</Link>}
    >
      {({ active, invited, locked, disabled }) => (
        <ul className={classes.plain}>
          {locked > 0 && (
            <li>
              <StatusMark kind="serious">{t('accounts.locked', { count: locked })}</StatusMark>
            </li>
          )}
          {invited > 0 && (
            <li>
              <StatusMark kind="attention">{t('accounts.invited', { count: invited })}</StatusMark>
            </li>
          )}
          <li>
            <StatusMark kind="good">{t('accounts.active', { count: active })}</StatusMark>
          </li>
          {disabled > 0 && <li className={classes.quiet}>{t('accounts.disabled', { count: disabled })}</li>}
        </ul>
      )}
    </Block>
  )
}

function MailState() {
  const { t } = useTranslation('overview')
  const mails = useQuery(queryFor(listMails, { query: { limit: 1 } }))
  return (
    <Block title={t('mails.title')} query={mails} state={() => <Link to="/mails">{t('mails.open')}</Link>}>
      {({ state, failed, waiting }) => (
        <ul className={classes.plain}>
          {state !== 'on' && (
            <li>
              <StatusMark kind={state === 'off' ? 'attention' : 'none'}>{t(`mails.${state}`)}</StatusMark>
            </li>
          )}
          <li>
            {failed > 0 ? (
              <Link to="/mails" search={{ status: 'failed' }}>
                <StatusMark kind="serious">{t('mails.failed', { count: failed })}</StatusMark>
              </Link>
            ) : (
              <StatusMark kind="good">{t('mails.noneFailed')}</StatusMark>
            )}
          </li>
          {waiting > 0 && <li className={classes.quiet}>{t('mails.waiting', { count: waiting })}</li>}
        </ul>
      )}
    </Block>
  )
}

const backupKinds = { off: 'attention', unreadable: 'critical', overdue: 'serious', good: 'good' } as const

function BackupState() {
  const { t } = useTranslation('overview')
  const format = useFormat()
  return (
    <Block title={t('backup.title')} query={useQuery(queryFor(getBackupState))}>
      {({ state, last }) => (
        <>
          <p>
            <StatusMark kind={backupKinds[state]}>{t(`backup.${state}`)}</StatusMark>
          </p>
          <p className={classes.quiet}>
            {last ? t('backup.last', { when: format.instant(last.at) }) : t(state === 'off' ? 'backup.howTo' : 'backup.none')}
          </p>
        </>
      )}
    </Block>
  )
}

function LedgerState() {
  const { t } = useTranslation('overview')
  const format = useFormat()
  const ledger = useQuery(queryFor(getLedgerState))
  return (
    <Block title={t('ledger.title')} query={ledger} state={() => <Link to="/ledger">{t('ledger.open')}</Link>}>
      {({ position, isBehind, checkpoint }) => (
        <>
          <p>
            <StatusMark kind={isBehind ? 'critical' : 'good'}>
              {isBehind ? t('ledger.behind') : t('ledger.sealed', { count: position ?? 0 })}
            </StatusMark>
          </p>
          <p className={classes.quiet}>
            {checkpoint
              ? t('ledger.checkpoint', { when: format.instant(checkpoint.at), position: format.number(checkpoint.position) })
              : t('ledger.noCheckpoint')}
          </p>
        </>
      )}
    </Block>
  )
}
