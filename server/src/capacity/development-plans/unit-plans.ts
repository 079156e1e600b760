import { getHalfYear } from '#capacity/assessments/assessments.ts'
import { listPeopleOfUnit, listUnits } from '#capacity/people/people.ts'
import { compileDocument } from '#platform/documents/compile.ts'
import type { Work } from '#platform/database/work.ts'
import type { Download } from '#platform/http/endpoint.ts'
import { Problem, notFound } from '#platform/http/problem.ts'
import { textsIn } from '#platform/i18n/server-texts.ts'
import { textIn } from '#platform/i18n/languages.ts'
import type { Language } from '#platform/i18n/languages.ts'
import type { Translated } from '#platform/i18n/translated.ts'
import { dayIn } from '#platform/organisations/half-years.ts'
import { getOrganisation, getToday } from '#platform/organisations/organisations.ts'
import { reachOf } from '#platform/permissions/reach.ts'
import type { Plan } from './development-plans.api.ts'
import { selectPlansOf } from './development-plans.store.ts'
import { dayFormat } from './document-texts.ts'
import { asciiName, documentOf, frameworkTitlesOf, pageOf } from './plan-document.ts'
import { presentLatestVersions } from './plan-versions.ts'
import type { PlanOfPerson } from './plan-view.ts'

// The plans of a unit and of the units below it as one document, unit by unit, people in sorting order.

/** A document of some 400 pages, which is set in about three seconds. */
const maxPlans = 200
/** People of a unit whose plans are looked for: beyond that a unit below it is to be chosen. */
const maxPeople = 20_000

const template = new URL('./unit-plans.typ', import.meta.url)

interface UnitPlans {
  unitName: Translated
  people: number
  plans: PlanOfPerson[]
}

/** Plans within reach, of those who hold a post in the unit or below it today. */
async function findUnitPlans(work: Work, unitId: string, halfYearId: string): Promise<UnitPlans> {
  const reach = reachOf(work, 'plan.read')
  const units = await listUnits(work)
  const unit = units.find(({ id }) => id === unitId)
  if (!unit) throw notFound('unit')
  await getHalfYear(work, halfYearId)
  // Parents come before their children, so one pass finds all below.
  const within = new Set([unitId])
  for (const { id, parentId } of units) if (parentId !== null && within.has(parentId)) within.add(id)
  const filled = units.filter(({ id, people }) => within.has(id) && people > 0)
  if (filled.reduce((sum, { people }) => sum + people, 0) > maxPeople)
    throw new Problem(422, 'plan.too-many-for-document', { params: { maximum: maxPlans } })
  const people = (await Promise.all(filled.map(({ id }) => listPeopleOfUnit(work, id)))).flat()
  const records = await selectPlansOf(
    work,
    halfYearId,
    people.map(({ id }) => id),
    reach,
  )
  const byPerson = new Map(records.map(record => [record.personId, record]))
  const plans = people.flatMap(person => {
    const record = byPerson.get(person.id)
    return record ? [{ record, person }] : []
  })
  return { unitName: unit.name, people: people.length, plans }
}

export async function countUnitPlans(
  work: Work,
  unitId: string,
  { halfYearId }: { halfYearId: string },
): Promise<{ plans: number; people: number; atMost: number }> {
  const { people, plans } = await findUnitPlans(work, unitId, halfYearId)
  // How many people a unit has is told to those who may see its plans.
  return { plans: plans.length, people: reachOf(work, 'plan.read') === 'everybody' ? people : plans.length, atMost: maxPlans }
}

/** Gathers what the document says; it is set when the transaction is over. */
export async function getUnitPlansDocument(
  work: Work,
  unitId: string,
  { halfYearId, language }: { halfYearId: string; language: Language },
): Promise<() => Promise<Download>> {
  const { unitName, plans: found } = await findUnitPlans(work, unitId, halfYearId)
  if (found.length > maxPlans) throw new Problem(422, 'plan.too-many-for-document', { params: { maximum: maxPlans } })
  if (found.length === 0) throw new Problem(404, 'plan.none-for-document')
  const plans = await presentLatestVersions(
    work,
    found.map(({ record }) => record),
  )
  const today = await getToday(work)
  const { halfYear } = plans[0]!
  // Of a half-year that is over: as it was called at its end.
  const organisation = await getOrganisation(work, halfYear.endsOn < today ? halfYear.endsOn : today)
  const setting = { language, organisation, frameworkTitles: await frameworkTitlesOf(work, plans), now: work.now }
  const t = textsIn(language)
  const unit = textIn(unitName, language).text
  const day = dayFormat(language)
  const title = t('development-plans:unit.title', { unit, halfYear: halfYear.code })
  const data = {
    ...pageOf(setting),
    title,
    heading: t('development-plans:unit.heading', { unit }),
    under: t('development-plans:document.period', { halfYear: halfYear.code, from: day(halfYear.startsOn), to: day(halfYear.endsOn) }),
    footer: t('development-plans:unit.footer', { title, date: day(dayIn(organisation.timeZone, work.now)) }),
    contents: {
      columns: [
        t('development-plans:document.number'),
        t('development-plans:document.fields.person'),
        t('development-plans:document.fields.unit'),
        t('development-plans:document.fields.targetRole'),
        t('development-plans:document.fields.status'),
        t('development-plans:unit.page'),
      ],
      rows: plans.map(plan => contentsRow(plan, language)),
    },
    plans: plans.map(plan => {
      const one = documentOf(plan, setting)
      return { ...one, heading: one.title }
    }),
  }
  return async () => ({
    fileName: `${[t('development-plans:document.fileName'), halfYear.code, asciiName(unit) || unitId.slice(-8)].join('-')}.pdf`,
    contentType: 'application/pdf',
    bytes: await compileDocument({ template, data, madeAt: work.now }),
  })
}

function contentsRow({ person, targetRole, status }: Plan, language: Language) {
  const t = textsIn(language)
  return {
    person: person.name,
    unit: person.unitName ? textIn(person.unitName, language).text : t('development-plans:document.fields.none'),
    role: textIn(targetRole.name, language).text,
    status: t(`development-plans:unit.status.${status}`),
  }
}
