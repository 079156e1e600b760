/** A run of words that both texts have, or one of them. */
export interface TextPart {
  kind: 'same' | 'removed' | 'added'
  text: string
}

/** Beyond this many pairs of words the two texts are shown whole, one after the other. */
const maxPairs = 4_000_000

/** How a text became another, word by word, also where words have no spaces between them. */
export function compareTexts(before: string, after: string, locale: string): TextPart[] {
  const segmenter = new Intl.Segmenter(locale, { granularity: 'word' })
  const wordsOf = (text: string): string[] => [...segmenter.segment(text)].map(({ segment }) => segment)
  const [old, now] = [wordsOf(before), wordsOf(after)]
  if (old.length * now.length > maxPairs) return joined([...old.map(part('removed')), ...now.map(part('added'))])
  // Longest common subsequence: `length[i][j]` of what follows old word i and new word j.
  const width = now.length + 1
  const lengths = new Uint32Array((old.length + 1) * width)
  for (let i = old.length - 1; i >= 0; i--) {
    for (let j = now.length - 1; j >= 0; j--) {
      lengths[i * width + j] =
        old[i] === now[j] ? lengths[(i + 1) * width + j + 1]! + 1 : Math.max(lengths[(i + 1) * width + j]!, lengths[i * width + j + 1]!)
    }
  }
  const parts: TextPart[] = []
  let [i, j] = [0, 0]
  while (i < old.length || j < now.length) {
    if (i < old.length && j < now.length && old[i] === now[j]) {
      parts.push(part('same')(old[i]!))
      i += 1
      j += 1
    } else if (j >= now.length || (i < old.length && lengths[(i + 1) * width + j]! >= lengths[i * width + j + 1]!)) {
      parts.push(part('removed')(old[i]!))
      i += 1
    } else {
      parts.push(part('added')(now[j]!))
      j += 1
    }
  }
  return joined(parts)
}

const part =
  (kind: TextPart['kind']) =>
  (text: string): TextPart => ({ kind, text })

/** Neighbours of one kind become one run. */
function joined(parts: readonly TextPart[]): TextPart[] {
  const runs: TextPart[] = []
  for (const { kind, text } of parts) {
    const last = runs.at(-1)
    if (last?.kind === kind) last.text += text
    else runs.push({ kind, text })
  }
  return runs
}
