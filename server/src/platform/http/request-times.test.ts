import { expect, test } from 'vitest'
import { getMe, signIn } from '#platform/identity/identity.api.ts'
import { makeTestServer } from '../../../test/http-kit.ts'
import { createTestDatabase, makeTestAccount, makeTestAuthority } from '../../../test/kit.ts'
import { probe } from '../../../test/upload-probe.ts'

const database = await createTestDatabase()
const { organisationId } = await makeTestAuthority(database)

const server = await makeTestServer(database, { requestsPerMinute: 20, mountMore: ({ mount }) => mount(probe, async () => undefined) })

async function timesOf(operation: string): Promise<Record<string, number>> {
  const { values } = await server.metrics.requestSeconds.get()
  const counts = values.filter(({ metricName, labels }) => metricName?.endsWith('_count') && labels['operation'] === operation)
  return Object.fromEntries(counts.map(({ labels, value }) => [labels['status'], value]))
}

test('refusals are timed like answers, whoever refuses', async () => {
  const bytes = Buffer.from('words')
  const upload = { fileName: 'a.txt', contentType: 'text/plain', bytes }
  const manager = await server.signIn(await makeTestAccount(database, organisationId, 'capacity-manager'))
  const auditor = await server.signIn(await makeTestAccount(database, organisationId, 'auditor'))
  await server.callWith(manager, probe, { upload })
  await server.callWith(undefined, probe, { upload })
  await server.callWith(auditor, probe, { upload })
  await server.callWith(manager, probe, { upload, headers: { origin: 'https://elsewhere.invalid' } })
  await server.callWith(manager, probe, { upload: { ...upload, bytes: Buffer.alloc(101) } })
  await server.callWith(manager, probe, { upload: { ...upload, contentType: 'text/html' } })
  expect(await timesOf(probe.name)).toEqual({ 204: 1, 401: 1, 403: 2, 413: 1, 415: 1 })
})

test('whoever asks too often is timed as well', async () => {
  const body = { email: 'an@test.invalid', password: 'not the password' }
  for (let attempt = 1; attempt <= 3; attempt++) await server.callWith(undefined, signIn, { body })
  expect(await timesOf(signIn.name)).toEqual({ 401: 2, 429: 1 })
  await server.callWith(undefined, getMe)
  expect(Object.values(await timesOf(getMe.name))).toEqual([1])
})
