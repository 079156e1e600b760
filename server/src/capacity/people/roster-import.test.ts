import fc from 'fast-check'
import { expect, test } from 'vitest'
import { importPack } from '#capacity/frameworks/framework-imports.ts'
import type { Work } from '#platform/database/work.ts'
import type { Problem } from '#platform/http/problem.ts'
import { makeRosterWorkbook } from '../../../test/fixtures/roster/make-roster.ts'
import type { RosterFault } from '../../../test/fixtures/roster/make-roster.ts'
import { createTestDatabase, makeTestAuthority, testNow } from '../../../test/kit.ts'
import type { RosterFilter, RosterPreview, RosterRow } from './people.api.ts'
import { changePerson, getPerson, listPeople } from './people.ts'
import { applyRoster, getRosterPreview, getRosterTemplate, importRosterFile, listRosterRows, previewRoster } from './roster-import.ts'
import { readRosterFile } from './roster-reading.ts'
import { createUnit } from './units.ts'

const database = await createTestDatabase()
const authority = await makeTestAuthority(database)
const agency = await makeTestAuthority(database, 'agency')
const as = <T>(run: (work: Work) => Promise<T>): Promise<T> => authority.as({}, run)
const workbook = await makeRosterWorkbook(testNow)

const file = (text: string | Uint8Array, fileName = 'roster.csv') => ({
  fileName,
  bytes: typeof text === 'string' ? Buffer.from(text) : text,
})
/** Page by page, as the screen reads them. */
async function rowsOf(work: Work, previewId: string, fate?: RosterFilter, limit = 50): Promise<RosterRow[]> {
  const rows: RosterRow[] = []
  for (let after: number | null = 0; after !== null;) {
    const page = await listRosterRows(work, previewId, { fate, after, limit })
    rows.push(...page.rows)
    after = page.next
  }
  return rows
}
const withRows = async (work: Work, preview: RosterPreview) => ({ ...preview, rows: await rowsOf(work, preview.previewId) })
const previewOf = async (upload: ReturnType<typeof file>, of = authority) => {
  const read = await readRosterFile(upload)
  return of.as({}, async work => withRows(work, await previewRoster(work, read)))
}
const importOf = async (text: string | Uint8Array, leaveOut = 0) => {
  const read = await readRosterFile(file(text))
  const rows: RosterRow[] = []
  const imported = await authority.as({ userId: null, roles: [], origin: 'cli' }, work =>
    importRosterFile(work, read, { leaveOut, onRow: row => void rows.push(row) }),
  )
  return { ...imported, rows }
}
const found = (row: RosterRow | undefined): string[] =>
  (row?.findings ?? []).map(({ severity, code, column }) => `${severity} ${code} ${column}`)
const count = async (table: string): Promise<number> =>
  (
    await database.asOwner<{ total: number }>(`select count(*)::integer as total from ${table} where organisation_id = $1`, [
      authority.organisationId,
    ])
  )[0]!.total
const lines = async (verb: string): Promise<number> =>
  (
    await database.asOwner<{ total: number }>(
      `select count(*)::integer as total from ledger_line where verb = $1 and organisation_id = $2`,
      [verb, authority.organisationId],
    )
  )[0]!.total

await as(async work => {
  await importPack(work, 'secbok-aligned')
  const ids = new Map<string, string>()
  for (const { code, name, parentCode } of workbook.units)
    ids.set(code, (await createUnit(work, { code, name, parentId: parentCode === null ? null : ids.get(parentCode)! })).id)
})

test('the roster of 120 shows the fate of every row, and each fault for what it is', async () => {
  const preview = await previewOf(file(workbook.bytes, 'nhân sự.xlsx'))
  const { faults, cyclePartner } = workbook
  const expected: Record<RosterFault, [RosterRow['fate'], string[]]> = {
    duplicateStaffCode: ['refused', ['error duplicate-staff-code staffCode']],
    unknownUnit: ['refused', ['error unknown-unit unitCode']],
    supervisorCycle: ['refused', ['error supervisor-cycle supervisorCode']],
    dateAsText: ['create', ['mended date-as-text startsOn']],
    nameInNfd: ['create', ['mended decomposed-accents name']],
    nameInTcvn3: ['create', ['mended legacy-encoding name']],
    formula: ['refused', ['error formula title']],
    emptyName: ['refused', ['error name-missing name']],
    startInFuture: ['create', ['notice starts-in-future startsOn']],
    badEmail: ['refused', ['error bad-email email']],
    mergedCells: ['refused', ['error merged-cell unitCode']],
    duplicateEmail: ['refused', ['error duplicate-email email']],
  }
  const rowAt = new Map(preview.rows.map(row => [row.row, row]))
  for (const [fault, [fate, findings]] of Object.entries(expected) as [RosterFault, [RosterRow['fate'], string[]]][]) {
    const row = rowAt.get(faults[fault])
    expect([fault, row?.fate, found(row)]).toEqual([fault, fate, findings])
    rowAt.delete(faults[fault])
  }
  expect(found(rowAt.get(cyclePartner))).toEqual(['error supervisor-cycle supervisorCode'])
  rowAt.delete(cyclePartner)
  for (const row of rowAt.values()) expect([row.row, row.fate, row.findings]).toEqual([row.row, 'create', []])
  expect(preview).toMatchObject({
    encoding: 'xlsx',
    status: 'open',
    counts: { create: 111, update: 0, unchanged: 0, refused: 9 },
    unknownHeadings: ['STT'],
  })
  expect(preview.notices.map(({ code }) => code)).toEqual(['title-rows'])
  const cell = (fault: RosterFault) => preview.rows.find(({ row }) => row === faults[fault])!
  expect(cell('nameInTcvn3').values.name).toBe('Nguyễn Văn Đức')
  expect(cell('nameInTcvn3').findings[0]!.params).toEqual({ encoding: 'tcvn3', written: 'NguyÔn V¨n §øc', read: 'Nguyễn Văn Đức' })
  expect(cell('nameInNfd').values.name).toBe('Trần Thị Thuỷ Tiên'.normalize('NFC'))
  expect(cell('dateAsText').values.startsOn).toBe('2021-03-15')
  expect(cell('supervisorCycle').findings[0]!.params).toEqual({
    chain: expect.stringMatching(/^(CB034 → CB037 → CB034|CB037 → CB034 → CB037)$/),
  })
  expect(cell('duplicateEmail').findings[0]!.params).toMatchObject({ otherRow: 106 })
  expect(cell('unknownUnit').findings[0]!.params).toEqual({ written: 'XX9' })
  expect(await as(async work => withRows(work, await getRosterPreview(work, preview.previewId)))).toEqual(preview)
})

test('an applied roster is there once, whole, with one ledger line a record; the second time nothing changes', async () => {
  const preview = await previewOf(file(workbook.bytes, 'a.xlsx'))
  await expect(as(work => applyRoster(work, preview.previewId, 1, 8))).rejects.toMatchObject({
    status: 409,
    code: 'import.refused-rows',
    details: { params: { count: 9 } },
  })
  expect(await count('person')).toBe(0)
  await expect(as(work => applyRoster(work, preview.previewId, 2, 9))).rejects.toMatchObject({ status: 412 })
  const applied = await as(work => applyRoster(work, preview.previewId, 1, 9))
  expect(applied).toMatchObject({ status: 'applied', version: 2, counts: { create: 111, refused: 9 } })
  expect([await count('person'), await count('post')]).toEqual([111, 111])
  expect([await lines('person.created'), await lines('post.started'), await lines('import.applied')]).toEqual([111, 111, 1])
  await expect(as(work => applyRoster(work, preview.previewId, 1, 9))).rejects.toMatchObject({ status: 412 })
  expect(await as(async work => withRows(work, await getRosterPreview(work, preview.previewId)))).toMatchObject({
    status: 'applied',
    rows: [],
    counts: { create: 111 },
  })

  const again = await previewOf(file(workbook.bytes, 'a.xlsx'))
  expect(again.counts).toEqual({ create: 0, update: 0, unchanged: 111, refused: 9 })
  expect(again.rows.filter(({ fate }) => fate === 'refused').map(found)).toEqual(
    preview.rows.filter(({ fate }) => fate === 'refused').map(found),
  )
  await as(work => applyRoster(work, again.previewId, 1, 9))
  expect([
    await lines('person.created'),
    await lines('person.changed'),
    await lines('post.changed'),
    await lines('import.applied'),
  ]).toEqual([111, 0, 0, 2])

  const { people } = await as(work => listPeople(work, { search: 'NGUYEN van duc', limit: 10 }))
  expect(people).toMatchObject([
    { name: 'Nguyễn Văn Đức', unit: { code: 'UC1' }, supervisor: { name: expect.any(String) }, roleCode: 'TRIAGE' },
  ])
})

test('a preview that no longer holds is refused', async () => {
  const text = 'Staff code,Name,Unit,Title\nNEW1,Hồ Thị Mới,LD,Chuyên viên\n'
  const preview = await previewOf(file(text))
  expect(preview.counts.create).toBe(1)
  await importOf(text)
  await expect(as(work => applyRoster(work, preview.previewId, 1, 0))).rejects.toMatchObject({ status: 409, code: 'import.preview-stale' })
})

test('the command brings in nothing while rows are refused that nobody named', async () => {
  const bytes = Buffer.from('Mã NV;Họ tên;Đơn vị\nCLI1;Võ Thị Hai;LD\nCLI2;;LD\n')
  const before = await count('person')
  const first = await importOf(bytes)
  expect([first.isApplied, first.counts.refused, await count('person')]).toEqual([false, 1, before])
  const read = await readRosterFile(file(bytes))
  const second = await authority.as({ userId: null, roles: [], origin: 'cli' }, work => importRosterFile(work, read, { leaveOut: 1 }))
  expect([second.isApplied, await count('person')]).toEqual([true, before + 1])
})

test('a later start closes the post the day before; an empty cell keeps what is there', async () => {
  const bring = (text: string) => importOf(text)
  await bring('Staff code,Name,Unit,Title,E-mail,Start date\nT1,Lê Thị Chuyển,CS,Chuyên viên,t1@example.org,2020-01-01\n')
  const { rows } = await bring('Staff code,Name,Unit,Title,E-mail,Start date\nT1,Lê Thị Chuyển,KD,,,2026-06-01\n')
  expect(rows[0]!.fate).toBe('update')
  const posts =
    await database.asOwner(`select unit.code, title, lower(post.valid)::text as starts, upper(post.valid)::text as ends from post join unit_state unit using (unit_id)
    join person on person.id = person_id where staff_code = 'T1' order by lower(post.valid)`)
  expect(posts).toEqual([
    { code: 'CS', title: 'Chuyên viên', starts: '2020-01-01', ends: '2026-06-01' },
    { code: 'KD', title: 'Chuyên viên', starts: '2026-06-01', ends: null },
  ])
  const { people } = await as(work => listPeople(work, { search: 'T1', limit: 5 }))
  expect(await as(work => getPerson(work, people[0]!.id))).toMatchObject({ email: 't1@example.org', version: 2, startsOn: '2026-06-01' })
  expect((await bring('Staff code,Name,Unit,Start date\nT1,Lê Thị Chuyển,KD,2026-06-01\n')).rows[0]!.fate).toBe('unchanged')
})

test.each([
  ['an unknown supervisor is a notice', 'S1,A B,LD,NOBODY,,', 'create', ['notice supervisor-unknown supervisorCode']],
  ['one who supervises himself is refused', 'S2,A B,LD,S2,,', 'refused', ['error supervisor-cycle supervisorCode']],
  ['an address of somebody else is refused', 'S3,A B,LD,,cb001@co-quan-mau.invalid,', 'refused', ['error email-taken email']],
  ['a unit may be given by its name', 'S4,A B,Phòng chính sách,,,', 'create', ['mended unit-by-name unitCode']],
  ['without a unit there is no post', 'S5,A B,,,,', 'create', ['notice no-unit unitCode']],
  ['neither code nor address leaves the name', ',A B,LD,,,', 'create', ['notice no-identity name']],
  ['a formula of CSV is one', 'S6,A B,LD,,,"=TODAY()"', 'refused', ['error formula startsOn']],
  ['day and month that could change places are refused', 'S7,A B,LD,,,03/04/2021', 'refused', ['error date-ambiguous startsOn']],
  ['a year far out is refused', 'S8,A B,LD,,,2099-01-01', 'refused', ['error date-implausible startsOn']],
  ['a day that does not exist is refused', 'S9,A B,LD,,,31/02/2021', 'refused', ['error date-unreadable startsOn']],
  ['a control character is refused', 'SA,A\u0007B,LD,,,', 'refused', ['error control-characters name']],
  ['a mark that turns the writing around is refused', 'SB,A\u202eB,LD,,,', 'refused', ['error control-characters name']],
  ['an invisible character is taken out', 'SC,A\u200b B,LD,,,', 'create', ['mended invisible-characters name']],
  ['a name too long is refused', `SD,${'x'.repeat(201)},LD,,,`, 'refused', ['error too-long name']],
])('%s', async (_fact, row, fate, findings) => {
  const preview = await previewOf(file(`Staff code,Name,Unit,Supervisor,E-mail,Start date\n${row}\n`))
  expect([preview.rows[0]!.fate, found(preview.rows[0])]).toEqual([fate, findings])
})

test('dates of one file tell the order of day and month for each other', async () => {
  const rows = 'D1,A B,25/12/2020\nD2,C D,03/04/2021\n'
  const preview = await previewOf(file(`Staff code,Name,Start date\n${rows}`))
  expect(preview.rows.map(({ values }) => values.startsOn)).toEqual(['2020-12-25', '2021-04-03'])
  const mixed = await previewOf(file(`Staff code,Name,Start date\n${rows}D3,E F,12/25/2020\n`))
  expect(mixed.rows.map(({ fate }) => fate)).toEqual(['create', 'refused', 'create'])
})

test('two people can exchange their addresses in one roster', async () => {
  const bring = (text: string) => importOf(`Staff code,Name,E-mail\n${text}`)
  await bring('X1,A Một,x1@example.org\nX2,B Hai,x2@example.org\n')
  const { counts, isApplied } = await bring('X1,A Một,x2@example.org\nX2,B Hai,x1@example.org\n')
  expect([isApplied, counts.update]).toEqual([true, 2])
})

test('an address that is given up in a roster may be a new person’s in the same one', async () => {
  const bring = (text: string) => importOf(`Staff code,Name,E-mail\n${text}`)
  await bring('Y1,A Một,y1@example.org\n')
  const text = ',B Hai,y1@example.org\nY1,A Một,y2@example.org\n'
  expect((await bring(text)).rows.map(({ fate }) => fate)).toEqual(['create', 'update'])
  expect((await bring(text)).rows.map(({ fate }) => fate)).toEqual(['unchanged', 'unchanged'])
})

test('an address is given up although its owner stands in the file a second time', async () => {
  const bring = (text: string, leaveOut = 1) => importOf(`Staff code,Name,E-mail\n${text}`, leaveOut)
  await bring('Z1,A Một,z1@example.org\n', 0)
  const text = 'Z1,A Một,z2@example.org\nZ1,,\n,B Hai,z1@example.org\n'
  expect((await bring(text)).rows.map(({ fate }) => fate)).toEqual(['update', 'refused', 'create'])
  expect((await bring(text)).rows.map(({ fate }) => fate)).toEqual(['unchanged', 'refused', 'unchanged'])
})

test('a circle through people who are not in the file is found', async () => {
  const header = 'Staff code,Name,Unit,Supervisor\n'
  await importOf(`${header}C1,Một,LD,\nC2,Hai,LD,C1\nC3,Ba,LD,C2\n`)
  const preview = await previewOf(file(`${header}C1,Một,LD,C3\n`))
  expect([preview.rows[0]!.fate, preview.rows[0]!.findings[0]!.params['chain']]).toEqual(['refused', 'C1 → C3 → C2 → C1'])
})

test('a roster without a heading for the name is refused with a reason', async () => {
  await expect(previewOf(file('a,b\n1,2\n'))).rejects.toMatchObject({
    status: 422,
    code: 'import.unreadable',
    details: { params: { reason: 'no-headings' } },
  })
  await expect(previewOf(file('Name,Unit\n'))).rejects.toMatchObject({ details: { params: { reason: 'no-rows' } } })
})

test.each(['vi', 'en', 'ja'] as const)('the template in %s is read back with every column recognised', async language => {
  const { bytes } = getRosterTemplate(language)
  const preview = await previewOf(file(Buffer.concat([bytes, Buffer.from('TPL1,Tên Thử,,LD,,,,,2020-01-01')])))
  expect(preview.unknownHeadings).toEqual([])
  expect(preview.rows[0]!.values).toEqual({ staffCode: 'TPL1', name: 'Tên Thử', unitCode: 'LD', startsOn: '2020-01-01' })
})

test('another organisation neither reads nor applies a preview, and its people are not met', async () => {
  const preview = await previewOf(file('Staff code,Name\nF1,Người Ngoài\n'))
  await expect(agency.as({}, work => getRosterPreview(work, preview.previewId))).rejects.toMatchObject({ status: 404 })
  await expect(agency.as({}, work => applyRoster(work, preview.previewId, 1, 0))).rejects.toMatchObject({ status: 404 })
  const theirs = await previewOf(file('Staff code,Name,E-mail\nCB001,Ai Đó,cb002@co-quan-mau.invalid\n'), agency)
  expect(theirs.counts.create).toBe(1)
})

// Small alphabets, so that codes, names, addresses and supervisors meet often.
const code = fc.constantFrom('', 'P1', 'P2', 'P3', 'P4', 'P5')
const csvRow = fc.record({
  staffCode: code,
  name: fc.constantFrom('', 'An', 'Bình', 'Nguyễn Văn Ý', '田中'),
  unit: fc.constantFrom('', 'LD', 'CS', 'NONE'),
  title: fc.constantFrom('', 'a', 'b'),
  supervisor: code,
  email: fc.constantFrom('', 'p1@example.org', 'p2@example.org', 'p3@example.org', 'bad'),
  startsOn: fc.constantFrom('', '2020-01-01', '2024-05-06', '2027-02-01', '03/04/2021'),
})
const roster = fc
  .array(csvRow, { minLength: 1, maxLength: 8 })
  .map(rows =>
    Buffer.from(['Staff code,Name,Unit,Title,Supervisor,E-mail,Start date', ...rows.map(row => Object.values(row).join(','))].join('\n')),
  )

test('whatever was there before, a roster brought in twice changes nothing the second time', async () => {
  const rolledBack = new Error('rolled back')
  await fc.assert(
    fc.asyncProperty(roster, roster, async (earlier, later) => {
      const run = authority.as({}, async work => {
        for (const bytes of [earlier, later]) {
          const preview = await previewRoster(work, await readRosterFile(file(bytes)))
          await applyRoster(work, preview.previewId, 1, preview.counts.refused)
        }
        const { counts } = await previewRoster(work, await readRosterFile(file(later)))
        expect(counts).toMatchObject({ create: 0, update: 0 })
        throw rolledBack
      })
      await run.catch((error: unknown) => {
        // A roster of empty rows only is refused as a whole.
        if (error !== rolledBack && (error as Problem).code !== 'import.unreadable') throw error
      })
    }),
    { numRuns: 40 },
  )
}, 120_000)

test('a change in the form after the import is seen as one', async () => {
  const { people } = await as(work => listPeople(work, { search: 'CB002', limit: 1 }))
  const person = await as(work => getPerson(work, people[0]!.id))
  const { staffCode, name, reading, nameCulture, email } = person
  const post = {
    unitId: person.unit!.id,
    title: 'Khác',
    supervisorId: person.supervisor?.id ?? null,
    roleCode: person.roleCode,
    startsOn: person.startsOn!,
  }
  await as(work => changePerson(work, person.id, person.version, { staffCode, name, reading, nameCulture, email, post }))
  const preview = await previewOf(file(workbook.bytes, 'a.xlsx'))
  expect(preview.counts).toMatchObject({ update: 1, unchanged: 110 })
})

test('whoever would begin before the unit exists is refused, by the day', async () => {
  await as(work => createUnit(work, { code: 'YOUNG', name: { vi: 'Mới lập' }, parentId: null, startsOn: '2026-06-01' }))
  const { rows } = await previewOf(
    file('Staff code,Name,Unit code,Start date\nY1,Nguyễn Sớm,YOUNG,2026-05-31\nY2,Nguyễn Đúng,YOUNG,2026-06-01\n'),
  )
  expect(rows.map(row => [row.fate, found(row)])).toEqual([
    ['refused', ['error unit-not-there startsOn']],
    ['create', []],
  ])
  expect(rows[0]!.findings[0]!.params).toMatchObject({ written: 'YOUNG', date: '2026-05-31' })
})
