/* oxlint-disable no-await-in-loop -- batches of one transaction, one after the other */
import type { Work } from '#platform/database/work.ts'
import type { Language } from '#platform/i18n/languages.ts'
import { recordChanges } from '#platform/ledger/ledger.ts'
import { bumpPeople, insertPeople, updatePeople, writeEmails, writePosts } from './people.store.ts'
import { personChanged, personCreated, toContent } from './people.ts'
import { postChanges } from './post-changes.ts'
import { inBatches } from './roster-decision.ts'
import type { Decision, Tell } from './roster-decision.ts'
import { fieldsOf } from './roster-fates.ts'
import type { Line } from './roster-fates.ts'
import { selectByIds, selectDraftsOf } from './roster.store.ts'

// Brings decided rows in: people first, as a post may name anybody of the file as supervisor, then posts. Batch by batch in one
// transaction, so all of it or nothing, with one line in the ledger for each record.

/** How often every row is worked on here. */
export const applyingPasses = 2

export async function bringIn(work: Work, previewId: string, { lines, planBatch }: Decision, culture: Language, tell: Tell): Promise<void> {
  const counted = lines.filter(line => !line.isRefused)
  const written = counted.filter(line => !line.isKnown || line.changesPerson)
  // Addresses that are still somebody else's: given once everybody has given up what others take.
  const later: { id: string; email: string }[] = []
  for (const batch of inBatches(written)) {
    await writePeople(work, previewId, batch, culture, later)
    await tell(batch.length)
  }
  for (const batch of inBatches(later)) await writeEmails(work, batch)
  await tell(counted.length - written.length)
  for (const batch of inBatches(counted.filter(line => line.hasPlan))) {
    const plans = (await planBatch(batch)).flatMap(({ line, plan }) => (plan ? [{ line, personId: line.id, plan }] : []))
    await writePosts(work, plans)
    await bumpPeople(
      work,
      plans.flatMap(({ line }) => (line.isKnown && !line.changesPerson ? [line.id] : [])),
    )
    await recordChanges(
      work,
      plans.flatMap(({ personId, plan }) => postChanges(personId, plan)),
    )
    await tell(batch.length)
  }
}

async function writePeople(
  work: Work,
  previewId: string,
  batch: readonly Line[],
  culture: Language,
  later: { id: string; email: string }[],
): Promise<void> {
  const lineOfRow = new Map(batch.map(line => [line.row, line]))
  const people = await selectByIds(
    work,
    batch.flatMap(({ isKnown, id }) => (isKnown ? [id] : [])),
  )
  const known = new Map(people.map(person => [person.id, person]))
  const drafts = await selectDraftsOf(work, previewId, [...lineOfRow.keys()])
  const changes = drafts.map(draft => {
    const line = lineOfRow.get(draft.row)!
    const before = known.get(line.id)
    const after = { id: line.id, ...toContent(fieldsOf(draft, before, culture)) }
    if (line.takes) later.push({ id: line.id, email: after.email! })
    return { before, after, stored: line.takes ? { ...after, email: null } : after }
  })
  await updatePeople(
    work,
    changes.flatMap(({ before, stored }) => (before ? [stored] : [])),
  )
  await insertPeople(
    work,
    changes.flatMap(({ before, stored }) => (before ? [] : [stored])),
  )
  await recordChanges(
    work,
    changes.map(({ before, after }) => (before ? personChanged(after.id, before, after) : personCreated(after))),
  )
}
