import { v7 as uuidv7 } from 'uuid'
import type { Work } from '#platform/database/work.ts'
import type { Arguments } from '#platform/http/endpoint.ts'
import { Problem, invalid, notFound } from '#platform/http/problem.ts'
import { languages } from '#platform/i18n/languages.ts'
import type { Translated } from '#platform/i18n/translated.ts'
import { writtenText } from '#platform/i18n/written-text.ts'
import { canonicalText, recordChange } from '#platform/ledger/ledger.ts'
import { maxStates } from './organisations.api.ts'
import type {
  OrganisationOverTime,
  OrganisationState,
  correctOrganisation as correcting,
  recordOrganisationChange as recording,
} from './organisations.api.ts'
import * as store from './organisations.store.ts'
import { getToday } from './organisations.ts'

// The organisation through time. Changes are recorded in their order; each cuts the last state on its day, so every day
// has exactly one state. What succeeds the organisation is the organisation: it keeps its id, and so all that belongs to it.

export async function getOrganisationOverTime(work: Work): Promise<OrganisationOverTime> {
  return {
    id: work.actor.organisationId,
    version: await store.selectVersion(work),
    today: await getToday(work),
    states: await store.selectStates(work),
  }
}

type Content = Arguments<typeof correcting>['body']

const tidyTexts = (text: Translated): Translated =>
  Object.fromEntries(
    languages.flatMap(language => {
      const tidied = writtenText(text[language] ?? '')
      return tidied ? [[language, tidied]] : []
    }),
  )
const orNull = (text: Translated | null): Translated | null => {
  const tidied = text && tidyTexts(text)
  return tidied && Object.keys(tidied).length > 0 ? tidied : null
}

function tidyContent({ name, parent, kind, predecessor, basis }: Content): Content {
  const tidied = { name: tidyTexts(name), parent: orNull(parent), kind, predecessor: orNull(predecessor), basis: writtenText(basis) }
  if (Object.keys(tidied.name).length === 0) throw invalid({ path: 'name', code: 'required' })
  return tidied
}

function shown(whole: OrganisationState) {
  const { id: _, ...state } = whole
  return state
}

async function holdVersion(work: Work, version: number): Promise<OrganisationState[]> {
  const held = await store.holdStates(work)
  if (held.version !== version) throw new Problem(412, 'version.conflict', { current: await getOrganisationOverTime(work) })
  return held.states
}

async function keep(work: Work, verb: string, before: OrganisationState, after: OrganisationState): Promise<OrganisationOverTime> {
  await store.bumpVersion(work)
  const recordId = work.actor.organisationId
  await recordChange(work, { verb, recordType: 'organisation', recordId, before: shown(before), after: shown(after) })
  return getOrganisationOverTime(work)
}

export async function recordOrganisationChange(
  work: Work,
  version: number,
  { startsOn, change, ...body }: Arguments<typeof recording>['body'],
): Promise<OrganisationOverTime> {
  const content = tidyContent(body)
  if (!content.basis) throw invalid({ path: 'basis', code: 'required' })
  const needsPredecessor = change === 'merged' || change === 'took-over'
  if (needsPredecessor && !content.predecessor) throw invalid({ path: 'predecessor', code: 'required' })
  const states = await holdVersion(work, version)
  const last = states.at(-1)!
  if (last.startsOn !== null && last.startsOn >= startsOn)
    throw invalid({ path: 'startsOn', code: 'organisation-changes-later', params: { date: last.startsOn } })
  const said = ({ name, parent, kind }: Content): string => canonicalText({ name, parent, kind })
  if (!needsPredecessor && said(last) === said(content)) throw invalid({ path: 'name', code: 'unchanged' })
  if (states.length >= maxStates) throw new Problem(409, 'organisation.too-many-changes', { params: { maximum: maxStates } })
  const next = { id: uuidv7(), ...content, change, startsOn, endsBefore: null }
  await store.updateState(work, { ...last, endsBefore: startsOn })
  await store.insertState(work, next)
  return keep(work, 'organisation.changed', last, next)
}

export async function correctOrganisation(work: Work, stateId: string, version: number, body: Content): Promise<OrganisationOverTime> {
  const content = tidyContent(body)
  const states = await holdVersion(work, version)
  const state = states.find(({ id }) => id === stateId)
  if (!state) throw notFound('organisation-state')
  if (!content.basis && state.startsOn !== null) throw invalid({ path: 'basis', code: 'required' })
  if ((state.change === 'merged' || state.change === 'took-over') && !content.predecessor)
    throw invalid({ path: 'predecessor', code: 'required' })
  const corrected = { ...state, ...content }
  // What is already so leaves no line.
  if (canonicalText(corrected) === canonicalText(state)) return getOrganisationOverTime(work)
  await store.updateState(work, corrected)
  return keep(work, 'organisation.corrected', state, corrected)
}

/** The state before holds on, as if nothing had been planned. */
export async function withdrawOrganisationChange(work: Work, stateId: string, version: number): Promise<OrganisationOverTime> {
  const states = await holdVersion(work, version)
  const state = states.find(({ id }) => id === stateId)
  if (!state) throw notFound('organisation-state')
  const isPlanned = state.startsOn !== null && state.startsOn > (await getToday(work))
  if (!isPlanned || state !== states.at(-1)) throw new Problem(409, 'organisation.not-planned')
  const before = states.at(-2)!
  await store.deleteState(work, state.id)
  const restored = { ...before, endsBefore: null }
  await store.updateState(work, restored)
  return keep(work, 'organisation.change-withdrawn', state, restored)
}
