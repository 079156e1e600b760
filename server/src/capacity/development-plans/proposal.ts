import type { Gap } from '#capacity/assessments/assessments.api.ts'
import type { ActionKind } from './plan-content.api.ts'

// From gaps to a plan. Pure: the same gaps and dates always give the same proposal, and each line of it can be
// explained by the gap that it stands for.

/** More than a person can work on in half a year helps nobody. */
export const maxChosen = 5

/**
 * What closes a gap; the first row that fits counts. A course where there is much to learn; somebody who shows it where a
 * duty of the role begins at nothing; practice where a duty is nearly there; reading for what is only helpful.
 */
const kindRules: readonly { kind: ActionKind; fits: (gap: Gap) => boolean }[] = [
  { kind: 'course', fits: gap => gap.missing >= 2 },
  { kind: 'mentoring', fits: gap => gap.importance === 'required' && gap.have === 0 },
  { kind: 'on-the-job', fits: gap => gap.importance === 'required' },
  { kind: 'self-study', fits: () => true },
]

export const kindFor = (gap: Gap): ActionKind => kindRules.find(rule => rule.fits(gap))!.kind

/** The gaps that a proposal takes on: the most urgent. Gaps come in order of priority, required ones first. */
export const chooseGaps = (gaps: readonly Gap[]): Gap[] => gaps.slice(0, maxChosen)

export interface ProposedAction {
  gap: Gap
  kind: ActionKind
  startsOn: string
  dueOn: string
}

/** One action per gap, one after the other over the days that remain of the half-year. `today` is the authority's day. */
export function proposeActions(gaps: readonly Gap[], halfYear: { startsOn: string; endsOn: string }, today: string): ProposedAction[] {
  const isRunning = halfYear.startsOn <= today && today <= halfYear.endsOn
  const first = dayNumber(isRunning ? today : halfYear.startsOn)
  const days = dayNumber(halfYear.endsOn) - first + 1
  return gaps.map((gap, index) => {
    const starts = first + Math.floor((index * days) / gaps.length)
    const due = first + Math.floor(((index + 1) * days) / gaps.length) - 1
    // Near the end of the half-year there are fewer days than gaps.
    return { gap, kind: kindFor(gap), startsOn: dateOf(starts), dueOn: dateOf(Math.max(starts, due)) }
  })
}

/** What stays of a plan that is measured again, as element ids. */
export interface Standing {
  chosen: ReadonlySet<string>
  /** Elements of gaps that have an action already. */
  withAction: ReadonlySet<string>
}

/** What was chosen and is still open stays chosen, the most urgent others fill up; gaps without an action get one. */
export function renew(gaps: readonly Gap[], standing: Standing): { chosen: Gap[]; lacking: Gap[] } {
  const kept = gaps.filter(gap => standing.chosen.has(gap.element.id))
  const others = gaps.filter(gap => !standing.chosen.has(gap.element.id))
  const taken = new Set([...kept, ...others.slice(0, Math.max(0, maxChosen - kept.length))])
  const chosen = gaps.filter(gap => taken.has(gap))
  return { chosen, lacking: chosen.filter(gap => !standing.withAction.has(gap.element.id)) }
}

const msPerDay = 86_400_000
const dayNumber = (date: string): number => Date.parse(`${date}T00:00:00Z`) / msPerDay
const dateOf = (day: number): string => new Date(day * msPerDay).toISOString().slice(0, 10)
