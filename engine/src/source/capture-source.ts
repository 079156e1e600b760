import type { CaptureFault } from '../capture/capture-reader.ts'
import { createUdpExtractor } from '../capture/udp-datagrams.ts'
import type { UdpCounters } from '../capture/udp-datagrams.ts'
import { readCapture } from './capture-file.ts'
import type { FlowPipeline } from './flow-pipeline.ts'

/**
 * Feeds the datagrams of a capture into a pipeline, as fast as it takes them, under the times at which they were captured:
 * the consumer is told the time as if it went by. The pipeline is not stopped. Throws what the file system says.
 */
export async function feedCapture(
  path: string,
  { exporters, onDatagram, onPause }: Pick<FlowPipeline, 'exporters' | 'onDatagram' | 'onPause'>,
  ports: ReadonlySet<number> = new Set(),
): Promise<{ fault: CaptureFault | undefined; counters: UdpCounters }> {
  const extractor = createUdpExtractor(({ bytes, from, to, timeMs, family, sourceAt }) => {
    const view = new DataView(bytes.buffer, bytes.byteOffset + sourceAt, family === 4 ? 4 : 16)
    const word = (index: number): number => (family === 4 && index > 0 ? 0 : view.getUint32(index * 4))
    onPause(timeMs)
    onDatagram(bytes, from, to - from, exporters.numberOf(family, word(0), word(1), word(2), word(3)), timeMs)
  }, ports)
  const fault = await readCapture(path, packet => extractor.take(packet))
  return { fault, counters: extractor.counters }
}
