import { setTimeout as delay } from 'node:timers/promises'
import { inSystemWork } from '#platform/database/connection.ts'
import type { Connection } from '#platform/database/connection.ts'
import type { Work } from '#platform/database/work.ts'
import { Problem } from '#platform/http/problem.ts'
import { textsIn } from '#platform/i18n/server-texts.ts'
import { textIn } from '#platform/i18n/languages.ts'
import type { Language } from '#platform/i18n/languages.ts'
import type { MailState } from '#platform/mail/mail.api.ts'
import { mailStateOf, oneTimeLink, queueMail } from '#platform/mail/mail.ts'
import type { Letter } from '#platform/mail/mail.ts'
import { getOrganisation, programActor } from '#platform/organisations/organisations.ts'
import { getAccountOfVersion, insertInvited, makeLink, presentAccount } from './accounts.ts'
import type { CreateAccount } from './accounts.ts'
import type { Account } from './identity.api.ts'
import { actingAs } from './identity.ts'
import type { Caller } from './identity.ts'
import * as store from './identity.store.ts'

// One-time links that go by mail: invitations, and links for a forgotten password. The mail is written without its link,
// which is made when the mail is sent: it rests in no table, and its day begins when it leaves.

const resetLifeMs = 3_600_000
// Of one account at most one in this time, however often it is asked for.
const resetEveryMs = 15 * 60_000
// Whether an address has an account is not to be told by how long the answer takes.
const answerAfterMs = 250

interface Invited {
  id: string
  version: number
  email: string
  displayName: string
  language: Language
  hasPassword: boolean
}

export async function createAndInvite(work: Work, input: CreateAccount, publicUrl: string): Promise<{ account: Account; link: null }> {
  const account = await insertInvited(work, input)
  await mailLink(
    work,
    { id: account.id, version: 1, email: account.email, displayName: account.name, language: input.language, hasPassword: false },
    { publicUrl, key: `invitation.${account.id}` },
  )
  return { account, link: null }
}

/** By an administrator. Of one state of an account one mail: a second click sends no second one. */
export async function mailAccountLink(work: Work, accountId: string, version: number, publicUrl: string): Promise<Account> {
  const row = await getAccountOfVersion(work, accountId, version)
  if (row.status === 'disabled') throw new Problem(409, 'account.is-disabled')
  await store.changeAccountStatus(work, accountId, version, {})
  const { language } = await store.getAccountById(work.db, accountId)
  await mailLink(work, { ...row, language }, { publicUrl, key: `link.${accountId}.${version}` })
  return presentAccount({ ...row, version: version + 1 }, work.now)
}

/** Whether mails leave this installation. */
export const findMailState = ({ db }: Connection, sendsMail: boolean): Promise<MailState> =>
  inSystemWork(db, async system => mailStateOf({ isDemo: await store.hasDemo(system) }, sendsMail))

/** By whoever has forgotten the password. The caller learns nothing of what is found. */
export async function requestPasswordReset({ db }: Connection, email: string, caller: Caller, publicUrl: string): Promise<void> {
  const request = inSystemWork(db, async system => {
    const account = await store.findAccountByEmail(system, email)
    if (!account || account.status === 'disabled') return
    const { id, organisationId, version, displayName, language } = account
    const slot = Math.floor(caller.now.getTime() / resetEveryMs)
    await actingAs(system, programActor(organisationId, caller.origin), caller.now, work =>
      mailLink(
        work,
        { id, version, email: account.email, displayName, language, hasPassword: account.passwordHash !== null },
        { publicUrl, key: `reset.${id}.${slot}`, notAfter: new Date(caller.now.getTime() + resetLifeMs) },
      ),
    )
  })
  await Promise.all([request, delay(answerAfterMs)])
}

/**
 * For the sender: the link of a mail that is about to leave; undefined when the account is shut or has used its invitation.
 * What only tells of something carries no link of its own.
 */
export async function makeMailedLink(work: Work, mail: { kind: string; userId: string }, publicUrl: string): Promise<string | undefined> {
  const account = await store.getAccountById(work.db, mail.userId)
  if (mail.kind === 'notification' || mail.kind === 'digest') return account.status === 'active' ? publicUrl : undefined
  if (account.status === 'disabled' || (mail.kind === 'invitation' && account.passwordHash !== null)) return undefined
  return makeLink(work, mail.userId, publicUrl)
}

async function mailLink(work: Work, account: Invited, how: { publicUrl: string; key: string; notAfter?: Date }): Promise<void> {
  const { email, displayName, language, hasPassword } = account
  const { name } = await getOrganisation(work)
  const texts = { organisation: textIn(name, language).text, name: displayName, email, url: how.publicUrl }
  await queueMail(work, {
    key: how.key,
    kind: hasPassword ? 'password-reset' : 'invitation',
    userId: account.id,
    recipient: email,
    recipientName: displayName,
    language,
    letter: letterOf(hasPassword ? 'reset' : 'invitation', language, texts),
    ...(how.notAfter ? { notAfter: how.notAfter } : {}),
  })
}

interface LetterTexts extends Record<string, string> {
  organisation: string
  name: string
  email: string
  url: string
}

function letterOf(kind: 'invitation' | 'reset', language: Language, texts: LetterTexts): Letter {
  const t = textsIn(language)
  return {
    subject: t(`mail:${kind}.subject`, texts),
    parts: [
      { paragraph: t('mail:greeting', texts) },
      { paragraph: t(`mail:${kind}.text`, texts) },
      { action: { label: t(`mail:${kind}.action`), href: oneTimeLink } },
      { paragraph: t('mail:linkLife') },
      ...(kind === 'reset' ? [{ paragraph: t('mail:reset.notAsked') }] : []),
    ],
    footer: t('mail:footer', texts),
  }
}
