import { compileDocument } from '#platform/documents/compile.ts'
import type { Work } from '#platform/database/work.ts'
import type { Download } from '#platform/http/endpoint.ts'
import { textsIn } from '#platform/i18n/server-texts.ts'
import { textIn } from '#platform/i18n/languages.ts'
import type { Language } from '#platform/i18n/languages.ts'
import type { Translated } from '#platform/i18n/translated.ts'
import { dayFormat, detailsText, instantFormat, preferenceRows } from './document-texts.ts'
import { dayIn } from '#platform/organisations/half-years.ts'
import { getDayOf, getOrganisation } from '#platform/organisations/organisations.ts'
import { foldForSearch } from '#capacity/people/people.ts'
import { getRoleNeeds } from '#capacity/frameworks/frameworks.ts'
import type { Plan, PlanGap } from './development-plans.api.ts'
import { getLatestVersion, getPlanVersion, getVersionInstant } from './plan-versions.ts'

// The plan as a document to print, sign and file. The template lays out; every word in it comes from here.

const template = new URL('./plan-document.typ', import.meta.url)

/** Gathers what the document says; it is set when the transaction is over, so that waiting documents hold no connection. */
export async function getPlanDocument(
  work: Work,
  planId: string,
  { language, contentVersion }: { language: Language; contentVersion?: number | undefined },
): Promise<() => Promise<Download>> {
  // From what is kept: the code on the paper names exactly that, whatever has become of person, post and organisation since.
  const plan = contentVersion === undefined ? await getLatestVersion(work, planId) : await getPlanVersion(work, planId, contentVersion)
  const organisation = await getOrganisation(work, await getDayOf(work, await getVersionInstant(work, plan)))
  const setting = { language, organisation, frameworkTitles: await frameworkTitlesOf(work, [plan]), now: work.now }
  const data = { ...documentOf(plan, setting), ...pageOf(setting) }
  return async () => ({
    fileName: fileNameOf(plan, language),
    contentType: 'application/pdf',
    bytes: await compileDocument({ template, data, madeAt: work.now }),
  })
}

/** By framework. */
export async function frameworkTitlesOf(work: Work, plans: readonly Plan[]): Promise<ReadonlyMap<string, Translated>> {
  const roles = await getRoleNeeds(
    work,
    plans.map(plan => plan.targetRole.id),
  )
  return new Map([...roles.values()].map(({ framework }) => [framework.id, framework.title]))
}

export interface DocumentSetting {
  language: Language
  organisation: { name: Translated; timeZone: string; isDemo: boolean }
  /** By framework. */
  frameworkTitles: ReadonlyMap<string, Translated>
  now: Date
}

/** What every page of a document says. */
export function pageOf({ language, organisation }: DocumentSetting) {
  const t = textsIn(language)
  return {
    lang: language,
    organisation: textIn(organisation.name, language).text,
    demo: organisation.isDemo ? t('development-plans:document.demo') : null,
    // The numbers are known to the template alone.
    pageOf: t('development-plans:document.page', { page: '{page}', pages: '{pages}' }),
  }
}

/** Everything that the template shows of a plan, as texts in one language. */
export function documentOf(plan: Plan, { language, organisation, frameworkTitles, now }: DocumentSetting) {
  const t = textsIn(language)
  const say = (text: Translated): string => textIn(text, language).text
  const day = dayFormat(language)
  const instant = instantFormat(language, organisation.timeZone)
  const none = t('development-plans:document.fields.none')
  const chosen = plan.gaps.filter(gap => gap.isChosen)
  const others = plan.gaps.length - chosen.length
  const signature = (heading: string, name: string | null, signed: Plan['personSignature']) => ({
    heading,
    name: signed?.name ?? name ?? none,
    state: !signed
      ? t('development-plans:document.agreement.open')
      : signed.signedOn
        ? t('development-plans:document.agreement.onPaper', { on: day(signed.signedOn) })
        : t('development-plans:document.agreement.agreed', { at: instant(signed.at) }),
    isSigned: signed !== null,
    handSigned: t('development-plans:document.agreement.handSigned'),
  })
  return {
    title: t('development-plans:document.title', { person: plan.person.name, halfYear: plan.halfYear.code }),
    heading: t('development-plans:document.heading'),
    period: t('development-plans:document.period', {
      halfYear: plan.halfYear.code,
      from: day(plan.halfYear.startsOn),
      to: day(plan.halfYear.endsOn),
    }),
    person: plan.person.name,
    facts: [
      [t('development-plans:document.fields.person'), plan.person.name],
      [t('development-plans:document.fields.post'), plan.person.title || none],
      [t('development-plans:document.fields.unit'), plan.person.unitName ? say(plan.person.unitName) : none],
      [t('development-plans:document.fields.currentRole'), plan.currentRole ? say(plan.currentRole.name) : none],
      [t('development-plans:document.fields.targetRole'), say(plan.targetRole.name)],
      [t('development-plans:document.fields.supervisor'), plan.person.supervisorName ?? none],
      [t('development-plans:document.fields.status'), t(`development-plans:document.status.${plan.status}`)],
      [t('development-plans:document.fields.framework'), say(frameworkTitles.get(plan.framework.id) ?? {})],
    ],
    duties: { heading: t('development-plans:document.duties'), text: plan.duties || t('development-plans:document.noDuties') },
    preferences: { heading: t('development-plans:preferences.heading'), rows: preferenceRows(plan, language) },
    gaps: {
      heading: t('development-plans:document.gaps.heading'),
      columns: [
        t('development-plans:document.number'),
        t('development-plans:document.gaps.competency'),
        t('development-plans:document.gaps.have'),
        t('development-plans:document.gaps.need'),
        t('development-plans:document.gaps.statements'),
      ],
      rows: chosen.map(gap => gapRow(gap, plan, language)),
      empty: t('development-plans:document.gaps.empty'),
      others: others > 0 ? t('development-plans:document.gaps.others', { count: others }) : null,
    },
    actions: {
      heading: t('development-plans:document.actions.heading'),
      columns: [
        t('development-plans:document.number'),
        t('development-plans:document.actions.action'),
        t('development-plans:document.actions.kind'),
        t('development-plans:document.actions.starts'),
        t('development-plans:document.actions.due'),
      ],
      rows: plan.actions.map(action => ({
        title: action.title,
        details: detailsText(action, language),
        kind: t(`development-plans:kinds.${action.kind}`),
        starts: day(action.startsOn),
        due: day(action.dueOn),
      })),
      empty: t('development-plans:document.actions.empty'),
    },
    agreement: {
      heading: t('development-plans:document.agreement.heading'),
      sides: [
        signature(t('development-plans:document.agreement.person'), plan.person.name, plan.personSignature),
        signature(t('development-plans:document.agreement.supervisor'), plan.person.supervisorName, plan.supervisorSignature),
      ],
    },
    paper: t('development-plans:document.paper', { version: plan.contentVersion, code: plan.code, id: plan.id }),
    footer: t('development-plans:document.footer', {
      version: plan.contentVersion,
      code: plan.code,
      date: day(dayIn(organisation.timeZone, now)),
    }),
  }
}

function gapRow({ element, statements, reason }: PlanGap, plan: Plan, language: Language): unknown {
  const t = textsIn(language)
  const say = (text: Translated): string => textIn(text, language).text
  const level = (number: number) => {
    const found = plan.framework.levels.find(candidate => candidate.level === number)
    return { number: String(number), name: found ? say(found.name) : '' }
  }
  return {
    name: say(element.name) || say(element.text) || element.code,
    reason: [
      t(`development-plans:document.gaps.reason.${reason.importance}`, { missing: reason.need - reason.have, priority: reason.priority }),
      t(`development-plans:document.gaps.from.${reason.haveFrom}`),
    ].join(language === 'ja' ? '' : ' '),
    have: level(reason.have),
    need: level(reason.need),
    statements: statements.map(statement => say(statement.text) || say(statement.name)),
  }
}

/** In ASCII, so that every file system and mail program keeps it. */
function fileNameOf(plan: Plan, language: Language): string {
  const parts = [
    textsIn(language)('development-plans:document.fileName'),
    plan.halfYear.code,
    asciiName(plan.person.name) || plan.person.id.slice(-8),
  ]
  return `${parts.join('-')}.pdf`
}

export const asciiName = (name: string): string =>
  foldForSearch(name)
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60)
