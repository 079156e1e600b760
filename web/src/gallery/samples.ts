import type { ProblemField } from 'luytre/platform/http/problem.ts'
import { CallProblem } from '#platform/call/call-problem.ts'
import type { FieldValue, Form } from '#ui/form/use-form.ts'

// What the blocks are filled with. Nothing here is asked for or kept.

/** A name of some 80 characters with stacked diacritics. */
export const longName = 'Nguyễn Phước Bảo Quỳnh Công Tằng Tôn Nữ Thị Ngọc Diễm Khuê Trường Thịnh Vượng Ẩn Ễnh'
export const longWord = '行動指標'.repeat(30)

export interface SampleRow {
  id: string
  name: string
  unit: string
  figure: number
}

export const rows = (count: number): SampleRow[] =>
  Array.from({ length: count }, (_, index) => ({
    id: String(index),
    name: index === 1 ? longName : `Trần Thị Trúc ${index + 1}`,
    unit: index === 2 ? longWord.slice(0, 40) : 'Phòng Ứng cứu sự cố',
    figure: (index * 7919) % 5004,
  }))

export const failure = new CallProblem(0, 'network')
export const refusal = new CallProblem(403, 'permission.missing')

const nothing = (): void => undefined

/** A form that stands still in one state. */
export function stillForm<Values extends Record<string, FieldValue>>(
  id: string,
  values: Values,
  state: Partial<Form<Values>> = {},
): Form<Values> {
  const problems: readonly ProblemField[] = state.problems ?? []
  return {
    id: `${id}-`,
    values,
    set: nothing,
    problemOf: name => problems.find(problem => problem.path === name || problem.path.startsWith(`${name}.`)),
    problems,
    refusal: undefined,
    conflict: undefined,
    lookAtNews: undefined,
    isDirty: false,
    isBusy: false,
    keepsDraft: true,
    draftFrom: undefined,
    discardDraft: nothing,
    submit: event => event.preventDefault(),
    labels: new Map(),
    valueTexts: new Map(),
    attempts: 0,
    ...state,
  }
}
