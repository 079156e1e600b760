/* oxlint-disable no-await-in-loop -- batches of one transaction, one after the other */
import type { Connection } from '#platform/database/connection.ts'
import { inWork } from '#platform/database/connection.ts'
import type { Work } from '#platform/database/work.ts'
import type { Download } from '#platform/http/endpoint.ts'
import { Problem } from '#platform/http/problem.ts'
import type { Language } from '#platform/i18n/languages.ts'
import { findText } from '#platform/i18n/server-texts.ts'
import { inLeanHeap } from '#platform/imports/lean-heap.ts'
import {
  announceWork,
  closePreview,
  dropPlace,
  endReading,
  getPreview,
  holdPreview,
  makePlace,
  savePreview,
} from '#platform/imports/previews.ts'
import type { ShownPreview } from '#platform/imports/previews.ts'
import { recordChange } from '#platform/ledger/ledger.ts'
import { getToday } from '#platform/organisations/organisations.ts'
import type { RosterFilter, RosterPreview, RosterRow } from './people.api.ts'
import { lockPeople } from './people.store.ts'
import { applyingPasses, bringIn } from './roster-applying.ts'
import { batchRows, cultureOf, decideRoster, decisionPasses } from './roster-decision.ts'
import type { Decision, Tell } from './roster-decision.ts'
import { fateOf } from './roster-fates.ts'
import { templateHeadings } from './roster-headings.ts'
import { progressOf, stageRoster } from './roster-reading.ts'
import type { createRosterReader, PreviewContent, RosterFile, TellShare } from './roster-reading.ts'
import { deleteRows, selectFates, selectRows } from './roster.store.ts'

// A roster comes in three steps: the file is read into rows (roster-reading.ts); their fates are decided against what is known
// (roster-decision.ts); and, once somebody has seen them, they are decided again and brought in (roster-applying.ts), all of them
// or none.

const noCounts = { create: 0, update: 0, unchanged: 0, refused: 0 }

/** What of a file is told when it has been brought in. */
const outcomeOf = ({ encoding, unknownHeadings, notices, mended }: PreviewContent, counts: PreviewContent['counts']) => ({
  encoding,
  counts,
  mended,
  unknownHeadings,
  notices,
})

function statusOf({ status, isWorkedOn }: ShownPreview): RosterPreview['status'] {
  // A reading that nobody is at was interrupted: its rows went with it.
  if (status === 'reading') return isWorkedOn ? 'reading' : 'failed'
  return status === 'open' && isWorkedOn ? 'applying' : status
}

function toPreview(preview: ShownPreview): RosterPreview {
  const { id, version, fileName, done, total } = preview
  const status = statusOf(preview)
  const { encoding, counts, mended, unknownHeadings, notices, failure } = preview.content as Partial<PreviewContent> & {
    failure?: Record<string, string | number>
  }
  const { reason, ...params } = failure ?? {}
  const isUnderWay = status === 'reading' || status === 'applying'
  return {
    previewId: id,
    version,
    status,
    fileName,
    encoding: encoding ?? null,
    counts: counts ?? noCounts,
    mended: mended ?? 0,
    unknownHeadings: unknownHeadings ?? [],
    notices: notices ?? [],
    progress: isUnderWay ? Math.min(99, Math.floor(((done ?? 0) * 100) / Math.max(1, total ?? 1))) : null,
    failure: status === 'failed' ? { reason: String(reason ?? 'interrupted'), params } : null,
  }
}

export async function getRosterPreview(work: Work, previewId: string): Promise<RosterPreview> {
  return toPreview(await getPreview(work, 'roster', previewId))
}

export async function listRosterRows(
  work: Work,
  previewId: string,
  page: { fate?: RosterFilter | undefined; after: number; limit: number },
): Promise<{ rows: RosterRow[]; next: number | null }> {
  const { status } = await getPreview(work, 'roster', previewId)
  if (status !== 'open') return { rows: [], next: null }
  // One more than asked for tells whether another page follows.
  const found = await selectRows(work, previewId, { filter: page.fate, after: page.after, limit: page.limit + 1 })
  const rows = found.slice(0, page.limit)
  return { rows, next: found.length > page.limit ? rows.at(-1)!.row : null }
}

/** Reads a file whole and keeps its preview. */
export async function previewRoster(work: Work, file: RosterFile): Promise<RosterPreview> {
  const { id } = await savePreview(work, 'roster', { name: file.fileName, sha256: file.sha256 }, {}, 'reading')
  await endReading(work, id, { status: 'open', content: await stageRoster(work, id, file) })
  return getRosterPreview(work, id)
}

/** Keeps the preview of a large file; the file is read when this work is over, by the server alone. */
export async function beginRoster(
  work: Work,
  file: RosterFile,
  { connection, reader }: { connection: Connection; reader: ReturnType<typeof createRosterReader> },
): Promise<() => Promise<RosterPreview>> {
  const { actor } = work
  const { previewId, begin } = await reader.start(work, file)
  return async () => {
    await begin()
    return inWork(connection.db, actor, reading => getRosterPreview(reading, previewId))
  }
}

/** Whether every row still has the fate that was shown. */
async function areAsShown(work: Work, previewId: string, { lines }: Decision): Promise<boolean> {
  for (let at = 0; at < lines.length; at += batchRows) {
    const shown = await selectFates(work, previewId, at === 0 ? -1 : lines[at - 1]!.row, batchRows)
    if (shown.some(({ fate }, index) => fate !== fateOf(lines[at + index]!))) return false
  }
  return true
}

const sharesOf = (rows: number, tell: TellShare): Tell => {
  let done = 0
  return count => tell((done += count), rows * (decisionPasses + applyingPasses))
}

/** Decides the fates again, as people and units may have changed since the preview was seen: then nothing is brought in. */
async function applyAsShown(
  work: Work,
  previewId: string,
  leaveOut: number,
  culture: Language,
  tell: Tell,
): Promise<PreviewContent['counts']> {
  const decision = await decideRoster(work, previewId, await getToday(work), tell)
  if (!(await areAsShown(work, previewId, decision))) throw new Problem(409, 'import.preview-stale')
  const { counts } = decision
  if (counts.refused !== leaveOut) throw new Problem(409, 'import.refused-rows', { params: { count: counts.refused } })
  await bringIn(work, previewId, decision, culture, tell)
  return counts
}

/** Brings in what was seen, all of it but the `leaveOut` refused rows, or nothing. */
export async function applyRoster(
  work: Work,
  previewId: string,
  version: number,
  leaveOut: number,
  connection?: Connection,
): Promise<RosterPreview> {
  // Waits for whoever applies it now.
  await announceWork(work, previewId)
  const preview = await holdPreview(work, 'roster', previewId)
  if (preview.version !== version || preview.status !== 'open')
    throw new Problem(412, 'version.conflict', { current: await getRosterPreview(work, previewId) })
  const content = preview.content as PreviewContent
  const tell = sharesOf(content.rows, connection ? progressOf(connection, work.actor, previewId) : () => {})
  await tell(0)
  await lockPeople(work)
  const counts = await inLeanHeap(() => applyAsShown(work, previewId, leaveOut, cultureOf(content), tell))
  await deleteRows(work, previewId)
  await closePreview(work, preview, version, outcomeOf(content, counts))
  return getRosterPreview(work, previewId)
}

/**
 * For the operator's command: applies at once. Changes nothing unless exactly `leaveOut` rows are refused. `onRow` hears of
 * every row before anything is decided about the whole.
 */
export async function importRosterFile(
  work: Work,
  file: RosterFile,
  { leaveOut, onRow = () => {} }: { leaveOut: number; onRow?: (row: RosterRow) => void },
): Promise<{ counts: RosterPreview['counts']; isApplied: boolean }> {
  const id = await makePlace(work, 'roster', { name: file.fileName, sha256: file.sha256 })
  await lockPeople(work)
  const content = await stageRoster(work, id, file)
  const { counts } = content
  for (let after: number | undefined = -1; after !== undefined;) {
    const rows = await selectRows(work, id, { after, limit: batchRows })
    rows.forEach(onRow)
    after = rows.length === batchRows ? rows.at(-1)!.row : undefined
  }
  const isApplied = counts.refused === leaveOut
  if (isApplied) {
    await bringIn(work, id, await decideRoster(work, id, await getToday(work), () => {}), cultureOf(content), () => {})
    const { fileName, sha256 } = file
    const after = { kind: 'roster', fileName, fileSha256: sha256, status: 'applied', outcome: outcomeOf(content, counts) }
    await recordChange(work, { verb: 'import.applied', recordType: 'import', recordId: id, after })
  }
  await dropPlace(work, id)
  return { counts, isApplied }
}

/** Headings only: an example would one day be brought in as a person. The mark tells Excel that this is UTF-8. */
export function getRosterTemplate(language: Language): Download {
  const fileName = findText(language, 'roster', 'template.fileName') ?? 'roster.csv'
  return { fileName, contentType: 'text/csv; charset=utf-8', bytes: Buffer.from(`\ufeff${templateHeadings(language).join(',')}\r\n`) }
}
