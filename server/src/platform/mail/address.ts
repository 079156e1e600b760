import { z } from 'zod'

// What may stand in the head of a mail. Names and subjects hold what people typed: a line break there would begin another
// header, so none gets through.

const email = z.email().max(254)

/** A name or subject on one line. */
export const headerText = (text: string, maxLength = 200): string =>
  text
    .toWellFormed()
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]+/gu, ' ')
    .normalize('NFC')
    .trim()
    .slice(0, maxLength)
    .toWellFormed()

/** Whether a mail can go there at all. RFC 6761 §6.4: names under `.invalid` exist nowhere, and are used for invented people. */
export const isDeliverable = (address: string): boolean => email.safeParse(address).success && !/\.invalid$/i.test(address)

export interface Mailbox {
  name: string
  address: string
}

/** `Lũy Tre <luytre@authority.example>` or the address alone; undefined when it is neither. */
export function parseMailbox(text: string): Mailbox | undefined {
  const [, name = '', address = ''] = /^\s*(?:"?([^"<>]*?)"?\s*<([^<>]+)>|)\s*$/.exec(text) ?? [undefined, '', text.trim()]
  return email.safeParse(address).success ? { name: headerText(name), address } : undefined
}
