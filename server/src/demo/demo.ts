import { randomBytes } from 'node:crypto'
import { readFile, rename, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { v7 as uuidv7 } from 'uuid'
import * as assessments from '#capacity/assessments/assessments.ts'
import { listHalfYears } from '#capacity/assessments/half-years.ts'
import { getAssessmentSheet } from '#capacity/assessments/sheet.ts'
import type { AssessmentSheet } from '#capacity/assessments/assessments.api.ts'
import * as plans from '#capacity/development-plans/development-plans.ts'
import { importPack } from '#capacity/frameworks/framework-imports.ts'
import { listRolesByCode } from '#capacity/frameworks/frameworks.ts'
import { createPerson } from '#capacity/people/people.ts'
import { createUnit } from '#capacity/people/units.ts'
import { inSystemWork, inWork } from '#platform/database/connection.ts'
import type { Connection } from '#platform/database/connection.ts'
import type { Actor, Work } from '#platform/database/work.ts'
import { addAccount } from '#platform/identity/accounts.ts'
import { hashPassword } from '#platform/identity/passwords.ts'
import { createAuthority, findAuthority, programActor } from '#platform/organisations/organisations.ts'
import type { AssignableRole } from '#platform/permissions/permissions.ts'
import { demoAuthority, demoDuties, demoPeople, demoReasons, demoUnits } from './demo-people.ts'

// Fills an empty installation with the small invented authority, through the same use cases that people's clicks go
// through. An installation that has an authority is left alone.

export interface Demo {
  accounts: { email: string; role: AssignableRole | 'supervisor' }[]
  password: string
}

const accounts: { email: string; name: string; role: AssignableRole; person: string | null; shown: AssignableRole | 'supervisor' }[] = [
  { email: 'manager@demo.invalid', name: 'Trịnh Quang Vũ', role: 'capacity-manager', person: 'A001', shown: 'capacity-manager' },
  { email: 'supervisor@demo.invalid', name: 'Đoàn Minh Triết', role: 'staff', person: 'A003', shown: 'supervisor' },
  { email: 'staff@demo.invalid', name: 'Nguyễn Thị Bích Ngọc', role: 'staff', person: 'A004', shown: 'staff' },
  { email: 'administrator@demo.invalid', name: 'Quản trị hệ thống', role: 'administrator', person: null, shown: 'administrator' },
  { email: 'auditor@demo.invalid', name: 'Kiểm tra nhật ký', role: 'auditor', person: null, shown: 'auditor' },
]

/** The demo of this installation; undefined where a real authority lives. Its password is kept beside the data, for its owner only. */
export async function prepareDemo(connection: Connection, dataDirectory: string): Promise<Demo | undefined> {
  const file = path.join(dataDirectory, 'demo-password.txt')
  const authority = await inSystemWork(connection.db, findAuthority)
  if (authority && !authority.isDemo) return undefined
  const shown = accounts.map(account => ({ email: account.email, role: account.shown }))
  if (authority) return { accounts: shown, password: (await readPassword(file)) ?? (await renewPassword(connection, file)) }
  // Written first: should the power fail between the two, the next start writes another.
  const password = await writePassword(file)
  const organisationId = uuidv7()
  await inWork(connection.db, programActor(organisationId, 'demo'), async work => {
    await createAuthority(work, { name: demoAuthority, timeZone: 'Asia/Ho_Chi_Minh', halfYearStartMonth: 1, isDemo: true })
    await fill(work, await hashPassword(password))
  })
  return { accounts: shown, password }
}

async function readPassword(file: string): Promise<string | undefined> {
  const text = await readFile(file, 'utf8').catch(() => '')
  return text.trim() || undefined
}

async function writePassword(file: string): Promise<string> {
  const password = randomBytes(12).toString('base64url')
  await writeFile(`${file}.new`, `${password}\n`, { mode: 0o600 })
  await rename(`${file}.new`, file)
  return password
}

/** The file was lost: another password for every account of the demonstration. */
async function renewPassword(connection: Connection, file: string): Promise<string> {
  const password = await writePassword(file)
  const passwordHash = await hashPassword(password)
  const emails = accounts.map(account => account.email)
  await inSystemWork(connection.db, system =>
    system.updateTable('userAccount').set({ passwordHash }).where('email', 'in', emails).execute(),
  )
  return password
}

async function fill(work: Work, passwordHash: string): Promise<void> {
  await importPack(work, 'secbok-aligned')
  const units = new Map<string, string>()
  for (const { code, parent, name } of demoUnits) {
    const { id } = await createUnit(work, { code, name, parentId: parent ? units.get(parent)! : null })
    units.set(code, id)
  }
  const people = new Map<string, string>()
  const manager: Work = { ...work, actor: { ...work.actor, roles: ['capacity-manager'] } }
  for (const { code, name, unit, title, role, supervisor } of demoPeople) {
    const post = {
      unitId: units.get(unit)!,
      title,
      supervisorId: supervisor ? people.get(supervisor)! : null,
      roleCode: role,
      startsOn: '2024-03-01',
    }
    const { id } = await createPerson(manager, {
      staffCode: code,
      name,
      reading: null,
      nameCulture: 'vi',
      email: `${code.toLowerCase()}@demo.invalid`,
      post,
    })
    people.set(code, id)
  }
  const users = new Map<string, string>()
  for (const { email, name, role, person } of accounts) {
    const id = uuidv7()
    users.set(person ?? email, id)
    await addAccount(work, {
      id,
      organisationId: work.actor.organisationId,
      email,
      displayName: name,
      language: 'vi',
      personId: person ? people.get(person)! : null,
      role,
      passwordHash,
    })
  }
  const { halfYears } = await listHalfYears(work)
  const current = halfYears.find(halfYear => halfYear.isCurrent)!
  await agreeOneSheet(work, { people, users, halfYearId: current.id })
}

interface Made {
  people: ReadonlyMap<string, string>
  users: ReadonlyMap<string, string>
  halfYearId: string
}

/** One person has rated, the supervisor has rated, both have agreed, and a plan waits for the second agreement. */
async function agreeOneSheet(work: Work, made: Made): Promise<void> {
  const as = (code: string, reports: string[]): Work => {
    const actor: Actor = {
      ...work.actor,
      userId: made.users.get(code)!,
      personId: made.people.get(code)!,
      roles: reports.length > 0 ? ['staff', 'supervisor'] : ['staff'],
      reportIds: reports.map(report => made.people.get(report)!),
    }
    return { ...work, actor }
  }
  const supervisor = as(
    'A003',
    demoPeople.filter(person => person.supervisor === 'A003').map(person => person.code),
  )
  const staff = as('A004', [])
  const [role] = await listRolesByCode(work, ['INCIDENT-HANDLER'])
  const personId = made.people.get('A004')!
  const key = { halfYearId: made.halfYearId, roleId: role!.role.id }
  const sheet = await getAssessmentSheet(staff, personId, key)
  const rate = (level: (item: AssessmentSheet['items'][number], index: number) => number, reason: string) => ({
    ...key,
    baseVersion: 0,
    submit: true,
    ratings: sheet.items.map((item, index) => ({ elementId: item.element.id, level: Math.max(0, level(item, index)), reason })),
  })
  await assessments.saveSelfAssessment(
    staff,
    personId,
    rate((item, index) => item.need - (index % 3), demoReasons.self),
  )
  await assessments.saveSupervisorAssessment(
    supervisor,
    personId,
    rate((item, index) => item.need - (index % 3 === 2 ? 1 : index % 2), demoReasons.supervisor),
  )
  await assessments.saveAgreedAssessment(
    supervisor,
    personId,
    rate((item, index) => item.need - (index % 3 === 0 ? 0 : 1), demoReasons.agreed),
  )
  const plan = await plans.proposePlan(supervisor, personId, {
    halfYearId: made.halfYearId,
    targetRoleId: key.roleId,
    currentRoleId: key.roleId,
    duties: demoDuties,
    language: 'vi',
  })
  await plans.agreePlanAsPerson(staff, plan.id, plan.version)
}
