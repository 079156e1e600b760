import type { Kysely, Transaction } from 'kysely'
import type { Role } from '#platform/permissions/permissions.ts'
import type { Database } from './tables.gen.ts'

/** A connection or a transaction: the first argument of every store function. */
export type Db = Kysely<Database> | Transaction<Database>

/** Who acts, in which role and organisation, from where. Kept with every ledger line. */
export interface Actor {
  /** Null for the program itself (a schedule, a command of the operator). */
  userId: string | null
  personId: string | null
  organisationId: string
  roles: readonly Role[]
  /** People whose supervisor the actor is today. */
  reportIds: readonly string[]
  /** Address of the caller, `cli`, or `job:<name>`. */
  origin: string
}

/** One request, job or command at work: a transaction that the database knows actor and organisation of. */
export interface Work {
  db: Transaction<Database>
  actor: Actor
  /** The same instant for everything that one piece of work writes. */
  now: Date
}
