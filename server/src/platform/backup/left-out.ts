// Tables whose rows stay behind. A new table is in every backup unless it is named here.

/** Why, in words for the operator: they stand in the manifest and in docs/how-to/back-up-and-restore.md. */
export const leftOut: ReadonlyMap<string, string> = new Map([
  ['schema_migration', 'The manifest names the migrations; restoring runs them.'],
  ['session', 'Whoever was signed in signs in again: a copy of the database opens no session.'],
  ['one_time_link', 'An administrator sends links to set a password again: a copy of the database opens no account.'],
  ['idempotency_key', 'They answer a request that is sent twice within a day; after a restore no such request is on its way.'],
])
