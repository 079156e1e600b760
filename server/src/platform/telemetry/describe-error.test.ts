import { expect, test } from 'vitest'
import { createTestDatabase, makeTestAuthority } from '../../../test/kit.ts'
import { createLog } from './telemetry.ts'

const database = await createTestDatabase()
const { organisationId } = await makeTestAuthority(database)

const lines: string[] = []
const log = createLog('info', { write: line => void lines.push(line) })

async function logged(text: string, values: unknown[] = []): Promise<{ line: string; err: Record<string, unknown> }> {
  const error = await database.asOwner(text, values).then(
    () => expect.unreachable('was not refused'),
    (reason: unknown) => reason,
  )
  log.error({ err: error }, 'refused')
  const line = lines.pop()!
  return { line, err: (JSON.parse(line) as { err: Record<string, unknown> }).err }
}

test('of a row that the database refuses the log has the place, not the row', async () => {
  const { line, err } = await logged(
    `insert into user_account (id, organisation_id, email, display_name, language, status, created_at)
     values (gen_random_uuid(), $1, 'tre@test.invalid', 'Nguyễn Thị Tre', 'vi', 'nobody knows', now())`,
    [organisationId],
  )
  expect(err).toMatchObject({ code: '23514', table: 'user_account', constraint: expect.stringContaining('status') })
  expect(err['stack']).toMatch(/^at .*describe-error\.test\.ts/s)
  for (const secret of ['Tre', 'tre@test', 'Failing row']) expect(line).not.toContain(secret)
})

test('of a value that the database cannot read the log has the code, not the value', async () => {
  const { line, err } = await logged(`select $1::text::integer`, ['Nguyễn Thị Tre'])
  expect(err).toMatchObject({ code: '22P02' })
  expect(line).not.toContain('Tre')
})

test('a defect of the program keeps its sentence, and what caused it its place', async () => {
  const cause = Object.assign(new Error('row of Tre'), { severity: 'ERROR', code: '23505', detail: 'Key (name)=(Tre)' })
  log.error({ err: new TypeError('plan without a person', { cause }) }, 'failed')
  const line = lines.pop()!
  expect(JSON.parse(line)).toMatchObject({ err: { type: 'TypeError', cause: { code: '23505' } } })
  expect(line).toContain('plan without a person')
  expect(line).not.toContain('Tre')
})
