import { knownCount } from '#platform/http/counted.ts'
import { v7 as uuidv7 } from 'uuid'
import { getRoleNames } from '#capacity/frameworks/frameworks.ts'
import type { Db, Work } from '#platform/database/work.ts'
import { invalid, notFound, Problem } from '#platform/http/problem.ts'
import type { ProblemField } from '#platform/http/problem.ts'
import { recordChanges } from '#platform/ledger/ledger.ts'
import type { Change } from '#platform/ledger/ledger.ts'
import type { Language } from '#platform/i18n/languages.ts'
import type { Translated } from '#platform/i18n/translated.ts'
import { getToday } from '#platform/organisations/organisations.ts'
import { assertReaches, reachOf } from '#platform/permissions/reach.ts'
import type { Reach } from '#platform/permissions/reach.ts'
import { hasControlCharacters, nameSearch, searchKeyOf, sortKeyOf, tidyText } from './names.ts'
import type { Person, PersonRow } from './people.api.ts'
import {
  bumpPeople,
  countPeople,
  findTaken,
  insertPeople,
  lockPeople,
  selectEverInUnit,
  selectNamesById,
  selectPeople,
  selectPosts,
  selectPostHistory,
  selectReportIds,
  selectSummaries,
  selectSupervised,
  selectSupervisorsAbove,
  selectWhatIsThere,
  updatePeople,
  writePosts,
} from './people.store.ts'
import type { PeopleFilter, PersonContent, PersonRecord, PersonSummary } from './people.store.ts'
import { postChanges } from './post-changes.ts'
import { planPost } from './posts.ts'
import type { PostPlan } from './posts.ts'
import { selectEnds } from './unit-events.store.ts'
import { followUnits } from './unit-succession.ts'
import { existsUnit } from './units.store.ts'

export type { PersonSummary }
export type { NeedsOfUnits } from './unit-needs.ts'
export { selectNames } from './people.store.ts'
export { foldForSearch, nameSearch } from './names.ts'
export type { NameSearch } from './names.ts'
export { namedPeople } from './people-search.store.ts'
export { findUnitShown, unitShown } from './units.store.ts'
export type { UnitShown } from './units.store.ts'
export { listUnitNames, listUnits, maxUnits } from './units.ts'
export { inTreeOrder } from './unit-tree.ts'
export { checkSupervisors, handOver, listReportsFrom } from './hand-over.ts'
export type { Report } from './hand-over.ts'
export { lockPeople } from './people.store.ts'

/** What a form says of a person; a roster's row is turned into the same. */
export interface PersonFields {
  staffCode: string | null
  name: string
  reading: string | null
  nameCulture: Language
  email: string | null
}

export interface PersonForm extends PersonFields {
  post: { unitId: string; title: string; supervisorId: string | null; roleCode: string | null; startsOn: string }
}

// Read functions for other modules ---------------------------------------------

/** 404 unless the person is of the acting organisation. Whether the actor may see the person is the caller's question. */
export async function getPersonSummary(work: Work, personId: string): Promise<PersonSummary> {
  const [found] = await selectSummaries(work, await getToday(work), { personId })
  if (!found) throw notFound('person')
  return found
}

/** People who hold a post in the unit today, in sorting order. 404 unless the unit is of the acting organisation. */
export async function listPeopleOfUnit(work: Work, unitId: string): Promise<PersonSummary[]> {
  if (!(await existsUnit(work, unitId))) throw notFound('unit')
  return selectSummaries(work, await getToday(work), { heldInUnitId: unitId })
}

/** Names of these people, in sorting order. */
export const listPeopleById = (work: Work, personIds: readonly string[]): Promise<{ id: string; name: string }[]> =>
  selectNamesById(work, personIds)

/** People within reach who hold a post on the day. */
export const countPeopleInPost = (work: Work, day: string, reach: Reach): Promise<number> =>
  countPeople(work, { day, isToday: false }, { reach })

/** Whether the organisation has units and people at all. */
export const listWhatIsThere = (work: Work): Promise<{ units: boolean; people: boolean }> => selectWhatIsThere(work)

/** People whose supervisor `personId` is on `today`. For the session, which works before anybody acts. */
export const listReportIds = (db: Db, organisationId: string, personId: string, today: string): Promise<string[]> =>
  selectReportIds(db, organisationId, personId, today)

/** Of units that have ended by `day`, what alone succeeds each by then, be it through several events. */
export async function findSuccessors(work: Work, unitIds: readonly string[], day: string): Promise<Map<string, string>> {
  const ends = await selectEnds(work)
  const found = new Map<string, string>()
  for (const unitId of unitIds) {
    let at = unitId
    for (let unit = ends.get(at); unit?.heirId && unit.endsBefore !== null && unit.endsBefore <= day; unit = ends.get(at)) at = unit.heirId
    if (at !== unitId) found.set(unitId, at)
  }
  return found
}

/** When a unit ends, if that is known, and whether one unit alone succeeds it. */
export async function findUnitEnd(work: Work, unitId: string): Promise<{ endsBefore: string; hasHeir: boolean } | undefined> {
  const unit = (await selectEnds(work, [unitId])).get(unitId)
  return unit?.endsBefore ? { endsBefore: unit.endsBefore, hasHeir: unit.heirId !== null } : undefined
}

// Reading -------------------------------------------------------------------------

/** With the names of their roles, in one query for all of them. */
async function toRows(work: Work, records: readonly PersonRecord[]): Promise<PersonRow[]> {
  const roleNames = await getRoleNames(
    work,
    records.map(({ roleCode }) => roleCode),
  )
  return records.map(record => toRow(record, roleNames))
}

const toRow = (record: PersonRecord, roleNames: ReadonlyMap<string, Translated>): PersonRow => ({
  id: record.id,
  staffCode: record.staffCode,
  name: record.name,
  reading: record.reading,
  unit: record.unitId !== null ? { id: record.unitId, code: record.unitCode!, name: record.unitName! } : null,
  title: record.title,
  roleCode: record.roleCode,
  roleName: (record.roleCode !== null && roleNames.get(record.roleCode)) || null,
  supervisor: record.supervisorId !== null ? { id: record.supervisorId, name: record.supervisorName! } : null,
  leftOn: record.leftOn,
  hasAccount: record.hasAccount,
})

// A cursor is the key of the last row shown, so a page goes on rightly when people come and go between two pages.
const idCharacters = 36
const toCursor = ({ id, sortKey }: { id: string; sortKey: string }): string => Buffer.from(id + sortKey).toString('base64url')

function fromCursor(cursor: string): { id: string; sortKey: string } {
  const text = Buffer.from(cursor, 'base64url').toString('utf8')
  const id = text.slice(0, idCharacters)
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id) || text.includes('\0')) throw invalid({ path: 'after', code: 'invalid' })
  return { id, sortKey: text.slice(idCharacters) }
}

const searchOf = (typed: string): Pick<PeopleFilter, 'search'> => {
  const text = typed.normalize('NFC').replaceAll('\0', '').trim()
  return text ? { search: { name: nameSearch(text), text } } : {}
}

/** The first people within reach that a search finds, in sorting order, without counting how many there are. */
export async function findPeople(work: Work, search: string, limit: number): Promise<PersonRecord[]> {
  const filter = { reach: reachOf(work, 'person.read'), ...searchOf(search) }
  return selectPeople(work, { day: await getToday(work), isToday: true }, filter, { limit })
}

export async function listPeople(
  work: Work,
  query: { search?: string | undefined; unitId?: string | undefined; asOf?: string | undefined; after?: string | undefined; limit: number },
): Promise<{ people: PersonRow[]; total: number | null; next: string | null }> {
  const reach = reachOf(work, 'person.read')
  if (query.unitId !== undefined && !(await existsUnit(work, query.unitId))) throw notFound('unit')
  const unit = query.unitId === undefined ? undefined : { id: query.unitId, everHeldBy: await selectEverInUnit(work, query.unitId) }
  const filter = { reach, unit, ...searchOf(query.search ?? '') }
  const day = query.asOf === undefined ? { day: await getToday(work), isToday: true } : { day: query.asOf, isToday: false }
  const after = query.after === undefined ? undefined : fromCursor(query.after)
  // One more than asked for tells whether another page follows.
  const found = await selectPeople(work, day, filter, { after, limit: query.limit + 1 })
  const page = found.slice(0, query.limit)
  const last = found.length > query.limit ? page.at(-1) : undefined
  const total = after ? null : await countPeople(work, day, filter)
  return {
    people: await toRows(work, page),
    total: total !== null && filter.search ? knownCount(total, true) : total,
    next: last ? toCursor(last) : null,
  }
}

async function loadPerson(work: Work, personId: string): Promise<Person> {
  const today = await getToday(work)
  const [record] = await selectPeople(work, { day: today, isToday: true }, { reach: 'everybody', personId }, { limit: 1 })
  if (!record) throw notFound('person')
  const { version, nameCulture, email, startsOn } = record
  const [row] = await toRows(work, [record])
  return {
    ...row!,
    version,
    nameCulture,
    email,
    startsOn,
    supervises: await selectSupervised(work, personId, today),
    posts: await selectPostHistory(work, personId),
  }
}

export async function getPerson(work: Work, personId: string): Promise<Person> {
  const person = await loadPerson(work, personId)
  assertReaches(work, 'person.read', personId)
  return person
}

// Changing ------------------------------------------------------------------------

/** Composed, tidied, with the two derived keys. */
export function toContent(fields: PersonFields): PersonContent {
  const orNull = (text: string | null): string | null => (text === null ? null : tidyText(text) || null)
  const name = tidyText(fields.name)
  const reading = orNull(fields.reading)
  return {
    staffCode: orNull(fields.staffCode),
    name,
    reading,
    nameCulture: fields.nameCulture,
    sortKey: sortKeyOf(name, fields.nameCulture, reading),
    searchKey: searchKeyOf(name, reading),
    email: orNull(fields.email)?.toLowerCase() ?? null,
  }
}

const shown = ({ staffCode, name, reading, nameCulture, email }: PersonFields): PersonFields => ({
  staffCode,
  name,
  reading,
  nameCulture,
  email,
})
export const personCreated = (person: PersonContent & { id: string }): Change => ({
  verb: 'person.created',
  recordType: 'person',
  recordId: person.id,
  after: shown(person),
})
export const personChanged = (id: string, before: PersonFields, after: PersonFields): Change => ({
  verb: 'person.changed',
  recordType: 'person',
  recordId: id,
  before: shown(before),
  after: shown(after),
})
export const samePerson = (a: PersonFields, b: PersonFields): boolean => JSON.stringify(shown(a)) === JSON.stringify(shown(b))

/** Everything that the form names exists here, and nothing in it collides with somebody else. `lockPeople` came before. */
async function checkForm(work: Work, form: PersonForm, content: PersonContent, personId: string | null, today: string): Promise<void> {
  const { unitId, supervisorId, startsOn, title, roleCode } = form.post
  if (!(await existsUnit(work, unitId))) throw notFound('unit')
  if (supervisorId !== null) {
    const [supervisor] = await selectSummaries(work, today, { personId: supervisorId })
    if (!supervisor) throw notFound('person')
  }
  const fields: ProblemField[] = []
  for (const [path, text] of Object.entries({
    staffCode: content.staffCode,
    name: content.name,
    reading: content.reading,
    'post.title': title,
    'post.roleCode': roleCode,
  })) {
    if (text !== null && hasControlCharacters(text)) fields.push({ path, code: 'invalid' })
  }
  if (content.name === '') fields.push({ path: 'name', code: 'required' })
  if (fields.length > 0) throw invalid(...fields)
  const taken = await findTaken(work, content, personId)
  if (taken.staffCode) fields.push({ path: 'staffCode', code: 'taken' })
  if (taken.email) fields.push({ path: 'email', code: 'taken' })
  if (personId !== null && supervisorId !== null) {
    const above = await selectSupervisorsAbove(work, supervisorId, startsOn > today ? startsOn : today)
    if (above.includes(personId)) fields.push({ path: 'post.supervisorId', code: 'cycle' })
  }
  if (fields.length > 0) throw invalid(...fields)
}

const wantedPost = ({ post }: PersonForm) => ({
  ...post,
  title: tidyText(post.title),
  roleCode: post.roleCode === null ? null : tidyText(post.roleCode) || null,
})

/** A post goes on in what succeeds its unit. Where people have to say in what, or its unit does not exist, the form is refused. */
async function followed(work: Work, plan: PostPlan): Promise<PostPlan> {
  const found = followUnits(plan, await selectEnds(work), uuidv7)
  if (!('stop' in found)) return found
  const { stop: code, unitCode: unit, date } = found
  if (code === 'unit-not-there') throw invalid({ path: 'post.startsOn', code, params: { date } })
  throw invalid({ path: 'post.unitId', code, params: { unit, date } })
}

export async function createPerson(work: Work, form: PersonForm): Promise<Person> {
  const content = toContent(form)
  const today = await getToday(work)
  await lockPeople(work)
  await checkForm(work, form, content, null, today)
  const person = { id: uuidv7(), ...content }
  const first = planPost([], wantedPost(form), today, uuidv7)
  if (first === 'overlaps-earlier-post') throw new Error('a first post overlaps nothing')
  const plan = await followed(work, first)
  await insertPeople(work, [person])
  await writePosts(work, [{ personId: person.id, plan }])
  await recordChanges(work, [personCreated(person), ...postChanges(person.id, plan)])
  return loadPerson(work, person.id)
}

export async function changePerson(work: Work, personId: string, version: number, form: PersonForm): Promise<Person> {
  const content = toContent(form)
  const today = await getToday(work)
  await lockPeople(work)
  const before = await loadPerson(work, personId)
  assertReaches(work, 'person.write', personId)
  // `lockPeople` keeps this true until the work ends.
  if (before.version !== version) throw new Problem(412, 'version.conflict', { current: before })
  await checkForm(work, form, content, personId, today)
  const wanted = planPost(await selectPosts(work, [personId]), wantedPost(form), today, uuidv7)
  if (wanted === 'overlaps-earlier-post') throw invalid({ path: 'post.startsOn', code: 'overlaps-earlier-post' })
  const plan = await followed(work, wanted)
  const changes = postChanges(personId, plan)
  if (!samePerson(before, content)) {
    await updatePeople(work, [{ id: personId, ...content }])
    changes.unshift(personChanged(personId, before, content))
  } else if (changes.length > 0) await bumpPeople(work, [personId])
  await writePosts(work, [{ personId, plan }])
  await recordChanges(work, changes)
  return loadPerson(work, personId)
}
