/* oxlint-disable no-await-in-loop -- batches of one transaction, one after the other */
import { getRoleNames } from '#capacity/frameworks/frameworks.ts'
import type { Work } from '#platform/database/work.ts'
import { Problem } from '#platform/http/problem.ts'
import type { Language } from '#platform/i18n/languages.ts'
import type { RosterRow } from './people.api.ts'
import { selectPosts } from './people.store.ts'
import type { HeldPost, PostPlan } from './posts.ts'
import { fateOf, findPersons, findUnits, newLine, noteUnitAndRole, planRow, refuse, refuseTakenEmails } from './roster-fates.ts'
import type { Line, PlanKnown } from './roster-fates.ts'
import type { DraftRow } from './roster-rows.ts'
import {
  selectDrafts,
  selectDraftsOf,
  selectGivenUp,
  selectIdsByCode,
  selectLabels,
  selectMeant,
  selectSupervision,
} from './roster.store.ts'
import { findCircles } from './supervision.ts'
import { selectEnds } from './unit-events.store.ts'
import { listUnits } from './units.ts'

// Decides the fate of every row of a staged roster: batch by batch against what is known now, then again wherever a refused
// row takes others with it. The answer is the same when it is asked again before the rows are brought in.

/** Rows whose values, people and posts are in memory at one time. */
export const batchRows = 1_000

/** Told how many rows were worked on; resolves when others could have their turn. */
export type Tell = (rows: number) => Promise<void> | void

export interface Decision {
  /** In the order of the file. */
  lines: Line[]
  counts: Record<RosterRow['fate'], number>
  /** What rows that are not refused ask of their people's posts; the same rows give the same posts, but for the ids of new ones. */
  planBatch(lines: readonly Line[]): Promise<{ line: Line; draft: DraftRow; plan: PostPlan | undefined }[]>
}

/** How often every row is worked on here: to find its person, and to plan its post. */
export const decisionPasses = 2

export async function decideRoster(work: Work, previewId: string, today: string, tell: Tell): Promise<Decision> {
  const findUnit = findUnits(
    (await listUnits(work)).map(({ id, code, name }) => ({ id, code, names: Object.values(name).filter(text => text !== undefined) })),
  )
  const { lines, lineOfCode } = await findEverybody(work, previewId, findUnit, tell)
  const lineOf = new Map(lines.toReversed().map(line => [line.id, line]))
  const known = { findUnit, unitEnds: await selectEnds(work), lineOfCode, today }
  const planBatch = (batch: readonly Line[]) => planRows(work, previewId, batch, known)

  refuseTakenEmails(lines, lineOf)
  for (const batch of inBatches(lines.filter(line => !line.isRefused))) {
    await planBatch(batch)
    await tell(batch.length)
  }
  await settle(work, lines, lineOf, planBatch, today)
  const counts = { create: 0, update: 0, unchanged: 0, refused: 0 }
  for (const line of lines) counts[fateOf(line)]++
  return { lines, counts, planBatch }
}

export function* inBatches<T>(all: readonly T[]): Generator<T[], void, undefined> {
  for (let at = 0; at < all.length; at += batchRows) yield all.slice(at, at + batchRows)
}

/** The drafts of a roster, batch by batch. */
export async function* draftsOf(work: Work, previewId: string): AsyncGenerator<DraftRow[], void, undefined> {
  let after = -1
  for (;;) {
    const drafts = await selectDrafts(work, previewId, after, batchRows)
    if (drafts.length > 0) yield drafts
    if (drafts.length < batchRows) return
    after = drafts.at(-1)!.row
  }
}

/** One line for every row, with whom it means and what is to be said of the unit and the role that it names. */
async function findEverybody(work: Work, previewId: string, findUnit: PlanKnown['findUnit'], tell: Tell) {
  const lines: Line[] = []
  const lineOfCode = new Map<string, Line>()
  const find = findPersons(await selectGivenUp(work, previewId))
  for await (const drafts of draftsOf(work, previewId)) {
    const rows = drafts.map(draft => ({ draft, line: newLine(draft) }))
    const people = await selectMeant(work, {
      staffCodes: drafts.flatMap(({ values }) => values.staffCode || []),
      emails: drafts.flatMap(({ values }) => values.email || []),
      names: drafts.flatMap(({ values: { staffCode, email, name } }) => (!staffCode && !email && name ? [name] : [])),
    })
    const found = find(rows, people)
    const roles = await getRoleNames(
      work,
      drafts.map(({ values }) => values.roleCode || null),
    )
    const roleCodes = new Set(roles.keys())
    for (const { line, draft } of rows) {
      noteUnitAndRole(line, draft, { findUnit, hasPosts: found.get(line)?.hasPosts === true, roleCodes })
      const { staffCode } = draft.values
      if (staffCode && !lineOfCode.has(staffCode)) lineOfCode.set(staffCode, line)
      lines.push(line)
    }
    await tell(drafts.length)
  }
  return { lines, lineOfCode }
}

async function planRows(work: Work, previewId: string, lines: readonly Line[], known: Omit<PlanKnown, 'idsByCode'>) {
  const drafts = await selectDraftsOf(
    work,
    previewId,
    lines.map(({ row }) => row),
  )
  const lineOfRow = new Map(lines.map(line => [line.row, line]))
  const posts = Map.groupBy(
    await selectPosts(
      work,
      lines.flatMap(({ isKnown, id }) => (isKnown ? [id] : [])),
    ),
    ({ personId }) => personId,
  )
  const elsewhere = drafts.flatMap(({ values: { supervisorCode } }) => {
    const line = supervisorCode ? known.lineOfCode.get(supervisorCode) : undefined
    return supervisorCode && (!line || line.isRefused) ? [supervisorCode] : []
  })
  const idsByCode = await selectIdsByCode(work, [...new Set(elsewhere)])
  return drafts.map(draft => {
    const line = lineOfRow.get(draft.row)!
    const held: HeldPost[] = posts.get(line.id) ?? []
    return { line, draft, plan: planRow(line, draft, held, { ...known, idsByCode }) }
  })
}

// What depends on other rows --------------------------------------------------------

/** Rounds after which a file counts as too entangled; each costs as much as looking at every row once. */
const maxRounds = 100

/** Refusing a row can break others and never mends one, so this repeats until no further row is refused. */
async function settle(
  work: Work,
  lines: readonly Line[],
  lineOf: ReadonlyMap<string, Line>,
  planBatch: Decision['planBatch'],
  today: string,
): Promise<void> {
  const supervision = await selectSupervision(work, today)
  const countRefused = (): number => lines.filter(line => line.isRefused).length
  for (let round = 0; round < maxRounds; round++) {
    const before = countRefused()
    refuseTakenEmails(lines, lineOf)
    for (const batch of inBatches(lines.filter(line => !line.isRefused && line.supervisor?.isRefused))) await planBatch(batch)
    await refuseCircles(work, lines, lineOf, supervision)
    if (countRefused() === before) {
      for (const line of lines) if (line.isRefused) line.notices = []
      return
    }
  }
  throw new Problem(422, 'import.unreadable', { params: { reason: 'too-entangled' } })
}

const namedInChain = 10

/** Nobody may stand above himself. Every row of a circle is refused: which of them is wrong, only people know. */
async function refuseCircles(
  work: Work,
  lines: readonly Line[],
  lineOf: ReadonlyMap<string, Line>,
  supervision: Awaited<ReturnType<typeof selectSupervision>>,
): Promise<void> {
  const now = new Map(supervision.now)
  const last = new Map(supervision.last)
  for (const line of lines) {
    if (line.isRefused || !line.hasPlan) continue
    now.set(line.id, line.now ?? null)
    last.set(line.id, line.last ?? null)
  }
  const circles = findCircles({ now, last })
  const labels = await selectLabels(work, [...new Set(circles.flat())])
  const counts = (id: string): Line | undefined => {
    const line = lineOf.get(id)
    return line?.isRefused ? undefined : line
  }
  const nameOf = (id: string): string => counts(id)?.label ?? labels.get(id) ?? '…'
  for (const circle of circles) {
    const names = circle.map(nameOf)
    circle.forEach((id, index) => {
      const line = counts(id)
      if (!line) return
      // Told from the row's own person, up to where it closes; a very long circle is told in part.
      const chain = [...names.slice(index, index + namedInChain), ...names.slice(0, index)].slice(0, namedInChain)
      refuse(line, 'supervisor-cycle', 'supervisorCode', {
        chain: [...chain, ...(circle.length > namedInChain ? ['…'] : []), names[index]!].join(' → '),
      })
    })
  }
}

/** The kind of name that a row's own name does not show: that of most names of the file, else the headings' language. */
export const cultureOf = (facts: { culture: Language | null; language: Language }): Language => facts.culture ?? facts.language
