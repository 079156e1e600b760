import type { Departure } from 'luytre/capacity/departures/departures.api.ts'
import { CallProblem } from '#platform/call/call-problem.ts'
import { fieldText, problemText } from '#platform/call/problem-text.ts'

/** Why a departure could not take effect, from the code that was kept: of a field, or of the whole. `day` as it is read. */
export const hindranceText = (code: NonNullable<Departure['hindrance']>, day: string): string =>
  code.includes('.') ? problemText(new CallProblem(409, code)) : fieldText({ path: '', code, params: { date: day } })
