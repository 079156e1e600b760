import type pg from 'pg'
import { halfYearAt } from '#platform/organisations/half-years.ts'

// What a large authority has rated, needs and plans.

/** Kept readiness is measured for so many people at once. */
const measuredAtOnce = 5_000

/** The two half-years before the one that a new authority starts with: three are past then. */
export async function seedHalfYears(client: pg.ClientBase, organisationId: string, today: string): Promise<void> {
  for (const offset of [-3, -2]) {
    const { code, startsOn, endsBefore } = halfYearAt(today, 1, offset)
    await client.query(`insert into half_year (id, organisation_id, code, period) values (uuidv7(), $1, $2, daterange($3, $4))`, [
      organisationId,
      code,
      startsOn,
      endsBefore,
    ])
  }
}

/** Sheets of every person for the own role: in each past half-year by the person, by the supervisor and agreed, and one draft now. */
export async function seedAssessments(client: pg.ClientBase, organisationId: string, userId: string): Promise<number> {
  const { rowCount } = await client.query(
    `with half as (select id, upper(period) as ends_before, row_number() over (order by lower(period)) as number from half_year),
      rater (rater, number) as (values ('self', 1), ('supervisor', 2), ('agreed', 3)),
      sheet as (
        select post.person_id, half.id as half_year_id, role.framework_id, role.id as role_id, rater.rater, rater.number, half.ends_before, half.number <= 3 as is_submitted
        from post join framework_element role on role.kind = 'role' and role.code = post.role_code
        cross join half cross join rater
        where half.number <= 3 or (half.number = 4 and rater.rater = 'self')
      )
     insert into assessment (id, organisation_id, person_id, half_year_id, framework_id, role_id, rater, status, submitted_at, created_by, created_at)
     select uuidv7(), $1, person_id, half_year_id, framework_id, role_id, rater, case when is_submitted then 'submitted' else 'draft' end,
       case when is_submitted then ends_before - interval '10 days' + number * interval '1 day' end, $2, now()
     from sheet order by person_id, half_year_id, rater`,
    [organisationId, userId],
  )
  return rowCount ?? 0
}

/** Ratings on all sheets for everything that the role needs. Two people in five have all of it; of the others each lacks up to two levels. */
export async function seedRatings(client: pg.ClientBase, organisationId: string, userId: string): Promise<number> {
  const { rowCount } = await client.query(
    `insert into rating (id, organisation_id, assessment_id, element_id, level, reason, rated_on, rated_by)
     select uuidv7(), $1, assessment.id, need.element_id,
       case when hashtext(assessment.person_id::text) % 5 in (0, 1) then need.level
         else greatest(0, need.level - abs(hashtext(assessment.person_id::text || need.element_id::text) % 3)) end,
       'Quan sát trong công việc', current_date, $2
     from assessment join framework_relation need on need.role_id = assessment.role_id and need.kind = 'needs'
     order by assessment.id`,
    [organisationId, userId],
  )
  return rowCount ?? 0
}

export async function measureEverybody(client: pg.ClientBase, organisationId: string): Promise<void> {
  await client.query('analyze assessment, rating, post, half_year, framework_relation')
  const { rows } = await client.query<{ id: string }>('select id from person order by id')
  for (let first = 0; first < rows.length; first += measuredAtOnce) {
    const people = rows.slice(first, first + measuredAtOnce).map(({ id }) => id)
    await client.query('select measure_readiness($1, $2)', [organisationId, people])
  }
}

/** Needs of the organisation and of its first units for nine roles; a plan of everybody's for the present half-year; mails. */
export async function seedNeedsAndPlans(client: pg.ClientBase, organisationId: string, userId: string): Promise<void> {
  await client.query(
    `insert into staffing_need (id, organisation_id, role_id, unit_id, people, level, due_on, priority, reason, created_by, created_at)
     select uuidv7(), $1, role.id, unit.id, case when unit.id is null then 500 else 5 end, 3, date '2027-12-31', 1 + role.number % 5, 'Đề án', $2, now()
     from (select id, row_number() over (order by position)::int as number from framework_element where kind = 'role' order by position limit 9) role
     cross join (select null::uuid as id union all (select id from seeded_unit where n between 1 and 20)) unit`,
    [organisationId, userId],
  )
  await client.query(
    `insert into development_plan (id, organisation_id, person_id, half_year_id, framework_id, duties, target_role_id, created_by, created_at, person_agreed_at)
     select uuidv7(), $1, post.person_id, (select id from half_year where period @> current_date), role.framework_id, 'Theo vị trí việc làm', role.id, $2, now(),
       case when hashtext(post.person_id::text) % 2 = 0 then now() end
     from post join framework_element role on role.kind = 'role' and role.code = post.role_code order by post.person_id`,
    [organisationId, userId],
  )
  await client.query(
    `insert into plan_gap (id, organisation_id, plan_id, element_id, relation_id, have, have_from, need, importance, priority, is_chosen)
     select uuidv7(), $1, plan.id, need.element_id, need.id, 0, 'agreed', need.level, need.importance, need.priority, true
     from development_plan plan cross join lateral (
       select *, row_number() over (order by framework_relation.id) as priority from framework_relation
       where role_id = plan.target_role_id and kind = 'needs' order by framework_relation.id limit 3
     ) need`,
    [organisationId],
  )
  await client.query(
    `insert into plan_action (id, organisation_id, plan_id, gap_id, kind, title, starts_on, due_on, position, details)
     select uuidv7(), $1, gap.plan_id, gap.id, 'self-study', 'Tự học', current_date, current_date + 60, gap.priority, '{"material": "", "hours": null}'
     from plan_gap gap where gap.priority <= 2`,
    [organisationId],
  )
  await client.query(
    `insert into mail (id, organisation_id, key, kind, user_id, recipient, recipient_name, language, subject, content, status, ended_at, next_attempt_at, created_at)
     select uuidv7(), $1, 'bench ' || id, 'invitation', id, email, display_name, language, 'Lời mời', '{}', 'sent', now(), now(), now() from user_account`,
    [organisationId],
  )
}
