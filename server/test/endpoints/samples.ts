import type { TestCall } from '../http-kit.ts'
import { frameworkFile, rosterFile, scanFile } from './files.ts'
import type { Caller, House, PersonRecords } from './house.ts'
import { passwordLinkToken, setUpToken, worldPassword } from './world.ts'

// For every endpoint a call that is right in the world: the generated tests make all others from it. An endpoint without
// a sample fails the tests.

export interface Subject {
  house: House
  /** Whose records the call is about. */
  of: PersonRecords
  caller: Caller
}

export interface Sample {
  /** The call is about the records of one person, so `team` and `self` reach some and not others. */
  isOfPerson?: true
  call(subject: Subject): TestCall
  /** More right calls, that leave other verbs in the ledger. Who calls is the first who may. */
  variants?: Record<string, { call(subject: Subject): TestCall; status?: number }>
  /** Query parameters that only narrow a list: a foreign id there may answer with an empty list. */
  filters?: readonly string[]
  /** Runs on an installation without an authority; `setUp` is the one. */
  onEmpty?: true
}

const plan = ({ of }: Subject): TestCall => ({ params: { planId: of.planId } })
const version = ({ of }: Subject): TestCall => ({ params: { planId: of.planId, number: '1' } })
const transfer = (house: House, happensOn: string) => ({
  body: {
    kind: 'transfer',
    happensOn,
    basis: `Decision 13 ${house.marker}`,
    predecessorIds: [house.unitId],
    successorIds: [house.otherUnitId],
    founded: [] as object[],
    defaultSuccessor: 0,
    parts: [{ unitId: house.subunitId, successor: null, parentId: house.otherUnitId }],
    posts: [
      {
        postId: house.newcomerPostId,
        successor: null,
        unitId: house.subunitId as string | null,
        supervisorId: house.people.supervisor.personId as string | null,
      },
    ],
    expectedPosts: house.postsDigest,
  },
})
const person = ({ of }: Subject): TestCall => ({ params: { personId: of.personId } })
const sheetQuery = ({ house }: Subject) => ({ halfYearId: house.halfYearId, roleId: house.framework.analyst })

const rate = (house: House, codes: readonly string[], level = 2) =>
  codes.map(code => ({ elementId: house.framework.competencies[code]!, level, reason: `Reason ${house.marker}` }))

const analystCodes = ['C1', 'C2', 'C3', 'C4']
const leadCodes = ['C1', 'C4']

/** A first draft for another role than the one that is rated already. */
const draft = (subject: Subject): TestCall => ({
  ...person(subject),
  body: {
    halfYearId: subject.house.halfYearId,
    roleId: subject.house.framework.lead,
    baseVersion: 0,
    submit: false,
    ratings: rate(subject.house, leadCodes),
  },
})
const submission = (subject: Subject): TestCall => {
  const call = draft(subject)
  return { ...call, body: { ...(call.body as object), submit: true } }
}
const agreement = (subject: Subject, submit: boolean): TestCall => ({
  ...person(subject),
  body: {
    halfYearId: subject.house.halfYearId,
    roleId: subject.house.framework.analyst,
    baseVersion: 0,
    submit,
    ratings: rate(subject.house, analystCodes),
  },
})

const unitBody = (house: House, code: string) => ({ code, name: { vi: `Tổ ${house.marker}` }, parentId: house.unitId })

const personBody = (house: House, name: string, post: object = {}) => ({
  staffCode: `${name}-1`,
  name: `Nguyễn ${name} ${house.marker}`,
  reading: null,
  nameCulture: 'vi',
  email: `${name}@${house.marker}.invalid`,
  post: {
    unitId: house.unitId,
    title: `Analyst ${house.marker}`,
    supervisorId: house.people.supervisor.personId,
    roleCode: 'ANALYST',
    startsOn: '2024-01-01',
    ...post,
  },
})

const newcomer = (subject: Subject, body: object): TestCall => ({ params: { personId: subject.house.newcomerId }, body, ifMatch: 1 })

const needBody = (house: House, roleId = house.framework.analyst) => ({
  roleId,
  unitId: house.subunitId,
  people: 4,
  level: 2,
  dueOn: '2027-03-31',
  priority: 1,
  reason: `Shifts ${house.marker}`,
})

const changedPlan = ({ house, of }: Subject) => ({
  duties: `Other duties ${house.marker}`,
  chosenGapIds: [of.planGapId],
  actions: [
    { id: of.planActionId, gapId: of.planGapId, kind: 'course', title: 'Another course', startsOn: '2026-11-23', dueOn: '2026-12-20' },
    {
      gapId: null,
      kind: 'mentoring',
      title: 'Talks',
      startsOn: '2026-12-01',
      dueOn: '2026-12-24',
      details: { mentorId: null, mentorName: 'Nguyễn Văn Măng', rhythm: 'Every second week' },
    },
  ],
  preferences: {
    wishedRoleId: house.framework.lead,
    kinds: ['mentoring'],
    availableFrom: '2026-12-01',
    availableTo: null,
    languages: ['vi', 'en'],
    remarks: `By day ${house.marker}`,
  },
})

const planWith = (subject: Subject, action: object): TestCall => ({
  ...plan(subject),
  body: {
    ...changedPlan(subject),
    actions: [{ gapId: null, title: 'Another action', startsOn: '2026-11-23', dueOn: '2026-12-20', ...action }],
  },
  ifMatch: 1,
})

const organisationBody = (house: House) => ({
  name: { vi: `Cục ${house.marker}`, en: `Department ${house.marker}` },
  parent: { en: `Ministry ${house.marker}` },
  kind: 'department',
  predecessor: null,
  basis: `Decree 1 ${house.marker}`,
})

const departureBody = (house: House) => ({
  happensOn: '2026-11-20',
  cause: 'retirement',
  note: `Note ${house.marker}`,
  supervisorId: null,
  others: [],
  expectedReports: 0,
})

export const samples: Record<string, Sample> = {
  // Identity
  getMe: { call: () => ({}) },
  signIn: {
    call: ({ house }) => ({ body: { email: house.callers.staff.email, password: worldPassword } }),
    variants: {
      'a wrong password': {
        call: ({ house }) => ({ body: { email: house.callers.staff.email, password: 'not the password' } }),
        status: 401,
      },
    },
  },
  signOut: { call: () => ({}) },
  changeMyLanguage: { call: () => ({ body: { language: 'ja' } }) },
  changeMyPassword: {
    call: () => ({ body: { current: worldPassword, next: 'mountain rivers and four seas' } }),
    variants: {
      'a wrong current password': {
        call: () => ({ body: { current: 'not the password', next: 'mountain rivers and four seas' } }),
        status: 422,
      },
    },
  },
  setUp: {
    onEmpty: true,
    call: () => ({
      body: {
        token: setUpToken,
        organisationName: { en: 'A new authority' },
        timeZone: 'Asia/Tokyo',
        halfYearStartMonth: 4,
        name: 'First',
        email: 'first@test.invalid',
        language: 'en',
        password: 'mountain rivers and four seas',
      },
    }),
  },
  setPassword: { call: () => ({ body: { token: passwordLinkToken, password: 'mountain rivers and four seas' } }) },
  listAccounts: { call: () => ({ query: { search: 'test', limit: 200 } }) },
  countAccounts: { call: () => ({}) },
  createAccount: {
    call: ({ house }) => ({
      body: { email: 'somebody@new.invalid', name: 'Somebody New', personId: house.newcomerId, role: 'staff', language: 'vi' },
    }),
    variants: {
      'invited by mail': {
        call: ({ house }) => ({
          body: {
            email: 'somebody@new.invalid',
            name: 'Somebody New',
            personId: house.newcomerId,
            role: 'staff',
            language: 'vi',
            handOver: 'mail',
          },
        }),
      },
    },
  },
  changeAccount: {
    call: ({ house }) => ({ params: { accountId: house.otherUserId }, body: { role: 'auditor', status: 'active' }, ifMatch: 1 }),
    variants: {
      'shut out': {
        call: ({ house }) => ({ params: { accountId: house.otherUserId }, body: { role: 'staff', status: 'disabled' }, ifMatch: 1 }),
      },
    },
  },
  renewAccountLink: { call: ({ house }) => ({ params: { accountId: house.invitedUserId }, ifMatch: 1 }) },

  getPasswordReset: { call: () => ({}) },
  requestPasswordReset: { call: ({ house }) => ({ body: { email: house.callers.staff.email } }) },
  mailAccountLink: { call: ({ house }) => ({ params: { accountId: house.invitedUserId }, ifMatch: 1 }) },

  // Notifications
  listNotifications: {
    call: ({ caller }) => ({ query: { before: caller.notificationId, limit: 100 } }),
    filters: ['before'],
  },
  countNotifications: { call: () => ({}) },
  readNotification: { call: ({ caller }) => ({ params: { notificationId: caller.notificationId }, body: { andOlder: true } }) },
  getNotificationSettings: { call: () => ({}) },
  changeNotificationSettings: { call: () => ({ body: { settings: [{ kind: 'plan-agreed', delivery: 'none' }] } }) },
  // The organisation
  getOrganisation: { call: () => ({}) },
  recordOrganisationChange: {
    call: ({ house }) => ({ body: { ...organisationBody(house), change: 'renamed', startsOn: '2027-06-01' }, ifMatch: 1 }),
  },
  correctOrganisation: {
    call: ({ house }) => ({ params: { stateId: house.stateId }, body: organisationBody(house), ifMatch: 1 }),
  },
  withdrawOrganisationChange: { call: ({ house }) => ({ params: { stateId: house.plannedStateId }, ifMatch: 1 }) },

  // Mail
  listMails: {
    call: ({ house }) => ({ query: { status: 'failed', userId: house.otherUserId, before: house.mailId, limit: 200 } }),
    filters: ['userId', 'before'],
  },
  getMail: { call: ({ house }) => ({ params: { mailId: house.mailId } }) },
  retryMail: { call: ({ house }) => ({ params: { mailId: house.mailId }, ifMatch: 1 }) },

  // Ledger
  listLedger: {
    call: ({ house }) => ({ query: { recordType: 'import', recordId: house.rosterPreview.id, before: house.lineId, limit: 200 } }),
    filters: ['recordId', 'before'],
  },
  getLedgerState: { call: () => ({}) },

  // Backup
  getBackupState: { call: () => ({}) },

  // Frameworks
  listFrameworks: { call: () => ({}) },
  getFramework: { call: ({ house }) => ({ params: { frameworkId: house.framework.id } }) },
  listElements: {
    call: ({ house }) => ({ params: { frameworkId: house.framework.id }, query: { kind: 'competency', search: 'C', limit: 200 } }),
  },
  getRole: { call: ({ house }) => ({ params: { frameworkId: house.framework.id, roleId: house.framework.analyst } }) },
  listRoles: { call: ({ house }) => ({ query: { search: house.marker, limit: 200 } }) },
  previewFramework: { call: ({ house }) => ({ upload: frameworkFile(house.marker, '9.9.1') }) },
  applyFrameworkImport: {
    call: ({ house }) => ({ params: { previewId: house.frameworkPreview.id }, ifMatch: house.frameworkPreview.version }),
  },
  searchElements: {
    call: ({ house }) => ({
      query: { search: 'C', kind: 'competency', frameworkId: house.framework.id, roleId: house.framework.analyst, limit: 200 },
    }),
    filters: ['frameworkId', 'roleId'],
  },
  getReportingChain: { call: ({ house }) => ({ params: { frameworkId: house.framework.id } }) },
  compareRoles: { call: ({ house }) => ({ query: { leftId: house.framework.analyst, rightId: house.framework.lead } }) },
  getRoleComparisonFile: {
    call: ({ house }) => ({ query: { leftId: house.framework.analyst, rightId: house.framework.lead, format: 'csv', language: 'vi' } }),
  },
  importPack: { call: () => ({ params: { packKey: 'secbok-aligned' } }) },
  listPacks: { call: () => ({}) },

  // People
  listUnits: { call: () => ({ query: { asOf: '2026-11-22' } }) },
  createUnit: { call: ({ house }) => ({ body: unitBody(house, 'NEW') }) },
  changeUnit: { call: ({ house }) => ({ params: { unitId: house.subunitId }, body: unitBody(house, 'U2'), ifMatch: 1 }) },
  getUnitHistory: { call: ({ house }) => ({ params: { unitId: house.unitId } }) },
  listUnitEvents: { call: () => ({ query: { limit: 200 } }) },
  renameOrMoveUnit: {
    call: ({ house }) => ({
      params: { unitId: house.subunitId },
      body: { ...unitBody(house, 'U2'), happensOn: '2026-12-01', basis: `Decision 12 ${house.marker}` },
      ifMatch: 1,
    }),
  },
  previewUnitEnding: { call: ({ house }) => ({ body: { predecessorIds: [house.unitId], happensOn: '2026-12-01' } }) },
  recordUnitEvent: {
    call: ({ house }) => transfer(house, '2026-12-01'),
    variants: {
      'to a new unit': {
        call: ({ house }) => {
          const { body } = transfer(house, '2026-12-01')
          return { body: { ...body, successorIds: [], founded: [{ ...unitBody(house, 'NEWER'), parentId: house.otherUnitId }] } }
        },
      },
      // Before the posts begin: theirs is taken back who has no further place. The day has passed, so needs go along.
      'of a day that has passed': {
        call: ({ house }) => {
          const { body } = transfer(house, '2023-06-01')
          return { body: { ...body, posts: [{ postId: house.newcomerPostId, successor: null, unitId: null, supervisorId: null }] } }
        },
      },
    },
  },
  cancelUnitEvent: { call: ({ house }) => ({ params: { eventId: house.eventId } }) },
  listPeople: {
    call: ({ house }) => ({ query: { unitId: house.unitId, search: 'nguyen', asOf: '2026-11-22', limit: 200 } }),
    filters: ['unitId'],
  },
  getPerson: { isOfPerson: true, call: person },
  createPerson: { call: ({ house }) => ({ body: personBody(house, 'another') }) },
  changePerson: {
    call: subject => newcomer(subject, personBody(subject.house, 'newcomer', { title: 'Another title' })),
    variants: {
      'another name': {
        call: subject => newcomer(subject, { ...personBody(subject.house, 'newcomer', { supervisorId: null }), name: 'Lê Măng' }),
      },
      'another post': {
        call: subject =>
          newcomer(subject, personBody(subject.house, 'newcomer', { unitId: subject.house.subunitId, startsOn: '2026-11-01' })),
      },
      'name and post': {
        call: subject => newcomer(subject, { ...personBody(subject.house, 'newcomer', { title: 'Another title' }), name: 'Lê Măng' }),
      },
    },
  },
  previewRoster: { call: ({ house }) => ({ upload: rosterFile(house.marker) }) },
  getRosterPreview: { call: ({ house }) => ({ params: { previewId: house.rosterPreview.id } }) },
  listRosterRows: { call: ({ house }) => ({ params: { previewId: house.rosterPreview.id }, query: { fate: 'create', limit: 5 } }) },
  applyRoster: {
    call: ({ house }) => ({ params: { previewId: house.rosterPreview.id }, body: { leaveOut: 0 }, ifMatch: house.rosterPreview.version }),
  },
  getRosterTemplate: { call: () => ({ query: { language: 'vi' } }) },

  // Assessments
  listHalfYears: { call: () => ({}) },
  getAssessmentSheet: { isOfPerson: true, call: subject => ({ ...person(subject), query: sheetQuery(subject) }) },
  saveSelfAssessment: { isOfPerson: true, call: draft, variants: { submitted: { call: submission } } },
  saveSupervisorAssessment: { isOfPerson: true, call: draft, variants: { submitted: { call: submission } } },
  saveAgreedAssessment: {
    isOfPerson: true,
    call: subject => agreement(subject, false),
    variants: { submitted: { call: subject => agreement(subject, true) } },
  },
  contestRating: {
    isOfPerson: true,
    call: ({ of }) => ({ params: { personId: of.personId, ratingId: of.freeRatingId }, body: { reason: 'Seen otherwise' } }),
  },
  answerContest: {
    isOfPerson: true,
    call: ({ of }) => ({ params: { personId: of.personId, contestId: of.contestId }, body: { answer: 'Talked over' }, ifMatch: 1 }),
  },
  listPersonGaps: { isOfPerson: true, call: subject => ({ ...person(subject), query: sheetQuery(subject) }) },
  listUnitGaps: {
    call: ({ house }) => ({ params: { unitId: house.unitId }, query: { halfYearId: house.halfYearId, frameworkId: house.framework.id } }),
  },

  // Staffing needs
  listStaffingNeeds: { call: () => ({}) },
  getStaffingNeed: { call: ({ house }) => ({ params: { needId: house.needId } }) },
  createStaffingNeed: { call: ({ house }) => ({ body: needBody(house, house.framework.lead) }) },
  changeStaffingNeed: { call: ({ house }) => ({ params: { needId: house.needId }, body: needBody(house), ifMatch: 1 }) },
  endStaffingNeed: { call: ({ house }) => ({ params: { needId: house.needId }, ifMatch: 1 }) },
  listSuggestedNeeds: { call: () => ({}) },
  createSuggestedNeeds: { call: () => ({ body: { dueOn: '2027-06-30', people: 2 } }) },
  listNearest: {
    call: ({ house }) => ({ params: { roleId: house.framework.analyst }, query: { level: 3, unitId: house.unitId, limit: 50 } }),
  },
  getRoleUnitMap: { call: ({ house }) => ({ query: { withinUnitId: house.unitId, limit: 50 } }) },
  getPersonRoleMap: {
    call: ({ house, of }) => ({
      query: { unitId: house.unitId, frameworkId: house.framework.id, after: of.personId, limit: 50 },
    }),
  },
  getRoleUnitFile: { call: ({ house }) => ({ query: { withinUnitId: house.unitId, format: 'csv', language: 'vi' } }) },
  getPersonRoleFile: {
    call: ({ house }) => ({ query: { unitId: house.unitId, frameworkId: house.framework.id, format: 'csv', language: 'vi' } }),
  },

  // Leaving and handing over
  getDepartures: { call: subject => ({ ...person(subject), query: { day: '2026-11-22' } }) },
  recordDeparture: {
    call: ({ house }) => ({
      params: { personId: house.people.supervisor.personId },
      body: { ...departureBody(house), kind: 'leave', supervisorId: house.newcomerId, expectedReports: 1 },
    }),
    variants: {
      'of somebody who would begin another post': {
        call: ({ house }) => ({
          params: { personId: house.people.colleague.personId },
          body: { ...departureBody(house), kind: 'leave', happensOn: '2023-06-01' },
        }),
      },
      planned: {
        call: ({ house }) => ({
          params: { personId: house.people.supervisor.personId },
          body: {
            ...departureBody(house),
            kind: 'hand-over',
            happensOn: '2027-01-01',
            others: [{ personId: house.people.staff.personId, supervisorId: house.newcomerId }],
            expectedReports: 1,
          },
        }),
      },
    },
  },
  withdrawDeparture: { call: ({ house }) => ({ params: { departureId: house.departureId }, ifMatch: 1 }) },

  // My work
  getOwnWork: { call: () => ({}) },
  getTeamWork: { call: () => ({}) },
  getProgress: { call: () => ({}) },
  getShortRoles: { call: () => ({}) },
  getFirstSteps: { call: () => ({}) },

  // Search
  search: { call: ({ house }) => ({ query: { text: house.marker, limit: 100 } }) },

  // Development plans
  listPlans: {
    call: ({ house, of }) => ({
      query: { halfYearId: house.halfYearId, personId: of.personId, status: 'proposed', search: 'nguyen', limit: 200 },
    }),
    filters: ['halfYearId', 'personId'],
  },
  getPlan: { isOfPerson: true, call: plan },
  previewPlan: {
    isOfPerson: true,
    call: subject => ({
      ...person(subject),
      query: { halfYearId: subject.house.nextHalfYearId, targetRoleId: subject.house.framework.lead },
    }),
  },
  proposePlan: {
    isOfPerson: true,
    call: subject => ({
      ...person(subject),
      body: {
        halfYearId: subject.house.nextHalfYearId,
        targetRoleId: subject.house.framework.lead,
        currentRoleId: subject.house.framework.analyst,
        duties: 'Keeps watch',
        language: 'vi',
      },
    }),
  },
  changePlan: {
    isOfPerson: true,
    call: subject => ({ ...plan(subject), body: changedPlan(subject), ifMatch: 1 }),
    variants: {
      'a mentor': {
        call: subject =>
          planWith(subject, { kind: 'mentoring', details: { mentorId: subject.house.newcomerId, mentorName: '', rhythm: '' } }),
      },
      'a host unit': {
        call: subject => planWith(subject, { kind: 'secondment', details: { unitId: subject.house.unitId, place: '' } }),
      },
    },
  },
  renewPlan: { isOfPerson: true, call: subject => ({ ...plan(subject), body: { language: 'vi' }, ifMatch: 1 }) },
  agreePlanAsPerson: { isOfPerson: true, call: subject => ({ ...plan(subject), ifMatch: 1 }) },
  agreePlanAsSupervisor: { isOfPerson: true, call: subject => ({ ...plan(subject), ifMatch: 1 }) },
  getPlanDocument: { isOfPerson: true, call: subject => ({ ...plan(subject), query: { language: 'vi', contentVersion: 1 } }) },
  listPlanVersions: { isOfPerson: true, call: plan },
  getPlanVersion: { isOfPerson: true, call: version },
  comparePlanVersions: { isOfPerson: true, call: subject => ({ ...plan(subject), query: { before: 1, after: 2 } }) },
  attachSignedPlan: {
    isOfPerson: true,
    call: subject => ({
      ...plan(subject),
      query: { code: subject.of.planCode, signedOn: '2026-11-20', supervisorName: 'Lê Thị Trúc' },
      upload: scanFile(subject.house.marker),
      ifMatch: 1,
    }),
  },
  getSignedPlan: { isOfPerson: true, call: version },
  countUnitPlans: { call: ({ house }) => ({ params: { unitId: house.unitId }, query: { halfYearId: house.halfYearId } }) },
  getUnitPlansDocument: {
    call: ({ house }) => ({ params: { unitId: house.unitId }, query: { halfYearId: house.halfYearId, language: 'vi' } }),
  },
}
