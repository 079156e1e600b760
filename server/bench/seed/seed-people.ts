import type pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { toContent } from '#capacity/people/people.ts'

// A large authority: people with names as they are frequent, in a tree of units, each with a post, a role and a supervisor;
// ratings of three half-years by both sides and agreed. Loaded by COPY and SQL: through the product it would take days.

const families = ['Nguyễn', 'Trần', 'Lê', 'Phạm', 'Hoàng', 'Phan', 'Vũ', 'Đặng', 'Bùi', 'Đỗ', 'Hồ', 'Ngô', 'Dương', 'Lý']
const middles = ['Văn', 'Thị', 'Minh', 'Đức', 'Thanh', 'Ngọc', 'Quang', 'Hữu', 'Thu', 'Xuân', 'Gia', 'Bảo']
const given = [
  'An',
  'Ánh',
  'Bình',
  'Châu',
  'Cường',
  'Dũng',
  'Đạt',
  'Giang',
  'Hà',
  'Hải',
  'Hiền',
  'Hoa',
  'Hùng',
  'Hương',
  'Khánh',
  'Lan',
  'Linh',
  'Long',
  'Mai',
  'Nam',
  'Ngân',
  'Phúc',
  'Phương',
  'Quân',
  'Sơn',
  'Thảo',
  'Trang',
  'Tuấn',
  'Vân',
  'Yến',
]

/** A different mix of the lists for each number; two people may share a name, as people do. */
const nameOf = (number: number): string => {
  const mixed = Math.imul(number + 1, 2_654_435_761) >>> 0
  return `${families[mixed % families.length]} ${middles[(mixed >>> 8) % middles.length]} ${given[(mixed >>> 16) % given.length]}`
}

export interface SeedSizes {
  people: number
  units: number
  ledgerLines: number
}

/** Fills units, people and posts. `client` is the owner's, on an authority that has a framework. */
export async function seedPeople(client: pg.ClientBase, organisationId: string, sizes: SeedSizes): Promise<void> {
  await client.query('set session_replication_role = replica')
  await client.query(
    `with made as (insert into unit (id, organisation_id) select uuidv7(), $1 from generate_series(0, $2::int - 1) returning id),
      numbered as (select id, row_number() over (order by id) - 1 as n from made)
     insert into unit_state (id, unit_id, organisation_id, code, name, parent_id, valid)
     select uuidv7(), id, $1, 'U' || lpad(n::text, 5, '0'), jsonb_build_object('vi', 'Phòng ' || n, 'en', 'Division ' || n, 'ja', '第' || n || '課'), null, '[2020-01-01,)'
     from numbered`,
    [organisationId, sizes.units],
  )
  await client.query(`create temp table seeded_person (number int, staff_code text, name text, sort_key text, search_key text)`)
  const rows = Readable.from(
    (function* () {
      for (let first = 0; first < sizes.people; first += 1000) {
        let text = ''
        for (let number = first; number < Math.min(sizes.people, first + 1000); number++) {
          const content = toContent({ staffCode: null, name: nameOf(number), reading: null, nameCulture: 'vi', email: null })
          text += `${number}\tS${String(number).padStart(6, '0')}\t${content.name}\t${content.sortKey}\t${content.searchKey}\n`
        }
        yield text
      }
    })(),
  )
  await pipeline(rows, client.query(copyFrom('copy seeded_person from stdin')))
  await client.query(`alter table seeded_person add column id uuid default uuidv7()`)
  await client.query(
    `insert into person (id, organisation_id, staff_code, name, name_culture, sort_key, search_key, email)
     select id, $1, staff_code, name, 'vi', sort_key, search_key, lower(staff_code) || '@bench.invalid' from seeded_person`,
    [organisationId],
  )
  // The roles of the framework in turn; in each unit the person with the lowest number supervises.
  await client.query(
    `with role as (select code, row_number() over (order by position) - 1 as number, count(*) over () as roles from framework_element where kind = 'role'),
      placed as (select id, number, (number::bigint * $2 / $3)::int as unit from seeded_person)
     insert into post (id, organisation_id, person_id, unit_id, title, supervisor_id, role_code, valid)
     select uuidv7(), $1, placed.id, unit.unit_id, 'Chuyên viên', nullif(first_value(placed.id) over (partition by placed.unit order by placed.number), placed.id), role.code, '[2023-01-01,)'
     from placed join unit_state unit on unit.code = 'U' || lpad(placed.unit::text, 5, '0') join role on role.number = placed.number % role.roles`,
    [organisationId, sizes.units, sizes.people],
  )
}

/**
 * Ratings of every person for the own role, for every need of it: in each of three half-years by the person, by the supervisor
 * and agreed, and one draft in the present one. A level is the need less nothing, one or two.
 */
export async function seedAssessments(client: pg.ClientBase, organisationId: string, userId: string): Promise<number> {
  await client.query('set session_replication_role = replica')
  const { rowCount } = await client.query(
    `with half as (select id, row_number() over (order by lower(period)) as number from half_year),
      rater (rater, number) as (values ('self', 1), ('supervisor', 2), ('agreed', 3)),
      sheet as (
        select post.person_id, half.id as half_year_id, role.framework_id, role.id as role_id, rater.rater, half.number <= 3 as is_submitted
        from post join framework_element role on role.kind = 'role' and role.code = post.role_code
        cross join half cross join rater
        where half.number <= 3 or (half.number = 4 and rater.rater = 'self')
      )
     insert into assessment (id, organisation_id, person_id, half_year_id, framework_id, role_id, rater, status, submitted_at, created_by, created_at)
     select uuidv7(), $1, person_id, half_year_id, framework_id, role_id, rater,
       case when is_submitted then 'submitted' else 'draft' end, case when is_submitted then now() end, $2, now()
     from sheet order by person_id, half_year_id, rater`,
    [organisationId, userId],
  )
  await client.query(
    `insert into rating (id, organisation_id, assessment_id, element_id, level, reason, rated_on, rated_by)
     select uuidv7(), $1, assessment.id, need.element_id,
       greatest(0, need.level - (abs(hashtext(assessment.person_id::text || need.element_id::text)) % 3)), 'Quan sát trong công việc', current_date, $2
     from assessment join framework_relation need on need.role_id = assessment.role_id and need.kind = 'needs'
     order by assessment.id`,
    [organisationId, userId],
  )
  return rowCount ?? 0
}
