import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import type { Work } from '#platform/database/work.ts'
import { Problem } from '#platform/http/problem.ts'
import type { Returned } from '#platform/http/endpoint.ts'
import type { listSuggestedNeeds as listing } from './needs.api.ts'
import { addNeed } from './needs.ts'
import { selectRolesWithoutNeed } from './needs.store.ts'

// What a built-in framework suggests to begin with: roles with a priority, of those that nobody has said a need for yet. How
// many people it takes is the authority's to say.

type Suggested = Exclude<Returned<typeof listing>, undefined>

const pack = { publisher: 'luytre', key: 'secbok-aligned' } as const
const file = path.resolve(import.meta.dirname, '../../../../packs', pack.key, 'needs.json')

const suggestion = z.strictObject({
  role: z.string(),
  priority: z.int().min(1).max(5),
  level: z.int().min(1).max(9),
})

export async function listSuggestedNeeds(work: Work): Promise<Suggested> {
  const roles = await selectRolesWithoutNeed(work, pack)
  const [first] = roles
  if (!first) return { framework: null, suggestions: [] }
  const byCode = new Map(roles.map(role => [role.code, role]))
  const suggestions = z
    .array(suggestion)
    .max(100)
    .parse(JSON.parse(await readFile(file, 'utf8')))
    .flatMap(({ role: code, ...rest }) => {
      const role = byCode.get(code)
      return role ? [{ role: { id: role.id, code, name: role.name }, ...rest }] : []
    })
  return { framework: { id: first.frameworkId, title: first.title, levels: first.levels }, suggestions }
}

export async function createSuggestedNeeds(work: Work, { dueOn, people }: { dueOn: string; people: number }): Promise<{ created: number }> {
  const { suggestions } = await listSuggestedNeeds(work)
  if (suggestions.length === 0) throw new Problem(409, 'staffing-need.nothing-suggested')
  for (const { role, priority, level } of suggestions) {
    // oxlint-disable-next-line no-await-in-loop -- lines of the ledger in the order of the list
    await addNeed(work, { roleId: role.id, unitId: null, people, level, dueOn, priority, reason: '' })
  }
  return { created: suggestions.length }
}
