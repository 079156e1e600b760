// How many records match in all. A list answers null where they are more than these, and on pages after the first, which say
// nothing new.

/** Matches of a search are counted up to here: counting all that two in five have in common would take longer than finding the page. */
export const countedMax = 10_000

/** Of a count that stopped one beyond the most. */
export const knownCount = (counted: number): number | null => (counted > countedMax ? null : counted)
