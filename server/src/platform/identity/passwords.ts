import { hash, verify } from '@node-rs/argon2'

// OWASP Password Storage Cheat Sheet: Argon2id with 19 MiB, two passes, one lane.
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

export const hashPassword = (password: string): Promise<string> => hash(password.normalize('NFC'), cost)

let decoy: Promise<string> | undefined

/** Takes as long for somebody without an account or a password as for a wrong one: who exists cannot be measured. */
export async function verifyPassword(stored: string | null, password: string): Promise<boolean> {
  decoy ??= hashPassword('nobody has this password')
  const isRight = await verify(stored ?? (await decoy), password.normalize('NFC'))
  return isRight && stored !== null
}

// Rows of keys, the alphabet and the digits, there and back: pieces of four or more are no secret.
const rows = ['abcdefghijklmnopqrstuvwxyz', '01234567890', 'qwertyuiop', 'asdfghjkl', 'zxcvbnm'].flatMap(row => [
  row,
  [...row].reverse().join(''),
])

/** The text without its runs along one of the rows. */
function withoutRuns(text: string): string {
  let rest = ''
  for (let at = 0; at < text.length;) {
    const longest = Math.max(...rows.map(row => commonLength(row, text, at)))
    if (longest < 4) rest += text[at]
    at += longest < 4 ? 1 : longest
  }
  return rest
}

function commonLength(row: string, text: string, at: number): number {
  const start = row.indexOf(text[at]!)
  let length = 0
  while (start >= 0 && start + length < row.length && row[start + length] === text[at + length]) length++
  return length
}

/**
 * Whether a long password is still a poor one: few distinct characters, digits alone, runs along the keyboard, or hardly more than the person's own address
 * or name (NIST SP 800-63B-4 §3.1.1.2 asks for such words to be refused).
 */
export function isGuessable(password: string, words: readonly string[]): boolean {
  const text = password.normalize('NFC').toLowerCase()
  if (new Set(text).size < 6 || /^\d+$/.test(text)) return true
  let rest = withoutRuns(text)
  for (const word of words) if (word.length >= 3) rest = rest.replaceAll(word.normalize('NFC').toLowerCase(), '')
  return rest.length < 8
}
