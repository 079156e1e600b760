import type { RouteTarget, RuleAction } from './flowspec-rule.ts'

// Actions of a rule as extended communities (RFC 8955 §7, RFC 8956 §6, draft-ietf-idr-flowspec-redirect-ip): eight bytes each,
// and twenty bytes in an attribute of their own (RFC 5701) for what names an IPv6 address.

export interface CommunityRejection {
  reason: 'rate-not-a-number'
  /** Byte of the attribute at which the community begins. */
  offset: number
}

const rateBytes = 0x8006
const trafficAction = 0x8007
const redirectAs2 = 0x8008
const marking = 0x8009
const ratePackets = 0x800c
const redirectIPv4 = 0x8108
const redirectAs4 = 0x8208
/** Redirect to an IPv4 address, and its IPv6 kin among the communities of twenty bytes. */
const redirectToIPv4 = 0x010c
const redirectToIPv6 = 0x000c

/**
 * The value of the attribute of extended communities, and of the one for IPv6; either may be empty. `autonomousSystem` stands
 * in rates, where nobody acts on it (RFC 8955 §7.1).
 */
export function encodeActions(
  actions: readonly RuleAction[],
  { autonomousSystem = 0 }: { autonomousSystem?: number } = {},
): { communities: Uint8Array<ArrayBuffer>; communitiesIPv6: Uint8Array<ArrayBuffer> } {
  const isIPv6 = (action: RuleAction): boolean => action.kind === 'redirect-ip' && action.family === 6
  const [short, long] = [actions.filter(action => !isIPv6(action)), actions.filter(isIPv6)]
  const communities = new Uint8Array(short.length * 8)
  const communitiesIPv6 = new Uint8Array(long.length * 20)
  const view = new DataView(communities.buffer)
  for (const [index, action] of short.entries()) writeCommunity(view, index * 8, action, autonomousSystem & 0xffff)
  const viewIPv6 = new DataView(communitiesIPv6.buffer)
  for (const [index, action] of long.entries()) {
    if (action.kind !== 'redirect-ip') continue
    viewIPv6.setUint16(index * 20, redirectToIPv6)
    for (const [word, value] of action.words.entries()) viewIPv6.setUint32(index * 20 + 2 + word * 4, value)
    viewIPv6.setUint16(index * 20 + 18, action.copies ? 1 : 0)
  }
  return { communities, communitiesIPv6 }
}

function writeCommunity(view: DataView, at: number, action: RuleAction, autonomousSystem: number): void {
  const writeRate = (type: number, rate: number): void => {
    view.setUint16(at, type)
    view.setUint16(at + 2, autonomousSystem)
    view.setFloat32(at + 4, rate)
  }
  switch (action.kind) {
    case 'drop':
      return writeRate(rateBytes, 0)
    case 'limit-bytes':
      return writeRate(rateBytes, action.bytesPerSecond)
    case 'limit-packets':
      return writeRate(ratePackets, action.packetsPerSecond)
    case 'traffic-action':
      view.setUint16(at, trafficAction)
      view.setUint8(at + 7, (action.continues ? 1 : 0) | (action.samples ? 2 : 0))
      return
    case 'mark':
      view.setUint16(at, marking)
      view.setUint8(at + 7, action.dscp & 0x3f)
      return
    case 'redirect-ip':
      view.setUint16(at, redirectToIPv4)
      view.setUint32(at + 2, action.words[0])
      view.setUint16(at + 6, action.copies ? 1 : 0)
      return
    case 'redirect-vrf':
      return writeTarget(view, at, action.target)
  }
}

function writeTarget(view: DataView, at: number, target: RouteTarget): void {
  if (target.form === 'as2') {
    view.setUint16(at, redirectAs2)
    view.setUint16(at + 2, target.autonomousSystem)
    view.setUint32(at + 4, target.value)
    return
  }
  view.setUint16(at, target.form === 'ipv4' ? redirectIPv4 : redirectAs4)
  view.setUint32(at + 2, target.form === 'ipv4' ? target.address : target.autonomousSystem)
  view.setUint16(at + 6, target.value)
}

/**
 * Actions of both attributes, in order; communities of other purposes are left out. A rate below 0 is 0 (RFC 8955 §7.1), one
 * that is no number is rejected. A last piece shorter than a community is left out too. Never throws.
 */
export function decodeActions(
  communities: Uint8Array,
  communitiesIPv6: Uint8Array = new Uint8Array(0),
): { actions: RuleAction[]; rejections: CommunityRejection[] } {
  const actions: RuleAction[] = []
  const rejections: CommunityRejection[] = []
  const view = new DataView(communities.buffer, communities.byteOffset, communities.byteLength)
  for (let at = 0; at + 8 <= communities.length; at += 8) {
    const action = readCommunity(view, at)
    if (action === 'rate-not-a-number') rejections.push({ reason: action, offset: at })
    else if (action) actions.push(action)
  }
  const viewIPv6 = new DataView(communitiesIPv6.buffer, communitiesIPv6.byteOffset, communitiesIPv6.byteLength)
  for (let at = 0; at + 20 <= communitiesIPv6.length; at += 20) {
    if (viewIPv6.getUint16(at) !== redirectToIPv6) continue
    const word = (index: number): number => viewIPv6.getUint32(at + 2 + index * 4)
    const words = [word(0), word(1), word(2), word(3)] as const
    actions.push({ kind: 'redirect-ip', family: 6, words, copies: (viewIPv6.getUint8(at + 19) & 1) === 1 })
  }
  return { actions, rejections }
}

function readCommunity(view: DataView, at: number): RuleAction | 'rate-not-a-number' | undefined {
  const type = view.getUint16(at)
  const last = view.getUint8(at + 7)
  switch (type) {
    case rateBytes:
    case ratePackets: {
      const rate = view.getFloat32(at + 4)
      if (!Number.isFinite(rate)) return 'rate-not-a-number'
      if (rate <= 0) return { kind: 'drop' }
      return type === rateBytes ? { kind: 'limit-bytes', bytesPerSecond: rate } : { kind: 'limit-packets', packetsPerSecond: rate }
    }
    case trafficAction:
      return { kind: 'traffic-action', continues: (last & 1) === 1, samples: (last & 2) === 2 }
    case marking:
      return { kind: 'mark', dscp: last & 0x3f }
    case redirectToIPv4:
      return { kind: 'redirect-ip', family: 4, words: [view.getUint32(at + 2), 0, 0, 0], copies: (last & 1) === 1 }
    case redirectAs2:
      return { kind: 'redirect-vrf', target: { form: 'as2', autonomousSystem: view.getUint16(at + 2), value: view.getUint32(at + 4) } }
    case redirectIPv4:
      return { kind: 'redirect-vrf', target: { form: 'ipv4', address: view.getUint32(at + 2), value: view.getUint16(at + 6) } }
    case redirectAs4:
      return { kind: 'redirect-vrf', target: { form: 'as4', autonomousSystem: view.getUint32(at + 2), value: view.getUint16(at + 6) } }
    default:
      return undefined
  }
}
