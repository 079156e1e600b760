import type { FieldValue } from '#ui/form/use-form.ts'

// Two states of one record, line by line: each field that differs, and of a field that is a list each item. What only one
// side has changed since the form was opened is proposed as that side has it; nothing is taken over unseen.

export type Side = 'mine' | 'theirs'

/** How a field's text is a list: its items by a lasting key, and the text of items. */
export interface ListParts {
  read: (value: string) => ReadonlyMap<string, string>
  write: (items: readonly string[]) => string
}

export interface ConflictLine {
  key: string
  field: string
  /** Key of the item, where the field is a list. */
  item: string | undefined
  /** As the field's whole value would be: undefined where the side does not have the item. */
  mine: FieldValue | undefined
  theirs: FieldValue | undefined
  proposed: Side
}

type Values = Readonly<Record<string, FieldValue>>
type Lists = Partial<Record<string, ListParts>>

interface States<V extends Values> {
  mine: V
  theirs: V
  lists: Lists
}

/** `base` is what both began from, where that is known. */
export function linesOf<V extends Values>({ mine, theirs, base, lists }: States<V> & { base: V | undefined }): ConflictLine[] {
  const lines: ConflictLine[] = []
  for (const field of Object.keys(mine)) {
    if (mine[field] === theirs[field]) continue
    const list = lists[field]
    if (!list) {
      lines.push({
        key: field,
        field,
        item: undefined,
        mine: mine[field],
        theirs: theirs[field],
        proposed: proposedOf(mine[field], base?.[field], base),
      })
      continue
    }
    const [own, other, before] = [mine, theirs, base].map(values => list.read(String(values?.[field] ?? list.write([]))))
    for (const item of new Set([...other!.keys(), ...own!.keys()])) {
      const [a, b] = [own!.get(item), other!.get(item)]
      if (a === b) continue
      const whole = (text: string | undefined): string | undefined => (text === undefined ? undefined : list.write([text]))
      lines.push({
        key: `${field} ${item}`,
        field,
        item,
        mine: whole(a),
        theirs: whole(b),
        proposed: proposedOf(a, before!.get(item), base),
      })
    }
  }
  return lines
}

const proposedOf = (mine: FieldValue | undefined, before: FieldValue | undefined, base: Values | undefined): Side =>
  base !== undefined && mine === before ? 'theirs' : 'mine'

/** The entries as they were chosen; lists in the order of the saved record, what only stands here behind it. */
export function settledValues<V extends Values>({
  mine,
  theirs,
  lists,
  lines,
  chosen,
}: States<V> & { lines: readonly ConflictLine[]; chosen: ReadonlyMap<string, Side> }): V {
  const sideOf = (key: string, proposed: Side): Side => chosen.get(key) ?? proposed
  const settled: Record<string, FieldValue> = { ...theirs }
  for (const [field, ofField] of Map.groupBy(lines, line => line.field)) {
    const list = lists[field]
    if (!list) {
      const [line] = ofField
      settled[field] = (sideOf(line!.key, line!.proposed) === 'mine' ? mine : theirs)[field]!
      continue
    }
    const [own, other] = [list.read(String(mine[field])), list.read(String(theirs[field]))]
    const sides = new Map(ofField.map(line => [line.item, sideOf(line.key, line.proposed)]))
    const items = [...new Set([...other.keys(), ...own.keys()])].map(item => (sides.get(item) === 'mine' ? own : other).get(item))
    settled[field] = list.write(items.filter(item => item !== undefined))
  }
  return settled as V
}
