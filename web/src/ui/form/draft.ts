// Drafts of forms: on this device only, per account, so that a closed tab or an ended session loses nothing.

const prefix = 'luytre.draft.'

export interface Draft<Values> {
  at: number
  /** Version of the record that the draft started from. */
  version: number
  values: Values
}

export const draftKeyOf = (userId: string, name: string): string => `${prefix}${userId}.${name}`

/** A draft with other fields than the form has now (the product was updated) is no draft. */
export function readDraft<Values extends object>(key: string, initial: Values): Draft<Values> | undefined {
  try {
    const draft = JSON.parse(localStorage.getItem(key) ?? 'null') as Draft<Values> | null
    if (!draft || typeof draft.at !== 'number' || typeof draft.values !== 'object') return undefined
    const fields = Object.keys(initial).toSorted().join()
    return Object.keys(draft.values).toSorted().join() === fields ? draft : undefined
  } catch {
    return undefined
  }
}

/** Keeps what it can: a full or forbidden storage must not stand in the way of what is being saved. */
export function keepDraft<Values>(key: string, draft: Draft<Values>): void {
  try {
    localStorage.setItem(key, JSON.stringify(draft))
  } catch {
    // An older state would come back as if it were this one.
    dropDraft(key)
  }
}

export const dropDraft = (key: string): void => localStorage.removeItem(key)

/** At sign-out: nothing of a person stays on a shared device. */
export function dropAllDrafts(): void {
  for (const key of Object.keys(localStorage)) if (key.startsWith(prefix)) localStorage.removeItem(key)
}
