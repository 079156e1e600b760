/* oxlint-disable no-await-in-loop -- batches of one transaction, one after the other */
import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import { inWork } from '#platform/database/connection.ts'
import type { Connection } from '#platform/database/connection.ts'
import type { Actor, Work } from '#platform/database/work.ts'
import type { Upload } from '#platform/http/endpoint.ts'
import { Problem } from '#platform/http/problem.ts'
import { readTable } from '#platform/imports/imports.ts'
import { inLeanHeap } from '#platform/imports/lean-heap.ts'
import { announceWork, endReading, savePreview, tellProgress } from '#platform/imports/previews.ts'
import { getToday } from '#platform/organisations/organisations.ts'
import type { Log } from '#platform/telemetry/telemetry.ts'
import { decideRoster, decisionPasses, inBatches } from './roster-decision.ts'
import type { Tell } from './roster-decision.ts'
import { fateOf } from './roster-fates.ts'
import { checkDate, readDrafts, settleDraft } from './roster-rows.ts'
import type { DraftRow, RosterFacts } from './roster-rows.ts'
import { countRowsWithFindings, insertRows, selectDraftsOf, updateContents, updateFates } from './roster.store.ts'

// A file becomes rows of `roster_row`, each with its fate. Only a batch of them is in memory at a time. A small file is read before
// the answer; a large one by the server alone, and whoever sent it looks at how far it has come.

/** Read before the answer: that takes about a second. */
const quickBytes = 1_000_000

/** A roster, and where it came from. */
export interface RosterFile {
  fileName: string
  sha256: string
  isLarge: boolean
  drafts(): AsyncGenerator<DraftRow[], RosterFacts, undefined>
}

/** What is known of a preview beside its rows. */
export interface PreviewContent extends RosterFacts {
  counts: Record<'create' | 'update' | 'unchanged' | 'refused', number>
  mended: number
}

const reader = { read: readDrafts, worker: new URL('./roster-reading.worker.ts', import.meta.url) }

/** Takes a file; reads it here if it is small. Whatever makes it unreadable is thrown here then, else by `drafts`. */
export async function readRosterFile({ fileName, bytes }: Upload): Promise<RosterFile> {
  const about = { fileName: fileName.slice(0, 200), sha256: createHash('sha256').update(bytes).digest('hex') }
  if (bytes.length > quickBytes) return { ...about, isLarge: true, drafts: () => readTable(bytes, reader) }
  const batches: DraftRow[][] = []
  const drafts = readTable(bytes, reader)
  for (;;) {
    const { done, value } = await drafts.next()
    if (!done) batches.push(value)
    else
      return {
        ...about,
        isLarge: false,
        async *drafts() {
          yield* batches
          return value
        },
      }
  }
}

/** How often every row is worked on here: staged, decided, and shown. */
const stagingPasses = 2
/** Rows of a file whose number is not known before its end. */
const expectedRows = (facts: RosterFacts | undefined, staged: number): number => facts?.rows ?? Math.max(staged * 2, 1_000)

/** `tell` hears how far it has come, of how much. */
export type TellShare = (done: number, total: number) => Promise<void> | void

/** Stages the rows of a file under a preview and decides their fates. */
export async function stageRoster(work: Work, previewId: string, file: RosterFile, tell: TellShare = () => {}): Promise<PreviewContent> {
  const today = await getToday(work)
  const passes = stagingPasses + decisionPasses
  let done = 0
  let facts: RosterFacts | undefined
  const add: Tell = rows => {
    done += rows
    return tell(done, expectedRows(facts, done) * passes)
  }
  facts = await stage(work, previewId, file, today, add)
  const { lines, counts } = await decideRoster(work, previewId, today, add)
  for (const batch of inBatches(lines)) {
    await updateFates(
      work,
      previewId,
      batch.map(line => ({ row: line.row, fate: fateOf(line), findings: [...line.findings, ...line.notices] })),
    )
    await add(batch.length)
  }
  return { ...facts, counts, mended: await countRowsWithFindings(work, previewId) }
}

async function stage(work: Work, previewId: string, file: RosterFile, today: string, tell: Tell): Promise<RosterFacts> {
  const drafts = file.drafts()
  // Row numbers alone: what they mean is settled once the whole file is read.
  const withDate: number[] = []
  const withNumber: number[] = []
  let facts
  for (;;) {
    const { done, value } = await drafts.next()
    if (done) {
      facts = value
      break
    }
    for (const draft of value) {
      if (draft.open?.ambiguousDate) withDate.push(draft.row)
      else {
        checkDate(draft, today)
        if (draft.open?.codeNumber !== undefined) withNumber.push(draft.row)
      }
    }
    await insertRows(work, previewId, value)
    await tell(value.length)
  }
  for (const rows of inBatches([...withDate, ...(facts.hasMixedCodes ? withNumber : [])])) {
    const open = await selectDraftsOf(work, previewId, rows)
    for (const draft of open) settleDraft(draft, facts, today)
    await updateContents(work, previewId, open)
  }
  return facts
}

/** Told at most so often; a page asks about as often. */
const toldEveryMs = 500

/** Says how far a preview has come, in works of their own, which others see at once. */
export function progressOf({ db }: Connection, actor: Actor, previewId: string): TellShare {
  let toldAt = 0
  return async (done, total) => {
    if (performance.now() - toldAt < toldEveryMs) return
    toldAt = performance.now()
    await inWork(db, actor, work => tellProgress(work, previewId, done, total))
  }
}

/** Reads large files beside what the server does. */
export function createRosterReader(connection: Connection, log: Log) {
  /** Stages the file, or says why not: in one work, so that nobody sees it neither read nor failed. */
  async function read(work: Work, previewId: string, file: RosterFile): Promise<void> {
    await sql`savepoint reading`.execute(work.db)
    try {
      const content = await inLeanHeap(() => stageRoster(work, previewId, file, progressOf(connection, work.actor, previewId)))
      await endReading(work, previewId, { status: 'open', content })
    } catch (error) {
      await sql`rollback to savepoint reading`.execute(work.db)
      if (!(error instanceof Problem)) log.error({ err: error }, 'reading a roster')
      const failure = error instanceof Problem ? (error.details.params ?? {}) : {}
      await endReading(work, previewId, { status: 'failed', content: { failure } })
    }
  }

  /** Reads on without anybody waiting; resolves once everybody can see that it is being read. */
  function begin({ actor, now }: Pick<Work, 'actor' | 'now'>, previewId: string, file: RosterFile): Promise<void> {
    return new Promise((resolve, reject) => {
      const readAlone = async (work: Work): Promise<void> => {
        // A large workbook is taken apart for longer than a transaction may wait for its program.
        await sql`set local idle_in_transaction_session_timeout = 0`.execute(work.db)
        await announceWork(work, previewId)
        resolve()
        await read(work, previewId, file)
      }
      inWork(connection.db, actor, readAlone, now).catch((error: unknown) => {
        reject(error)
        log.warn({ err: error }, 'reading a roster: interrupted')
      })
    })
  }

  return {
    /** Keeps a preview that is being read; the reading begins when the work is over, with what is returned. */
    async start(work: Work, file: RosterFile): Promise<{ previewId: string; begin: () => Promise<void> }> {
      const { actor, now } = work
      const { id } = await savePreview(work, 'roster', { name: file.fileName, sha256: file.sha256 }, {}, 'reading')
      return { previewId: id, begin: () => begin({ actor, now }, id, file) }
    },
  }
}
