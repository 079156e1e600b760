import type { Change } from '#platform/ledger/ledger.ts'
import type { HeldPost, PostPlan } from './posts.ts'

// How the ledger tells of posts.

const shownPost = ({ unitId, title, supervisorId, roleCode, startsOn, endsBefore }: HeldPost) => ({
  unitId,
  title,
  supervisorId,
  roleCode,
  startsOn,
  endsBefore,
})

/** A line for each post that a plan changes, starts or withdraws. */
export const postChanges = (personId: string, plan: PostPlan): Change[] => [
  ...plan.changed.map(({ before, after }) => ({
    verb: 'post.changed',
    recordType: 'post',
    recordId: before.id,
    before: shownPost(before),
    after: shownPost(after),
  })),
  ...plan.started.map(post => ({ verb: 'post.started', recordType: 'post', recordId: post.id, after: { personId, ...shownPost(post) } })),
  ...(plan.withdrawn ?? []).map(post => ({
    verb: 'post.withdrawn',
    recordType: 'post',
    recordId: post.id,
    before: { personId, ...shownPost(post) },
  })),
]
