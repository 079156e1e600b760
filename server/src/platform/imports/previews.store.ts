import { sql } from 'kysely'
import type { Work } from '#platform/database/work.ts'
import { ownRows } from '#platform/permissions/reach.ts'
import type { ImportKind, ImportPreview, ShownPreview } from './previews.ts'

export const insertPreview = (
  work: Work,
  preview: {
    id: string
    kind: ImportKind
    status: 'reading' | 'open'
    fileName: string
    fileSha256: string
    content: unknown
    createdBy: string | null
  },
) =>
  work.db
    .insertInto('importPreview')
    .values({
      ...preview,
      content: JSON.stringify(preview.content),
      organisationId: work.actor.organisationId,
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
    // Not the key: how far it has come is written beside it meanwhile.
    .forNoKeyUpdate()
    .executeTakeFirst()

const lockKey = (previewId: string) => sql`hashtextextended(${`luytre.import.${previewId}`}, 0)`

/** Held until the work ends: whoever looks at the preview sees that it is being read or applied. */
export const lockPreview = (work: Work, previewId: string) => sql`select pg_advisory_xact_lock(${lockKey(previewId)})`.execute(work.db)

/** The preview as it stands, without waiting for whoever works on it. */
export async function selectPreview(work: Work, kind: ImportKind, previewId: string): Promise<ShownPreview | undefined> {
  const { rows } = await sql<ShownPreview>`
    select id, status, file_name, file_sha256, content, version, not pg_try_advisory_xact_lock_shared(${lockKey(previewId)}) as is_worked_on,
      done, total
    from import_preview left join import_progress on preview_id = id
    where ${ownRows(work, 'import_preview.organisation_id')} and id = ${previewId} and kind = ${kind}`.execute(work.db)
  return rows[0]
}

export const updateReading = (work: Work, previewId: string, next: { status: 'open' | 'failed'; content: unknown }) =>
  work.db
    .updateTable('importPreview')
    .set({ status: next.status, content: JSON.stringify(next.content) })
    .where(ownRows(work))
    .where('id', '=', previewId)
    .where('status', '=', 'reading')
    .execute()

export const upsertProgress = (work: Work, previewId: string, done: number, total: number) =>
  work.db
    .insertInto('importProgress')
    .values({ previewId, organisationId: work.actor.organisationId, done, total })
    .onConflict(conflict => conflict.column('previewId').doUpdateSet({ done, total }))
    .execute()

export const deletePreview = (work: Work, previewId: string) =>
  work.db.deleteFrom('importPreview').where(ownRows(work)).where('id', '=', previewId).execute()

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
