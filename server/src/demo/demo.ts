import { randomBytes } from 'node:crypto'
import { readFile, rename, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { v7 as uuidv7 } from 'uuid'
import { listHalfYears } from '#capacity/assessments/half-years.ts'
import { importPack } from '#capacity/frameworks/framework-imports.ts'
import { getRoleNeeds, listRolesByCode } from '#capacity/frameworks/frameworks.ts'
import { createStaffingNeed } from '#capacity/needs/needs.ts'
import { listSuggestedNeeds } from '#capacity/needs/suggestions.ts'
import { changePerson, createPerson, getPerson } from '#capacity/people/people.ts'
import { createUnit, listUnits } from '#capacity/people/units.ts'
import { inSystemWork, inWork } from '#platform/database/connection.ts'
import type { Connection } from '#platform/database/connection.ts'
import type { Actor, Work } from '#platform/database/work.ts'
import { addAccount } from '#platform/identity/accounts.ts'
import { hashPassword } from '#platform/identity/passwords.ts'
import { dayIn, halfYearAt } from '#platform/organisations/half-years.ts'
import { createAuthority, extendHalfYears, findAuthority, programActor } from '#platform/organisations/organisations.ts'
import type { AssignableRole } from '#platform/permissions/permissions.ts'
import { demoEvents } from './demo-life.ts'
import type { DemoEvent, DemoWorld } from './demo-life.ts'
import { demoAuthority, demoMoves, demoNeedReason, demoPeople, demoUnits, leadOf } from './demo-people.ts'
import type { DemoPerson } from './demo-people.ts'

// Fills an empty installation with the small invented authority, through the same use cases that people's clicks go
// through. An installation that has an authority is left alone.

const timeZone = 'Asia/Ho_Chi_Minh'
const halfYearStartMonth = 1

export interface Demo {
  accounts: { email: string; role: AssignableRole | 'supervisor' }[]
  password: string
  /** Of a demonstration that was just made: fills in three half-years of its life, in about a minute. */
  live?: (signal: AbortSignal) => Promise<void>
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
  const actor = programActor(organisationId, 'demo')
  const passwordHash = await hashPassword(password)
  const events = await inWork(connection.db, actor, work => fill(work, passwordHash))
  const live = async (signal: AbortSignal): Promise<void> => {
    for (const { at: now, does } of events) if (!signal.aborted) await inWork(connection.db, actor, does, now)
  }
  return { accounts: shown, password, live }
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

/** The authority with its people, accounts and needs, and the one plan of the first steps. Returns what is to be filled in after it. */
async function fill(work: Work, passwordHash: string): Promise<DemoEvent[]> {
  const periods = [-2, -1, 0].map(offset => halfYearAt(dayIn(timeZone, work.now), halfYearStartMonth, offset))
  const founded = at(work, new Date(`${periods[0]!.startsOn}T02:00:00Z`))
  await createAuthority(founded, { name: demoAuthority, timeZone, halfYearStartMonth, isDemo: true })
  await extendHalfYears(work)
  await importPack(founded, 'secbok-aligned')
  const people = await addPeople(founded, periods[0]!.startsOn)
  const users = await addAccounts(founded, people, passwordHash)
  await addNeeds(managerOf(founded, users), periods[2]!.endsBefore)

  const { halfYears } = await listHalfYears(work)
  const roles = await listRolesByCode(work, [...new Set(demoPeople.map(({ role }) => role))])
  const needs = await getRoleNeeds(
    work,
    roles.map(({ role }) => role.id),
  )
  const world: DemoWorld = {
    halfYears: periods.map(({ code, startsOn, endsBefore }, round) => ({
      id: halfYears.find(halfYear => halfYear.code === code)!.id,
      from: new Date(`${startsOn}T02:00:00Z`),
      to: new Date(Math.min(work.now.getTime(), new Date(`${endsBefore}T02:00:00Z`).getTime())),
      round,
    })),
    people: demoPeople.map(person => ({ ...person, id: people.get(person.code)!, hasAccount: users.has(person.code) })),
    roles: new Map(
      [...needs.values()].map(({ role, needs: needed, framework }) => [
        role.code,
        {
          id: role.id,
          needs: needed.map(({ element, level }) => ({
            elementId: element.id,
            level,
            topLevel: Math.max(...framework.levels.map(one => one.level)),
          })),
        },
      ]),
    ),
    as: (inner, code) => ({ ...inner, actor: actorOf(inner, code, { people, users }) }),
    asManager: inner => managerOf(inner, users),
    plans: new Map(),
  }
  const events = demoEvents(world, [moveTwo(people, world.halfYears[1]!.from)])
  for (const event of events) if (event.isFirst) await event.does(at(work, event.at))
  return events.filter(event => !event.isFirst)
}

const at = (work: Work, now: Date): Work => ({ ...work, now })

async function addPeople(work: Work, startsOn: string): Promise<Map<string, string>> {
  const units = new Map<string, string>()
  for (const { code, parent, name } of demoUnits) {
    const { id } = await createUnit(work, { code, name, parentId: parent ? units.get(parent)! : null })
    units.set(code, id)
  }
  const people = new Map<string, string>()
  const manager: Work = { ...work, actor: { ...work.actor, roles: ['capacity-manager'] } }
  for (const person of demoPeople) {
    const { code, name, unit, title, role, supervisor } = person
    const { id } = await createPerson(manager, {
      staffCode: code,
      name,
      reading: null,
      nameCulture: 'vi',
      email: hasEmail(person) ? `${code.toLowerCase()}@demo.invalid` : null,
      post: { unitId: units.get(unit)!, title, supervisorId: supervisor ? people.get(supervisor)! : null, roleCode: role, startsOn },
    })
    people.set(code, id)
  }
  return people
}

/** Some have no address yet. */
const hasEmail = ({ code, title }: DemoPerson): boolean => !(title === 'Chuyên viên' && code.endsWith('7'))
const isInvited = ({ code, title }: DemoPerson): boolean => title === 'Chuyên viên' && code.endsWith('9')

/** Of the five named ones, and of everybody with an address; some are invited and have not come yet. Ids by staff code, or address. */
async function addAccounts(work: Work, people: ReadonlyMap<string, string>, passwordHash: string): Promise<Map<string, string>> {
  const users = new Map<string, string>()
  const add = async (
    account: { email: string; name: string; role: AssignableRole; person: string | null },
    hash: string | null,
  ): Promise<void> => {
    const id = uuidv7()
    users.set(account.email, id)
    if (account.person && hash) users.set(account.person, id)
    await addAccount(work, {
      id,
      organisationId: work.actor.organisationId,
      email: account.email,
      displayName: account.name,
      language: 'vi',
      personId: account.person ? people.get(account.person)! : null,
      role: account.role,
      passwordHash: hash,
    })
  }
  for (const account of accounts) await add(account, passwordHash)
  for (const person of demoPeople) {
    const { code, name } = person
    if (users.has(code) || !hasEmail(person)) continue
    await add({ email: `${code.toLowerCase()}@demo.invalid`, name, role: 'staff', person: code }, isInvited(person) ? null : passwordHash)
  }
  return users
}

/** The nine roles that the pack suggests, with numbers that leave some of them short, and forensics, which hangs on one person. */
async function addNeeds(manager: Work, dueOn: string): Promise<void> {
  const wanted: Record<string, number> = {
    CISO: 2,
    COMMANDER: 3,
    'INCIDENT-MANAGER': 4,
    'INCIDENT-HANDLER': 14,
    TRIAGE: 12,
    RESEARCHER: 7,
    'SOLUTION-ANALYST': 4,
    'VULNERABILITY-DIAGNOSTIC-CONSULTANT': 6,
    AUDITOR: 5,
    'FORENSIC-ENGINEER': 4,
  }
  const { suggestions } = await listSuggestedNeeds(manager)
  const forensics = (await listRolesByCode(manager, ['FORENSIC-ENGINEER'])).map(({ role }) => ({ role, level: 2, priority: 2 }))
  for (const { role, level, priority } of [...suggestions, ...forensics])
    await createStaffingNeed(manager, {
      roleId: role.id,
      unitId: null,
      people: wanted[role.code] ?? 2,
      level,
      dueOn,
      priority,
      reason: demoNeedReason,
    })
}

/** Two people who changed posts between the first and the second round. */
function moveTwo(people: ReadonlyMap<string, string>, from: Date): DemoEvent {
  return {
    at: from,
    does: async work => {
      const manager: Work = { ...work, actor: { ...work.actor, roles: ['capacity-manager'] } }
      for (const { code, to, supervisor } of demoMoves) {
        const { version, staffCode, name, reading, nameCulture, email, title, roleCode } = await getPerson(manager, people.get(code)!)
        const units = await listUnits(manager)
        await changePerson(manager, people.get(code)!, version, {
          staffCode,
          name,
          reading,
          nameCulture,
          email,
          post: {
            unitId: units.find(unit => unit.code === to)!.id,
            title: title ?? '',
            supervisorId: people.get(supervisor)!,
            roleCode,
            startsOn: dayIn(timeZone, work.now),
          },
        })
      }
    },
  }
}

function managerOf(work: Work, users: ReadonlyMap<string, string>): Work {
  return {
    ...work,
    actor: { ...work.actor, userId: users.get('manager@demo.invalid')!, personId: null, roles: ['capacity-manager'], reportIds: [] },
  }
}

function actorOf(
  work: Work,
  code: string,
  { people, users }: { people: ReadonlyMap<string, string>; users: ReadonlyMap<string, string> },
): Actor {
  const reports = demoPeople.filter(person => [0, 1].some(round => leadOf(person, round) === code)).map(report => people.get(report.code)!)
  return {
    ...work.actor,
    userId: users.get(code)!,
    personId: people.get(code)!,
    roles: reports.length > 0 ? ['staff', 'supervisor'] : ['staff'],
    reportIds: reports,
  }
}
