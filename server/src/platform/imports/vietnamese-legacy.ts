// Vietnamese text from before Unicode: TCVN3 (the "ABC" fonts) and VNI put Vietnamese glyphs on the code points of
// Western letters. Opened today it reads `NguyÔn V¨n A`. A conversion is made only on evidence: every odd word must become
// a syllable that Vietnamese can have, tone included.

export type LegacyEncoding = 'tcvn3' | 'vni'

/** TCVN 5712:1993, VN3: letters by byte. Capitals with a tone exist only as capital fonts. */
const tcvn3Letters =
  'A1Ă A2Â A3Ê A4Ô A5Ơ A6Ư A7Đ A8ă A9â AAê ABô ACơ ADư AEđ B5à B6ả B7ã B8á B9ạ BBằ BCẳ BDẵ BEắ C6ặ C7ầ C8ẩ C9ẫ CAấ CBậ CCè CEẻ CFẽ D0é D1ẹ ' +
  'D2ề D3ể D4ễ D5ế D6ệ D7ì D8ỉ DCĩ DDí DEị DFò E1ỏ E2õ E3ó E4ọ E5ồ E6ổ E7ỗ E8ố E9ộ EAờ EBở ECỡ EDớ EEợ EFù F1ủ F2ũ F3ú F4ụ F5ừ F6ử F7ữ F8ứ F9ự FAỳ FBỷ FCỹ FDý FEỵ'
const tcvn3 = new Map(tcvn3Letters.split(' ').map(pair => [String.fromCharCode(Number.parseInt(pair.slice(0, 2), 16)), pair.slice(2)]))

/** VNI for Windows: a mark follows its vowel; these letters are whole. */
const vniLetters: Record<string, string> = { ñ: 'đ', ô: 'ơ', ö: 'ư', ì: 'ì', í: 'í', æ: 'ỉ', ó: 'ĩ', ò: 'ị', î: 'ỵ' }
/** Combining marks for each VNI mark, that of the letter before that of the tone. */
const vniMarks: Record<string, string> = {
  ø: '\u0300',
  ù: '\u0301',
  û: '\u0309',
  õ: '\u0303',
  ï: '\u0323',
  â: '\u0302',
  á: '\u0302\u0301',
  à: '\u0302\u0300',
  å: '\u0302\u0309',
  ã: '\u0302\u0303',
  ä: '\u0302\u0323',
  ê: '\u0306',
  é: '\u0306\u0301',
  è: '\u0306\u0300',
  ú: '\u0306\u0309',
  ü: '\u0306\u0303',
  ë: '\u0306\u0323',
}

/** Text in Vietnamese letters, from characters U+0000 to U+00FF that stand for bytes of TCVN3. */
export function fromTcvn3(text: string): string {
  const convert = (word: string): string => {
    const letters = [...word].map(character => tcvn3.get(character) ?? character).join('')
    // In a capital font small codes show as capitals; a word of at least two capitals and no small letter is one.
    const plain = word.replace(/[^A-Za-z]/g, '')
    return plain.length > 1 && plain === plain.toUpperCase() ? letters.toUpperCase() : letters
  }
  return text.replace(/[A-Za-z\u00a1-\u00fe]+/g, convert)
}

/** Text in Vietnamese letters, from characters U+0000 to U+00FF that stand for bytes of VNI for Windows. */
export function fromVni(text: string): string {
  let converted = ''
  let vowel = ''
  for (const character of text) {
    const small = character.toLowerCase()
    const isCapital = character !== small
    const marks = vniMarks[small]
    // ơ and ư take tones only; â, ê and ă marks need a letter that can carry them.
    if (marks !== undefined && canCarry(vowel, marks)) {
      converted += marks
      vowel = ''
      continue
    }
    const letter = vniLetters[small] ?? small
    converted += isCapital ? letter.toUpperCase() : letter
    vowel = letter
  }
  return converted.normalize('NFC')
}

function canCarry(vowel: string, marks: string): boolean {
  if (marks.startsWith('\u0306')) return vowel === 'a'
  if (marks.startsWith('\u0302')) return vowel !== '' && 'aeo'.includes(vowel)
  return vowel !== '' && 'aeiouyơư'.includes(vowel)
}

const onset = /^(ngh|ng|nh|gh|gi|kh|ph|qu|th|tr|ch|[bcdđghklmnrstvx])/
// Rimes of Vietnamese without tone, those with a stop at the end apart: they take only sắc and nặng.
const openRimes = new Set(
  (
    'a ai am an ang anh ao au ay ăm ăn ăng âm ân âng âu ây e em en eng eo ê êm ên êng ênh êu i ia im in inh iu iêm iên iêng iêu o oi om on ong oong oa oai oam ' +
    'oan oang oanh oao oay oăm oăn oăng oe oen oeo ô ôi ôm ôn ông ơ ơi ơm ơn u ua ui um un ung uân uâng uây uê uênh uên uôi uôm uôn uông uơ uy uya uyên uyn uynh uyu ' +
    'ư ưa ưi ưm ưn ưng ưu ươi ươm ươn ương ươu y ya yên ynh yêm yêng yêu'
  ).split(' '),
)
const stopRimes = new Set(
  (
    'ac ach ap at ăc ăp ăt âc âp ât ec ep et êch êp êt ich ip it iêc iêp iêt oc op ot ooc oac oach oap oat oăc oăt oet ôc ôp ôt ơp ơt uc up ut uât uêch ' +
    'uôc uôt uych uyêt uyt uyp ưc ưt ươc ươp ươt yt ych yêt'
  ).split(' '),
)
const toneMark = /[\u0300\u0301\u0303\u0309\u0323]/g

/** Whether a word can be a syllable of Vietnamese, by onset, rime and tone. */
export function isVietnameseSyllable(word: string): boolean {
  // A capital in the middle of a small word is the trace of a legacy font.
  if (/\p{Ll}\p{Lu}/u.test(word)) return false
  const decomposed = word.toLowerCase().normalize('NFD')
  const found = decomposed.match(toneMark) ?? []
  if (found.length > 1) return false
  const bare = decomposed.replace(toneMark, '').normalize('NFC')
  const tone = found[0]
  const fits = (rime: string): boolean => openRimes.has(rime) || (stopRimes.has(rime) && (tone === '\u0301' || tone === '\u0323'))
  const first = onset.exec(bare)?.[0] ?? ''
  // In `gì` and `giếng` the i is of the rime.
  return fits(bare.slice(first.length)) || (first === 'gi' && fits(bare.slice(1)))
}

const wordPattern = /[\p{L}\p{M}\u00a1-\u00bf]+/gu
const isOdd = (word: string): boolean => /[^\x00-\x7f]/.test(word)

/** Words with letters beyond ASCII, and how many of them Vietnamese can have. */
export function vietnameseEvidence(text: string): { words: number; syllables: number } {
  let words = 0
  let syllables = 0
  for (const [word] of text.matchAll(wordPattern)) {
    if (!isOdd(word)) continue
    words++
    if (isVietnameseSyllable(word)) syllables++
  }
  return { words, syllables }
}

/** Reads a text in a legacy encoding when that is clear: as written it is no Vietnamese, and converted all of it is. */
export function mendLegacyText(text: string): { text: string; encoding: LegacyEncoding } | undefined {
  if (!/[\u00a1-\u00fe]/.test(text) || /[^\x00-\xff]/.test(text)) return undefined
  const asWritten = vietnameseEvidence(text)
  if (asWritten.syllables === asWritten.words) return undefined
  for (const [encoding, convert] of [
    ['tcvn3', fromTcvn3],
    ['vni', fromVni],
  ] as const) {
    const converted = convert(text)
    const { words, syllables } = vietnameseEvidence(converted)
    // Characters that no Vietnamese letter came from must not be left over.
    if (words > 0 && words === syllables && !/[\u00a1-\u00bf]/.test(converted)) return { text: converted, encoding }
  }
  return undefined
}
