import type { Translated } from '#platform/i18n/translated.ts'
import { walks, words } from './common-passwords.ts'

// Passwords that are tried first. NIST SP 800-63B asks to compare a new password with those that are common, expected or
// known (§5.1.1.2 of revision 3, §3.1.1.2 of revision 4: dictionary words, repetitions and sequences, the name of the
// service and of the person). A list of leaked passwords names single ones; most of them have fewer than the 15
// characters asked for here. What longer ones are made of is taken away instead, and what is left must still be a secret.

/** What an attacker knows of the one who chooses. */
export interface Chooser {
  email: string
  name: string
  organisation: Translated
}

const leastDistinct = 6
const leastLeft = 8
const leastWalk = 4
/** A shorter part of a name, such as Vietnamese names have, occurs within innocent words. */
const leastNamePart = 4

const ways = walks.flatMap(walk => [walk, [...walk].reverse().join('')])

/** Lower case, without accents, half-width: what differs in these only is guessed together. */
const fold = (text: string): string =>
  text
    .normalize('NFKD')
    .replaceAll(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .replaceAll('đ', 'd')
    .normalize('NFC')

const separators = /[\s\-_.,·・]+/gu
const joined = (text: string): string => fold(text).replaceAll(separators, '')

const commonWords = [...new Set(words.map(joined))]

/** Digits and signs that stand for letters. */
const lookalikes: Record<string, string> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '@': 'a',
  $: 's',
  '!': 'i',
  '|': 'l',
}
const asLetters = (text: string): string => [...text].map(character => lookalikes[character] ?? character).join('')

function commonLength(way: string, text: string, at: number): number {
  const start = way.indexOf(text[at]!)
  let length = 0
  while (start >= 0 && start + length < way.length && way[start + length] === text[at + length]) length++
  return length
}

/** The text without the pieces that go along one of the ways. */
function withoutWalks(text: string): string {
  let rest = ''
  for (let at = 0; at < text.length;) {
    const longest = Math.max(...ways.map(way => commonLength(way, text, at)))
    if (longest < leastWalk) rest += text[at]
    at += longest < leastWalk ? 1 : longest
  }
  return rest
}

const withoutDates = (text: string): string =>
  text.replaceAll(/(?<!\d)(?:\d{1,4}[/年月日]?){0,2}(?:19|20)\d\d(?:[/年月日]?\d{1,2}){0,2}[年月日]?(?!\d)/g, '')

/** What is said twice is said once, and so is a character. */
const withoutRepeats = (text: string): string => text.replaceAll(/(.{2,40}?)\1+/gu, '$1').replaceAll(/(.)\1+/gu, '$1')

const withoutWords = (text: string, known: readonly string[]): string => known.reduce((rest, word) => rest.replaceAll(word, ''), text)

function wordsOf({ email, name, organisation }: Chooser): string[] {
  const organisationNames = Object.values(organisation).filter(one => one !== undefined)
  const whole = [email, email.split('@')[0]!, name, ...organisationNames].map(joined).filter(word => word.length >= 3)
  const parts = [...email.split(/[@.\-_+]/), ...[name, ...organisationNames].flatMap(one => one.split(separators))]
  return [...whole, ...parts.map(joined).filter(word => word.length >= leastNamePart)]
}

/**
 * Whether a password, long as it is, would be among the first that are tried: hardly anything is left of it without
 * common words, ways along the keyboard, dates, repetitions, and the names of the one who chooses and of the authority.
 */
export function isGuessable(password: string, chooser: Chooser): boolean {
  const text = joined(password)
  if (new Set(text).size < leastDistinct || /^\d+$/.test(text)) return true
  // The longest first, so that a word within a longer one does not leave its ends behind.
  const known = [...commonWords, ...wordsOf(chooser)].sort((a, b) => b.length - a.length)
  const plain = withoutWalks(withoutDates(text))
  // Digits alone behind a name are a telephone number or the number of a card.
  const isPoor = (rest: string): boolean => withoutRepeats(rest).length < leastLeft || /^\d+$/.test(rest)
  return isPoor(withoutWords(plain, known)) || isPoor(withoutWords(asLetters(plain), known.map(asLetters)))
}
