import { expect, test } from 'vitest'
import { createTestDatabase, makeTestAccount, makeTestAuthority } from '../../../test/kit.ts'
import { makeTestServer } from '../../../test/http-kit.ts'
import { verifyDatabase } from '#platform/ledger/verify.ts'
import { applyRoster, getRosterPreview, listRosterRows, previewRoster } from './people.api.ts'
import type { RosterPreview, RosterRow } from './people.api.ts'
import { createUnit } from './units.ts'

// What is read beside the server's other work: a file too large to be read before the answer.

const database = await createTestDatabase()
const authority = await makeTestAuthority(database)
const server = await makeTestServer(database)
const cookie = await server.signIn(await makeTestAccount(database, authority.organisationId, 'capacity-manager'))

await authority.as({}, work => createUnit(work, { code: 'LD', name: { vi: 'Lãnh đạo' }, parentId: null }))

const count = 6_000
const header = 'Staff code,Name,Unit,Supervisor,E-mail,Start date,Title'
const title = 'chuyên viên '.repeat(12)
const lineOf = (index: number): string =>
  `G${index},Nguyễn Văn Lớn ${index},LD,${index === 0 ? '' : `G${Math.floor((index - 1) / 10)}`},g${index}@example.org,2021-03-15,${title}`
const upload = (lines: readonly string[]) => ({
  upload: { fileName: 'large.csv', contentType: 'text/csv', bytes: Buffer.from([header, ...lines].join('\n')) },
})
const lines = Array.from({ length: count }, (_, index) => lineOf(index))

async function send(text: ReturnType<typeof upload>): Promise<RosterPreview> {
  const answer = await server.callWith(cookie, previewRoster, text)
  expect(answer.status).toBe(200)
  return answer.body as RosterPreview
}
const look = async (previewId: string): Promise<RosterPreview> =>
  (await server.callWith(cookie, getRosterPreview, { params: { previewId } })).body as RosterPreview
async function waitFor(previewId: string): Promise<{ seen: Set<number | null>; preview: RosterPreview }> {
  const seen = new Set<number | null>()
  for (;;) {
    const preview = await look(previewId)
    if (preview.status !== 'reading') return { seen, preview }
    seen.add(preview.progress)
  }
}
async function rowsOf(previewId: string, fate?: string): Promise<RosterRow[]> {
  const rows: RosterRow[] = []
  for (let after: number | null = 0; after !== null;) {
    const query = { after, limit: 200, ...(fate && { fate }) }
    const { body } = await server.callWith(cookie, listRosterRows, { params: { previewId }, query })
    const page = body as { rows: RosterRow[]; next: number | null }
    rows.push(...page.rows)
    after = page.next
  }
  return rows
}
const people = async (): Promise<number> => (await database.asOwner<{ n: number }>('select count(*)::int as n from person'))[0]!.n

test('a large file is read while its sender goes on, shows how far it is, and comes in whole', { timeout: 120_000 }, async () => {
  // Faults far down: a code again, a circle, a date that only other dates explain.
  const faulty = lines.with(5000, lineOf(3)).with(4000, 'G4000,A,LD,G4001,,25/12/2020').with(4001, 'G4001,B,LD,G4000,,03/04/2021')
  const sent = await send(upload(faulty))
  expect(sent).toMatchObject({ status: 'reading', counts: { create: 0 }, failure: null })
  const { seen, preview } = await waitFor(sent.previewId)
  expect(seen.size).toBeGreaterThan(0)
  expect([...seen].every(percent => percent !== null && percent < 100)).toBe(true)
  expect(preview).toMatchObject({ status: 'open', version: 1, counts: { create: count - 3, refused: 3 }, mended: 3, progress: null })
  const refused = await rowsOf(preview.previewId, 'refused')
  expect(refused.map(({ row, findings }) => [row, findings.find(({ severity }) => severity === 'error')!.code])).toEqual([
    [4002, 'supervisor-cycle'],
    [4003, 'supervisor-cycle'],
    [5002, 'duplicate-staff-code'],
  ])
  expect(refused[1]!.values.startsOn).toBe('2021-04-03')
  const rows = await rowsOf(preview.previewId)
  expect(rows.map(({ row }) => row)).toEqual(Array.from({ length: count }, (_, index) => index + 2))

  const applying = server.callWith(cookie, applyRoster, {
    params: { previewId: sent.previewId },
    body: { leaveOut: 3 },
    ifMatch: 1,
  })
  const during: RosterPreview['status'][] = []
  for (let isOver = false; !isOver;) {
    during.push((await look(sent.previewId)).status)
    isOver = await Promise.race([applying.then(() => true), new Promise<false>(resolve => setImmediate(() => resolve(false)))])
  }
  expect(during).toContain('applying')
  expect((await applying).body).toMatchObject({ status: 'applied', counts: { create: count - 3, refused: 3 } })
  expect(await people()).toBe(count - 3)
  expect(await rowsOf(sent.previewId)).toEqual([])
  const [line] = await database.asOwner<{ n: number }>(`select count(*)::int as n from ledger_line where verb = 'person.created'`)
  expect(line!.n).toBe(count - 3)

  const again = await send(upload(faulty))
  expect((await waitFor(again.previewId)).preview.counts).toEqual({ create: 0, update: 0, unchanged: count - 3, refused: 3 })
  expect((await verifyDatabase(database.app)).counts.findings).toBe(0)
})

test('what is wrong at the end of a large file is told by its preview, and nothing of it stays', { timeout: 60_000 }, async () => {
  const before = await people()
  const { previewId } = await send(upload([...lines, 'X1,"never closed']))
  expect((await waitFor(previewId)).preview).toMatchObject({
    status: 'failed',
    failure: { reason: 'unbalanced-quotes', params: { line: count + 2 } },
  })
  expect(await rowsOf(previewId)).toEqual([])
  expect(await database.asOwner('select row from roster_row where preview_id = $1 limit 1', [previewId])).toEqual([])
  expect((await server.callWith(cookie, applyRoster, { params: { previewId }, body: { leaveOut: 0 }, ifMatch: 1 })).status).toBe(412)
  expect(await people()).toBe(before)
  expect(server.errors).toEqual([])
})

test('a reading that ended with its server says so', async () => {
  const { previewId } = await send(upload(lines))
  await waitFor(previewId)
  // As the row was left: nobody holds it any more.
  await database.asOwner(`update import_preview set status = 'reading', content = '{}' where id = $1`, [previewId])
  expect(await look(previewId)).toMatchObject({ status: 'failed', failure: { reason: 'interrupted' } })
})
