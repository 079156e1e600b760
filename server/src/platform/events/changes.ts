import type { Kysely } from 'kysely'
import { inWork } from '#platform/database/connection.ts'
import type { Database } from '#platform/database/tables.gen.ts'
import type { Actor, Work } from '#platform/database/work.ts'
import { programActor } from '#platform/organisations/organisations.ts'
import { scopeOf } from '#platform/permissions/permissions.ts'
import type { Permission } from '#platform/permissions/permissions.ts'
import type { FollowedLine } from './followed-lines.ts'

// What a line of the ledger tells people who look at a screen, and whom: the kind of a record and its id, never more.

/** Who may hear that a record of one kind has changed. */
export interface RecordRule {
  permission: Permission
  /** Of records that belong to a person: whose they are. Who reaches only some people hears of theirs alone. */
  personsOf?: (work: Work, recordIds: readonly string[]) => Promise<ReadonlyMap<string, string>>
}

/** By kind of record, as the ledger's lines name it. Of a kind that is null nobody hears. */
export type RecordRules = Readonly<Record<string, RecordRule | null>>

export interface Change {
  type: string
  /** Null: many of this kind. */
  id: string | null
  /** Whose record it is, where it belongs to a person. */
  personId?: string
}

/** A change on its way, with what decides who hears of it. */
export interface TellableChange extends Change {
  position: number
  at: Date
  organisationId: string
  permission: Permission
  isOfPerson: boolean
}

/** What lines tell, in their order; with one query per kind of record and organisation. */
export async function changesOf(db: Kysely<Database>, lines: readonly FollowedLine[], rules: RecordRules): Promise<TellableChange[]> {
  const told: TellableChange[] = []
  for (const [organisationId, own] of Map.groupBy(lines, line => line.organisationId)) {
    const persons = await findPersons(db, organisationId, own, rules)
    for (const { position, at, recordType: type, recordId: id } of own) {
      const rule = rules[type]
      if (!rule) continue
      const personId = persons.get(`${type} ${id}`)
      const isOfPerson = rule.personsOf !== undefined
      told.push({ type, id, ...(personId ? { personId } : {}), position, at, organisationId, permission: rule.permission, isOfPerson })
    }
  }
  return told
}

async function findPersons(
  db: Kysely<Database>,
  organisationId: string,
  lines: readonly FollowedLine[],
  rules: RecordRules,
): Promise<ReadonlyMap<string, string>> {
  const asked = [...Map.groupBy(lines, line => line.recordType)].filter(([type]) => rules[type]?.personsOf)
  const persons = new Map<string, string>()
  if (asked.length === 0) return persons
  await inWork(db, programActor(organisationId, 'events'), async work => {
    for (const [type, ofType] of asked) {
      const ids = [...new Set(ofType.map(line => line.recordId))]
      for (const [id, personId] of await rules[type]!.personsOf!(work, ids)) persons.set(`${type} ${id}`, personId)
    }
  })
  return persons
}

/** Whether the permission reaches this far for somebody: the same question as every page's, asked of an id. */
export function mayHear(actor: Actor, { organisationId, permission, isOfPerson, personId }: TellableChange): boolean {
  if (actor.organisationId !== organisationId) return false
  const scope = scopeOf(permission, actor.roles)
  if (!scope) return false
  if (scope === 'organisation' || !isOfPerson) return true
  if (personId === undefined) return false
  return personId === actor.personId || (scope === 'team' && actor.reportIds.includes(personId))
}

// Beyond, a screen asks for everything of a kind again rather than for each.
const idsMax = 100

/** Each change once; of more than a screen could follow, only the kinds. */
export function summarise(changes: readonly Change[]): Change[] {
  const once = new Map(
    changes.map(({ type, id, personId }) => [`${type} ${id ?? ''} ${personId ?? ''}`, { type, id, ...(personId ? { personId } : {}) }]),
  )
  if (once.size <= idsMax) return [...once.values()]
  return [...new Set(changes.map(({ type }) => type))].map(type => ({ type, id: null }))
}
