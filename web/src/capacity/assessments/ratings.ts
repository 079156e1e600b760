import type { AssessmentSheet, Rater, Rating } from 'luytre/capacity/assessments/assessments.api.ts'

// What is said about each line of a sheet, apart from how it is shown. Pure.

export interface RatingValue {
  level: number | null
  reason: string
}

/** By element; every line of the sheet has an entry. */
export type RatingValues = Readonly<Record<string, RatingValue>>

export const raters: readonly Rater[] = ['self', 'supervisor', 'agreed']

export const ratingOf = (sheet: AssessmentSheet, rater: Rater, elementId: string): Rating | undefined =>
  sheet[rater]?.ratings.find(rating => rating.elementId === elementId)

export function savedValues(sheet: AssessmentSheet, rater: Rater): RatingValues {
  const saved = new Map(sheet[rater]?.ratings.map(rating => [rating.elementId, rating]))
  return Object.fromEntries(
    sheet.items.map(({ element }) => {
      const rating = saved.get(element.id)
      return [element.id, { level: rating?.level ?? null, reason: rating?.reason ?? '' }]
    }),
  )
}

/** Where both sides say the same, that is proposed as agreed, in the supervisor's words, since the supervisor sets it. */
export function proposedAgreement(sheet: AssessmentSheet): RatingValues {
  return Object.fromEntries(
    sheet.items.map(({ element: { id } }) => {
      const supervisor = ratingOf(sheet, 'supervisor', id)
      const isEqual = supervisor !== undefined && supervisor.level === ratingOf(sheet, 'self', id)?.level
      return [id, isEqual ? { level: supervisor.level, reason: supervisor.reason } : { level: null, reason: '' }]
    }),
  )
}

/** Levels between the two sides; null until both have rated the line. */
export function differenceOf(sheet: AssessmentSheet, elementId: string): number | null {
  const self = ratingOf(sheet, 'self', elementId)
  const supervisor = ratingOf(sheet, 'supervisor', elementId)
  return self && supervisor ? supervisor.level - self.level : null
}

export const isComplete = ({ level, reason }: RatingValue): boolean => level !== null && reason.trim() !== ''

/** A reason without a level cannot be saved: the server keeps ratings. */
export const ratingsOf = (values: RatingValues): { elementId: string; level: number; reason: string }[] =>
  Object.entries(values).flatMap(([elementId, { level, reason }]) => (level === null ? [] : [{ elementId, level, reason }]))

export const isSame = (a: RatingValue | undefined, b: RatingValue | undefined): boolean => a?.level === b?.level && a?.reason === b?.reason

export const differingLines = (a: RatingValues, b: RatingValues): string[] => Object.keys(a).filter(id => !isSame(a[id], b[id]))

/** Contests of a line, each with whose rating is contested. */
export function contestsOf(
  sheet: AssessmentSheet,
  elementId: string,
): { rater: Rater; rating: Rating & { contest: NonNullable<Rating['contest']> } }[] {
  return raters.flatMap(rater => {
    const rating = ratingOf(sheet, rater, elementId)
    return rating?.contest ? [{ rater, rating: { ...rating, contest: rating.contest } }] : []
  })
}
