import { v7 as uuidv7 } from 'uuid'
import type { Work } from '#platform/database/work.ts'
import { Problem, notFound } from '#platform/http/problem.ts'
import { recordChange, recordChanges } from '#platform/ledger/ledger.ts'
import * as store from './previews.store.ts'

// What an import would do, kept between reading a file and applying it, so that what a person has seen is what is applied.
// Each kind of import keeps its own `content`; it is made from a file that was checked and bounded before.

export type ImportKind = 'roster' | 'framework'

export interface ImportPreview {
  id: string
  status: 'open' | 'applied'
  fileName: string
  fileSha256: string
  content: unknown
  version: number
}

/** Keeps a preview, with its line in the ledger. Only people preview: a command of the operator imports at once. */
export async function savePreview(
  work: Work,
  kind: ImportKind,
  file: { name: string; sha256: string },
  content: unknown,
): Promise<{ id: string; version: number }> {
  const { userId } = work.actor
  if (userId === null) throw new TypeError('savePreview: needs a person who previews')
  const id = uuidv7()
  await store.insertPreview(work, { id, kind, fileName: file.name, fileSha256: file.sha256, content, createdBy: userId })
  await recordChange(work, {
    verb: 'import.previewed',
    recordType: 'import',
    recordId: id,
    after: { kind, fileName: file.name, fileSha256: file.sha256 },
  })
  return { id, version: 1 }
}

/** The preview, held against others who apply it at the same time until this work ends. Unknown or foreign: 404. */
export async function holdPreview(work: Work, kind: ImportKind, previewId: string): Promise<ImportPreview> {
  const preview = await store.holdPreviewRow(work, kind, previewId)
  if (!preview) throw notFound('import')
  return preview
}

/**
 * Marks a held preview as applied, with its line in the ledger, and keeps `outcome` in place of the content, which has
 * become records. An old version: 412.
 */
export async function closePreview(work: Work, preview: ImportPreview, ifMatch: number, outcome: Record<string, unknown>): Promise<void> {
  const { id, status, version } = preview
  if (!(await store.markApplied(work, preview, ifMatch, outcome)))
    throw new Problem(412, 'version.conflict', { current: { previewId: id, status, version } })
  await recordChange(work, {
    verb: 'import.applied',
    recordType: 'import',
    recordId: id,
    before: { status },
    after: { status: 'applied', outcome },
  })
}

/** Removed in one transaction; what is left is removed in the next one. */
const removedAtOnce = 500

/**
 * Removes previews older than so many days, whatever became of them, each with its line in the ledger; returns how many.
 * Work of the program alone: the database lets nobody else remove one. A preview that is being applied is left to the
 * next time.
 */
export async function removeOldPreviews(work: Work, keptDays: number): Promise<number> {
  const before = new Date(work.now.getTime() - keptDays * 86_400_000)
  const removed = await store.deletePreviewsBefore(work, before, removedAtOnce)
  await recordChanges(
    work,
    removed.map(({ id, kind, status }) => ({
      verb: 'import.preview-removed',
      recordType: 'import',
      recordId: id,
      before: { kind, status },
      after: { keptDays },
    })),
  )
  return removed.length
}
