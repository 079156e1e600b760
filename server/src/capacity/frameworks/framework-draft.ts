import { createHash } from 'node:crypto'
import { z } from 'zod'
import { fieldCode } from '#platform/http/field-code.ts'
import { Problem } from '#platform/http/problem.ts'
import type { ProblemField } from '#platform/http/problem.ts'
import { languages } from '#platform/i18n/languages.ts'
import type { Translated } from '#platform/i18n/translated.ts'
import { canonicalText } from '#platform/ledger/ledger.ts'
import { elementKind } from './frameworks.api.ts'
import type { ElementKind, FrameworkLevel, FrameworkPreview, FrameworkSummary, Importance } from './frameworks.api.ts'

// A framework as a file tells it, before it is a record: what every reader makes and the one importer takes.

export const maxElements = 50_000
export const maxRelations = 200_000
/** Faults that one refusal names; who mends a file mends these first. */
const maxFaults = 20

export interface DraftElement {
  kind: ElementKind
  code: string
  parentCode: string | null
  level: number | null
  /** Empty for tasks, knowledge, skills and statements: their text is all they have. */
  name: Translated
  text: Translated
}

export interface DraftRelation {
  kind: 'needs' | 'performs' | 'reports-to'
  roleCode: string
  elementCode: string
  importance: Importance
  level: number | null
}

export interface DraftHead {
  publisher: string
  key: string
  version: string
  title: Translated
  description: Translated
  sourceLanguage: string
  licence: string
  source: Translated
  levels: readonly FrameworkLevel[]
}

export type TranslationStatus = FrameworkSummary['translationStatus']

/** In which form a framework came: a pack, NICE as CPRT JSON, NICE as a workbook. */
export type SourceForm = 'pack' | 'cprt' | 'workbook'

export interface FrameworkDraft extends DraftHead {
  sourceForm: SourceForm
  translationStatus: TranslationStatus
  /** In the framework's own order; a parent comes before its children. */
  elements: DraftElement[]
  relations: DraftRelation[]
  /** SHA-256 of what the file says, whatever its layout: equal content has an equal digest. */
  sha256: string
}

export type ImportNote = FrameworkPreview['notes'][number]

export interface ReadFramework {
  draft: FrameworkDraft
  notes: ImportNote[]
}

/** Of publishers: `SP_800_181_2_1_0`, `C01.2`, `OG-WRL-001`. Neither spaces nor characters that a path or a formula starts with. */
export const elementCode = z.string().regex(/^[\p{L}\p{N}][\p{L}\p{N}._:/-]{0,63}$/u)
export const frameworkVersion = z.string().regex(/^[0-9A-Za-z][0-9A-Za-z.+-]{0,39}$/)

/** What is wrong with a file, with its places. */
export class Faults {
  readonly #fields: ProblemField[] = []

  add(path: string, code: string, params?: Record<string, string | number>): void {
    this.#fields.push({ path, code, ...(params ? { params } : {}) })
    if (this.#fields.length >= maxFaults) this.throwIfAny()
  }

  /** `value` by `schema`; undefined, with the faults noted, when it does not fit. */
  read<S extends z.core.$ZodType>(schema: S, value: unknown, path: string): z.output<S> | undefined {
    const result = z.safeParse(schema, value, { reportInput: true })
    if (result.success) return result.data
    for (const issue of result.error.issues) {
      const place = [path, ...issue.path.map(String)].filter(Boolean).join('.').slice(0, 300)
      const { code, params } = fieldCode(issue)
      if (issue.code === 'unrecognized_keys') for (const key of issue.keys) this.add(`${place}.${key}`, code)
      else this.add(place, code, params)
    }
    return undefined
  }

  throwIfAny(): void {
    if (this.#fields.length > 0) throw new Problem(422, 'request.invalid', { fields: this.#fields })
  }
}

/** What a role can be related to. */
const reachable: Record<DraftRelation['kind'], ReadonlySet<ElementKind>> = {
  needs: new Set(['competency', 'knowledge', 'skill']),
  performs: new Set(['task']),
  'reports-to': new Set(['role']),
}

/** Builds a draft piece by piece and holds it together: no code twice, no relation into nothing, no level beside the scale. */
export class DraftBuilder {
  readonly faults: Faults
  readonly #elements = new Map<string, DraftElement>()
  readonly #relations = new Map<string, DraftRelation>()
  readonly #reportsTo = new Map<string, { to: string; place: string }>()
  readonly #levels: ReadonlySet<number>

  constructor(faults: Faults, levels: readonly FrameworkLevel[]) {
    this.faults = faults
    this.#levels = new Set(levels.map(({ level }) => level))
  }

  addElement(place: string, element: DraftElement): void {
    const { code, parentCode, level } = element
    if (this.#elements.has(code)) return this.faults.add(`${place}.code`, 'duplicate', { value: code })
    if (this.#elements.size >= maxElements) throw tooLarge()
    if (parentCode !== null && !this.#elements.has(parentCode)) this.faults.add(`${place}.parent`, 'unknown', { value: parentCode })
    if (level !== null) this.#checkLevel(`${place}.level`, level)
    this.#elements.set(code, { ...element, name: composed(element.name), text: composed(element.text) })
  }

  /** All elements must have been added before. Returns whether the relation is a new one. */
  addRelation(place: string, relation: DraftRelation): boolean {
    const { kind, roleCode, elementCode: code, level } = relation
    const identity = `${roleCode}\n${code}`
    if (this.#relations.has(identity)) return false
    if (this.#relations.size >= maxRelations) throw tooLarge()
    const element = this.#elements.get(code)
    if (this.#elements.get(roleCode)?.kind !== 'role') this.faults.add(`${place}.role`, 'unknown', { value: roleCode })
    if (!element || !reachable[kind].has(element.kind)) this.faults.add(`${place}.element`, 'unknown', { value: code })
    if (kind === 'reports-to') {
      if (this.#reportsTo.has(roleCode)) this.faults.add(`${place}.element`, 'duplicate', { value: code })
      this.#reportsTo.set(roleCode, { to: code, place })
    }
    if (level !== null) this.#checkLevel(`${place}.level`, level)
    this.#relations.set(identity, relation)
    return true
  }

  /** `added` names the parts of the head that are this product's words, not the file's: they are not part of the digest. */
  finish(sourceForm: SourceForm, head: DraftHead, notes: ImportNote[], added: readonly (keyof DraftHead)[] = []): ReadFramework {
    this.#refuseCircles()
    this.faults.throwIfAny()
    const elements = [...this.#elements.values()]
    if (!elements.some(({ kind }) => kind === 'role')) throw new Problem(422, 'framework.without-roles')
    const relations = [...this.#relations.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, relation]) => relation)
    const titled = { ...head, title: composed(head.title) }
    const { translationStatus, missing } = translationOf(titled, elements)
    const stated = Object.fromEntries(Object.entries(titled).filter(([part]) => !added.includes(part as keyof DraftHead)))
    const sha256 = createHash('sha256')
      .update(canonicalText({ ...stated, elements, relations }))
      .digest('hex')
    return { draft: { ...titled, sourceForm, translationStatus, elements, relations, sha256 }, notes: [...notes, ...missing] }
  }

  /** A role reports to one other at most, so a chain that is as long as there are lines has come back to itself. */
  #refuseCircles(): void {
    const isOutside = new Set<string>()
    for (const [role, { place }] of this.#reportsTo) {
      const passed = new Set<string>()
      let at: string | undefined = role
      while (at !== undefined && !passed.has(at) && !isOutside.has(at)) {
        passed.add(at)
        at = this.#reportsTo.get(at)?.to
      }
      if (at === role && passed.has(role)) this.faults.add(place, 'cycle', { value: role })
      else for (const one of passed) if (at === undefined || isOutside.has(at)) isOutside.add(one)
    }
  }

  #checkLevel(path: string, level: number): void {
    if (level < 1 || !this.#levels.has(level)) this.faults.add(path, 'unknown', { value: level })
  }
}

const composed = (text: Translated): Translated =>
  Object.fromEntries(Object.entries(text).map(([language, words]) => [language, words?.normalize('NFC')]))

export const tooLarge = (): Problem => new Problem(422, 'framework.too-large', { params: { maxElements, maxRelations } })

/**
 * A language is there only when every text has it. A text in several languages is each language's own: the file does not
 * tell how it was made.
 */
function translationOf(
  head: DraftHead,
  elements: readonly DraftElement[],
): { translationStatus: TranslationStatus; missing: ImportNote[] } {
  const texts = [head.title, ...elements.flatMap(({ name, text }) => [name, text])].filter(text =>
    languages.some(language => text[language]),
  )
  const translationStatus: TranslationStatus = {}
  const missing: ImportNote[] = []
  for (const language of languages) {
    const count = texts.filter(text => !text[language]).length
    translationStatus[language] = count === 0 ? 'original' : 'missing'
    if (count > 0) missing.push({ code: 'language-incomplete', params: { language, count } })
  }
  return { translationStatus, missing }
}

export function countDraft(draft: FrameworkDraft): FrameworkSummary['counts'] {
  const counts = { ...noCounts, relation: draft.relations.length }
  for (const { kind } of draft.elements) counts[kind]++
  return counts
}

export const noCounts: FrameworkSummary['counts'] = {
  ...(Object.fromEntries(elementKind.options.map(kind => [kind, 0])) as Record<ElementKind, number>),
  relation: 0,
}
