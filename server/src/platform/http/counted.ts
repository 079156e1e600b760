// How many records match in all. A list answers null where they are more than are counted, and on pages after the first, which
// say nothing new.

/** Records are counted up to here: counting a hundred thousand would take longer than finding the page. */
export const countedMax = 10_000

/** Matches of a search are counted up to here: nobody reads on so far, and two in five people may have a name in common. */
export const searchedMax = 1_000

/** The most that is counted of a list. */
export const mostCounted = (isSearched: boolean): number => (isSearched ? searchedMax : countedMax)

/** Of a count that stopped one beyond the most. */
export const knownCount = (counted: number, isSearched: boolean): number | null => (counted > mostCounted(isSearched) ? null : counted)
