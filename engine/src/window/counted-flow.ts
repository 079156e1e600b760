// The flow that is being counted, for the tables that count it: typed arrays, because a number that is handed from function
// to function is put on the heap, which costs more than counting it.

/** Places of `volume`: packets, bits, how long it took, and packets that were really looked at. */
export const volumeAt = { packets: 0, bits: 1, durationMs: 2, samples: 3 } as const
/** Places of `traits`: kind (kinds.ts); hashes of source, destination and the destination's net. */
export const traitAt = { kind: 0, sourceHash: 1, destinationHash: 2, netHash: 3 } as const

export interface CountedFlow {
  readonly volume: Float64Array
  readonly traits: Int32Array
}

export const createCountedFlow = (): CountedFlow => ({ volume: new Float64Array(4), traits: new Int32Array(4) })
