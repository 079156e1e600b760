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
import { readFramework } from './read-framework.ts'

// How a framework comes in: from a file that a person previews first, from a pack that ships with the product, or from a
// file of the operator. A version is immutable: the same content again changes nothing, other content is refused.

export interface ImportedFramework {
  frameworkId: string
  fate: 'new' | 'already-imported'
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** The id of this framework where it is in already; undefined where it is not. Other content under the same identity: 409. */
async function findImported(work: Work, draft: FrameworkDraft): Promise<string | undefined> {
  const imported = await findFramework(work, draft)
  if (imported && imported.sourceSha256 !== draft.sha256) {
    const { publisher, key, version } = draft
    throw new Problem(409, 'framework.differs', { params: { publisher, key, version } })
  }
  return imported?.id
}

async function importDraft(work: Work, draft: FrameworkDraft, fileSha256: string | null): Promise<ImportedFramework> {
  const imported = await findImported(work, draft)
  if (imported) return { frameworkId: imported, fate: 'already-imported' }
  if ((await listIdentities(work)).length >= maxFrameworks) throw new Problem(409, 'framework.too-many', { params: { maxFrameworks } })
  const frameworkId = await insertFramework(work, draft)
  if (!frameworkId) {
    // Somebody else has imported this identity since; what is there now decides.
    const theirs = await findImported(work, draft)
    if (!theirs) throw new Error('framework: an identity is taken and cannot be found')
    return { frameworkId: theirs, fate: 'already-imported' }
  }
  const { publisher, key, version } = draft
  const after = { publisher, key, version, sourceSha256: draft.sha256, fileSha256, counts: countDraft(draft) }
  await recordChange(work, { verb: 'framework.imported', recordType: 'framework', recordId: frameworkId, after })
  return { frameworkId, fate: 'new' }
}

/** Reads a file and says what its import would do; nothing is imported yet. */
export async function previewFramework(work: Work, upload: Upload): Promise<FrameworkPreview> {
  const { draft, notes } = readFramework(upload.bytes)
  const fate = (await findImported(work, draft)) ? 'already-imported' : 'new'
  const fileName = path.basename(upload.fileName).slice(0, 200)
  const { id, version } = await savePreview(work, 'framework', { name: fileName, sha256: sha256(upload.bytes) }, { draft })
  return { previewId: id, version, fileName, fate, framework: summaryOf(draft), notes }
}

function summaryOf(draft: FrameworkDraft): FrameworkPreview['framework'] {
  const { elements: _, relations: __, sha256: sourceSha256, levels, ...head } = draft
  return { ...head, sourceSha256, levels: [...levels], counts: countDraft(draft) }
}

/** Imports what was previewed, all of it or nothing. Applied a second time it changes nothing and says so. */
export async function applyFrameworkImport(work: Work, previewId: string, ifMatch: number): Promise<ImportedFramework> {
  const preview = await holdPreview(work, 'framework', previewId)
  if (preview.status === 'applied')
    return { frameworkId: (preview.content as { frameworkId: string }).frameworkId, fate: 'already-imported' }
  const imported = await importDraft(work, (preview.content as { draft: FrameworkDraft }).draft, preview.fileSha256)
  await closePreview(work, preview, ifMatch, { ...imported })
  return imported
}

/** Imports a pack that ships with the product. */
export async function importPack(work: Work, packKey: string): Promise<ImportedFramework> {
  const { draft } = await readBuiltInPack(packKey)
  return importDraft(work, draft, null)
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

/** For the operator's command: a file of any format, a pack's folder, or bytes. Imports at once. */
export async function importFrameworkFile(
  work: Work,
  source: string | Uint8Array,
): Promise<ImportedFramework & { framework: FrameworkPreview['framework']; notes: ImportNote[] }> {
  const { draft, notes, fileSha256 } = await readSource(source)
  const imported = await importDraft(work, draft, fileSha256)
  return { ...imported, framework: summaryOf(draft), notes }
}

async function readSource(source: string | Uint8Array): Promise<ReadFramework & { fileSha256: string | null }> {
  if (typeof source !== 'string') return { ...readFramework(source), fileSha256: sha256(source) }
  const found = await stat(source).catch(() => {
    throw new Problem(422, 'import.unreadable')
  })
  if (found.isDirectory()) return { ...(await readPackFolder(source)), fileSha256: null }
  if (found.size > maxBytes) throw new Problem(413, 'request.too-large')
  return readSource(await readFile(source))
}
