import { z } from 'zod'
import { endpoint } from '#platform/http/endpoint.ts'
import { uuid } from '#platform/http/uuid.ts'
import { language, translated } from '#platform/i18n/translated.ts'

// Units, people and the posts they hold.

export const unit = z.strictObject({
  id: uuid,
  version: z.int(),
  code: z.string(),
  name: translated,
  parentId: uuid.nullable(),
  /** First day of what is shown, null when it was so before anybody recorded it; and the first day it no longer holds. */
  startsOn: z.iso.date().nullable(),
  endsBefore: z.iso.date().nullable(),
  /** People who hold a post in it on that day, its sub-units not counted. */
  people: z.int(),
})
export type Unit = z.infer<typeof unit>

/** The list as it was, or will be, on this day; without it, as it is today. */
const asOf = z.iso.date().optional()

export const unitFields = z.strictObject({
  code: z.string().trim().min(1).max(40),
  name: translated.refine(name => Boolean(name.vi ?? name.en ?? name.ja), { error: 'required' }),
  parentId: uuid.nullable(),
})

export const listUnits = endpoint({
  name: 'listUnits',
  method: 'GET',
  path: '/units',
  summary: 'Units of this organisation, parents before children',
  needs: 'unit.read',
  changes: [],
  reads: ['unit', 'unit-event'],
  query: z.strictObject({ asOf }),
  returns: z.strictObject({ units: z.array(unit).max(5000) }),
})
export const createUnit = endpoint({
  name: 'createUnit',
  method: 'POST',
  path: '/units',
  summary: 'Adds a unit',
  needs: 'unit.write',
  changes: ['unit.created'],
  /** Without a first day the unit has been there since before anybody recorded it. */
  body: unitFields.extend({ startsOn: z.iso.date().nullable().optional() }),
  returns: unit,
})
export const changeUnit = endpoint({
  name: 'changeUnit',
  method: 'PATCH',
  path: '/units/:unitId',
  summary: 'Corrects how a unit is recorded; a change from a day on is an event',
  versioned: true,
  needs: 'unit.write',
  changes: ['unit.changed'],
  body: unitFields,
  returns: unit,
})

const postFields = z.strictObject({
  unitId: uuid,
  title: z.string().trim().max(200),
  supervisorId: uuid.nullable(),
  roleCode: z.string().max(100).nullable(),
  /** First day in the post; may lie in the future. */
  startsOn: z.iso.date(),
})

const personFields = z.strictObject({
  staffCode: z.string().trim().min(1).max(40).nullable(),
  name: z.string().trim().min(1).max(200),
  reading: z.string().trim().max(200).nullable(),
  nameCulture: language,
  email: z.email().max(254).nullable(),
  post: postFields,
})

/** One line of the list: the post is the one held today, or the next to begin. */
export const personRow = z.strictObject({
  id: uuid,
  staffCode: z.string().nullable(),
  name: z.string(),
  reading: z.string().nullable(),
  unit: z.strictObject({ id: uuid, code: z.string(), name: translated }).nullable(),
  title: z.string().nullable(),
  roleCode: z.string().nullable(),
  /** As the framework imported last that has the code names it; null when none has it. */
  roleName: translated.nullable(),
  supervisor: z.strictObject({ id: uuid, name: z.string() }).nullable(),
  /** First day after the last post, of somebody who has none now and none to come. */
  leftOn: z.iso.date().nullable(),
  hasAccount: z.boolean(),
})
export type PersonRow = z.infer<typeof personRow>

export const person = personRow.extend({
  version: z.int(),
  nameCulture: language,
  email: z.string().nullable(),
  startsOn: z.iso.date().nullable(),
  /** People whose supervisor this is, by name. */
  supervises: z.array(z.strictObject({ id: uuid, name: z.string() })),
  /** Every post held so far and to come, the latest first, each with its unit as it was called at the end of the post. */
  posts: z
    .array(
      z.strictObject({
        id: uuid,
        unit: z.strictObject({ id: uuid, code: z.string(), name: translated }),
        title: z.string(),
        startsOn: z.iso.date(),
        endsBefore: z.iso.date().nullable(),
        supervisor: z.strictObject({ id: uuid, name: z.string() }).nullable(),
      }),
    )
    .max(200),
})
export type Person = z.infer<typeof person>

export const listPeople = endpoint({
  name: 'listPeople',
  method: 'GET',
  path: '/people',
  summary: 'People by name in their own sorting order; search finds with and without accents',
  needs: 'person.read',
  changes: [],
  reads: ['person', 'post'],
  query: z.strictObject({
    search: z.string().max(200).optional(),
    unitId: uuid.optional(),
    /** Only who holds a post on this day, with that post; without it everybody, with the post of today or to come. */
    asOf,
    /** Opaque: `next` of the page before. */
    after: z.string().max(600).optional(),
    limit: z.coerce.number().int().min(1).max(200).default(50),
  }),
  returns: z.strictObject({
    people: z.array(personRow),
    /** Null: more than 10,000 match, or the page is not the first. */
    total: z.int().nullable(),
    next: z.string().nullable(),
  }),
})
export const getPerson = endpoint({
  name: 'getPerson',
  method: 'GET',
  path: '/people/:personId',
  summary: 'One person with the post',
  needs: 'person.read',
  changes: [],
  reads: ['person', 'post', 'unit'],
  returns: person,
})
export const createPerson = endpoint({
  name: 'createPerson',
  method: 'POST',
  path: '/people',
  summary: 'Adds a person and the post',
  needs: 'person.write',
  changes: ['person.created', 'post.started'],
  body: personFields,
  returns: person,
})
export const changePerson = endpoint({
  name: 'changePerson',
  method: 'PATCH',
  path: '/people/:personId',
  summary: 'Changes a person and the post',
  versioned: true,
  needs: 'person.write',
  changes: ['person.changed', 'post.changed', 'post.started'],
  body: personFields,
  returns: person,
})

// Roster import --------------------------------------------------------------

export const rosterColumns = [
  'staffCode',
  'name',
  'reading',
  'unitCode',
  'title',
  'roleCode',
  'supervisorCode',
  'email',
  'startsOn',
] as const
export type RosterColumn = (typeof rosterColumns)[number]

/** What a row will do. `refused` rows are never imported; the others are, all of them or none. */
export const rowFate = z.enum(['create', 'update', 'unchanged', 'refused'])

export const rowFinding = z.strictObject({
  /** `error` refuses the row; `mended` says what was read differently from what is written; `notice` only informs. */
  severity: z.enum(['error', 'mended', 'notice']),
  /** Texts under `roster.findings.<code>`. */
  code: z.string(),
  column: z.enum(rosterColumns).nullable(),
  params: z.record(z.string(), z.union([z.string(), z.number()])),
})
export type RowFinding = z.infer<typeof rowFinding>

export const rosterRow = z.strictObject({
  /** As the file's own program numbers it. */
  row: z.int(),
  fate: rowFate,
  values: z.partialRecord(z.enum(rosterColumns), z.string()),
  findings: z.array(rowFinding),
})
export type RosterRow = z.infer<typeof rosterRow>

export const rosterPreview = z.strictObject({
  previewId: uuid,
  version: z.int(),
  /** `reading` and `applying` go on without whoever began them; `failed` could not be read. */
  status: z.enum(['reading', 'open', 'applying', 'applied', 'failed']),
  fileName: z.string(),
  /** Encoding that was recognised: `xlsx`, `utf-8`, `utf-16le`, `tcvn3`, `vni`, …; null before the file is read. */
  encoding: z.string().nullable(),
  counts: z.strictObject({ create: z.int(), update: z.int(), unchanged: z.int(), refused: z.int() }),
  /** Rows with findings, whatever their fate. */
  mended: z.int(),
  /** Headings of the file that match no column. */
  unknownHeadings: z.array(z.string()),
  /** About the file as a whole: titles above the headings, sheets that were not read. */
  notices: z.array(rowFinding),
  /** Percent, while the file is read or applied. */
  progress: z.int().min(0).max(100).nullable(),
  /** Why it could not be read: `roster.unreadable.<reason>`. */
  failure: z.strictObject({ reason: z.string(), params: z.record(z.string(), z.union([z.string(), z.number()])) }).nullable(),
})
export type RosterPreview = z.infer<typeof rosterPreview>

/** `mended`: with findings, whatever the fate. */
export const rosterFilter = z.enum(['refused', 'mended', 'create', 'update', 'unchanged'])
export type RosterFilter = z.infer<typeof rosterFilter>

export const previewRoster = endpoint({
  name: 'previewRoster',
  method: 'POST',
  path: '/roster-imports',
  summary: 'Reads a roster (xlsx or CSV) and says what becomes of every row; of a large file while the caller goes on',
  needs: 'roster.import',
  changes: ['import.previewed'],
  upload: {
    /** A roster of 100,000 rows has 10 to 20 MB as text. */
    maxBytes: 30_000_000,
    contentTypes: [
      'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
      'text/csv',
      'text/plain',
      'application/octet-stream',
    ],
  },
  returns: rosterPreview,
})
export const getRosterPreview = endpoint({
  name: 'getRosterPreview',
  method: 'GET',
  path: '/roster-imports/:previewId',
  summary: 'A preview made before',
  needs: 'roster.import',
  changes: [],
  reads: ['import'],
  returns: rosterPreview,
})
export const listRosterRows = endpoint({
  name: 'listRosterRows',
  method: 'GET',
  path: '/roster-imports/:previewId/rows',
  summary: 'Rows of a preview in the order of the file, each with its fate; none once they have become records',
  needs: 'roster.import',
  changes: [],
  reads: ['import'],
  query: z.strictObject({
    fate: rosterFilter.optional(),
    /** `next` of the page before. */
    after: z.coerce.number().int().min(0).max(2_147_483_647).default(0),
    limit: z.coerce.number().int().min(1).max(200).default(100),
  }),
  returns: z.strictObject({ rows: z.array(rosterRow).max(200), next: z.int().nullable() }),
})
export const applyRoster = endpoint({
  name: 'applyRoster',
  method: 'POST',
  path: '/roster-imports/:previewId/apply',
  versioned: true,
  summary: 'Brings in every row that is not refused, all of them or none',
  needs: 'roster.import',
  changes: ['person.created', 'person.changed', 'post.started', 'post.changed', 'import.applied'],
  /** The caller names how many refused rows are left out: nobody leaves rows out without having seen them. */
  body: z.strictObject({ leaveOut: z.int().min(0) }),
  returns: rosterPreview,
})
/** The file that a manager can fill in: headings in the reader's language. */
export const getRosterTemplate = endpoint({
  name: 'getRosterTemplate',
  method: 'GET',
  path: '/roster-template',
  summary: 'An empty roster to fill in (CSV, UTF-8)',
  needs: 'roster.import',
  changes: [],
  reads: [],
  query: z.strictObject({ language }),
  returns: 'file',
  exit: 'file',
})
