// How much an exporter leaves out. It says so in options records, apart from the flows: for the whole domain, for a
// sampler that the flows name, or for an interface.

/** Samplers and interfaces that are kept for a domain; more are not believed. */
const maxRates = 4096
/** What a field of 64 bits can say; beyond it a rate is a broken probability, and would make of a volume no number. */
const maxRate = 2 ** 64

/** A sampling interval has at most so many packets; more comes of the wrong byte order. */
const maxInterval = 2 ** 24
/** What an interval may be whose bytes were turned round. */
const maxTurned = 65_535

/** A told interval, or 0 when it cannot be one: RouterOS tells it in the byte order of its processor. */
export function intervalOf(told: number): number {
  if (told < maxInterval) return told
  if (told > 0xffff_ffff) return 0
  const turned = (((told & 0xff) << 24) | ((told & 0xff00) << 8) | ((told >>> 8) & 0xff00) | (told >>> 24)) >>> 0
  return turned <= maxTurned ? turned : 0
}

/** Rates of samplers and interfaces that all domains together may still keep. */
export interface RateRoom {
  left: number
}

export interface SamplingTable {
  /** One packet in so many, where nothing more precise is known; 1 until something was said. */
  rate: number
  /** Whether rates hang on the flow: then `rateOf` must be asked for each. */
  isPerFlow: boolean
  readonly bySelector: Map<number, number>
  readonly byInterface: Map<number, number>
  readonly room: RateRoom
}

export const createSamplingTable = (rate: number, room: RateRoom = { left: maxRates }): SamplingTable => ({
  rate,
  room,
  isPerFlow: false,
  bySelector: new Map(),
  byInterface: new Map(),
})

/** Notes a rate; one that is no number of at least 1 says nothing. Returns whether there was room for it. */
export function learnRate(table: SamplingTable, rate: number, selector: number | undefined, input: number | undefined): boolean {
  if (!(rate >= 1 && rate <= maxRate)) return true
  if (selector !== undefined) return put(table, table.bySelector, selector, rate)
  if (input !== undefined && input !== 0) {
    table.isPerFlow = true
    return put(table, table.byInterface, input, rate)
  }
  table.rate = rate
  return true
}

function put({ room }: SamplingTable, rates: Map<number, number>, key: number, rate: number): boolean {
  if (!rates.has(key)) {
    if (rates.size >= maxRates || room.left < 1) return false
    room.left--
  }
  rates.set(key, rate)
  return true
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
  const { taken, leftOut, size, population, probability } = fields
  const interval = intervalOf(fields.interval ?? 0)
  let rate: number | undefined
  if (interval > 0) rate = interval
  else if (taken !== undefined && taken > 0 && leftOut !== undefined) rate = (taken + leftOut) / taken
  else if (size !== undefined && size > 0 && population !== undefined) rate = population / size
  else if (probability !== undefined && probability > 0) rate = 1 / probability
  return rate !== undefined && rate >= 1 && rate <= maxRate ? rate : undefined
}
