import type { Work } from '#platform/database/work.ts'
import { findText, textsIn } from '#platform/i18n/server-texts.ts'
import { textIn } from '#platform/i18n/languages.ts'
import type { Language } from '#platform/i18n/languages.ts'
import { queueMail } from '#platform/mail/mail.ts'
import { getOrganisation } from '#platform/organisations/organisations.ts'
import type { NotificationKind } from './notifications.api.ts'
import type { Recipient } from './notifications.store.ts'
import type { Subject } from './rules.ts'

// What a mail says of notifications: one at once, or the day's together. Everything in it leads to a page, where the reader
// signs in; nothing of a record but whose it is leaves by mail.

/** What lies so far back has gone on meanwhile: no mail is written of it, and one that could not leave is void. */
export const worthSendingMs = 3 * 86_400_000
/** Beyond, the digest says how many more there are. */
const digestMax = 40

interface Told {
  kind: NotificationKind
  subject: Subject
}

const sentenceOf = (language: Language, recipient: Pick<Recipient, 'personId'>, { kind, subject }: Told): string =>
  findText(language, 'notifications', `${subject.personId === recipient.personId ? 'own' : 'other'}.${kind}`, {
    person: subject.person,
    detail: subject.detail,
  })!

export async function mailNotification(work: Work, to: Recipient, told: Told & { position: number }, publicUrl: string): Promise<void> {
  const t = textsIn(to.language)
  const sentence = sentenceOf(to.language, to, told)
  await queueMail(work, {
    ...addressed(to),
    key: `notification.${told.position}.${to.userId}`,
    kind: 'notification',
    notAfter: new Date(work.now.getTime() + worthSendingMs),
    letter: {
      subject: sentence,
      parts: [
        { paragraph: t('mail:greeting', { name: to.name }) },
        { paragraph: sentence },
        { action: { label: t('notifications:mail.open'), href: publicUrl + told.subject.path } },
        { paragraph: t('notifications:mail.settings', { url: `${publicUrl}/notifications/settings` }) },
      ],
      footer: await footerOf(work, to.language, publicUrl),
    },
  })
}

/** At most one a day: of a key there is one mail. */
export async function mailDigest(work: Work, to: Recipient, told: readonly Told[], day: string, publicUrl: string): Promise<void> {
  const t = textsIn(to.language)
  const more = told.length - digestMax
  await queueMail(work, {
    ...addressed(to),
    key: `digest.${to.userId}.${day}`,
    kind: 'digest',
    notAfter: new Date(work.now.getTime() + worthSendingMs),
    letter: {
      subject: t('notifications:mail.digestSubject', { count: told.length }),
      parts: [
        { paragraph: t('mail:greeting', { name: to.name }) },
        { paragraph: t('notifications:mail.digest') },
        { items: told.slice(0, digestMax).map(one => ({ text: sentenceOf(to.language, to, one), href: publicUrl + one.subject.path })) },
        ...(more > 0 ? [{ paragraph: t('notifications:mail.more', { count: more }) }] : []),
        { action: { label: t('notifications:mail.all'), href: `${publicUrl}/notifications` } },
        { paragraph: t('notifications:mail.settings', { url: `${publicUrl}/notifications/settings` }) },
      ],
      footer: await footerOf(work, to.language, publicUrl),
    },
  })
}

const addressed = ({ userId, email, name, language }: Recipient) => ({ userId, recipient: email, recipientName: name, language })

async function footerOf(work: Work, language: Language, url: string): Promise<string> {
  const { name } = await getOrganisation(work)
  return textsIn(language)('mail:footer', { organisation: textIn(name, language).text, url })
}
