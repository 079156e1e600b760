/** An interface's counters as sFlow tells them (if_counters, sFlow v5 §5.3), by the names of RFC 2863 and of IANA's registry. */
export interface InterfaceCounters {
  exporter: number
  domain: number
  receivedMs: number
  interface: number
  /** ifType of RFC 2863. */
  interfaceType: number
  bitsPerSecond: number
  isAdminUp: boolean
  isUp: boolean
  inBytes: number
  inUnicastPackets: number
  inMulticastPackets: number
  inBroadcastPackets: number
  inDiscards: number
  inErrors: number
  outBytes: number
  outUnicastPackets: number
  outMulticastPackets: number
  outBroadcastPackets: number
  outDiscards: number
  outErrors: number
}
