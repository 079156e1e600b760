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
  status: 'reading' | 'open' | 'applied' | 'failed'
  fileName: string
  fileSha256: string
  content: unknown
  version: number
}

/** A preview as somebody sees it while others may be at work on it. */
export interface ShownPreview extends ImportPreview {
  /** It is being read or applied at this moment. */
  isWorkedOn: boolean
  /** How far that has come; null before the first word of it. */
  done: number | null
  total: number | null
}

/** Keeps a preview, with its line in the ledger. Only people preview: a command of the operator imports at once. */
export async function savePreview(
  work: Work,
  kind: ImportKind,
  file: { name: string; sha256: string },
  content: unknown,
  status: 'reading' | 'open' = 'open',
): Promise<{ id: string; version: number }> {
  const { userId } = work.actor
  if (userId === null) throw new TypeError('savePreview: needs a person who previews')
  const id = uuidv7()
  await store.insertPreview(work, { id, kind, status, fileName: file.name, fileSha256: file.sha256, content, createdBy: userId })
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

/** A place for what a command of the operator is about to apply; it is gone again with `dropPreview`, and leaves no line. */
export async function makePlace(work: Work, kind: ImportKind, file: { name: string; sha256: string }): Promise<string> {
  const id = uuidv7()
  await store.insertPreview(work, { id, kind, status: 'open', fileName: file.name, fileSha256: file.sha256, content: {}, createdBy: null })
  return id
}
export const dropPlace = store.deletePreview

/** Tells everybody who looks, until this work ends, that the preview is being read or applied; waits for whoever does so now. */
export const announceWork = store.lockPreview

/** The preview as it stands. Unknown or foreign: 404. */
export async function getPreview(work: Work, kind: ImportKind, previewId: string): Promise<ShownPreview> {
  const preview = await store.selectPreview(work, kind, previewId)
  if (!preview) throw notFound('import')
  // The reading may have ended between the look at the row and that at the lock: then the row tells now.
  const isJustRead = preview.status === 'reading' && !preview.isWorkedOn
  return isJustRead ? (await store.selectPreview(work, kind, previewId))! : preview
}

/** The end of a reading: what became of it is told by the line of its beginning and that of its application. */
export const endReading = store.updateReading

/** How far reading or applying has come; written in a work of its own, so that others see it at once. */
export const tellProgress = store.upsertProgress

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
