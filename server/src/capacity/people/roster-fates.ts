import { v7 as uuidv7 } from 'uuid'
import { Problem } from '#platform/http/problem.ts'
import type { Language } from '#platform/i18n/languages.ts'
import { cultureShown, foldForSearch } from './names.ts'
import type { RosterRow, RowFinding } from './people.api.ts'
import type { PersonFields } from './people.ts'
import { planPost, presentPost } from './posts.ts'
import type { HeldPost, PostPlan } from './posts.ts'
import { finding } from './roster-rows.ts'
import type { DraftRow } from './roster-rows.ts'
import { findCircles } from './supervision.ts'
import type { Edge } from './supervision.ts'
import { followUnits } from './unit-succession.ts'
import type { UnitEnds } from './unit-succession.ts'

// What becomes of every row, given what is known now. Pure, so that the answer is the same when it is asked again before
// the rows are brought in. An empty cell keeps what is there: a roster adds and changes, it takes nothing away.

export interface KnownPerson extends PersonFields {
  id: string
  posts: HeldPost[]
}

export interface Known {
  units: readonly { id: string; code: string; names: readonly string[] }[]
  /** Everybody whom the file could mean: by staff code, e-mail, or name without either. */
  people: readonly KnownPerson[]
  /** Who supervises whom, from today on, in the whole organisation. */
  supervision: readonly Edge[]
  /** Staff code or name of everybody in `supervision`. */
  labels: ReadonlyMap<string, string>
  roleCodes: ReadonlySet<string>
  unitEnds: UnitEnds
}

export interface RosterPlan {
  rows: RosterRow[]
  created: (PersonFields & { id: string })[]
  updated: { before: KnownPerson; after: PersonFields }[]
  posts: { personId: string; plan: PostPlan }[]
}

interface Line {
  draft: DraftRow
  findings: RowFinding[]
  /** Those that depend on which other rows are refused; written anew in every round. */
  notices: RowFinding[]
  isRefused: boolean
  person: KnownPerson | undefined
  id: string
  fields: PersonFields | undefined
  unitId: string | undefined
  plan: PostPlan
}

const nothing: PostPlan = { changed: [], started: [] }

export function decideFates(drafts: readonly DraftRow[], known: Known, today: string, language: Language): RosterPlan {
  const lines = drafts.map<Line>(draft => ({
    draft,
    findings: [...draft.findings],
    notices: [],
    isRefused: draft.findings.some(({ severity }) => severity === 'error'),
    person: undefined,
    id: uuidv7(),
    fields: undefined,
    unitId: undefined,
    plan: nothing,
  }))
  findPersons(lines, known)
  findUnits(lines, known)
  const culture = commonCulture(drafts) ?? language
  for (const line of lines) line.fields = fieldsOf(line, culture)
  settle(lines, known, today)
  return {
    rows: lines.map(toRow),
    created: lines.flatMap(line => (!line.isRefused && !line.person ? [{ id: line.id, ...line.fields! }] : [])),
    updated: lines.flatMap(line =>
      !line.isRefused && line.person && differs(line.person, line.fields!) ? [{ before: line.person, after: line.fields! }] : [],
    ),
    posts: lines.flatMap(line => (!line.isRefused && hasPlan(line) ? [{ personId: line.id, plan: line.plan }] : [])),
  }
}

const hasPlan = ({ plan }: Line): boolean => plan.changed.length + plan.started.length > 0

function refuse(line: Line, code: string, column: RowFinding['column'], params: RowFinding['params'] = {}): void {
  line.isRefused = true
  line.findings.push(finding('error', code, column, params))
}

function toRow(line: Line): RosterRow {
  const { draft, findings, notices, isRefused, person, fields } = line
  const fate = isRefused ? 'refused' : !person ? 'create' : differs(person, fields!) || hasPlan(line) ? 'update' : 'unchanged'
  return { row: draft.row, fate, values: draft.values, findings: [...findings, ...notices] }
}

const differs = (a: PersonFields, b: PersonFields): boolean =>
  a.staffCode !== b.staffCode || a.name !== b.name || a.reading !== b.reading || a.email !== b.email

// Who is meant --------------------------------------------------------------------

/** By staff code, else by e-mail, else by name among those who have neither. Of two rows for one person the first stays. */
function findPersons(lines: readonly Line[], known: Known): void {
  const byCode = new Map(known.people.filter(person => person.staffCode !== null).map(person => [person.staffCode, person]))
  const byEmail = new Map(known.people.filter(person => person.email !== null).map(person => [person.email, person]))
  const byName = Map.groupBy(
    known.people.filter(person => person.staffCode === null && person.email === null),
    person => person.name,
  )
  const seen = {
    code: new Map<string, number>(),
    email: new Map<string, number>(),
    name: new Map<string, number>(),
    person: new Map<string, number>(),
  }
  // An address that its owner gives up in this very file no longer tells who is meant.
  const givenUp = new Set<string>()
  for (const { draft } of lines) {
    const owner = draft.values.staffCode ? byCode.get(draft.values.staffCode) : undefined
    if (owner?.email && draft.values.email && draft.values.email !== owner.email) givenUp.add(owner.email)
  }
  /** False when an earlier row has the key already. */
  const claim = (line: Line, kind: keyof typeof seen, key: string, column: RowFinding['column'], written: string): boolean => {
    const earlier = seen[kind].get(key)
    if (earlier === undefined) seen[kind].set(key, line.draft.row)
    else
      refuse(line, kind === 'person' ? 'duplicate-person' : kind === 'code' ? 'duplicate-staff-code' : `duplicate-${kind}`, column, {
        otherRow: earlier,
        written,
      })
    return earlier === undefined
  }
  for (const line of lines) {
    const { staffCode, email, name } = line.draft.values
    let isFirst = true
    if (staffCode) isFirst = claim(line, 'code', staffCode, 'staffCode', staffCode)
    if (email) isFirst = claim(line, 'email', email, 'email', email) && isFirst
    if (!staffCode && !email && name) {
      isFirst = claim(line, 'name', name, 'name', name)
      line.findings.push(finding('notice', 'no-identity', 'name'))
      const namesakes = byName.get(name) ?? []
      if (namesakes.length > 1) refuse(line, 'ambiguous-person', 'name', { count: namesakes.length })
      line.person = namesakes[0]
    } else {
      const owner = email && !givenUp.has(email) ? byEmail.get(email) : undefined
      // Somebody known by the address alone gets the staff code.
      line.person = staffCode ? (byCode.get(staffCode) ?? (owner?.staffCode === null ? owner : undefined)) : owner
    }
    if (!line.person) continue
    line.id = line.person.id
    if (isFirst) claim(line, 'person', line.id, 'staffCode', line.person.name)
  }
}

function commonCulture(drafts: readonly DraftRow[]): Language | undefined {
  const counts = Map.groupBy(
    drafts.flatMap(({ values }) => cultureShown(values.name ?? '', values.reading ?? null) ?? []),
    culture => culture,
  )
  return [...counts].toSorted(([, a], [, b]) => b.length - a.length)[0]?.[0]
}

function fieldsOf({ draft, person }: Line, culture: Language): PersonFields {
  const { staffCode, name, reading, email } = draft.values
  return {
    staffCode: staffCode || person?.staffCode || null,
    name: name || person?.name || '',
    reading: reading || person?.reading || null,
    nameCulture: person?.nameCulture ?? cultureShown(name ?? '', reading ?? null) ?? culture,
    email: email || person?.email || null,
  }
}

// Units ---------------------------------------------------------------------------

function findUnits(lines: readonly Line[], known: Known): void {
  const exact = new Map(known.units.map(unit => [unit.code, unit]))
  const byFoldedCode = Map.groupBy(known.units, unit => unit.code.toLowerCase())
  const byName = Map.groupBy(
    known.units.flatMap(unit => [...new Set(unit.names.map(foldForSearch))].map(name => ({ name, unit }))),
    ({ name }) => name,
  )
  for (const line of lines) {
    const written = line.draft.values.unitCode
    if (line.findings.some(({ severity, column }) => severity === 'error' && column === 'unitCode')) continue
    if (!written) {
      if (!line.person?.posts.length) line.findings.push(finding('notice', 'no-unit', 'unitCode'))
      continue
    }
    const sameCode = byFoldedCode.get(written.toLowerCase()) ?? []
    const sameName = byName.get(foldForSearch(written)) ?? []
    const unit = exact.get(written) ?? (sameCode.length === 1 ? sameCode[0] : undefined)
    if (unit) line.unitId = unit.id
    else if (sameName.length === 1) {
      line.unitId = sameName[0]!.unit.id
      line.findings.push(finding('mended', 'unit-by-name', 'unitCode', { written: written.slice(0, 120), read: sameName[0]!.unit.code }))
    } else refuse(line, 'unknown-unit', 'unitCode', { written: written.slice(0, 120) })
  }
}

// What depends on other rows --------------------------------------------------------

/** Rounds after which a file counts as too entangled; each costs as much as looking at every row once. */
const maxRounds = 100

/** Refusing a row can break others and never mends one, so this repeats until no further row is refused. */
function settle(lines: readonly Line[], known: Known, today: string): void {
  for (const line of lines) checkRole(line, known)
  const countRefused = (): number => lines.filter(line => line.isRefused).length
  for (let round = 0; round < maxRounds; round++) {
    refuseTakenEmails(lines, known)
    const before = countRefused()
    planPosts(lines, known, today)
    refuseCircles(lines, known, today)
    if (countRefused() === before) return
  }
  throw new Problem(422, 'import.unreadable', { params: { reason: 'too-entangled' } })
}

function checkRole(line: Line, known: Known): void {
  const { roleCode } = line.draft.values
  if (roleCode && !known.roleCodes.has(roleCode)) line.findings.push(finding('notice', 'unknown-role', 'roleCode', { written: roleCode }))
}

/** An address of somebody else is free only when a row that is not refused gives that person another one. */
function refuseTakenEmails(lines: readonly Line[], known: Known): void {
  const owners = new Map(known.people.filter(person => person.email !== null).map(person => [person.email, person]))
  // Of two rows for one person the first counts, here too.
  const lineOf = new Map(
    lines
      .filter(line => line.person)
      .toReversed()
      .map(line => [line.id, line]),
  )
  const waitsFor = new Map<string, Line[]>()
  const refused: Line[] = []
  for (const line of lines) {
    const owner = line.fields!.email === null ? undefined : owners.get(line.fields!.email)
    if (line.isRefused || !owner || owner.id === line.id) continue
    const ownersLine = lineOf.get(owner.id)
    if (!ownersLine || ownersLine.isRefused || ownersLine.fields!.email === owner.email) {
      refuse(line, 'email-taken', 'email', { written: owner.email!, name: owner.name })
      refused.push(line)
    } else waitsFor.set(owner.id, [...(waitsFor.get(owner.id) ?? []), line])
  }
  for (let line = refused.pop(); line; line = refused.pop()) {
    for (const waiting of waitsFor.get(line.id) ?? []) {
      if (waiting.isRefused) continue
      refuse(waiting, 'email-taken', 'email', { written: waiting.fields!.email!, name: line.fields!.name })
      refused.push(waiting)
    }
  }
}

function planPosts(lines: readonly Line[], known: Known, today: string): void {
  const lineOf = new Map<string, Line>()
  for (const line of lines) {
    const { staffCode } = line.draft.values
    if (staffCode && !lineOf.has(staffCode)) lineOf.set(staffCode, line)
  }
  const knownByCode = new Map(known.people.map(person => [person.staffCode, person]))
  for (const line of lines) {
    line.plan = nothing
    line.notices = []
    if (line.isRefused) continue
    const { title, roleCode, startsOn, supervisorCode } = line.draft.values
    let supervisorId: string | undefined
    if (supervisorCode) {
      const theirs = lineOf.get(supervisorCode)
      supervisorId = theirs && !theirs.isRefused ? theirs.id : knownByCode.get(supervisorCode)?.id
      if (supervisorId === undefined) {
        const params = theirs ? { written: supervisorCode, otherRow: theirs.draft.row } : { written: supervisorCode }
        line.notices.push(finding('notice', theirs ? 'supervisor-refused' : 'supervisor-unknown', 'supervisorCode', params))
      }
    }
    const posts = line.person?.posts ?? []
    const wanted = {
      unitId: line.unitId,
      title: title || undefined,
      roleCode: roleCode || undefined,
      supervisorId,
      startsOn: startsOn || undefined,
    }
    const plan = planPost(posts, wanted, today, uuidv7)
    if (plan === 'overlaps-earlier-post') {
      refuse(line, 'overlaps-earlier-post', 'startsOn', { written: startsOn ?? '', date: presentPost(posts, today)?.startsOn ?? '' })
      continue
    }
    const followed = followUnits(plan, known.unitEnds, uuidv7)
    if (followed) line.plan = followed
    else
      refuse(line, 'unit-ends', 'unitCode', {
        written: line.draft.values.unitCode ?? '',
        date: known.unitEnds.get(line.unitId ?? '')?.endsBefore ?? '',
      })
  }
}

const namedInChain = 10

/** Nobody may stand above himself. Every row of a circle is refused: which of them is wrong, only people know. */
function refuseCircles(lines: readonly Line[], known: Known, today: string): void {
  const lineOf = new Map(lines.filter(line => !line.isRefused).map(line => [line.id, line]))
  const planned = new Map([...lineOf.values()].filter(hasPlan).map(line => [line.id, line]))
  const edges: Edge[] = known.supervision.filter(({ personId }) => !planned.has(personId))
  for (const line of planned.values()) {
    const changed = new Map(line.plan.changed.map(({ after }) => [after.id, after]))
    const posts = [...(line.person?.posts ?? []).map(post => changed.get(post.id) ?? post), ...line.plan.started]
    for (const { supervisorId, startsOn, endsBefore } of posts) edges.push({ personId: line.id, supervisorId, startsOn, endsBefore })
  }
  for (const circle of findCircles(edges, today)) {
    const nameOf = (id: string): string => lineOf.get(id)?.fields?.staffCode ?? lineOf.get(id)?.fields?.name ?? known.labels.get(id) ?? '…'
    circle.forEach((id, index) => {
      const line = lineOf.get(id)
      if (!line || line.isRefused) return
      // Told from the row's own person, up to where it closes; a very long circle is told in part.
      const chain = [...circle.slice(index), ...circle.slice(0, index)].slice(0, namedInChain).map(nameOf)
      refuse(line, 'supervisor-cycle', 'supervisorCode', {
        chain: [...chain, ...(circle.length > namedInChain ? ['…'] : []), nameOf(id)].join(' → '),
      })
    })
  }
}
