import { readStoredFile, storeFile } from '#platform/files/files.ts'
import type { FileStore } from '#platform/files/files.ts'
import type { Work } from '#platform/database/work.ts'
import type { Arguments, Download } from '#platform/http/endpoint.ts'
import { Problem, invalid, notFound } from '#platform/http/problem.ts'
import { writtenText } from '#platform/i18n/written-text.ts'
import { recordChange } from '#platform/ledger/ledger.ts'
import { getToday } from '#platform/organisations/organisations.ts'
import { getPersonSummary } from '#capacity/people/people.ts'
import type { Plan } from './development-plans.api.ts'
import { updateAgreement } from './development-plans.store.ts'
import type { PlanRecord } from './development-plans.store.ts'
import { codeOf, readCode, readContent, sha256OfVersion, writeContent } from './plan-content.ts'
import { differenceBetween } from './plan-difference.ts'
import type { attachSignedPlan as attaching, comparePlanVersions as comparing } from './plan-versions.api.ts'
import type { PlanDifference, PlanVersion } from './plan-versions.api.ts'
import {
  insertSignatures,
  insertVersion,
  selectLatestVersions,
  selectSignatures,
  selectVersion,
  selectVersions,
} from './plan-versions.store.ts'
import type { SignatureRow, VersionRow } from './plan-versions.store.ts'
import { contentsOf, findPlan, isAgreeable, mayAttachPaper, presentContents, reloadPlan, signaturesOf } from './plan-view.ts'

/** Keeps what the plan holds now as its version `record.contentVersion`. */
export async function keepVersion(
  work: Work,
  record: Omit<PlanRecord, 'sha256'>,
  cause: 'proposed' | 'changed' | 'renewed',
): Promise<void> {
  const person = await getPersonSummary(work, record.personId)
  const [content] = await contentsOf(work, [{ record: { ...record, sha256: '' }, person }])
  const text = writeContent(content!)
  const { id: planId, contentVersion: number } = record
  await insertVersion(work, { planId, number, cause, content: text, sha256: sha256OfVersion(planId, number, text) })
}

const listedAtMost = 200

export async function listPlanVersions(
  work: Work,
  planId: string,
): Promise<{ personName: string; halfYearCode: string; versions: PlanVersion[] }> {
  const record = await findPlan(work, planId, 'plan.read')
  const plan = await present(work, record, await getVersion(work, record, record.contentVersion))
  const signatures = await selectSignatures(work, [planId])
  const versions = await selectVersions(work, planId, listedAtMost)
  return {
    personName: plan.person.name,
    halfYearCode: plan.halfYear.code,
    versions: versions.map(version => presentVersion(version, signatures)),
  }
}

const presentVersion = (version: Omit<VersionRow, 'content'>, signatures: readonly SignatureRow[]): PlanVersion => ({
  number: version.number,
  cause: version.cause,
  madeAt: version.madeAt.toISOString(),
  madeBy: version.madeByName,
  code: codeOf(version.sha256),
  ...signaturesOf(signatures, version.number),
})

async function getVersion(work: Work, { id }: PlanRecord, number: number): Promise<VersionRow> {
  const version = await selectVersion(work, id, number)
  if (!version) throw notFound('plan-version')
  return version
}

async function present(work: Work, record: PlanRecord, { number, sha256, content }: VersionRow): Promise<Plan> {
  const [plan] = await presentContents(work, [{ record, number, sha256, content: readContent(content) }])
  return plan!
}

/** When the version was made that a plan shows. */
export async function getVersionInstant(work: Work, { id, contentVersion }: Pick<Plan, 'id' | 'contentVersion'>): Promise<Date> {
  const version = await selectVersion(work, id, contentVersion)
  if (!version) throw notFound('plan-version')
  return version.madeAt
}

/** A number as it stands in an address; what is none names no version. */
export function readNumber(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw notFound('plan-version')
  return Number(text)
}

/** The plan as one version holds it, also the person as on that day. */
export async function getPlanVersion(work: Work, planId: string, number: number): Promise<Plan> {
  const record = await findPlan(work, planId, 'plan.read')
  return present(work, record, await getVersion(work, record, number))
}

export async function getLatestVersion(work: Work, planId: string): Promise<Plan> {
  const record = await findPlan(work, planId, 'plan.read')
  return present(work, record, await getVersion(work, record, record.contentVersion))
}

/** Each plan as its latest version holds it, in as many queries as for one. */
export async function presentLatestVersions(work: Work, records: readonly PlanRecord[]): Promise<Plan[]> {
  const latest = new Map(
    (
      await selectLatestVersions(
        work,
        records.map(({ id }) => id),
      )
    ).map(version => [version.planId, version]),
  )
  return presentContents(
    work,
    records.map(record => {
      const { number, sha256, content } = latest.get(record.id)!
      return { record, number, sha256, content: readContent(content) }
    }),
  )
}

export async function comparePlanVersions(
  work: Work,
  planId: string,
  query: Arguments<typeof comparing>['query'],
): Promise<PlanDifference> {
  const record = await findPlan(work, planId, 'plan.read')
  const versions = [await getVersion(work, record, query.before), await getVersion(work, record, query.after)] as const
  const [before, after] = await presentContents(
    work,
    versions.map(({ number, sha256, content }) => ({ record, number, sha256, content: readContent(content) })),
  )
  const signatures = await selectSignatures(work, [planId])
  return {
    before: presentVersion(versions[0], signatures),
    after: presentVersion(versions[1], signatures),
    personName: after!.person.name,
    halfYearCode: after!.halfYear.code,
    ...differenceBetween(before!, after!),
  }
}

// Signed on paper --------------------------------------------------------------------

/** Attaches the scan of a signed paper; the code on it says that what was signed is the plan as it is now. */
export async function attachSignedPlan(
  work: Work,
  { params: { planId }, query, upload, ifMatch }: Arguments<typeof attaching>,
  files: FileStore,
): Promise<Plan> {
  const record = await findPlan(work, planId, 'plan.attach-paper')
  const plan = await reloadPlan(work, planId)
  if (plan.version !== ifMatch) throw new Problem(412, 'version.conflict', { current: plan })
  const printed = readContent((await getVersion(work, record, record.contentVersion)).content).person
  if (!mayAttachPaper(work, record.personId, printed.supervisorId) || !mayAttachPaper(work, record.personId, plan.person.supervisorId))
    throw new Problem(403, 'permission.outside-reach', { params: { permission: 'plan.attach-paper' } })
  const open = [...(plan.personSignature ? [] : (['person'] as const)), ...(plan.supervisorSignature ? [] : (['supervisor'] as const))]
  if (open.length === 0 || !isAgreeable(plan.gaps, plan.actions)) throw new Problem(409, 'plan.not-agreeable')
  await checkPaper(work, record, plan, query)
  const names = { person: printed.name, supervisor: writtenText(query.supervisorName ?? '') || printed.supervisorName || '' }
  if (open.includes('supervisor') && !names.supervisor) throw invalid({ path: 'supervisorName', code: 'required' })

  const file = await storeFile(work, files, upload)
  if (!(await updateAgreement(work, planId, plan.version, open)))
    throw new Problem(412, 'version.conflict', { current: await reloadPlan(work, planId) })
  const signed = { planId, version: record.contentVersion, way: 'on-paper', signedOn: query.signedOn, fileId: file.id } as const
  await insertSignatures(
    work,
    open.map(side => ({ ...signed, side, name: names[side] })),
  )
  await recordChange(work, {
    verb: 'plan.agreed-on-paper',
    recordType: 'plan',
    recordId: planId,
    after: { agreedVersion: record.contentVersion, sides: open, names, signedOn: query.signedOn, fileId: file.id, sha256: file.sha256 },
  })
  return reloadPlan(work, planId)
}

async function checkPaper(
  work: Work,
  record: PlanRecord,
  plan: Plan,
  { code, signedOn }: Arguments<typeof attaching>['query'],
): Promise<void> {
  const read = readCode(code)
  if (read !== plan.code) {
    const older = (await selectVersions(work, record.id, listedAtMost)).find(({ sha256 }) => codeOf(sha256) === read)
    throw invalid(
      older
        ? { path: 'code', code: 'of-older-version', params: { version: older.number, latest: record.contentVersion } }
        : { path: 'code', code: 'other-paper' },
    )
  }
  if (signedOn > (await getToday(work))) throw invalid({ path: 'signedOn', code: 'in-future' })
}

/** The scan of the paper that one version was signed on. */
export async function getSignedPlan(work: Work, planId: string, number: number, files: FileStore): Promise<() => Promise<Download>> {
  await findPlan(work, planId, 'plan.read')
  const fileId = (await selectSignatures(work, [planId])).find(row => row.version === number && row.fileId !== null)?.fileId
  if (!fileId) throw notFound('file')
  return readStoredFile(work, files, fileId)
}
