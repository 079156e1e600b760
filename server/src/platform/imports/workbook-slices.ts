// Cuts the sheets of a workbook into slices of rows, each a small workbook of its own. A slice keeps what stands before and
// behind the rows, and of the shared strings those that it may name; the others become empty, so that numbers stay right.

export interface Part {
  name: string
  content: Buffer
}

export const isSheet = ({ name }: { name: string }): boolean => name.toLowerCase().startsWith('xl/worksheets/')
const isStrings = ({ name }: { name: string }): boolean => name.toLowerCase() === 'xl/sharedstrings.xml'

/** At least one workbook: all of it where rows cannot be told apart with certainty. */
export function* sliceWorkbook(parts: readonly Part[], sliceRows: number): Generator<Part[], void, undefined> {
  const sheets = new Map(parts.filter(isSheet).map(part => [part, findCuts(part.content, sliceRows)]))
  const rounds = Math.max(1, ...[...sheets.values()].map(cuts => cuts.length - 1))
  if (rounds === 1) return yield [...parts]
  const strings = parts.find(isStrings)
  const cutStrings = strings && indexStrings(strings.content)
  for (let round = 0; round < rounds; round++) {
    const slices = new Map([...sheets].map(([part, cuts]) => [part, sliceOf(part.content, cuts, round)]))
    yield parts.map(part => {
      if (part === strings && cutStrings) return { name: part.name, content: keepStrings(part.content, cutStrings, [...slices.values()]) }
      return { name: part.name, content: slices.get(part) ?? part.content }
    })
  }
}

const rowTag = '<row'
/** Behind the name of a tag. */
const endsName = (byte: number | undefined): boolean => byte === 0x20 || byte === 0x3e || byte === 0x09 || byte === 0x0a || byte === 0x0d

/** Where the slices begin, and where the last one ends; the first also begins the rows. */
function findCuts(sheet: Buffer, sliceRows: number): number[] {
  const end = sheet.indexOf('</sheetData>')
  const whole = [0, sheet.length]
  // Within those, what looks like a row need not be one.
  if (end < 0 || sheet.includes('<![CDATA[') || sheet.includes('<!--')) return whole
  const cuts: number[] = []
  let rows = 0
  for (let at = sheet.indexOf(rowTag); at >= 0 && at < end; at = sheet.indexOf(rowTag, at + rowTag.length)) {
    if (!endsName(sheet[at + rowTag.length])) continue
    // A row without a number is the next one, whatever slice it stands in.
    const tag = sheet.toString('latin1', at, sheet.indexOf('>', at))
    if (!/\sr\s*=/.test(tag)) return whole
    if (rows++ % sliceRows === 0) cuts.push(at)
  }
  return cuts.length > 0 ? [...cuts, end] : whole
}

function sliceOf(sheet: Buffer, cuts: readonly number[], round: number): Buffer {
  const [from, to] = [cuts[0]!, cuts.at(-1)!]
  // All of it in the first round, nothing afterwards.
  if (from === 0)
    return round === 0
      ? sheet
      : Buffer.from('<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData/></worksheet>')
  const rows = round < cuts.length - 1 ? sheet.subarray(cuts[round], cuts[round + 1]) : Buffer.alloc(0)
  return Buffer.concat([sheet.subarray(0, from), rows, sheet.subarray(to)])
}

const openString = '<si>'
const closeString = '</si>'
const emptyString = Buffer.from('<si></si>')

/** Where each string begins, and where the last one ends; undefined when they are written in a way that is not known here. */
function indexStrings(strings: Buffer): number[] | undefined {
  if (strings.includes('<![CDATA[') || strings.includes('<!--') || strings.includes('<si ') || strings.includes('<si/')) return undefined
  const starts: number[] = []
  let end = 0
  for (let at = strings.indexOf(openString); at >= 0; at = strings.indexOf(openString, end)) {
    // Nothing between two strings, so that their places are their numbers.
    if (end > 0 && at !== end) return undefined
    starts.push(at)
    end = strings.indexOf(closeString, at)
    if (end < 0) return undefined
    end += closeString.length
  }
  return starts.length > 0 ? [...starts, end] : undefined
}

/** Values that are whole numbers: all those that can name a string, and others that do no harm. */
const wholeNumber = /<(?:\w+:)?v(?:\s[^<>]*)?>\s*(\d{1,9})\s*</g

function keepStrings(strings: Buffer, starts: readonly number[], slices: readonly Buffer[]): Buffer {
  const named = new Uint8Array(starts.length)
  for (const slice of slices)
    for (const [, number] of slice.toString('latin1').matchAll(wholeNumber)) if (Number(number) < named.length) named[Number(number)] = 1
  const pieces = [strings.subarray(0, starts[0])]
  // Runs of strings that are named, or not: they stand in the order of the rows that first named them.
  const last = starts.length - 1
  for (let from = 0; from < last;) {
    let to = from + 1
    while (to < last && named[to] === named[from]) to++
    pieces.push(named[from] ? strings.subarray(starts[from], starts[to]) : Buffer.alloc((to - from) * emptyString.length, emptyString))
    from = to
  }
  pieces.push(strings.subarray(starts[last]))
  return Buffer.concat(pieces)
}
