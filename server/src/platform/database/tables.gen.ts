// Generated from the migrated schema by `npm run generate`; do not edit.
import type { ColumnType } from 'kysely'
import type { Translated } from '#platform/i18n/translated.ts'

/** A jsonb value as the driver parses it; it is written as JSON text. */
export type Json = unknown

export interface AccountSearchTable {
  userId: string
  organisationId: string
  text: string
  email: string
  shared: number
}

export interface AssessmentTable {
  id: string
  organisationId: string
  personId: string
  halfYearId: string
  frameworkId: string
  roleId: string
  rater: 'self' | 'supervisor' | 'agreed'
  status: 'draft' | 'submitted'
  submittedAt: Date | null
  createdBy: string
  createdAt: Date
  version: ColumnType<number, number | undefined, number>
}

export interface ContestTable {
  id: string
  organisationId: string
  ratingId: string
  personId: string
  reason: string
  contestedAt: Date
  answer: string | null
  answeredBy: string | null
  answeredAt: Date | null
  version: ColumnType<number, number | undefined, number>
}

export interface DepartureTable {
  id: string
  organisationId: string
  personId: string
  kind: 'leave' | 'hand-over'
  happensOn: string
  cause: 'retirement' | 'resignation' | 'transfer' | 'end-of-contract' | 'study' | 'illness' | 'death' | 'other' | null
  note: string
  supervisorId: string | null
  others: ColumnType<Json, string, string>
  status: 'planned' | 'done' | 'withdrawn'
  hindrance: string | null
  triedOn: string | null
  recordedBy: string
  recordedAt: Date
  endedAt: Date | null
  version: ColumnType<number, number | undefined, number>
}

export interface DevelopmentPlanTable {
  id: string
  organisationId: string
  personId: string
  halfYearId: string
  frameworkId: string
  duties: string
  currentRoleId: string | null
  targetRoleId: string
  personAgreedAt: Date | null
  supervisorAgreedAt: Date | null
  createdBy: string
  createdAt: Date
  version: ColumnType<number, number | undefined, number>
  contentVersion: ColumnType<number, number | undefined, number>
  preferences: ColumnType<Json, string | undefined, string>
  closedOn: string | null
  closedByDepartureId: string | null
}

export interface FileStoreTable {
  isOnly: ColumnType<boolean, boolean | undefined, boolean>
  id: string
}

export interface FrameworkTable {
  id: string
  organisationId: string
  publisher: string
  key: string
  version: string
  title: ColumnType<Translated, string, string>
  description: ColumnType<Translated, string, string>
  sourceLanguage: string
  translationStatus: ColumnType<Json, string, string>
  licence: string
  source: ColumnType<Translated, string, string>
  sourceSha256: string
  levels: ColumnType<Json, string, string>
  importedAt: Date
  importedBy: string | null
  sourceForm: ColumnType<'pack' | 'cprt' | 'workbook', 'pack' | 'cprt' | 'workbook' | undefined, 'pack' | 'cprt' | 'workbook'>
}

export interface FrameworkElementTable {
  id: string
  organisationId: string
  frameworkId: string
  kind: 'category' | 'role' | 'competency' | 'statement' | 'task' | 'knowledge' | 'skill'
  code: string
  parentId: string | null
  level: number | null
  position: number
  name: ColumnType<Translated, string, string>
  text: ColumnType<Translated, string, string>
  searchCode: ColumnType<string, string | undefined, string>
  searchName: ColumnType<string, string | undefined, string>
  searchText: ColumnType<string, string | undefined, string>
}

export interface FrameworkRelationTable {
  id: string
  organisationId: string
  frameworkId: string
  kind: 'needs' | 'performs' | 'reports-to'
  roleId: string
  elementId: string
  importance: 'required' | 'helpful'
  level: number | null
}

export interface HalfYearTable {
  id: string
  organisationId: string
  code: string
  period: string
}

export interface IdempotencyKeyTable {
  userId: string
  key: string
  organisationId: string
  operation: string
  requestDigest: string
  response: ColumnType<Json, string, string>
  createdAt: Date
}

export interface ImportPreviewTable {
  id: string
  organisationId: string
  kind: 'roster' | 'framework'
  status: 'reading' | 'open' | 'applied' | 'failed'
  fileName: string
  fileSha256: string
  content: ColumnType<Json, string, string>
  createdBy: string | null
  createdAt: Date
  version: ColumnType<number, number | undefined, number>
}

export interface ImportProgressTable {
  organisationId: string
  previewId: string
  done: number
  total: number
}

export interface LedgerCheckpointTable {
  position: number
  hash: Buffer
  at: Date
  keyId: string
  signature: Buffer
}

export interface LedgerFollowerTable {
  name: string
  position: number
}

export interface LedgerLineTable {
  id: string
  at: Date
  txid: ColumnType<string, string | undefined, string>
  organisationId: string | null
  actorId: string | null
  verb: string
  recordType: string
  recordId: string
  body: string
}

export interface LedgerPayloadTable {
  lineId: string
  organisationId: string | null
  salt: string | null
  content: string | null
  erasedBy: string | null
}

export interface LedgerSealTable {
  position: number
  lineId: string
  hash: Buffer
}

export interface MailTable {
  id: string
  organisationId: string
  key: string
  kind: 'invitation' | 'password-reset' | 'notification' | 'digest'
  userId: string
  recipient: string
  recipientName: string
  language: 'vi' | 'en' | 'ja'
  subject: string
  content: ColumnType<Json, string, string>
  status: 'waiting' | 'sending' | 'sent' | 'failed' | 'cancelled'
  fault: 'refused' | 'given-up' | 'outcome-unknown' | 'address-invalid' | 'no-longer-wanted' | 'too-late' | null
  answer: string | null
  attempts: ColumnType<number, number | undefined, number>
  nextAttemptAt: Date
  notAfter: Date | null
  claimedAt: Date | null
  endedAt: Date | null
  createdAt: Date
  version: ColumnType<number, number | undefined, number>
}

export interface MembershipTable {
  id: string
  userId: string
  organisationId: string
  role: string
  valid: string
}

export interface NotificationTable {
  id: string
  organisationId: string
  userId: string
  position: number
  kind: string
  recordType: string
  recordId: string
  at: Date
  readAt: Date | null
  mail: 'none' | 'digest' | 'written'
}

export interface NotificationSettingTable {
  userId: string
  kind: string
  organisationId: string
  delivery: 'at-once' | 'digest' | 'none'
}

export interface OneTimeLinkTable {
  tokenHash: Buffer
  purpose: 'first-administrator' | 'set-password'
  userId: string | null
  createdAt: Date
  expiresAt: Date
  usedAt: Date | null
}

export interface OrganisationTable {
  id: string
  kind: 'authority' | 'agency' | 'partner'
  timeZone: string
  halfYearStartMonth: number
  isDemo: ColumnType<boolean, boolean | undefined, boolean>
  createdAt: Date
  version: ColumnType<number, number | undefined, number>
}

export interface OrganisationStateTable {
  id: string
  organisationId: string
  name: ColumnType<Translated, string, string>
  parent: ColumnType<Translated | null, string | null, string | null>
  kind: 'agency' | 'department' | 'public-service-unit' | 'armed-forces' | 'company' | 'other' | null
  change: 'founded' | 'renamed' | 'moved' | 'merged' | 'took-over'
  predecessor: ColumnType<Translated | null, string | null, string | null>
  basis: string
  valid: string
}

export interface PersonTable {
  id: string
  organisationId: string
  staffCode: string | null
  name: string
  reading: string | null
  nameCulture: 'vi' | 'en' | 'ja'
  sortKey: string
  searchKey: string
  email: string | null
  version: ColumnType<number, number | undefined, number>
}

export interface PersonSearchTable {
  personId: string
  organisationId: string
  kind: 'word' | 'anywhere' | 'code'
  text: string
  shared: number
  sortKey: string
}

export interface PlanActionTable {
  id: string
  organisationId: string
  planId: string
  gapId: string | null
  kind: 'course' | 'on-the-job' | 'mentoring' | 'secondment' | 'certification' | 'self-study'
  title: string
  startsOn: string
  dueOn: string
  position: number
  details: ColumnType<Json, string, string>
}

export interface PlanGapTable {
  id: string
  organisationId: string
  planId: string
  elementId: string
  relationId: string
  have: number
  haveFrom: 'agreed' | 'supervisor' | 'self' | 'none'
  need: number
  importance: 'required' | 'helpful'
  priority: number
  isChosen: boolean
}

export interface PlanSignatureTable {
  planId: string
  version: number
  side: 'person' | 'supervisor'
  organisationId: string
  way: 'in-system' | 'on-paper'
  name: string
  recordedBy: string
  recordedByName: string
  recordedAt: Date
  signedOn: string | null
  fileId: string | null
}

export interface PlanVersionTable {
  planId: string
  number: number
  organisationId: string
  cause: 'proposed' | 'changed' | 'renewed' | 'kept'
  content: string
  sha256: string
  madeBy: string | null
  madeByName: string
  madeAt: Date
}

export interface PostTable {
  id: string
  organisationId: string
  personId: string
  unitId: string
  title: string
  supervisorId: string | null
  roleCode: string | null
  valid: string
  version: ColumnType<number, number | undefined, number>
}

export interface RatingTable {
  id: string
  organisationId: string
  assessmentId: string
  elementId: string
  level: number
  reason: string
  ratedOn: string
  ratedBy: string
}

export interface ReadyPostTable {
  postId: string
  roleId: string
  level: number
  unitId: string
  personId: string
  organisationId: string
  startsOn: string
  endsBefore: string
}

export interface RoleReadinessTable {
  roleId: string
  personId: string
  organisationId: string
  missing: number[]
}

export interface RosterRowTable {
  organisationId: string
  previewId: string
  row: number
  staffCode: string | null
  email: string | null
  name: string | null
  content: ColumnType<Json, string, string>
  fate: 'create' | 'update' | 'unchanged' | 'refused' | null
  findings: ColumnType<Json | null, string | null, string | null>
  hasFindings: boolean
}

export interface SessionTable {
  id: string
  tokenHash: Buffer
  previousTokenHash: Buffer | null
  rotatedAt: Date
  userId: string
  membershipId: string
  organisationId: string
  createdAt: Date
  lastSeenAt: Date
  origin: string
  userAgent: string
}

export interface StaffingNeedTable {
  id: string
  organisationId: string
  roleId: string
  unitId: string | null
  people: number
  level: number
  dueOn: string
  priority: number
  reason: string
  createdBy: string
  createdAt: Date
  endedAt: Date | null
  version: ColumnType<number, number | undefined, number>
}

export interface StoredFileTable {
  id: string
  organisationId: string
  name: string
  mediaType: 'application/pdf' | 'image/jpeg' | 'image/png'
  byteCount: number
  sha256: string
  createdBy: string
  createdAt: Date
}

export interface UnitTable {
  id: string
  organisationId: string
  version: ColumnType<number, number | undefined, number>
}

export interface UnitEventTable {
  id: string
  organisationId: string
  kind: 'rename' | 'move' | 'merge' | 'split' | 'transfer' | 'dissolve'
  happensOn: string
  basis: string
  recordedBy: string
  recordedAt: Date
  undo: ColumnType<Json | null, string | null, string | null>
}

export interface UnitEventPartyTable {
  eventId: string
  organisationId: string
  unitId: string
  part: 'predecessor' | 'successor'
}

export interface UnitHeadCountTable {
  unitId: string
  organisationId: string
  startsOn: string[]
  endsBefore: string[]
}

export interface UnitReadyCountTable {
  roleId: string
  level: number
  unitId: string
  organisationId: string
  startsOn: string
  endsBefore: string
  people: number
}

export interface UnitReadyMarkTable {
  unitId: string
  organisationId: string
}

export interface UnitStateTable {
  id: string
  organisationId: string
  unitId: string
  code: string
  name: ColumnType<Translated, string, string>
  parentId: string | null
  valid: string
}

export interface UserAccountTable {
  id: string
  organisationId: string
  personId: string | null
  email: string
  displayName: string
  language: 'vi' | 'en' | 'ja'
  passwordHash: string | null
  status: 'invited' | 'active' | 'disabled'
  failedAttempts: ColumnType<number, number | undefined, number>
  lockedUntil: Date | null
  createdAt: Date
  version: ColumnType<number, number | undefined, number>
}

export interface Database {
  accountSearch: AccountSearchTable
  assessment: AssessmentTable
  contest: ContestTable
  departure: DepartureTable
  developmentPlan: DevelopmentPlanTable
  fileStore: FileStoreTable
  framework: FrameworkTable
  frameworkElement: FrameworkElementTable
  frameworkRelation: FrameworkRelationTable
  halfYear: HalfYearTable
  idempotencyKey: IdempotencyKeyTable
  importPreview: ImportPreviewTable
  importProgress: ImportProgressTable
  ledgerCheckpoint: LedgerCheckpointTable
  ledgerFollower: LedgerFollowerTable
  ledgerLine: LedgerLineTable
  ledgerPayload: LedgerPayloadTable
  ledgerSeal: LedgerSealTable
  mail: MailTable
  membership: MembershipTable
  notification: NotificationTable
  notificationSetting: NotificationSettingTable
  oneTimeLink: OneTimeLinkTable
  organisation: OrganisationTable
  organisationState: OrganisationStateTable
  person: PersonTable
  personSearch: PersonSearchTable
  planAction: PlanActionTable
  planGap: PlanGapTable
  planSignature: PlanSignatureTable
  planVersion: PlanVersionTable
  post: PostTable
  rating: RatingTable
  readyPost: ReadyPostTable
  roleReadiness: RoleReadinessTable
  rosterRow: RosterRowTable
  session: SessionTable
  staffingNeed: StaffingNeedTable
  storedFile: StoredFileTable
  unit: UnitTable
  unitEvent: UnitEventTable
  unitEventParty: UnitEventPartyTable
  unitHeadCount: UnitHeadCountTable
  unitReadyCount: UnitReadyCountTable
  unitReadyMark: UnitReadyMarkTable
  unitState: UnitStateTable
  userAccount: UserAccountTable
}
