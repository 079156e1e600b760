import { expect, test } from 'vitest'
import { encodeNetflow5 } from '../generate/encode-netflow5.ts'
import { encodeSflow5 } from '../generate/encode-sflow5.ts'
import { encodeIpfix, encodeNetflow9 } from '../generate/encode-templated.ts'
import { looksLikeExport } from './looks-like-export.ts'

const flow = { source: '192.0.2.7', destination: '192.0.2.8', packets: 3, bytes: 90, firstMs: 1, lastMs: 2 }
const header = { exportSeconds: 1_700_000_000, sequence: 1, domain: 1 }
const templates = [{ kind: 'templates' as const, templates: [{ id: 256, fields: [{ id: 8, length: 4 }] }] }]
const netflow5 = encodeNetflow5({ uptimeMs: 5, exportSeconds: 1_700_000_000 }, [flow])
const looks = (bytes: Uint8Array): boolean =>
  looksLikeExport(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), 0, bytes.length)

test.each([
  ['NetFlow v1', encodeNetflow5({ version: 1, uptimeMs: 5, exportSeconds: 1 }, [flow])],
  ['NetFlow v5', netflow5],
  ['NetFlow v7', encodeNetflow5({ version: 7, uptimeMs: 5, exportSeconds: 1 }, [flow])],
  ['NetFlow v9', encodeNetflow9(header, templates)],
  ['IPFIX', encodeIpfix(header, templates)],
  ['sFlow', encodeSflow5({ agent: '192.0.2.1', sequence: 1 }, [])],
])('%s is what exporters send', (_, bytes) => expect(looks(bytes)).toBe(true))

test.each([
  ['nothing', new Uint8Array()],
  [
    'a question to a name server',
    Uint8Array.from([0, 9, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 7, 101, 120, 97, 109, 112, 108, 101, 0, 0, 1, 0, 1]),
  ],
  ['NetFlow v5 that is longer than it says', Uint8Array.from([...netflow5, 0])],
  ['zeros', new Uint8Array(200)],
])('%s is not', (_, bytes) => expect(looks(bytes)).toBe(false))
