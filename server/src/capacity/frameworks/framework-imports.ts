import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import type { Work } from '#platform/database/work.ts'
import type { Upload } from '#platform/http/endpoint.ts'
import { Problem } from '#platform/http/problem.ts'
import { closePreview, holdPreview, savePreview } from '#platform/imports/previews.ts'
import { recordChange } from '#platform/ledger/ledger.ts'
import { maxBytes } from './bounded-json.ts'
import { countDraft } from './framework-draft.ts'
import type { FrameworkDraft, ImportNote, ReadFramework } from './framework-draft.ts'
import type { FrameworkPreview } from './frameworks.api.ts'
import { findFramework, insertFramework, listIdentities, maxFrameworks } from './frameworks.store.ts'
import { listBuiltInPacks, readBuiltInPack, readPackFolder } from './pack.ts'
import { readFrameworkBytes } from './read-framework.ts'
import { compareWithImported } from './same-framework.ts'

// How a framework comes in: from a file that a person previews first, from a pack that ships with the product, or from a
// file of the operator. A version is immutable: the same content again changes nothing, other content is refused.

export interface ImportedFramework {
  frameworkId: string
  fate: 'new' | 'already-imported'
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

interface FoundFramework {
  id: string
  /** What is to be said where another form of the same version came in before. */
  notes: ImportNote[]
}

/** This framework where it is in already; undefined where it is not. Other content under the same identity: 409. */
async function findImported(work: Work, draft: FrameworkDraft): Promise<FoundFramework | undefined> {
  const imported = await findFramework(work, draft)
  if (!imported) return undefined
  const { id, sourceSha256, sourceForm } = imported
  if (sourceSha256 === draft.sha256) return { id, notes: [] }
  const notes = sourceForm === draft.sourceForm ? undefined : await compareWithImported(work, id, draft)
  if (notes) return { id, notes }
  const { publisher, key, version } = draft
  throw new Problem(409, 'framework.differs', { params: { publisher, key, version } })
}

async function importDraft(
  work: Work,
  draft: FrameworkDraft,
  fileSha256: string | null,
): Promise<ImportedFramework & { notes: ImportNote[] }> {
  const imported = await findImported(work, draft)
  if (imported) return { frameworkId: imported.id, fate: 'already-imported', notes: imported.notes }
  if ((await listIdentities(work)).length >= maxFrameworks) throw new Problem(409, 'framework.too-many', { params: { maxFrameworks } })
  const frameworkId = await insertFramework(work, draft)
  if (!frameworkId) {
    // Somebody else has imported this identity since; what is there now decides.
    const theirs = await findImported(work, draft)
    if (!theirs) throw new Error('framework: an identity is taken and cannot be found')
    return { frameworkId: theirs.id, fate: 'already-imported', notes: theirs.notes }
  }
  const { publisher, key, version } = draft
  const after = { publisher, key, version, sourceSha256: draft.sha256, fileSha256, counts: countDraft(draft) }
  await recordChange(work, { verb: 'framework.imported', recordType: 'framework', recordId: frameworkId, after })
  return { frameworkId, fate: 'new', notes: [] }
}

/** A framework as its file tells it. */
export interface FrameworkFile extends ReadFramework {
  fileName: string
  /** Null for the folder of a pack, which is several files. */
  fileSha256: string | null
}

/** Reads a file that a person sends. That may take long, so it is done before the work begins. */
export async function readFrameworkUpload({ fileName, bytes }: Upload): Promise<FrameworkFile & { fileSha256: string }> {
  return { ...(await readFrameworkBytes(bytes)), fileName: path.basename(fileName).slice(0, 200), fileSha256: sha256(bytes) }
}

/** Says what the import of a file would do; nothing is imported yet. */
export async function previewFramework(work: Work, file: FrameworkFile & { fileSha256: string }): Promise<FrameworkPreview> {
  const { draft, notes, fileName } = file
  const imported = await findImported(work, draft)
  const fate = imported ? 'already-imported' : 'new'
  const { id, version } = await savePreview(work, 'framework', { name: fileName, sha256: file.fileSha256 }, { draft })
  return { previewId: id, version, fileName, fate, framework: summaryOf(draft), notes: [...(imported?.notes ?? []), ...notes] }
}

function summaryOf(draft: FrameworkDraft): FrameworkPreview['framework'] {
  const { elements: _, relations: __, sourceForm: ___, sha256: sourceSha256, levels, ...head } = draft
  return { ...head, sourceSha256, levels: [...levels], counts: countDraft(draft) }
}

/** Imports what was previewed, all of it or nothing. Applied a second time it changes nothing and says so. */
export async function applyFrameworkImport(work: Work, previewId: string, ifMatch: number): Promise<ImportedFramework> {
  const preview = await holdPreview(work, 'framework', previewId)
  if (preview.status === 'applied')
    return { frameworkId: (preview.content as { frameworkId: string }).frameworkId, fate: 'already-imported' }
  const { draft } = preview.content as { draft: FrameworkDraft }
  const { frameworkId, fate } = await importDraft(work, draft, preview.fileSha256)
  await closePreview(work, preview, ifMatch, { frameworkId, fate })
  return { frameworkId, fate }
}

/** Imports a pack that ships with the product. */
export async function importPack(work: Work, packKey: string): Promise<ImportedFramework> {
  const { draft } = await readBuiltInPack(packKey)
  const { frameworkId, fate } = await importDraft(work, draft, null)
  return { frameworkId, fate }
}

export interface BuiltInPack {
  key: string
  version: string
  title: FrameworkDraft['title']
  description: FrameworkDraft['description']
  frameworkId: string | null
}

export async function listPacks(work: Work): Promise<BuiltInPack[]> {
  const identities = await listIdentities(work)
  const packs = []
  for (const packKey of await listBuiltInPacks()) {
    // oxlint-disable-next-line no-await-in-loop -- files of a handful of packs
    const { publisher, key, version, title, description } = (await readBuiltInPack(packKey)).draft
    const imported = identities.find(one => one.publisher === publisher && one.key === key && one.version === version)
    packs.push({ key, version, title, description, frameworkId: imported?.id ?? null })
  }
  return packs
}

/** For the operator's command: imports at once. */
export async function importFrameworkFile(
  work: Work,
  { draft, notes, fileSha256 }: FrameworkFile,
): Promise<ImportedFramework & { framework: FrameworkPreview['framework']; notes: ImportNote[] }> {
  const imported = await importDraft(work, draft, fileSha256)
  return { ...imported, framework: summaryOf(draft), notes: [...imported.notes, ...notes] }
}

/** For the operator's command: a file of any format, or the folder of a pack. */
export async function readFrameworkFile(fileName: string): Promise<FrameworkFile> {
  const found = await stat(fileName).catch(() => {
    throw new Problem(422, 'import.unreadable')
  })
  if (found.isDirectory()) return { ...(await readPackFolder(fileName)), fileName, fileSha256: null }
  if (found.size > maxBytes) throw new Problem(413, 'request.too-large')
  return readFrameworkUpload({ fileName, bytes: await readFile(fileName) })
}
