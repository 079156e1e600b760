import { ByteWriter } from './byte-writer.ts'

/** A part of a sample: its kind (enterprise and format) and what it holds. */
export interface SflowPart {
  kind: number
  content: Uint8Array
}

export interface SflowSample {
  kind: 'flow' | 'expanded-flow' | 'counters' | 'expanded-counters'
  sequence?: number
  rate?: number
  /** Packets that could have been sampled until now. */
  pool?: number
  input?: number
  output?: number
  parts: readonly SflowPart[]
}

export interface SflowHeader {
  agent: string
  subAgent?: number
  sequence: number
  uptimeMs?: number
}

export function encodeSflow5(header: SflowHeader, samples: readonly SflowSample[]): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter().u32(5, header.agent.includes(':') ? 2 : 1).address(header.agent)
  writer.u32(header.subAgent ?? 0, header.sequence, header.uptimeMs ?? 0, samples.length)
  const kinds = { flow: 1, counters: 2, 'expanded-flow': 3, 'expanded-counters': 4 }
  for (const sample of samples) {
    const content = encodeSample(sample)
    writer.u32(kinds[sample.kind], content.length).raw(content)
  }
  return writer.done()
}

function encodeSample({ kind, sequence = 1, rate = 1, pool = rate, input = 0, output = 0, parts }: SflowSample): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter().u32(sequence)
  if (kind === 'flow') writer.u32(1, rate, pool, 0, input, output)
  if (kind === 'expanded-flow') writer.u32(0, 1, rate, pool, 0, 0, input, 0, output)
  if (kind === 'counters') writer.u32(1)
  if (kind === 'expanded-counters') writer.u32(0, 1)
  writer.u32(parts.length)
  for (const part of parts) writer.u32(part.kind, part.content.length).raw(part.content)
  return writer.done()
}

/**
 * A packet's first bytes as they were sent (format 1); protocol 1 is Ethernet, 11 IPv4, 12 IPv6, 13 MPLS. `stripped` are bytes of
 * the frame that were left out, such as the four by which Ethernet checks it.
 */
export function sampledHeader(packet: Uint8Array, { protocol = 1, frameBytes = packet.length, stripped = 0, kept = 128 } = {}): SflowPart {
  const header = packet.subarray(0, kept)
  return { kind: 1, content: new ByteWriter().u32(protocol, frameBytes, stripped, header.length).raw(header).pad(4).done() }
}

/** extended_gateway (format 1003) with a path of one segment. */
export function gateway({ sourceAs, path }: { sourceAs: number; path: readonly number[] }): SflowPart {
  const writer = new ByteWriter().u32(1).address('192.0.2.254').u32(64_500, sourceAs, sourceAs, 1, 2, path.length)
  return {
    kind: 1003,
    content: writer
      .u32(...path)
      .u32(0, 0)
      .done(),
  }
}
