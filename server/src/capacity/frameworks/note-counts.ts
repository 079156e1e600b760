import type { ImportNote } from './framework-draft.ts'

const maxNotedKinds = 50

/** Counts what is left aside, or assumed, by kind. */
export class NoteCounts {
  readonly withdrawn = new Set<string>()
  readonly #counts = new Map<string, ImportNote & { count: number }>()

  add(code: string, params: Record<string, string | number> = {}): void {
    const identity = JSON.stringify([code, params])
    const known = this.#counts.get(identity)
    if (known) known.count++
    else if (this.#counts.size < maxNotedKinds || code === 'further-kinds') this.#counts.set(identity, { code, params, count: 1 })
    else this.add('further-kinds')
  }

  countUnknownFields(row: object, schema: { shape: object }, alsoKnown: readonly string[] = []): void {
    for (const field of Object.keys(row))
      if (!Object.hasOwn(schema.shape, field) && !alsoKnown.includes(field)) this.add('unknown-field', { field })
  }

  list(): ImportNote[] {
    return [...this.#counts.values()].map(({ code, params, count }) => ({ code, params: { ...params, count } }))
  }
}
