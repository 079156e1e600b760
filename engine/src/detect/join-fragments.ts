import { amplificationServices } from '../window/amplification-services.ts'
import type { AmplificationService } from '../window/amplification-services.ts'
import { column } from '../window/hot-targets.ts'
import { firstServiceKind, kind } from '../window/kinds.ts'

// Only the first fragment of an answer names its service; those that follow are counted as fragments. Here they are given to the
// services whose first fragments a target receives, by what these can have brought along; what is beyond stays fragments.

/** EDNS ends at 4096 bytes mostly (RFC 6891 §6.2.5), which is two; some resolvers go beyond, some paths have a smaller MTU. */
const usualLater = 4
const laterOf = amplificationServices.map(({ laterFragments = usualLater }: AmplificationService) => laterFragments)
/** Answers that are whole have this length or are shorter, first fragments have that or are longer. */
const [wholeBytes, firstBytes] = [512, 1280]

/** Later fragments that a service's packets can have brought along, by their mean length. */
function roomOf(rates: Float64Array, service: number): number {
  const packets = rates[firstServiceKind + service]!
  if (!(packets > 0)) return 0
  const bytes = rates[column.bits + firstServiceKind + service]! / 8 / packets
  const firsts = packets * Math.min(1, Math.max(0, (bytes - wholeBytes) / (firstBytes - wholeBytes)))
  return firsts * laterOf[service]!
}

/** Moves fragments to services, in rates by column (hot-targets.ts). */
export function joinFragments(rates: Float64Array): void {
  const fragments = rates[kind.fragment]!
  if (!(fragments > 0)) return
  const bits = rates[column.bits + kind.fragment]!
  const rooms = laterOf.map((_, service) => roomOf(rates, service))
  const room = rooms.reduce((sum, one) => sum + one, 0)
  if (room === 0) return
  const each = Math.min(1, room / fragments) / room
  for (const [service, one] of rooms.entries()) {
    rates[firstServiceKind + service]! += fragments * one * each
    rates[column.bits + firstServiceKind + service]! += bits * one * each
  }
  const left = Math.max(0, 1 - room * each)
  rates[kind.fragment] = fragments * left
  rates[column.bits + kind.fragment] = bits * left
}
