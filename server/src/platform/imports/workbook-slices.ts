// Cuts the sheets of a workbook into slices of rows, each a small workbook of its own. A slice keeps what stands before and
// behind the rows, and of the shared strings those that it names, under new numbers. A slice whose cells are not written as
// spreadsheet programs write them keeps its numbers and all strings.

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
    const named = cutStrings && renumber(slices, cutStrings.length - 1)
    yield parts.map(part => {
      if (named && part === strings) return { name: part.name, content: pickStrings(part.content, cutStrings, named.strings) }
      return { name: part.name, content: (named?.sheets ?? slices).get(part) ?? part.content }
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

/** A cell and the number in it, when nothing stands between. */
const cellWithNumber = /<c(\s[^<>]*)>\s*<v>(\d{1,9})<\/v>/g
/** Whatever a parser may take for the type of a cell. */
const anyType = /\bt\s*=\s*(?:"([^"]*)"|'([^']*)'|)/gi
const stringType = 's'
/** Types of cells and of formulas (ECMA-376 part 1, 18.18.11 and 18.18.6) whose values are no numbers of strings. */
const otherTypes = new Set(['b', 'd', 'e', 'inlineStr', 'n', 'str', 'array', 'dataTable', 'normal', 'shared'])

/** Slices that name the strings 0, 1, 2 …, and which ones these were; undefined unless every cell that names one is understood. */
function renumber(slices: ReadonlyMap<Part, Buffer>, count: number): { sheets: Map<Part, Buffer>; strings: number[] } | undefined {
  const newNumbers = new Map<number, number>()
  const sheets = new Map<Part, Buffer>()
  for (const [part, slice] of slices) {
    const text = slice.toString('latin1')
    const types = [...text.matchAll(anyType)].map(([, double, single]) => double ?? single ?? '')
    if (!types.every(type => type === stringType || otherTypes.has(type))) return undefined
    let left = types.filter(type => type === stringType).length
    const written = text.replace(cellWithNumber, (cell, attributes: string, digits: string) => {
      if (!attributes.includes(' t="s"')) return cell
      const number = Number(digits)
      // One that names a string that does not exist must not come to name another; of two types a parser takes either.
      left = number < count && attributes.match(anyType)?.length === 1 ? left - 1 : NaN
      if (!newNumbers.has(number)) newNumbers.set(number, newNumbers.size)
      return `<c${attributes}><v>${newNumbers.get(number)}</v>`
    })
    if (left !== 0) return undefined
    sheets.set(part, Buffer.from(written, 'latin1'))
  }
  return { sheets, strings: [...newNumbers.keys()] }
}

function pickStrings(strings: Buffer, starts: readonly number[], wanted: readonly number[]): Buffer {
  const pieces = wanted.map(number => strings.subarray(starts[number], starts[number + 1]))
  return Buffer.concat([strings.subarray(0, starts[0]), ...pieces, strings.subarray(starts.at(-1))])
}
