import { fragmentBit } from '../flow/flow-batch.ts'
import type { FlowBatch } from '../flow/flow-batch.ts'
import { protocolNumber } from '../packet/packet-headers.ts'

// Many exporters do not tell fragments: later ones, which have no ports, come as UDP from port 0 to port 0. A rule on port 0 would
// match none of them (RFC 8955 §4.2.2.4), so where nobody tells fragments such flows are taken as what they most likely are.

const isFragmentOrFirst = fragmentBit.isFragment | fragmentBit.firstFragment

/** Whether any of the batches says of a flow that it is in fragments. */
export function tellsFragments(batches: readonly FlowBatch[]): boolean {
  return batches.some(({ fragment, length }) => {
    for (let row = 0; row < length; row++) if ((fragment[row]! & isFragmentOrFirst) !== 0) return true
    return false
  })
}

/** The batch with UDP and TCP from port 0 to port 0 as later fragments; the batch itself when it has none. */
export function inferFragments(batch: FlowBatch): FlowBatch {
  let fragment: Uint8Array | undefined
  for (let row = 0; row < batch.length; row++) {
    if (batch.sourcePort[row] !== 0 || batch.destinationPort[row] !== 0) continue
    if (batch.protocol[row] !== protocolNumber.udp && batch.protocol[row] !== protocolNumber.tcp) continue
    fragment ??= batch.fragment.slice()
    fragment[row] = fragment[row]! | fragmentBit.isFragment
  }
  return fragment ? { ...batch, fragment } : batch
}
