import { createHash } from 'node:crypto'
import { v7 as uuidv7 } from 'uuid'
import { listRolesByCode } from '#capacity/frameworks/frameworks.ts'
import type { Work } from '#platform/database/work.ts'
import type { Download, Upload } from '#platform/http/endpoint.ts'
import { Problem } from '#platform/http/problem.ts'
import type { Language } from '#platform/i18n/languages.ts'
import { findText } from '#platform/i18n/server-texts.ts'
import { readTable } from '#platform/imports/imports.ts'
import type { Table } from '#platform/imports/imports.ts'
import { closePreview, holdPreview, savePreview } from '#platform/imports/previews.ts'
import { recordChange, recordChanges } from '#platform/ledger/ledger.ts'
import { getToday } from '#platform/organisations/organisations.ts'
import type { RosterPreview, RosterRow, RowFinding } from './people.api.ts'
import { bumpPeople, insertPeople, lockPeople, selectPosts, updatePeople, writePosts } from './people.store.ts'
import { personChanged, personCreated, postChanges, toContent } from './people.ts'
import { decideFates } from './roster-fates.ts'
import type { Known, RosterPlan } from './roster-fates.ts'
import { findHeadings, templateHeadings } from './roster-headings.ts'
import { readRows } from './roster-rows.ts'
import type { DraftRow } from './roster-rows.ts'
import { selectMeant, selectSupervision } from './roster.store.ts'
import { selectEnds } from './unit-events.store.ts'
import { listUnits } from './units.ts'

// A roster comes in three steps: the file is read into rows; their fates are decided against what is known; and, once
// somebody has seen them, they are decided again and brought in, all of them or none.

const maxRows = 5_000
/** As many codes as the frameworks look up at once; a roster that names more has something else in the column. */
const maxRoleCodes = 2_000

/** The file as read, and what it was about to do when it was shown. */
interface Content {
  encoding: string
  language: Language
  unknownHeadings: string[]
  notices: RowFinding[]
  drafts: DraftRow[]
  rows: RosterRow[]
}

type Counts = RosterPreview['counts']

const countFates = (rows: readonly RosterRow[]): Counts => {
  const counts = { create: 0, update: 0, unchanged: 0, refused: 0 }
  for (const { fate } of rows) counts[fate]++
  return counts
}

const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
const unreadable = (reason: string, params: Record<string, string | number> = {}): Problem =>
  new Problem(422, 'import.unreadable', { params: { ...params, reason } })

/** A roster as a table, and where it came from. */
export interface RosterFile {
  fileName: string
  sha256: string
  table: Table
}

/** Reads the file. That may take long, so it is done before the work begins. */
export async function readRosterFile({ fileName, bytes }: Upload): Promise<RosterFile> {
  return { fileName: fileName.slice(0, 200), sha256: digest(bytes), table: await readTable(bytes) }
}

function readRoster({ table }: RosterFile, today: string): Omit<Content, 'rows'> {
  const headings = findHeadings(table)
  if (!headings) throw unreadable('no-headings')
  const { rows, notices } = readRows(table, headings, today)
  if (rows.length === 0) throw unreadable('no-rows')
  if (rows.length > maxRows) throw unreadable('too-many-rows', { maximum: maxRows })
  return { encoding: table.encoding, language: headings.language, unknownHeadings: headings.unknown, notices, drafts: rows }
}

/** What is known of everything that the rows name, in six queries however many rows there are. */
async function loadKnown(work: Work, drafts: readonly DraftRow[], today: string): Promise<Known> {
  const valuesOf = (...columns: (keyof DraftRow['values'])[]): string[] => [
    ...new Set(drafts.flatMap(({ values }) => columns.flatMap(column => values[column] || []))),
  ]
  const byNameOnly = drafts.flatMap(({ values: { staffCode, email, name } }) => (!staffCode && !email && name ? [name] : []))
  const people = await selectMeant(work, {
    staffCodes: valuesOf('staffCode', 'supervisorCode'),
    emails: valuesOf('email'),
    names: byNameOnly,
  })
  const posts = Map.groupBy(
    await selectPosts(
      work,
      people.map(({ id }) => id),
    ),
    ({ personId }) => personId,
  )
  const supervision = await selectSupervision(work, today)
  const roles = await listRolesByCode(work, valuesOf('roleCode').slice(0, maxRoleCodes))
  return {
    units: (await listUnits(work)).map(({ id, code, name }) => ({
      id,
      code,
      names: Object.values(name).filter(text => text !== undefined),
    })),
    people: people.map(person => ({ ...person, posts: posts.get(person.id) ?? [] })),
    supervision,
    labels: new Map(supervision.map(({ personId, label }) => [personId, label])),
    unitEnds: await selectEnds(work),
    roleCodes: new Set(roles.map(({ role }) => role.code)),
  }
}

async function planRoster(work: Work, read: Omit<Content, 'rows'>, today: string): Promise<RosterPlan> {
  return decideFates(read.drafts, await loadKnown(work, read.drafts, today), today, read.language)
}

async function bringIn(work: Work, plan: RosterPlan): Promise<void> {
  const created = plan.created.map(({ id, ...fields }) => ({ id, ...toContent(fields) }))
  const updated = plan.updated.map(({ before, after }) => ({ before, after: { id: before.id, ...toContent(after) } }))
  // Changed people first: an address that one of them gives up may be a new person's.
  await updatePeople(
    work,
    updated.map(({ after }) => after),
  )
  await insertPeople(work, created)
  await writePosts(work, plan.posts)
  const written = new Set([...created, ...updated.map(({ after }) => after)].map(({ id }) => id))
  await bumpPeople(
    work,
    plan.posts.map(({ personId }) => personId).filter(id => !written.has(id)),
  )
  await recordChanges(work, [
    ...created.map(personCreated),
    ...updated.map(({ before, after }) => personChanged(before.id, before, after)),
    ...plan.posts.flatMap(({ personId, plan: posts }) => postChanges(personId, posts)),
  ])
}

export async function previewRoster(work: Work, file: RosterFile): Promise<RosterPreview> {
  const today = await getToday(work)
  const read = readRoster(file, today)
  const { rows } = await planRoster(work, read, today)
  const { encoding, unknownHeadings, notices } = read
  const { fileName, sha256 } = file
  const { id, version } = await savePreview(work, 'roster', { name: fileName, sha256 }, { ...read, rows } satisfies Content)
  return { previewId: id, version, status: 'open', fileName, encoding, counts: countFates(rows), unknownHeadings, notices, rows }
}

export async function getRosterPreview(work: Work, previewId: string): Promise<RosterPreview> {
  const { id, version, status, fileName, content } = await holdPreview(work, 'roster', previewId)
  const { encoding, unknownHeadings, notices, rows, counts } = content as Content & { counts?: Counts }
  return {
    previewId: id,
    version,
    status,
    fileName,
    encoding,
    counts: counts ?? countFates(rows),
    unknownHeadings,
    notices,
    rows: rows ?? [],
  }
}

/** Decides the fates again, as people and units may have changed since the preview was seen: then nothing is brought in. */
export async function applyRoster(work: Work, previewId: string, version: number, leaveOut: number): Promise<RosterPreview> {
  const preview = await holdPreview(work, 'roster', previewId)
  if (preview.version !== version || preview.status !== 'open') {
    throw new Problem(412, 'version.conflict', { current: await getRosterPreview(work, previewId) })
  }
  const content = preview.content as Content
  await lockPeople(work)
  const plan = await planRoster(work, content, await getToday(work))
  if (plan.rows.some(({ fate }, index) => fate !== content.rows[index]?.fate)) throw new Problem(409, 'import.preview-stale')
  const counts = countFates(plan.rows)
  if (counts.refused !== leaveOut) throw new Problem(409, 'import.refused-rows', { params: { count: counts.refused } })
  await bringIn(work, plan)
  const { encoding, unknownHeadings, notices } = content
  await closePreview(work, preview, version, { encoding, counts, unknownHeadings, notices })
  const { id, fileName } = preview
  return { previewId: id, version: version + 1, status: 'applied', fileName, encoding, counts, unknownHeadings, notices, rows: plan.rows }
}

/**
 * For the operator's command: applies at once. Changes nothing unless exactly `leaveOut` rows are refused; the
 * preview says which.
 */
export async function importRosterFile(
  work: Work,
  file: RosterFile,
  { leaveOut }: { leaveOut: number },
): Promise<{ preview: RosterPreview; isApplied: boolean }> {
  const today = await getToday(work)
  const read = readRoster(file, today)
  await lockPeople(work)
  const plan = await planRoster(work, read, today)
  const counts = countFates(plan.rows)
  const isApplied = counts.refused === leaveOut
  const id = uuidv7()
  const { encoding, unknownHeadings, notices } = read
  const { fileName, sha256 } = file
  if (isApplied) {
    await bringIn(work, plan)
    const after = {
      kind: 'roster',
      fileName,
      fileSha256: sha256,
      status: 'applied',
      outcome: { encoding, counts, unknownHeadings, notices },
    }
    await recordChange(work, { verb: 'import.applied', recordType: 'import', recordId: id, after })
  }
  return {
    preview: {
      previewId: id,
      version: 1,
      status: isApplied ? 'applied' : 'open',
      fileName,
      encoding,
      counts,
      unknownHeadings,
      notices,
      rows: plan.rows,
    },
    isApplied,
  }
}

/** Headings only: an example would one day be brought in as a person. The mark tells Excel that this is UTF-8. */
export function getRosterTemplate(language: Language): Download {
  const fileName = findText(language, 'roster', 'template.fileName') ?? 'roster.csv'
  return { fileName, contentType: 'text/csv; charset=utf-8', bytes: Buffer.from(`\ufeff${templateHeadings(language).join(',')}\r\n`) }
}
