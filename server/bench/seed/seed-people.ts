import type pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { toContent } from '#capacity/people/people.ts'

// People of a large authority, with names as they are frequent, in a tree of units, each with a post, a role, a supervisor and
// an account. Loaded by COPY and SQL: through the product it would take hours.

/** Two in five families are called Nguyễn: what the first letters of that name find is the widest search that there is. */
const families = [...Array<string>(8).fill('Nguyễn'), ...'Trần Trần Lê Lê Phạm Hoàng Phan Vũ Đặng Bùi Đỗ Ngô'.split(' ')]
const middles = ['Văn', 'Thị', 'Minh', 'Đức', 'Thanh', 'Ngọc', 'Quang', 'Hữu', 'Thu', 'Xuân', 'Gia', 'Bảo']
const given =
  'An Ánh Bình Châu Cường Dũng Đạt Giang Hà Hải Hiền Hoa Hùng Hương Khánh Lan Linh Long Mai Nam Ngân Phúc Phương Quân Sơn Thảo Trang Tuấn Vân Yến'.split(
    ' ',
  )

/** A different mix of the lists for each number; two people may share a name, as people do. */
const nameOf = (number: number): string => {
  const mixed = Math.imul(number + 1, 2_654_435_761) >>> 0
  return `${families[mixed % families.length]} ${middles[(mixed >>> 8) % middles.length]} ${given[(mixed >>> 16) % given.length]}`
}

/** Each unit has up to ten below it; rows go in by the thousand. */
const unitsBelowEach = 10
const peopleAtOnce = 1000

/** Fills units, people, posts and accounts. `client` is the owner's, on an authority that has a framework. */
export async function seedPeople(client: pg.ClientBase, organisationId: string, sizes: { people: number; units: number }): Promise<void> {
  await client.query(
    `create temp table seeded_unit as select uuidv7() as id, n, 'U' || lpad(n::text, 5, '0') as code from generate_series(0, $1::int - 1) as n`,
    [sizes.units],
  )
  await client.query('insert into unit (id, organisation_id) select id, $1 from seeded_unit', [organisationId])
  await client.query(
    `insert into unit_state (id, unit_id, organisation_id, code, name, parent_id, valid)
     select uuidv7(), unit.id, $1, unit.code, jsonb_build_object('vi', 'Phòng ' || unit.n, 'en', 'Division ' || unit.n, 'ja', '第' || unit.n || '課'),
       parent.id, '[2020-01-01,)'
     from seeded_unit unit left join seeded_unit parent on unit.n > 0 and parent.n = (unit.n - 1) / $2::int`,
    [organisationId, unitsBelowEach],
  )
  await client.query(
    `create temp table seeded_person (id uuid not null default uuidv7(), number int, staff_code text, name text, sort_key text, search_key text)`,
  )
  const rows = Readable.from(
    (function* () {
      for (let first = 0; first < sizes.people; first += peopleAtOnce) {
        let text = ''
        for (let number = first; number < Math.min(sizes.people, first + peopleAtOnce); number++) {
          const content = toContent({ staffCode: null, name: nameOf(number), reading: null, nameCulture: 'vi', email: null })
          text += `${number}\tS${String(number).padStart(6, '0')}\t${content.name}\t${content.sortKey}\t${content.searchKey}\n`
        }
        yield text
      }
    })(),
  )
  await pipeline(rows, client.query(copyFrom('copy seeded_person (number, staff_code, name, sort_key, search_key) from stdin')))
  await client.query('analyze seeded_person')
  await client.query(
    `insert into person (id, organisation_id, staff_code, name, name_culture, sort_key, search_key, email)
     select id, $1, staff_code, name, 'vi', sort_key, search_key, lower(staff_code) || '@bench.invalid' from seeded_person`,
    [organisationId],
  )
  await client.query('select index_people(array(select id from seeded_person))')
  // The roles of the framework in turn; in each unit the person with the lowest number supervises.
  await client.query(
    `with role as (select code, row_number() over (order by position) - 1 as number, count(*) over () as roles from framework_element where kind = 'role'),
      placed as (select id, number, (number::bigint * $2 / $3)::int as unit from seeded_person)
     insert into post (id, organisation_id, person_id, unit_id, title, supervisor_id, role_code, valid)
     select uuidv7(), $1, placed.id, unit.id, 'Chuyên viên', nullif(first_value(placed.id) over (partition by placed.unit order by placed.number), placed.id),
       role.code, daterange(date '2015-01-01' + placed.number % 3650, null)
     from placed join seeded_unit unit on unit.n = placed.unit join role on role.number = placed.number % role.roles`,
    [organisationId, sizes.units, sizes.people],
  )
  await client.query(
    `with made as (
       insert into user_account (id, organisation_id, person_id, email, display_name, language, status, created_at)
       select uuidv7(), $1, id, lower(staff_code) || '@bench.invalid', name, 'vi', 'invited', now() from seeded_person order by id returning id
     ) insert into membership (id, user_id, organisation_id, role, valid) select uuidv7(), id, $1, 'staff', '[2024-01-01,)' from made`,
    [organisationId],
  )
}
