// How much an exporter leaves out. It says so in options records, apart from the flows: for the whole domain, for a
// sampler that the flows name, or for an interface.

/** Samplers and interfaces that are kept for a domain; more are not believed. */
const maxRates = 4096

export interface SamplingTable {
  /** One packet in so many, where nothing more precise is known; 1 until something was said. */
  rate: number
  /** Whether rates hang on the flow: then `rateOf` must be asked for each. */
  isPerFlow: boolean
  readonly bySelector: Map<number, number>
  readonly byInterface: Map<number, number>
}

export const createSamplingTable = (rate: number): SamplingTable => ({
  rate,
  isPerFlow: false,
  bySelector: new Map(),
  byInterface: new Map(),
})

/** Notes a rate; one that is no number of at least 1 says nothing. */
export function learnRate(table: SamplingTable, rate: number, selector: number | undefined, input: number | undefined): void {
  if (!(rate >= 1) || !Number.isFinite(rate)) return
  if (selector !== undefined) put(table.bySelector, selector, rate)
  else if (input !== undefined && input !== 0) {
    put(table.byInterface, input, rate)
    table.isPerFlow = true
  } else table.rate = rate
}

function put(rates: Map<number, number>, key: number, rate: number): void {
  if (rates.has(key) || rates.size < maxRates) rates.set(key, rate)
}

/**
 * Rate of a flow: of the sampler that it names, of the interface it came in by, of its domain. Flows that
 * name no sampler (-1) are of the only one, where a domain has one.
 */
export function rateOf(table: SamplingTable, selector: number, input: number): number {
  if (table.bySelector.size === 0 && table.byInterface.size === 0) return table.rate
  return (
    table.bySelector.get(selector) ??
    table.byInterface.get(input) ??
    (selector < 0 && table.rate === 1 && table.bySelector.size === 1 ? table.bySelector.values().next().value! : table.rate)
  )
}

/**
 * Rate from what a record says about it (numbers, or undefined where it has no such field): the interval itself; so many
 * packets taken and so many left out (RFC 5477 §8.2); so many out of so many; a probability. Undefined when it says nothing.
 */
export function rateFrom(fields: {
  interval?: number | undefined
  taken?: number | undefined
  leftOut?: number | undefined
  size?: number | undefined
  population?: number | undefined
  probability?: number | undefined
}): number | undefined {
  const { interval, taken, leftOut, size, population, probability } = fields
  let rate: number | undefined
  if (interval !== undefined && interval > 0) rate = interval
  else if (taken !== undefined && taken > 0 && leftOut !== undefined) rate = (taken + leftOut) / taken
  else if (size !== undefined && size > 0 && population !== undefined) rate = population / size
  else if (probability !== undefined && probability > 0) rate = 1 / probability
  return rate !== undefined && rate >= 1 && Number.isFinite(rate) ? rate : undefined
}
