import { v7 as uuidv7 } from 'uuid'
import { foldForSearch } from '#capacity/people/people.ts'
import type { Actor } from '#platform/database/work.ts'
import { createTestDatabase, makeTestAccount, makeTestAuthority } from './kit.ts'
import type { TestAuthority, TestDatabase } from './kit.ts'

// A small authority for tests of the capacity area: a framework of two roles, and a unit with its people.

export interface TestFramework {
  id: string
  analyst: string
  lead: string
  /** By code: `C1` … `C4`. */
  competencies: Record<string, string>
}

/** What each role needs, in the framework's order: [competency, level, importance]. */
const needs = {
  ANALYST: [
    ['C1', 2, 'required'],
    ['C2', 3, 'required'],
    ['C3', 1, 'helpful'],
    ['C4', 3, 'helpful'],
  ],
  LEAD: [
    ['C1', 3, 'required'],
    ['C4', 3, 'required'],
  ],
} as const

export async function makeTestFramework(database: TestDatabase, organisationId: string, publisher = 'test'): Promise<TestFramework> {
  const id = uuidv7()
  const levels = [0, 1, 2, 3].map(level => ({ level, name: { en: `Level ${level}`, vi: `Mức ${level}` }, description: {} }))
  await database.asOwner(
    `insert into framework (id, organisation_id, publisher, key, version, title, description, source_language, translation_status, licence, source, source_sha256, levels, imported_at)
     values ($1, $2, $3, 'small', '1', '{"en": "A small framework"}', '{}', 'en', '{}', 'CC0-1.0', '{}', '', $4, now())`,
    [id, organisationId, publisher, JSON.stringify(levels)],
  )
  let position = 0
  const element = async (
    kind: string,
    code: string,
    name: object,
    parentId: string | null = null,
    level: number | null = null,
  ): Promise<string> => {
    const elementId = uuidv7()
    await database.asOwner(
      `insert into framework_element (id, organisation_id, framework_id, kind, code, parent_id, level, position, name, text) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
      [
        elementId,
        organisationId,
        id,
        kind,
        code,
        parentId,
        level,
        position++,
        JSON.stringify(kind === 'statement' ? {} : name),
        JSON.stringify(kind === 'statement' ? name : {}),
      ],
    )
    return elementId
  }
  const competencies: Record<string, string> = {}
  for (const code of ['C1', 'C2', 'C3', 'C4']) {
    const competency = await element('competency', code, { en: `Competency ${code}`, vi: `Năng lực ${code}`, ja: `能力${code}` })
    competencies[code] = competency
    for (const level of [1, 2, 3]) await element('statement', `${code}.${level}`, { en: `Shows ${code} at ${level}` }, competency, level)
  }
  const roles: Record<string, string> = {}
  for (const [code, list] of Object.entries(needs)) {
    const roleId = await element('role', code, { en: `Role ${code}` })
    roles[code] = roleId
    for (const [competency, level, importance] of list) {
      await database.asOwner(
        `insert into framework_relation (id, organisation_id, framework_id, kind, role_id, element_id, importance, level) values ($1, $2, $3, 'needs', $4, $5, $6, $7)`,
        [uuidv7(), organisationId, id, roleId, competencies[competency], importance, level],
      )
    }
  }
  return { id, analyst: roles['ANALYST']!, lead: roles['LEAD']!, competencies }
}

export interface TestPerson {
  id: string
  /** As whom `authority.as` works for this person. */
  actor: Partial<Actor>
}

/** Adds a person with an account; `unitId` gives a post, in the role `roleCode` under `supervisor`. */
export async function makeTestPerson(
  database: TestDatabase,
  authority: Pick<TestAuthority, 'organisationId'>,
  name: string,
  post: { unitId?: string; supervisor?: TestPerson; roleCode?: string | null } = {},
): Promise<TestPerson> {
  const id = uuidv7()
  const { organisationId } = authority
  await database.asOwner(
    `insert into person (id, organisation_id, name, name_culture, sort_key, search_key) values ($1, $2, $3, 'vi', $4, $5)`,
    [id, organisationId, name, name.toLowerCase(), foldForSearch(name)],
  )
  if (post.unitId) {
    await database.asOwner(
      `insert into post (id, organisation_id, person_id, unit_id, title, supervisor_id, role_code, valid) values ($1, $2, $3, $4, 'Chuyên viên', $5, $6, '[2024-01-01,)')`,
      [uuidv7(), organisationId, id, post.unitId, post.supervisor?.id ?? null, post.roleCode ?? null],
    )
  }
  const userId = await makeTestAccount(database, organisationId, 'staff', id)
  if (post.supervisor) {
    const { actor } = post.supervisor
    actor.reportIds = [...(actor.reportIds ?? []), id]
    actor.roles = [...new Set([...(actor.roles ?? []), 'supervisor' as const])]
  }
  return { id, actor: { userId, personId: id, roles: ['staff'], reportIds: [] } }
}

export async function makeTestUnit(database: TestDatabase, organisationId: string, code = 'U1'): Promise<string> {
  const id = uuidv7()
  await database.asOwner('insert into unit (id, organisation_id) values ($1, $2)', [id, organisationId])
  await database.asOwner(
    `insert into unit_state (id, unit_id, organisation_id, code, name, valid)
     values ($1, $1, $2, $3, '{"vi": "Phòng Ứng cứu sự cố", "en": "Incident Response Division"}', '[2020-01-01,)')`,
    [id, organisationId, code],
  )
  return id
}

/** An authority at work: a framework, a unit, two supervisors in it, and people as a test needs them. */
export interface TestOffice {
  database: TestDatabase
  authority: TestAuthority
  framework: TestFramework
  unitId: string
  /** The supervisor of everybody that `makePerson` makes. */
  binh: TestPerson
  /** Supervises somebody else. */
  stranger: TestPerson
  /** Adds an analyst under Bình, for one test alone. */
  makePerson(name?: string): Promise<TestPerson>
}

/** Makes the office in a database of its own: once per test file. */
export async function makeTestOffice(): Promise<TestOffice> {
  const database = await createTestDatabase()
  const authority = await makeTestAuthority(database)
  const framework = await makeTestFramework(database, authority.organisationId)
  const unitId = await makeTestUnit(database, authority.organisationId)
  const binh = await makeTestPerson(database, authority, 'Trần Văn Bình', { unitId, roleCode: 'LEAD' })
  const stranger = await makeTestPerson(database, authority, 'Người Khác', { unitId })
  await makeTestPerson(database, authority, 'Nhân Viên Khác', { unitId, supervisor: stranger })
  const makePerson: TestOffice['makePerson'] = (name = 'Nguyễn Thị An') =>
    makeTestPerson(database, authority, name, { unitId, supervisor: binh, roleCode: 'ANALYST' })
  return { database, authority, framework, unitId, binh, stranger, makePerson }
}

/** Lines of the ledger about a record, oldest first, with what they say was before and after. */
export const readLedger = (
  database: TestDatabase,
  recordId: string,
): Promise<{ verb: string; recordType: string; payload: { before?: unknown; after?: unknown } | null }[]> =>
  database.asOwner(
    `select line.verb, line.record_type as "recordType", payload.content::jsonb as payload
     from ledger_line line left join ledger_payload payload on payload.line_id = line.id where line.record_id = $1 order by line.id`,
    [recordId],
  )
