import type { ProblemField } from 'luytre/platform/http/problem.ts'
import { useEffect, useId, useRef, useState, type FormEvent } from 'react'
import { CallProblem } from '#platform/call/call-problem.ts'
import { useMaybeMe } from '#platform/session/session.ts'
import type { ListParts } from '#ui/form/conflict-lines.ts'
import { draftKeyOf, dropDraft, keepDraft, readDraft } from '#ui/form/draft.ts'

// One form's state. Values are flat, named by their path in the body (`post.unitId`), so that a field the server
// refuses is found by its path.

export type FieldValue = string | boolean

type FormOptions<Values extends Record<string, FieldValue>> = CommonOptions<Values> & (OfRecord<Values> | OfNothing)

interface CommonOptions<Values extends Record<string, FieldValue>> {
  initial: Values
  /** Keeps a draft under this name: `person.<id>`. Never for passwords. */
  draft?: string
  /** What is wrong before sending; mostly `fieldProblems(endpoint, bodyOf(values))`. */
  check?: (values: Values) => ProblemField[] | Promise<ProblemField[]>
  /** Sends; a CallProblem that it throws is shown at the fields and on top. */
  submit: (values: Values, version: number) => Promise<unknown>
  /** Name of the field that a path of the body is about, where they differ: lines of a list have lasting names, not places. */
  fieldOf?: (path: string, values: Values) => string
}

interface OfRecord<Values> {
  /** Version of the record that `initial` shows. */
  version: number
  /**
   * Of a 412: the record as it is now, as values and version; the way on from a conflict. Undefined where nothing is left to
   * change: the page then shows what is there instead of the form.
   */
  theirs: (current: unknown, mine: Values) => { values: Values; version: number } | undefined
  /**
   * The record as the page has it now, which is another one when a colleague has saved meanwhile. A form in which nothing was
   * typed follows; one with entries keeps them, and says that there is news.
   */
  record?: { version: number } | undefined
  /** Fields that are lists: chosen item by item where two states of them stand side by side. */
  lists?: Partial<Record<keyof Values & string, ListParts>>
}

interface OfNothing {
  version?: undefined
  theirs?: undefined
  record?: undefined
  lists?: undefined
}

/** The record as it is now beside the entries. */
export interface Conflict<Values> {
  theirs: Values
  /** What both began from, where that is known. */
  base: Values | undefined
  lists: Partial<Record<string, ListParts>>
  /** Goes on with these entries, on the record as it is now. */
  settle: (next: Values) => void
}

export interface Form<Values extends Record<string, FieldValue>> {
  id: string
  values: Values
  /** `mended` is what the new value is about, where that is less than all of it: problems of it and within it are gone. */
  set: (name: keyof Values & string, value: FieldValue, mended?: string) => void
  /** Problem of a field, also of the fields within it: `name` for `name.vi`. */
  problemOf: (name: string) => ProblemField | undefined
  problems: readonly ProblemField[]
  /** Refusal that belongs to no field. */
  refusal: CallProblem | undefined
  conflict: Conflict<Values> | undefined
  /** A colleague has saved the record since it was opened here; shows both states. */
  lookAtNews: (() => void) | undefined
  isDirty: boolean
  isBusy: boolean
  keepsDraft: boolean
  draftFrom: number | undefined
  discardDraft: () => void
  submit: (event: FormEvent) => void
  /** Fields say their label, for the summary of errors. */
  labels: Map<string, string>
  /** How a field shows a value that is not for reading, such as an id. */
  valueTexts: Map<string, (value: string) => string>
  /** Counts refused attempts: each moves the focus to the summary. */
  attempts: number
}

const draftPauseMs = 400

export function useForm<Values extends Record<string, FieldValue>>(options: FormOptions<Values>): Form<Values> {
  const id = useId()
  const userId = useMaybeMe()?.userId
  const draftKey = options.draft && userId ? draftKeyOf(userId, options.draft) : undefined
  const [found, setFound] = useState(() => (draftKey ? readDraft(draftKey, options.initial) : undefined))
  const [base, setBase] = useState(options.initial)
  // What a draft of an older version began from is not known any more.
  const [isBaseKnown, setIsBaseKnown] = useState(!found || found.version === options.version)
  const [version, setVersion] = useState(found?.version ?? options.version ?? 0)
  const [values, setValues] = useState(found?.values ?? options.initial)
  const [problems, setProblems] = useState<readonly ProblemField[]>([])
  const [refusal, setRefusal] = useState<CallProblem>()
  const [theirs, setTheirs] = useState<{ values: Values; version: number }>()
  const [isBusy, setIsBusy] = useState(false)
  const [isSaved, setIsSaved] = useState(false)
  const [attempts, setAttempts] = useState(0)
  const labels = useRef(new Map<string, string>())
  const valueTexts = useRef(new Map<string, (value: string) => string>())

  const isDirty = !isSaved && Object.keys(values).some(name => values[name] !== base[name])

  useEffect(() => {
    if (!draftKey) return
    // Typed and taken back is no draft, nor is what was saved.
    if (!isDirty) return dropDraft(draftKey)
    const timer = setTimeout(() => keepDraft(draftKey, { at: Date.now(), version, values }), draftPauseMs)
    return () => clearTimeout(timer)
  }, [draftKey, isDirty, version, values])

  const { record } = options
  const isBehind = record !== undefined && record.version > version && !isBusy
  const follow = (): void => {
    const now = isBehind && !isDirty ? options.theirs?.(record, values) : undefined
    if (!now) return
    setBase(now.values)
    setVersion(now.version)
    setValues(now.values)
    setIsSaved(false)
  }
  // By what has happened, not by what is drawn: the options are other functions each time.
  useEffect(follow, [isBehind, isDirty, record]) // oxlint-disable-line react-hooks/exhaustive-deps

  const set: Form<Values>['set'] = (name, value, mended) => {
    setValues(before => ({ ...before, [name]: value }))
    setIsSaved(false)
    // What is being mended is no longer called wrong.
    const isMended = (path: string): boolean =>
      path === (mended ?? name) || (mended ?? name).startsWith(`${path}.`) || (mended !== undefined && path.startsWith(`${mended}.`))
    setProblems(before => before.filter(({ path }) => !isMended(path)))
  }

  const refuse = (fields: readonly ProblemField[], problem?: CallProblem): void => {
    setProblems(fields.map(field => ({ ...field, path: options.fieldOf?.(field.path, values) ?? field.path })))
    setRefusal(problem)
    setAttempts(count => count + 1)
  }

  const send = async (): Promise<void> => {
    setIsBusy(true)
    try {
      const wrong = (await options.check?.(values)) ?? []
      if (wrong.length > 0) return refuse(wrong)
      setProblems([])
      setRefusal(undefined)
      // Before the page leads on: what is saved is no draft.
      await options.submit(values, version)
      setIsSaved(true)
      if (draftKey) dropDraft(draftKey)
    } catch (error) {
      if (!(error instanceof CallProblem)) throw error
      if (error.code === 'version.conflict') setTheirs(options.theirs?.(error.current, values))
      refuse(error.fields, error.fields.length > 0 ? undefined : error)
    } finally {
      setIsBusy(false)
    }
  }

  const settle = (next: Values): void => {
    if (!theirs) return
    setBase(theirs.values)
    setIsBaseKnown(true)
    setVersion(theirs.version)
    setValues(next)
    setTheirs(undefined)
    setRefusal(undefined)
  }

  return {
    id,
    values,
    set,
    problemOf: name => problems.find(problem => problem.path === name || problem.path.startsWith(`${name}.`)),
    problems,
    refusal,
    conflict: theirs && {
      theirs: theirs.values,
      base: isBaseKnown ? base : undefined,
      lists: options.lists ?? {},
      settle,
    },
    lookAtNews: isBehind && isDirty && !theirs && options.theirs ? () => setTheirs(options.theirs(record, values)) : undefined,
    isDirty,
    isBusy,
    keepsDraft: draftKey !== undefined,
    draftFrom: found?.at,
    discardDraft: () => {
      if (draftKey) dropDraft(draftKey)
      setFound(undefined)
      setVersion(options.version ?? 0)
      setBase(options.initial)
      setValues(options.initial)
      setProblems([])
    },
    submit: event => {
      event.preventDefault()
      if (!isBusy) void send()
    },
    labels: labels.current,
    valueTexts: valueTexts.current,
    attempts,
  }
}

/** An empty entry of a field that may be missing. */
export const orNull = (value: string): string | null => (value.trim() === '' ? null : value.trim())
