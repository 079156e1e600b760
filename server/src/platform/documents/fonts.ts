import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

// The fonts that documents are set in, whole, so that a document looks the same on every machine. Fonts of the system
// are never used: templates switch the fallback off, and `isCovered` says what these fonts can show.

const families = [
  {
    package: '@expo-google-fonts/be-vietnam-pro',
    files: ['400Regular/BeVietnamPro_400Regular.ttf', '600SemiBold/BeVietnamPro_600SemiBold.ttf'],
  },
  {
    package: '@expo-google-fonts/noto-sans-jp',
    files: ['400Regular/NotoSansJP_400Regular.ttf', '600SemiBold/NotoSansJP_600SemiBold.ttf'],
  },
] as const

export interface Fonts {
  blobs: Buffer[]
  /** Whether some font has the character. */
  isCovered(codePoint: number): boolean
  /** Whether every font has it: a combining mark must be in the same font as the letter before it. */
  isInEveryFont(codePoint: number): boolean
}

export function loadFonts(): Fonts {
  const require = createRequire(import.meta.url)
  const blobs: Buffer[] = []
  const coverages: Set<number>[] = []
  for (const family of families) {
    const directory = dirname(require.resolve(`${family.package}/package.json`))
    const fonts = family.files.map(file => readFileSync(join(directory, file)))
    blobs.push(...fonts)
    coverages.push(readCoverage(fonts[0]!))
  }
  return {
    blobs,
    isCovered: codePoint => coverages.some(coverage => coverage.has(codePoint)),
    isInEveryFont: codePoint => coverages.every(coverage => coverage.has(codePoint)),
  }
}

/** Characters that a TrueType font has, from its Unicode `cmap` (OpenType 1.9, `cmap` formats 4 and 12). */
export function readCoverage(font: Buffer): Set<number> {
  const covered = new Set<number>()
  const cmap = tableOffset(font, 'cmap')
  const subtables = font.readUInt16BE(cmap + 2)
  for (let i = 0; i < subtables; i++) {
    const record = cmap + 4 + i * 8
    const platform = font.readUInt16BE(record)
    if (platform !== 0 && platform !== 3) continue
    const subtable = cmap + font.readUInt32BE(record + 4)
    const format = font.readUInt16BE(subtable)
    if (format === 4) readFormat4(font, subtable, covered)
    else if (format === 12) readFormat12(font, subtable, covered)
  }
  return covered
}

function tableOffset(font: Buffer, tag: string): number {
  const tables = font.readUInt16BE(4)
  for (let i = 0; i < tables; i++) {
    const record = 12 + i * 16
    if (font.toString('latin1', record, record + 4) === tag) return font.readUInt32BE(record + 8)
  }
  throw new Error(`font has no table ${tag}`)
}

function readFormat4(font: Buffer, subtable: number, covered: Set<number>): void {
  const doubled = font.readUInt16BE(subtable + 6)
  const ends = subtable + 14
  const starts = ends + doubled + 2
  const deltas = starts + doubled
  const offsets = deltas + doubled
  for (let i = 0; i < doubled; i += 2) {
    const end = font.readUInt16BE(ends + i)
    const start = font.readUInt16BE(starts + i)
    const delta = font.readUInt16BE(deltas + i)
    const offset = font.readUInt16BE(offsets + i)
    for (let code = start; code <= end && code !== 0xffff; code++) {
      const listed = offset === 0 ? code : font.readUInt16BE(offsets + i + offset + (code - start) * 2)
      const glyph = offset === 0 || listed !== 0 ? (listed + delta) & 0xffff : 0
      // Glyph 0 is `.notdef`: the font does not have the character.
      if (glyph !== 0) covered.add(code)
    }
  }
}

function readFormat12(font: Buffer, subtable: number, covered: Set<number>): void {
  const groups = font.readUInt32BE(subtable + 12)
  for (let i = 0; i < groups; i++) {
    const group = subtable + 16 + i * 12
    const start = font.readUInt32BE(group)
    const end = font.readUInt32BE(group + 4)
    const firstGlyph = font.readUInt32BE(group + 8)
    for (let code = start; code <= end; code++) if (firstGlyph + (code - start) !== 0) covered.add(code)
  }
}
