import { randomBytes, randomUUID } from 'node:crypto'
import pg from 'pg'
import { afterAll, expect, inject, test } from 'vitest'
import { connect, inWork } from '#platform/database/connection.ts'
import { appRole, migrate } from '#platform/database/migrate.ts'
import { programActor } from '#platform/organisations/organisations.ts'
import { changePlan } from './development-plans.ts'
import { sha256OfVersion } from './plan-content.ts'
import { comparePlanVersions, listPlanVersions } from './plan-versions.ts'
import { getPlan } from './plan-view.ts'

// An installation from before versions were kept: its plans begin with the content that they have.

const { host, port, owner } = inject('postgres')
const database = `test_${randomBytes(6).toString('hex')}`
const admin = new pg.Client({ host, port, user: owner, database: 'postgres' })
await admin.connect()
await admin.query(`create database ${database}`)
const ownerAddress = { host, port, user: owner, database }
await migrate(ownerAddress, { to: 3 })
const superuser = new pg.Client(ownerAddress)
await superuser.connect()
const app = connect({ host, port, user: appRole, database })
afterAll(async () => {
  await app.close()
  await superuser.end()
  await admin.query(`drop database ${database} with (force)`)
  await admin.end()
})

const ids = Object.fromEntries(
  [
    'org',
    'half',
    'framework',
    'role',
    'competency',
    'relation',
    'unit',
    'person',
    'post',
    'boss',
    'user',
    'plan',
    'gap',
    'course',
    'exam',
  ].map(name => [name, randomUUID()]),
) as Record<string, string>

/** `:name` becomes the id of that name. */
const insert = (text: string): Promise<unknown> =>
  superuser.query(text.replaceAll(/:(\w+)(?!:)\b/g, (all, name: string) => (ids[name] ? `'${ids[name]}'` : all)))

await insert(
  `insert into organisation (id, kind, name, time_zone, half_year_start_month, created_at) values (:org, 'authority', '{"en": "A"}', 'Asia/Ho_Chi_Minh', 1, now())`,
)
await insert(`insert into half_year (id, organisation_id, code, period) values (:half, :org, '2026-H2', '[2026-07-01,2027-01-01)')`)
await insert(`insert into framework (id, organisation_id, publisher, key, version, title, description, source_language, translation_status, licence, source, source_sha256, levels, imported_at)
  values (:framework, :org, 'p', 'k', '1', '{"en": "F"}', '{}', 'en', '{}', 'CC0-1.0', '{}', '', '[]', now())`)
await insert(`insert into framework_element (id, organisation_id, framework_id, kind, code, position, name, text) values
  (:role, :org, :framework, 'role', 'R', 0, '{"en": "Role"}', '{}'), (:competency, :org, :framework, 'competency', 'C', 1, '{"en": "Competency"}', '{}')`)
await insert(`insert into framework_relation (id, organisation_id, framework_id, kind, role_id, element_id, importance, level)
  values (:relation, :org, :framework, 'needs', :role, :competency, 'required', 2)`)
await insert(`insert into unit (id, organisation_id, code, name, valid) values (:unit, :org, 'U', '{"vi": "Phòng"}', '[2020-01-01,)')`)
await insert(`insert into person (id, organisation_id, name, name_culture, sort_key, search_key) values
  (:boss, :org, 'Trần Văn Bình', 'vi', 'b', 'b'), (:person, :org, 'Nguyễn "An"', 'vi', 'a', 'a')`)
await insert(
  `insert into post (id, organisation_id, person_id, unit_id, title, supervisor_id, valid) values (:post, :org, :person, :unit, 'Chuyên viên', :boss, '[2024-01-01,)')`,
)
await insert(
  `insert into user_account (id, organisation_id, person_id, email, display_name, language, status, created_at) values (:user, :org, :boss, 'b@test.invalid', 'B', 'vi', 'active', now())`,
)
await insert(`insert into development_plan (id, organisation_id, person_id, half_year_id, framework_id, duties, target_role_id, supervisor_agreed_at, supervisor_agreed_by, created_by, created_at, version)
  values (:plan, :org, :person, :half, :framework, E'Trực ca\\nngoài giờ', :role, '2026-11-01T03:00:00Z', :user, :user, '2026-10-01T03:00:00Z', 4)`)
await insert(`insert into plan_gap (id, organisation_id, plan_id, element_id, relation_id, have, have_from, need, importance, priority, is_chosen)
  values (:gap, :org, :plan, :competency, :relation, 1, 'supervisor', 2, 'required', 1, true)`)
await insert(`insert into plan_action (id, organisation_id, plan_id, gap_id, kind, title, starts_on, due_on, position) values
  (:exam, :org, :plan, null, 'certification', 'Thi', '2026-12-01', '2026-12-20', 1), (:course, :org, :plan, :gap, 'course', 'Học', '2026-11-01', '2026-12-20', 0)`)
await migrate(ownerAddress)

const as = <T>(run: Parameters<typeof inWork<T>>[2]): Promise<T> =>
  inWork(
    app.db,
    { ...programActor(ids['org']!, 'test'), userId: ids['user']!, roles: ['capacity-manager'] },
    run,
    new Date('2026-11-22T03:00:00Z'),
  )

test('a plan of before has one version, whole, with its agreement and details to fill in', async () => {
  const plan = await as(work => getPlan(work, ids['plan']!))
  expect(plan).toMatchObject({
    version: 4,
    contentVersion: 1,
    status: 'half-agreed',
    supervisorSignature: { name: 'Trần Văn Bình', way: 'in-system', at: '2026-11-01T03:00:00.000Z' },
    preferences: { wishedRole: null, kinds: [], remarks: '' },
  })
  expect(plan.actions.map(({ title, details }) => [title, details])).toEqual([
    ['Học', { provider: '', hours: null, place: '' }],
    ['Thi', { body: '', exam: '', examOn: null }],
  ])
  const { rows } = await superuser.query<{ content: string; sha256: string }>('select content, sha256 from plan_version')
  expect(rows).toHaveLength(1)
  expect(rows[0]!.sha256).toBe(sha256OfVersion(plan.id, 1, rows[0]!.content))
})

test('and goes on from there', async () => {
  const plan = await as(work => getPlan(work, ids['plan']!))
  const content = { chosenGapIds: [plan.gaps[0]!.id], actions: plan.actions.map(({ details: _details, ...action }) => action) }
  await as(work => changePlan(work, plan.id, plan.version, { duties: 'Khác', ...content }))
  const difference = await as(work => comparePlanVersions(work, plan.id, { before: 1, after: 2 }))
  expect(difference).toMatchObject({ fields: [{ field: 'duties', before: 'Trực ca\nngoài giờ', after: 'Khác' }], gaps: [], actions: [] })
  expect((await as(work => listPlanVersions(work, plan.id))).versions.map(({ number, cause }) => [number, cause])).toEqual([
    [2, 'changed'],
    [1, 'kept'],
  ])
})
