import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { expect, test } from 'vitest'
import type { AttackRecord } from '#detect/describe-attack.ts'

// Captures of real attacks (L.F. Haaijer, DDoS Packet Capture Collection, 2022), each a fraction of a second long. Limits were
// set before these were tried and not changed for them; their ports were known, and they are why the first second of a
// capture of packets is judged by the part of it that there is. The files are not part of the repository:
// npm run test:conformance -- <folder with flow/attacks>

const data = process.env['LUYTRE_TEST_CONFORMANCE_DATA']
if (!data) throw new Error('conformance: name the folder of the reference data: npm run test:conformance -- <folder>')
const command = path.resolve(import.meta.dirname, '../../bin/luytre-engine.mjs')

test.each([
  ['amp.TCP.reflection.SYNACK', 'syn-ack-reflection'],
  ['amp.UDP.isakmp', 'isakmp-reflection'],
])('%s is named %s', (name, vector) => {
  const { stdout, status } = spawnSync(process.execPath, [command, 'detect', '--pcap', path.join(data, 'flow/attacks', `${name}.pcap`)], {
    encoding: 'utf8',
  })
  const lines = stdout
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as AttackRecord)
  expect(status).toBe(0)
  const starts = lines.filter(({ event }) => event === 'start')
  expect(starts).toMatchObject([{ target: '10.10.10.10', scope: 'host', name: vector }])
})
