import type { RatingValue } from '#capacity/assessments/ratings.ts'

export const levelIdOf = (elementId: string): string => `level-${elementId}`
export const firstLevelIdOf = (elementId: string): string => `level-${elementId}-first`
export const reasonIdOf = (elementId: string): string => `reason-${elementId}`

/** Leads to what a line still lacks: its level, else its reason. */
export function focusLine(elementId: string, value: RatingValue | undefined): void {
  const id = value && value.level !== null ? reasonIdOf(elementId) : firstLevelIdOf(elementId)
  const target = document.getElementById(id)
  target?.focus({ preventScroll: true })
  target?.closest('li')?.scrollIntoView({ block: 'center' })
}
