import { inflateSync } from 'node:zlib'

// The text of a PDF that our own compiler made (plain objects, two-byte glyph ids, a ToUnicode map per font): enough to
// hold a document to its words, without a program that a machine may lack.

const escapes: Record<string, string> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f', '\n': '' }

/** All text in reading order, without any white space: where lines and runs break is the layout's business. */
export function readPdfText(pdf: Uint8Array): string {
  const objects = readObjects(Buffer.from(pdf).toString('latin1'))
  const text = (reference: string | undefined): string => streamOf(objects.get(reference ?? '') ?? '')
  let written = ''
  for (const object of objects.values()) {
    if (!/\/Type \/Page\s/.test(object)) continue
    const fonts = new Map<string, Map<number, string>>()
    for (const [, name, reference] of object.matchAll(/\/(f\d+) (\d+) 0 R/g)) {
      fonts.set(name!, readUnicodeMap(text(/\/ToUnicode (\d+) 0 R/.exec(objects.get(reference!) ?? '')?.[1])))
    }
    // What a cluster of glyphs stands for is said a second time; the glyphs are enough.
    const content = text(/\/Contents (\d+) 0 R/.exec(object)?.[1]).replace(/\/ActualText <[0-9A-F]*>/gi, '')
    written += readContent(content, fonts)
  }
  return written.replace(/[\s\u200b\u00a0]/g, '')
}

function readObjects(source: string): Map<string, string> {
  return new Map([...source.matchAll(/(?:^|\n)(\d+) 0 obj\n([\s\S]*?)\nendobj/g)].map(([, number, body]) => [number!, body!]))
}

function streamOf(object: string): string {
  const stream = /\nstream\n([\s\S]*)\nendstream/.exec(object)?.[1] ?? ''
  return object.includes('/FlateDecode') ? inflateSync(Buffer.from(stream, 'latin1')).toString('latin1') : stream
}

/** Glyph → characters, from the pairs between `beginbfchar` and `endbfchar`. */
function readUnicodeMap(map: string): Map<number, string> {
  const characters = new Map<number, string>()
  for (const [, glyph, units] of map.matchAll(/<([0-9A-F]{4})> <([0-9A-F]+)>/gi)) {
    characters.set(parseInt(glyph!, 16), Buffer.from(units!, 'hex').swap16().toString('utf16le'))
  }
  return characters
}

/** What `(…)` and `<…>` show, in the font chosen last. */
function readContent(content: string, fonts: ReadonlyMap<string, ReadonlyMap<number, string>>): string {
  let font: ReadonlyMap<number, string> | undefined
  let written = ''
  const next = /\/(f\d+) [\d.]+ Tf|\(|<([0-9A-F]+)>/gi
  for (let found = next.exec(content); found; found = next.exec(content)) {
    const [, chosen, hex] = found
    if (chosen) {
      font = fonts.get(chosen)
      continue
    }
    const literal = hex ? undefined : readLiteral(content, next.lastIndex)
    if (literal) next.lastIndex = literal.end
    const bytes = literal ? Buffer.from(literal.bytes, 'latin1') : Buffer.from(hex ?? '', 'hex')
    for (let i = 0; i + 1 < bytes.length; i += 2) written += font?.get(bytes.readUInt16BE(i)) ?? ''
  }
  return written
}

/** A string up to its closing parenthesis; pairs of parentheses inside need no escape (ISO 32000-1 §7.3.4.2). */
function readLiteral(content: string, start: number): { bytes: string; end: number } {
  let bytes = ''
  let depth = 1
  let at = start
  while (at < content.length) {
    const character = content[at++]!
    if (character === '\\') {
      const octal = /^[0-7]{1,3}/.exec(content.slice(at, at + 3))?.[0]
      const escaped = octal ?? content[at]!
      bytes += octal ? String.fromCharCode(parseInt(octal, 8)) : (escapes[escaped] ?? escaped)
      at += escaped.length
      continue
    }
    if (character === '(') depth++
    if (character === ')' && --depth === 0) break
    bytes += character
  }
  return { bytes, end: at }
}
