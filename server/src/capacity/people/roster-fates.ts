import { v7 as uuidv7 } from 'uuid'
import type { Language } from '#platform/i18n/languages.ts'
import { cultureShown, foldForSearch } from './names.ts'
import type { RosterRow, RowFinding } from './people.api.ts'
import type { PersonFields } from './people.ts'
import { planPost, presentPost } from './posts.ts'
import type { HeldPost, PostPlan } from './posts.ts'
import { finding, shown } from './roster-rows.ts'
import type { DraftRow } from './roster-rows.ts'
import type { KnownFields } from './roster.store.ts'
import { supervisorsOf } from './supervision.ts'
import { followUnits } from './unit-succession.ts'
import type { UnitEnds } from './unit-succession.ts'

// What becomes of a row, given what is known now. An empty cell keeps what is there: a roster adds and changes, it takes
// nothing away. Of each row only a `Line` is kept, as what becomes of one may depend on any other; values and what is known
// of the person come and go with the batch (roster-decision.ts).

/** One row, as far as others can depend on it: some 300 bytes, of at most `maxRows`. */
export interface Line {
  row: number
  /** Of the person: known, or to be made. */
  id: string
  isKnown: boolean
  isRefused: boolean
  /** Beyond what the row itself showed. */
  findings: RowFinding[]
  /** Those that depend on which other rows are refused. */
  notices: RowFinding[]
  /** What the person is called in a message about others. */
  label: string
  changesPerson: boolean
  /** Gives up the address that the person had. */
  leavesEmail: boolean
  /** The address that it gives to the person, where that is somebody else's now. */
  takes: { ownerId: string; ownerName: string; email: string } | undefined
  hasPlan: boolean
  /** The row that the supervisor's code names, if it counted when the post was planned. */
  supervisor: Line | undefined
  /** With the planned posts. */
  now: string | null | undefined
  last: string | null | undefined
}

export interface KnownUnit {
  id: string
  code: string
  names: readonly string[]
}

export const fateOf = (line: Line): RosterRow['fate'] =>
  line.isRefused ? 'refused' : !line.isKnown ? 'create' : line.changesPerson || line.hasPlan ? 'update' : 'unchanged'

export function refuse(line: Line, code: string, column: RowFinding['column'], params: RowFinding['params'] = {}): void {
  line.isRefused = true
  line.findings.push(finding('error', code, column, params))
}

const differs = (a: PersonFields, b: PersonFields): boolean =>
  a.staffCode !== b.staffCode || a.name !== b.name || a.reading !== b.reading || a.email !== b.email

/** The person after the row. */
export function fieldsOf({ values }: DraftRow, person: PersonFields | undefined, culture: Language): PersonFields {
  const { staffCode, name, reading, email } = values
  return {
    staffCode: staffCode || person?.staffCode || null,
    name: name || person?.name || '',
    reading: reading || person?.reading || null,
    nameCulture: person?.nameCulture ?? cultureShown(name ?? '', reading ?? null) ?? culture,
    email: email || person?.email || null,
  }
}

/**
 * Finds who is meant, row after row: by staff code, else by e-mail, else by name among those who have neither. Of two
 * rows for one person the first stays. `givenUp`: an address that its owner gives up in this very file no longer tells
 * who is meant.
 */
export function findPersons(givenUp: ReadonlySet<string>) {
  const seen = {
    code: new Map<string, number>(),
    email: new Map<string, number>(),
    name: new Map<string, number>(),
    person: new Map<string, number>(),
  }
  /** False when an earlier row has the key already. */
  const claim = (line: Line, kind: keyof typeof seen, key: string, column: RowFinding['column'], written: string): boolean => {
    const earlier = seen[kind].get(key)
    if (earlier === undefined) seen[kind].set(key, line.row)
    else
      refuse(line, kind === 'person' ? 'duplicate-person' : kind === 'code' ? 'duplicate-staff-code' : `duplicate-${kind}`, column, {
        otherRow: earlier,
        written,
      })
    return earlier === undefined
  }
  /** `people`: everybody whom these rows could mean. */
  return (lines: readonly { line: Line; draft: DraftRow }[], people: readonly KnownFields[]): Map<Line, KnownFields> => {
    const byCode = new Map(people.filter(person => person.staffCode !== null).map(person => [person.staffCode, person]))
    const byEmail = new Map(people.filter(person => person.email !== null).map(person => [person.email, person]))
    const byName = Map.groupBy(
      people.filter(person => person.staffCode === null && person.email === null),
      person => person.name,
    )
    const found = new Map<Line, KnownFields>()
    for (const { line, draft } of lines) {
      const { staffCode, email, name } = draft.values
      let isFirst = true
      let person
      if (staffCode) isFirst = claim(line, 'code', staffCode, 'staffCode', staffCode)
      if (email) isFirst = claim(line, 'email', email, 'email', email) && isFirst
      if (!staffCode && !email && name) {
        isFirst = claim(line, 'name', name, 'name', name)
        line.findings.push(finding('notice', 'no-identity', 'name'))
        const namesakes = byName.get(name) ?? []
        if (namesakes.length > 1) refuse(line, 'ambiguous-person', 'name', { count: namesakes.length })
        person = namesakes[0]
      } else {
        const owner = email && !givenUp.has(email) ? byEmail.get(email) : undefined
        // Somebody known by the address alone gets the staff code.
        person = staffCode ? (byCode.get(staffCode) ?? (owner?.staffCode === null ? owner : undefined)) : owner
      }
      const fields = fieldsOf(draft, person, 'en')
      line.label = fields.staffCode ?? fields.name
      const owner = fields.email === null ? undefined : byEmail.get(fields.email)
      if (owner && owner.id !== person?.id) line.takes = { ownerId: owner.id, ownerName: owner.name, email: fields.email! }
      if (!person) continue
      found.set(line, person)
      line.id = person.id
      line.isKnown = true
      line.changesPerson = differs(person, fields)
      line.leavesEmail = fields.email !== person.email
      if (isFirst) claim(line, 'person', line.id, 'staffCode', person.name)
    }
    return found
  }
}

export const newLine = (draft: DraftRow): Line => ({
  row: draft.row,
  id: uuidv7(),
  isKnown: false,
  isRefused: draft.findings.some(({ severity }) => severity === 'error'),
  findings: [],
  notices: [],
  label: '',
  changesPerson: false,
  leavesEmail: false,
  takes: undefined,
  hasPlan: false,
  supervisor: undefined,
  now: undefined,
  last: undefined,
})

// Units and posts -----------------------------------------------------------------

/** By code, else by code in other capitals, else by name. `byName` says that it was. */
export function findUnits(units: readonly KnownUnit[]): (written: string) => { unit: KnownUnit; isByName: boolean } | undefined {
  const exact = new Map(units.map(unit => [unit.code, unit]))
  const byFoldedCode = Map.groupBy(units, unit => unit.code.toLowerCase())
  const byName = Map.groupBy(
    units.flatMap(unit => [...new Set(unit.names.map(foldForSearch))].map(name => ({ name, unit }))),
    ({ name }) => name,
  )
  return written => {
    const sameCode = byFoldedCode.get(written.toLowerCase()) ?? []
    const unit = exact.get(written) ?? (sameCode.length === 1 ? sameCode[0] : undefined)
    if (unit) return { unit, isByName: false }
    const sameName = byName.get(foldForSearch(written)) ?? []
    return sameName.length === 1 ? { unit: sameName[0]!.unit, isByName: true } : undefined
  }
}

const saysWrongUnit = (draft: DraftRow): boolean =>
  draft.findings.some(({ severity, column }) => severity === 'error' && column === 'unitCode')

/** What there is to say of the unit and the role that a row names. */
export function noteUnitAndRole(
  line: Line,
  draft: DraftRow,
  known: { findUnit: ReturnType<typeof findUnits>; hasPosts: boolean; roleCodes: ReadonlySet<string> },
): void {
  const { unitCode: written, roleCode } = draft.values
  if (!saysWrongUnit(draft)) {
    const found = written ? known.findUnit(written) : undefined
    if (!written) {
      if (!known.hasPosts) line.findings.push(finding('notice', 'no-unit', 'unitCode'))
    } else if (!found) refuse(line, 'unknown-unit', 'unitCode', { written: shown(written) })
    else if (found.isByName)
      line.findings.push(finding('mended', 'unit-by-name', 'unitCode', { written: shown(written), read: found.unit.code }))
  }
  if (roleCode && !known.roleCodes.has(roleCode)) line.findings.push(finding('notice', 'unknown-role', 'roleCode', { written: roleCode }))
}

export interface PlanKnown {
  findUnit: ReturnType<typeof findUnits>
  unitEnds: UnitEnds
  /** The first row that has a staff code. */
  lineOfCode: ReadonlyMap<string, Line>
  /** People by staff code, of those whom no row that counts has. */
  idsByCode: ReadonlyMap<string, string>
  today: string
}

/** The posts that a row asks for; refuses the row, and returns nothing, when they cannot be. */
export function planRow(line: Line, draft: DraftRow, posts: readonly HeldPost[], known: PlanKnown): PostPlan | undefined {
  line.notices = []
  line.hasPlan = false
  line.supervisor = undefined
  if (line.isRefused) return undefined
  const { title, roleCode, startsOn, supervisorCode, unitCode } = draft.values
  const unitId = unitCode && !saysWrongUnit(draft) ? known.findUnit(unitCode)?.unit.id : undefined
  let supervisorId: string | undefined
  if (supervisorCode) {
    const theirs = known.lineOfCode.get(supervisorCode)
    if (theirs && !theirs.isRefused) line.supervisor = theirs
    supervisorId = line.supervisor ? line.supervisor.id : known.idsByCode.get(supervisorCode)
    if (supervisorId === undefined) {
      const params = theirs ? { written: supervisorCode, otherRow: theirs.row } : { written: supervisorCode }
      line.notices.push(finding('notice', theirs ? 'supervisor-refused' : 'supervisor-unknown', 'supervisorCode', params))
    }
  }
  const wanted = { unitId, title: title || undefined, roleCode: roleCode || undefined, supervisorId, startsOn: startsOn || undefined }
  const plan = planPost(posts, wanted, known.today, uuidv7)
  if (plan === 'overlaps-earlier-post') {
    refuse(line, 'overlaps-earlier-post', 'startsOn', {
      written: startsOn ?? '',
      date: presentPost(posts, known.today)?.startsOn ?? '',
    })
    return undefined
  }
  const followed = followUnits(plan, known.unitEnds, uuidv7)
  if ('stop' in followed) {
    const { stop, unitCode: written, date } = followed
    if (stop === 'unit-ends') refuse(line, 'unit-ends', 'unitCode', { written, date })
    else refuse(line, 'unit-not-there', 'startsOn', { written, date })
    return undefined
  }
  line.hasPlan = followed.changed.length + followed.started.length > 0
  if (line.hasPlan) {
    const changed = new Map(followed.changed.map(({ after }) => [after.id, after]))
    const { now, last } = supervisorsOf([...posts.map(post => changed.get(post.id) ?? post), ...followed.started], known.today)
    line.now = now
    line.last = last
  }
  return followed
}

// Addresses -----------------------------------------------------------------------

/** An address of somebody else is free only when a row that is not refused gives that person another one. */
export function refuseTakenEmails(lines: readonly Line[], lineOf: ReadonlyMap<string, Line>): void {
  const waitsFor = new Map<string, Line[]>()
  const refused: Line[] = []
  for (const line of lines) {
    if (line.isRefused || !line.takes) continue
    const { ownerId, ownerName, email } = line.takes
    const ownersLine = lineOf.get(ownerId)
    if (!ownersLine || ownersLine.isRefused || !ownersLine.leavesEmail) {
      refuse(line, 'email-taken', 'email', { written: email, name: ownerName })
      refused.push(line)
    } else {
      const waiting = waitsFor.get(ownerId)
      if (waiting) waiting.push(line)
      else waitsFor.set(ownerId, [line])
    }
  }
  for (let line = refused.pop(); line; line = refused.pop()) {
    for (const waiting of waitsFor.get(line.id) ?? []) {
      if (waiting.isRefused) continue
      refuse(waiting, 'email-taken', 'email', { written: waiting.takes!.email, name: waiting.takes!.ownerName })
      refused.push(waiting)
    }
  }
}
