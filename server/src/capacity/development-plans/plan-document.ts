import { compileDocument } from '#platform/documents/compile.ts'
import type { Work } from '#platform/database/work.ts'
import type { Download } from '#platform/http/endpoint.ts'
import { textsIn } from '#platform/i18n/server-texts.ts'
import { textIn } from '#platform/i18n/translated.ts'
import type { Language, Translated } from '#platform/i18n/translated.ts'
import { dayIn } from '#platform/organisations/half-years.ts'
import { getOrganisation } from '#platform/organisations/organisations.ts'
import { foldForSearch } from '#capacity/people/people.ts'
import { getRoleNeeds } from '#capacity/frameworks/frameworks.ts'
import type { Plan, PlanGap } from './development-plans.api.ts'
import { getPlan } from './plan-view.ts'

// The plan as a document to print, sign and file. The template lays out; every word in it comes from here.

const template = new URL('./plan-document.typ', import.meta.url)

/** Gathers what the document says; it is set when the transaction is over, so that waiting documents hold no connection. */
export async function getPlanDocument(work: Work, planId: string, { language }: { language: Language }): Promise<() => Promise<Download>> {
  const plan = await getPlan(work, planId)
  const organisation = await getOrganisation(work)
  const framework = (await getRoleNeeds(work, [plan.targetRole.id])).get(plan.targetRole.id)!.framework
  const data = documentOf(plan, { language, organisation, frameworkTitle: framework.title, now: work.now })
  return async () => ({
    fileName: fileNameOf(plan, language),
    contentType: 'application/pdf',
    bytes: await compileDocument({ template, data, madeAt: work.now }),
  })
}

export interface DocumentSetting {
  language: Language
  organisation: { name: Translated; timeZone: string; isDemo: boolean }
  frameworkTitle: Translated
  now: Date
}

/** Everything that the template shows, as texts in one language. */
export function documentOf(plan: Plan, { language, organisation, frameworkTitle, now }: DocumentSetting): unknown {
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
    state: signed
      ? t('development-plans:document.agreement.agreed', { at: instant(signed.at) })
      : t('development-plans:document.agreement.open'),
    isSigned: signed !== null,
    handSigned: t('development-plans:document.agreement.handSigned'),
  })
  return {
    lang: language,
    title: t('development-plans:document.title', { person: plan.person.name, halfYear: plan.halfYear.code }),
    organisation: say(organisation.name),
    demo: organisation.isDemo ? t('development-plans:document.demo') : null,
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
      [t('development-plans:document.fields.framework'), say(frameworkTitle)],
    ],
    duties: { heading: t('development-plans:document.duties'), text: plan.duties || t('development-plans:document.noDuties') },
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
    footer: t('development-plans:document.footer', { version: plan.version, date: day(dayIn(organisation.timeZone, now)) }),
    // The numbers are known to the template alone.
    pageOf: t('development-plans:document.page', { page: '{page}', pages: '{pages}' }),
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

const locales = { vi: 'vi-VN', en: 'en-GB', ja: 'ja-JP' } as const

const dayStyles = {
  vi: { day: '2-digit', month: '2-digit', year: 'numeric' },
  en: { day: 'numeric', month: 'short', year: 'numeric' },
  ja: { day: '2-digit', month: '2-digit', year: 'numeric' },
} as const

/** Writes a calendar day, `YYYY-MM-DD`, as the language writes it, short enough for a column. */
function dayFormat(language: Language): (day: string) => string {
  const format = new Intl.DateTimeFormat(locales[language], { ...dayStyles[language], timeZone: 'UTC' })
  return day => format.format(new Date(`${day}T00:00:00Z`))
}

/** Writes an instant as the clock of the authority showed it, with the zone. */
function instantFormat(language: Language, timeZone: string): (instant: string) => string {
  const style = { ...dayStyles[language], hour: '2-digit', minute: '2-digit', timeZoneName: 'short', timeZone } as const
  const format = new Intl.DateTimeFormat(locales[language], style)
  return instant => format.format(new Date(instant))
}

/** In ASCII, so that every file system and mail program keeps it. */
function fileNameOf(plan: Plan, language: Language): string {
  const name = foldForSearch(plan.person.name)
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60)
  const parts = [textsIn(language)('development-plans:document.fileName'), plan.halfYear.code, name || plan.person.id.slice(-8)]
  return `${parts.join('-')}.pdf`
}
