import type { Work } from '#platform/database/work.ts'
import { ownRows } from '#platform/permissions/reach.ts'
import type { ImportKind, ImportPreview } from './previews.ts'

export const insertPreview = (
  work: Work,
  preview: { id: string; kind: ImportKind; fileName: string; fileSha256: string; content: unknown; createdBy: string },
) =>
  work.db
    .insertInto('importPreview')
    .values({
      ...preview,
      content: JSON.stringify(preview.content),
      organisationId: work.actor.organisationId,
      status: 'open',
      createdAt: work.now,
      version: 1,
    })
    .execute()

/** The preview, held against others until the work ends. */
export const holdPreviewRow = (work: Work, kind: ImportKind, previewId: string): Promise<ImportPreview | undefined> =>
  work.db
    .selectFrom('importPreview')
    .select(['id', 'status', 'fileName', 'fileSha256', 'content', 'version'])
    .where(ownRows(work))
    .where('id', '=', previewId)
    .where('kind', '=', kind)
    .forUpdate()
    .executeTakeFirst()

/** True when the preview was open, in the version that the caller had read. */
export async function markApplied(work: Work, preview: ImportPreview, ifMatch: number, outcome: Record<string, unknown>): Promise<boolean> {
  const { numUpdatedRows } = await work.db
    .updateTable('importPreview')
    .set({ status: 'applied', content: JSON.stringify(outcome), version: preview.version + 1 })
    .where(ownRows(work))
    .where('id', '=', preview.id)
    .where('status', '=', 'open')
    .where('version', '=', ifMatch)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** Removes at most `limit` previews that are older than an instant; one that is being applied is passed over. */
export const deletePreviewsBefore = (work: Work, before: Date, limit: number) =>
  work.db
    // Materialised: chosen once, whatever plan the database makes of the rest.
    .with(
      cte => cte('old').materialized(),
      db =>
        db
          .selectFrom('importPreview')
          .select('id')
          .where(ownRows(work))
          .where('createdAt', '<', before)
          .orderBy('createdAt')
          .limit(limit)
          .forUpdate()
          .skipLocked(),
    )
    .deleteFrom('importPreview')
    .where(ownRows(work))
    .where('id', 'in', old => old.selectFrom('old').select('old.id'))
    .returning(['id', 'kind', 'status'])
    .execute()
