/** A whole number as people type it, full-width digits too; not a number otherwise, which the form's check refuses. */
export function wholeNumberOf(typed: string): number {
  const text = typed.normalize('NFKC').trim()
  return /^\d+$/.test(text) ? Number(text) : Number.NaN
}
