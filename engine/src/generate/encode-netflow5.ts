import { ByteWriter } from './byte-writer.ts'

export interface Netflow5Flow {
  source: string
  destination: string
  sourcePort?: number
  destinationPort?: number
  protocol?: number
  tcpFlags?: number
  tos?: number
  packets: number
  bytes: number
  /** The exporter's uptime at the first and the last packet. */
  firstMs: number
  lastMs: number
  input?: number
  output?: number
  sourceAs?: number
  destinationAs?: number
}

export interface Netflow5Header {
  version?: 1 | 5 | 7
  uptimeMs: number
  exportSeconds: number
  exportNanoseconds?: number
  sequence?: number
  engine?: number
  /** Two bits of mode, 14 bits of interval. */
  sampling?: number
}

/** One datagram of NetFlow v1, v5 or v7; at most 30 flows fit an exporter's idea of it, which is not checked. */
export function encodeNetflow5(header: Netflow5Header, flows: readonly Netflow5Flow[]): Uint8Array<ArrayBuffer> {
  const { version = 5, uptimeMs, exportSeconds, exportNanoseconds = 0, sequence = 0, engine = 0, sampling = 0 } = header
  const writer = new ByteWriter().u16(version, flows.length).u32(uptimeMs, exportSeconds, exportNanoseconds)
  if (version === 5) writer.u32(sequence).u16(engine, sampling)
  if (version === 7) writer.u32(sequence, 0)
  for (const flow of flows) {
    const { sourcePort = 0, destinationPort = 0, protocol = 0, tcpFlags = 0, tos = 0, input = 0, output = 0 } = flow
    writer.address(flow.source).address(flow.destination).u32(0).u16(input, output)
    writer.u32(flow.packets, flow.bytes, flow.firstMs, flow.lastMs).u16(sourcePort, destinationPort)
    if (version === 1) writer.u16(0).u8(protocol, tos, tcpFlags).zeros(7)
    else
      writer
        .u8(0, tcpFlags, protocol, tos)
        .u16(flow.sourceAs ?? 0, flow.destinationAs ?? 0)
        .u32(0)
    if (version === 7) writer.u32(0)
  }
  return writer.done()
}
