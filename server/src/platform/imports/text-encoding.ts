import { Unreadable } from './table.ts'
import { fromTcvn3, fromVni, vietnameseEvidence } from './vietnamese-legacy.ts'

// In which encoding a text file is: by its mark, else by evidence. What stays unclear is refused, never guessed.

export interface DecodedText {
  text: string
  encoding: string
}

/** Part of the file that is looked at for evidence. */
const evidenceBytes = 262_144
/** Share of words with accents that must be Vietnamese syllables; the rest are foreign names and slips. */
const clearShare = 0.85

const decode = (encoding: string, bytes: Uint8Array): string => {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes)
  } catch {
    throw new Unreadable('unknown-encoding')
  }
}

export function decodeText(bytes: Uint8Array): DecodedText {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return checked(decode('utf-8', bytes), 'utf-8')
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return checked(decode('utf-16le', bytes), 'utf-16le')
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return checked(decode('utf-16be', bytes), 'utf-16be')
  const unmarked = unmarkedUtf16(bytes)
  if (unmarked) return checked(decode(unmarked, bytes), unmarked)
  if (bytes.includes(0)) throw new Unreadable('binary')
  try {
    return checked(new TextDecoder('utf-8', { fatal: true }).decode(bytes), 'utf-8')
  } catch (error) {
    if (error instanceof Unreadable) throw error
  }
  return decodeByEvidence(bytes)
}

function checked(text: string, encoding: string): DecodedText {
  if (text.includes('\0')) throw new Unreadable('binary')
  return { text, encoding }
}

/** Without a mark, the zero bytes of ASCII characters (separators, digits, line ends) all lie on one side. */
function unmarkedUtf16(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  const sample = bytes.subarray(0, 4096)
  if (bytes.length % 2 !== 0 || sample.length < 8) return undefined
  const zeros = [0, 0]
  sample.forEach((byte, index) => {
    if (byte === 0) zeros[index % 2]!++
  })
  const [even, odd] = zeros as [number, number]
  if (odd > sample.length / 8 && even === 0) return 'utf-16le'
  if (even > sample.length / 8 && odd === 0) return 'utf-16be'
  return undefined
}

function decodeByEvidence(bytes: Uint8Array): DecodedText {
  const candidates = [
    ['windows-1258', (part: Uint8Array) => new TextDecoder('windows-1258').decode(part).normalize('NFC')],
    ['tcvn3', (part: Uint8Array) => fromTcvn3(Buffer.from(part).toString('latin1'))],
    ['vni', (part: Uint8Array) => fromVni(Buffer.from(part).toString('latin1'))],
  ] as const
  const sample = bytes.subarray(0, evidenceBytes)
  let best: { share: number; encoding: string; read: (part: Uint8Array) => string } | undefined
  for (const [encoding, read] of candidates) {
    const { words, syllables } = vietnameseEvidence(read(sample))
    const share = words === 0 ? 0 : syllables / words
    if (share >= clearShare && share > (best?.share ?? 0)) best = { share, encoding, read }
  }
  if (best) return { text: best.read(bytes), encoding: best.encoding }
  const japanese = asShiftJis(bytes)
  if (japanese !== undefined) return { text: japanese, encoding: 'shift_jis' }
  throw new Unreadable('unknown-encoding')
}

/** Excel in Japan still writes CSV in Shift_JIS. Kana or kanji must come out, and nothing that cannot be read. */
function asShiftJis(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('shift_jis', { fatal: true }).decode(bytes)
    const beyondAscii = text.replace(/[\x00-\x7f]/g, '')
    const japanese = beyondAscii.replace(/[^\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー・、。「」（）　]/gu, '')
    return japanese.length > 0 && japanese.length >= beyondAscii.length * 0.9 ? text : undefined
  } catch {
    return undefined
  }
}
