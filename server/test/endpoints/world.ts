import { sql } from 'kysely'
import { connect } from '#platform/database/connection.ts'
import type { AnyEndpoint } from '#platform/http/endpoint.ts'
import { hashPassword } from '#platform/identity/passwords.ts'
import { hashToken } from '#platform/identity/sessions.ts'
import { makeTestServer } from '../http-kit.ts'
import type { TestAnswer, TestCall, TestServer } from '../http-kit.ts'
import { createTestDatabase, testNow } from '../kit.ts'
import type { TestDatabase } from '../kit.ts'
import { frameworkFile, rosterFile } from './files.ts'
import { buildHouse } from './house.ts'
import type { Caller, House } from './house.ts'
import { changesBetween, keepCopy, makeObserver } from './snapshot.ts'
import type { LedgerEntry, Observed } from './snapshot.ts'

// The world that the generated tests call every endpoint in: the authority and an agency, both with the same kinds of
// records, so that each id of one has its counterpart in the other.

export const worldPassword = 'a bamboo fence holds out'
export const setUpToken = 'a'.repeat(43)
export const passwordLinkToken = 'b'.repeat(43)
export interface World {
  database: TestDatabase
  server: TestServer
  /** Every endpoint that is mounted. */
  endpoints: readonly AnyEndpoint[]
  authority: House
  agency: House
  callAs(caller: Caller | undefined, endpoint: AnyEndpoint, call?: TestCall): Promise<TestAnswer>
  cookieOf(caller: Caller): string
  /** Runs and says which records and lines came of it. */
  observe<T>(run: () => Promise<T>): Promise<{ result: T; records: string[]; lines: LedgerEntry[] }>
  /** Ids of every row of a house, also those that the house does not name. */
  idsOf(house: House): ReadonlySet<string>
  /** Leaves an installation that nobody has set up, with the link of its first administrator. */
  empty(): Promise<void>
  /** Puts everything back as it was at first. */
  restore(): Promise<void>
}

/** A unit hands its function and its one person on to a new one. */
const plannedEvent = ({ endingUnitId, marker }: House, digest: string) => ({
  kind: 'transfer',
  happensOn: '2027-03-01',
  basis: `Decision 1 ${marker}`,
  predecessorIds: [endingUnitId],
  successorIds: [],
  founded: [{ code: 'U9', name: { vi: `Phòng 9 ${marker}` }, parentId: null }],
  defaultSuccessor: 0,
  parts: [],
  posts: [],
  expectedPosts: digest,
})

const insertLink = (database: TestDatabase, token: string, purpose: string, userId: string | null) =>
  database.asOwner(
    `insert into one_time_link (token_hash, purpose, user_id, created_at, expires_at) values ($1, $2, $3, $4::timestamptz, $4::timestamptz + interval '1 hour')`,
    [hashToken(token), purpose, userId, testNow.toISOString()],
  )

/** Makes the world in a database of its own: once per test file. */
export async function makeWorld(): Promise<World> {
  const database = await createTestDatabase()
  const owner = connect(database.ownerAddress, { size: 1 })
  const server = await makeTestServer(database)
  const passwordHash = await hashPassword(worldPassword)
  const authority = await buildHouse(database, owner, 'authority', passwordHash, server.files)
  const agency = await buildHouse(database, owner, 'agency', passwordHash, server.files)
  await insertLink(database, passwordLinkToken, 'set-password', authority.otherUserId)
  await sql`analyze`.execute(owner.db)
  await owner.close()

  const cookies = new Map<string, string>()
  for (const { callers } of [authority, agency]) {
    for (const { userId } of Object.values(callers)) cookies.set(userId, await server.signIn(userId))
  }
  const { endpoints } = server.http
  let hasCalled = false
  const callAs: World['callAs'] = (caller, endpoint, call) => {
    hasCalled = true
    return server.callWith(caller && cookies.get(caller.userId), endpoint, call)
  }

  // Previews are the imports' own affair inside, so they are made by their own front door.
  for (const house of [authority, agency]) {
    const preview = async (name: string, upload: TestCall['upload']) => {
      const endpoint = endpoints.find(one => one.name === name)!
      const { status, body, text } = await callAs(house.callers.manager, endpoint, { upload: upload! })
      if (status !== 200) throw new Error(`${name}: ${status} ${text}`)
      return { id: body.previewId as string, version: body.version as number }
    }
    house.frameworkPreview = await preview('previewFramework', frameworkFile(house.marker))
    house.rosterPreview = await preview('previewRoster', rosterFile(house.marker))
    const [looking, planning] = ['previewUnitEnding', 'recordUnitEvent'].map(name => endpoints.find(one => one.name === name)!)
    const { predecessorIds, happensOn } = plannedEvent(house, '')
    const looked = await callAs(house.callers.manager, looking!, { body: { predecessorIds, happensOn } })
    const { status, body, text } = await callAs(house.callers.manager, planning!, {
      body: plannedEvent(house, looked.body.digest as string),
    })
    if (status !== 200) throw new Error(`recordUnitEvent: ${status} ${text}`)
    house.eventId = body.event.id as string
    house.lineId = (
      await database.asOwner<{ id: string }>('select id from ledger_line where organisation_id = $1 order by id limit 1', [
        house.organisationId,
      ])
    )[0]!.id
  }

  const ids = new Map<House, ReadonlySet<string>>()
  for (const house of [authority, agency]) ids.set(house, await listIds(database, house.organisationId))
  const observer = await makeObserver(database)
  const look = async (): Promise<{ print: string; observed: Observed }> => ({
    print: await observer.fingerprint(),
    observed: await observer.look(),
  })
  let last: { print: string; observed: Observed } | undefined
  const { restore, empty } = await keepCopy(database)
  return {
    database,
    server,
    endpoints,
    authority,
    agency,
    callAs,
    cookieOf: caller => cookies.get(caller.userId)!,
    restore: async () => {
      await restore()
      last = undefined
    },
    empty: async () => {
      await empty()
      last = undefined
      await insertLink(database, setUpToken, 'first-administrator', null)
    },
    idsOf: house => ids.get(house)!,
    observe: async run => {
      // Most of what is observed changes nothing, so the last look mostly still holds.
      if (!last || hasCalled) last = await look()
      const before = last
      const result = await run()
      hasCalled = false
      if ((await observer.fingerprint()) === before.print) return { result, records: [], lines: [] }
      last = await look()
      return { result, ...changesBetween(before.observed, last.observed) }
    },
  }
}

async function listIds(database: TestDatabase, organisationId: string): Promise<ReadonlySet<string>> {
  const tables = await database.asOwner<{ name: string }>(
    `select table_name as name from information_schema.columns where table_schema = 'public' and column_name in ('id', 'organisation_id') group by 1 having count(*) = 2`,
  )
  const rows = await database.asOwner<{ id: string }>(
    tables.map(({ name }) => `select id from ${name} where organisation_id = $1`).join(' union all '),
    [organisationId],
  )
  return new Set([organisationId, ...rows.map(row => row.id)])
}
