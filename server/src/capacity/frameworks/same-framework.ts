import type { Work } from '#platform/database/work.ts'
import type { FrameworkDraft, ImportNote } from './framework-draft.ts'
import { loadContent } from './frameworks.store.ts'
import type { ContentElement } from './frameworks.store.ts'

// NIST publishes one version of NICE as CPRT JSON and as a workbook, and words a handful of statements differently in them.
// With the same elements and links they are one framework: whichever comes first is kept, and the other changes nothing.

const namedCodes = 10

/** Spaces, quotation marks and dashes are how a file was made, not what it says. */
const plain = (text: string | undefined): string =>
  (text ?? '').normalize('NFKC').replaceAll(/[’‘]/g, "'").replaceAll(/[“”]/g, '"').replaceAll(/[–—]/g, '-').replaceAll(/\s+/g, ' ').trim()

const structureOf = ({ code, kind, parentCode, level }: Pick<ContentElement, 'code' | 'kind' | 'parentCode' | 'level'>): string =>
  JSON.stringify([code, kind, parentCode, level])

/**
 * Undefined when elements or links differ from what is here. Otherwise what is to be said: nothing, or how many elements
 * are worded otherwise.
 */
export async function compareWithImported(work: Work, frameworkId: string, draft: FrameworkDraft): Promise<ImportNote[] | undefined> {
  const { elements, relations } = await loadContent(work, frameworkId)
  if (elements.length !== draft.elements.length || relations.length !== draft.relations.length) return undefined
  const ours = new Map(elements.map(element => [structureOf(element), element]))
  const links = new Set(relations.map(one => JSON.stringify([one.kind, one.roleCode, one.elementCode, one.importance, one.level])))
  for (const one of draft.relations)
    if (!links.has(JSON.stringify([one.kind, one.roleCode, one.elementCode, one.importance, one.level]))) return undefined
  const otherwise: string[] = []
  for (const theirs of draft.elements) {
    const element = ours.get(structureOf(theirs))
    if (!element) return undefined
    const isSame = (['name', 'text'] as const).every(part =>
      (['vi', 'en', 'ja'] as const).every(language => plain(element[part][language]) === plain(theirs[part][language])),
    )
    if (!isSame) otherwise.push(theirs.code)
  }
  if (otherwise.length === 0) return []
  const codes = otherwise.slice(0, namedCodes).join(', ')
  return [{ code: 'worded-otherwise', params: { count: otherwise.length, codes: otherwise.length > namedCodes ? `${codes}, …` : codes } }]
}
