// IP addresses as the batch keeps them: four 32-bit words, most significant first, IPv4 in the first of them.

export type Family = 4 | 6

export interface Address {
  family: Family
  words: readonly [number, number, number, number]
}

/** `192.0.2.1`, or IPv6 as RFC 5952 writes it (lower case, the longest run of zeros shortened, IPv4-mapped with dots). */
export function formatAddress(family: number, words: ArrayLike<number>, at = 0): string {
  const first = words[at] ?? 0
  if (family === 4) return formatIPv4(first)
  const [second = 0, third = 0, fourth = 0] = [words[at + 1], words[at + 2], words[at + 3]]
  if (first === 0 && second === 0 && third === 0xffff) return `::ffff:${formatIPv4(fourth)}`
  const groups = [first, second, third, fourth].flatMap(word => [word >>> 16, word & 0xffff])
  let [runStart, runLength] = [-1, 1]
  for (let start = 0; start < 8; start++) {
    let length = 0
    while (start + length < 8 && groups[start + length] === 0) length++
    if (length > runLength) [runStart, runLength] = [start, length]
  }
  const hex = (some: number[]): string => some.map(group => group.toString(16)).join(':')
  return runStart < 0 ? hex(groups) : `${hex(groups.slice(0, runStart))}::${hex(groups.slice(runStart + runLength))}`
}

const formatIPv4 = (word: number): string => `${word >>> 24}.${(word >>> 16) & 255}.${(word >>> 8) & 255}.${word & 255}`

function parseIPv4(text: string): number | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)
  const parts = match?.slice(1).map(Number)
  if (!parts || parts.some(part => part > 255)) return undefined
  return parts.reduce((word, part) => word * 256 + part, 0)
}

/** Words of an address in text; undefined when it is none. A zone (`%eth0`) is dropped. */
export function parseAddress(text: string): Address | undefined {
  const bare = text.replace(/%.*$/, '')
  const ipv4 = parseIPv4(bare)
  if (ipv4 !== undefined) return { family: 4, words: [ipv4, 0, 0, 0] }
  // The last 32 bits may be written with dots (RFC 4291 §2.2).
  const colon = bare.lastIndexOf(':')
  const tail = parseIPv4(bare.slice(colon + 1))
  const hexed =
    colon >= 0 && tail !== undefined ? `${bare.slice(0, colon + 1)}${(tail >>> 16).toString(16)}:${(tail & 0xffff).toString(16)}` : bare
  const halves = hexed.split('::')
  if (halves.length > 2 || !hexed.includes(':')) return undefined
  const [head = [], rest = []] = halves.map(half => (half === '' ? [] : half.split(':')))
  const missing = 8 - head.length - rest.length
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined
  const groups = [...head, ...Array.from({ length: missing }, () => '0'), ...rest]
  if (!groups.every(group => /^[0-9a-f]{1,4}$/i.test(group))) return undefined
  const word = (index: number): number => (parseInt(groups[index]!, 16) * 0x1_0000 + parseInt(groups[index + 1]!, 16)) >>> 0
  return { family: 6, words: [word(0), word(2), word(4), word(6)] }
}
