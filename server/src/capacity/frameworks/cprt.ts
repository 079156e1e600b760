import { z } from 'zod'
import { Problem } from '#platform/http/problem.ts'
import { defaultLevels } from './default-levels.ts'
import { DraftBuilder, Faults, elementCode, frameworkVersion, maxElements, maxRelations, tooLarge } from './framework-draft.ts'
import type { DraftElement, ReadFramework } from './framework-draft.ts'
import { addLinks, addedToNice, niceHead, withdrawn } from './nice.ts'
import type { NiceKind } from './nice.ts'
import { NoteCounts } from './note-counts.ts'

// The NICE Framework as NIST's Cybersecurity and Privacy Reference Tool (CPRT) gives it: a flat list of elements and one
// of relationships. Every relationship is a `projection`; what it means follows from the types at its two ends.

const niceDocument = /^SP_800_181(_|$)/
const title = z.string().max(1000)
const text = z.string().max(20_000)
const identifier = z.string().min(1).max(100)

const file = z.looseObject({
  response: z.looseObject({
    elements: z.looseObject({
      documents: z.array(z.unknown()),
      elements: z.array(z.unknown()),
      relationships: z.array(z.unknown()),
    }),
  }),
})

const documentRow = z.looseObject({
  doc_identifier: identifier,
  name: title.min(1),
  version: frameworkVersion,
  website: z
    .url({ protocol: /^https?$/ })
    .max(300)
    .optional(),
})

const elementRow = z.looseObject({
  element_type: identifier,
  element_identifier: elementCode,
  title,
  text,
  doc_identifier: identifier,
})
type ElementRow = z.infer<typeof elementRow>

const relationshipRow = z.looseObject({
  relationship_identifier: identifier,
  source_element_identifier: identifier,
  source_doc_identifier: identifier,
  dest_element_identifier: identifier,
  dest_doc_identifier: identifier,
})

const kinds = {
  category: 'category',
  work_role: 'role',
  competency_area: 'competency',
  task: 'task',
  knowledge: 'knowledge',
  skill: 'skill',
} as const
type KeptType = keyof typeof kinds
const isStatement = (type: string): type is NiceKind => type === 'task' || type === 'knowledge' || type === 'skill'
const isKept = (type: string): type is KeptType => Object.hasOwn(kinds, type)
/** Types that come before others in the draft: parents before children, then what roles relate to. */
const order: readonly KeptType[] = ['category', 'work_role', 'competency_area', 'task', 'knowledge', 'skill']

interface Placed<Row> {
  row: Row
  place: string
}

interface Projection {
  from: string
  to: string
  place: string
}

/** A CPRT document → draft; throws a Problem with the places of what is wrong. */
export function readCprt(value: unknown): ReadFramework {
  const faults = new Faults()
  const notes = new NoteCounts()
  const outer = faults.read(file, value, '')
  faults.throwIfAny()
  const { documents, elements: elementRows, relationships } = outer!.response.elements
  if (elementRows.length > maxElements || relationships.length > maxRelations) throw tooLarge()
  if (documents.length !== 1) throw new Problem(422, 'framework.one-document', { params: { count: documents.length } })
  const document = faults.read(documentRow, documents[0], 'response.elements.documents.0')
  faults.throwIfAny()
  const { doc_identifier: documentId, name, version, website } = document!
  if (!niceDocument.test(documentId)) throw new Problem(422, 'framework.other-document', { params: { document: documentId } })
  notes.countUnknownFields(document!, documentRow)

  const elements = readElements(elementRows, documentId, faults, notes)
  const projections = readProjections(relationships, documentId, elements, faults, notes)
  faults.throwIfAny()

  const typeOf = (id: string): string => elements.get(id)!.row.element_type
  const sortOf = new Map<string, string>()
  const categoryOf = new Map<string, string>()
  const links: Projection[] = []
  for (const projection of projections) {
    const { from, to } = projection
    const [fromType, toType] = [typeOf(from), typeOf(to)]
    const isWithdrawn = notes.withdrawn.has(from) || notes.withdrawn.has(to)
    if (toType === 'sort') sortOf.set(from, elements.get(to)!.row.title)
    else if (isWithdrawn) notes.add('withdrawn-relation')
    else if (fromType === 'work_role' && isStatement(toType)) links.push(projection)
    else if (fromType === 'category' && toType === 'work_role' && !categoryOf.has(to)) categoryOf.set(to, from)
    else notes.add('relation-left-aside', { from: fromType, to: toType })
  }

  const builder = new DraftBuilder(faults, defaultLevels)
  for (const { row, place } of inOrder(elements, notes.withdrawn, sortOf, categoryOf)) {
    builder.addElement(place, draftElement(row, categoryOf.get(row.element_identifier) ?? null))
  }
  const statements = [...elements.values()].filter(({ row }) => isStatement(row.element_type)).map(({ row }) => row.element_identifier)
  addLinks(
    builder,
    notes,
    links.map(({ from, to, place }) => ({ role: from, to, kind: typeOf(to) as NiceKind, place })),
    statements.filter(id => !notes.withdrawn.has(id)),
  )
  const at = website ? `, ${website}` : ''
  const head = niceHead(name, version, {
    vi: `NIST, công cụ tra cứu CPRT, tài liệu ${documentId}${at}`,
    en: `NIST, Cybersecurity and Privacy Reference Tool (CPRT), document ${documentId}${at}`,
    ja: `NIST、参照ツールCPRT、文書${documentId}${at}`,
  })
  return builder.finish('cprt', head, notes.list(), addedToNice)
}

function readElements(rows: readonly unknown[], documentId: string, faults: Faults, notes: NoteCounts): Map<string, Placed<ElementRow>> {
  const elements = new Map<string, Placed<ElementRow>>()
  for (const [i, value] of rows.entries()) {
    const place = `response.elements.elements.${i}`
    const row = faults.read(elementRow, value, place)
    if (!row) continue
    const { element_identifier: id, element_type: type } = row
    if (elements.has(id)) {
      faults.add(`${place}.element_identifier`, 'duplicate', { value: id })
      continue
    }
    elements.set(id, { row, place })
    notes.countUnknownFields(row, elementRow)
    if (row.doc_identifier !== documentId) faults.add(`${place}.doc_identifier`, 'unknown', { value: row.doc_identifier })
    if (!isKept(type)) {
      notes.add(type === 'sort' ? 'order-only' : 'element-left-aside', type === 'sort' ? {} : { type })
    } else if (withdrawn.test(row.title) || withdrawn.test(row.text)) {
      notes.withdrawn.add(id)
      notes.add('withdrawn-element', { type })
    } else if (!row.text.trim() && !row.title.trim()) {
      faults.add(`${place}.text`, 'required')
    }
  }
  return elements
}

function readProjections(
  rows: readonly unknown[],
  documentId: string,
  elements: ReadonlyMap<string, unknown>,
  faults: Faults,
  notes: NoteCounts,
): Projection[] {
  const projections: Projection[] = []
  for (const [i, value] of rows.entries()) {
    const place = `response.elements.relationships.${i}`
    const row = faults.read(relationshipRow, value, place)
    if (!row) continue
    notes.countUnknownFields(row, relationshipRow, ['provenance_doc_identifier'])
    const { source_element_identifier: from, dest_element_identifier: to, relationship_identifier: kind } = row
    if (kind !== 'projection') notes.add('relationship-type-left-aside', { type: kind })
    else if (row.source_doc_identifier !== documentId || row.dest_doc_identifier !== documentId) notes.add('other-document-relation')
    else if (!elements.has(from)) faults.add(`${place}.source_element_identifier`, 'unknown', { value: from })
    else if (!elements.has(to)) faults.add(`${place}.dest_element_identifier`, 'unknown', { value: to })
    else projections.push({ from, to, place })
  }
  return projections
}

/** The publisher's order where `sort` gives one; a role without one comes last in its category; the rest by code. */
function inOrder(
  elements: ReadonlyMap<string, Placed<ElementRow>>,
  leftOut: ReadonlySet<string>,
  sortOf: ReadonlyMap<string, string>,
  categoryOf: ReadonlyMap<string, string>,
): Placed<ElementRow>[] {
  const last = '\uffff'
  const keyOf = ({ element_type: type, element_identifier: id }: ElementRow): string => {
    const category = categoryOf.get(id)
    const sort = sortOf.get(id) ?? (category ? `${sortOf.get(category) ?? last}.${last}` : last)
    return [order.indexOf(type as KeptType), sort, id].join('\n')
  }
  return [...elements.values()]
    .filter(({ row }) => isKept(row.element_type) && !leftOut.has(row.element_identifier))
    .map(placed => ({ placed, key: keyOf(placed.row) }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ placed }) => placed)
}

function draftElement(row: ElementRow, parentCode: string | null): DraftElement {
  const inEnglish = (words: string): { en?: string } => (words.trim() ? { en: words.trim() } : {})
  const { element_type: type, element_identifier: code } = row
  return { kind: kinds[type as KeptType], code, parentCode, level: null, name: inEnglish(row.title), text: inEnglish(row.text) }
}
