// Whether a datagram's bytes are a message of an exporter: headers whose numbers agree with its length. Chance or another
// protocol agrees seldom, so a few datagrams tell what a capture holds.

/** Bytes of a header and of a record of the versions whose records have one size; of v1 there are two (netflow5.ts). */
const fixedSizes: Partial<Record<number, readonly [number, ...number[]]>> = { 1: [16, 48, 52], 5: [24, 48], 7: [24, 52] }

export function looksLikeExport(view: DataView, from: number, to: number): boolean {
  const length = to - from
  if (length < 20) return false
  const version = view.getUint16(from)
  const count = view.getUint16(from + 2)
  const sizes = fixedSizes[version]
  if (sizes) return count > 0 && sizes.slice(1).some(size => length === sizes[0] + count * size)
  // IPFIX says its own length (RFC 7011 §3.1); the first set of NetFlow v9 and IPFIX says its number and its length.
  if (version === 10) return count === length && isSet(view, from + 16, to, 2)
  if (version === 9) return count > 0 && isSet(view, from + 20, to, 0)
  // sFlow v5: a word each for version and kind of the agent's address.
  const addressKind = length >= 28 ? view.getUint32(from + 4) : 0
  return view.getUint32(from) === 5 && (addressKind === 1 || addressKind === 2)
}

function isSet(view: DataView, at: number, to: number, firstTemplateSet: number): boolean {
  if (at + 4 > to) return false
  const set = view.getUint16(at)
  const length = view.getUint16(at + 2)
  return (set === firstTemplateSet || set === firstTemplateSet + 1 || set >= 256) && length >= 4 && at + length <= to
}
