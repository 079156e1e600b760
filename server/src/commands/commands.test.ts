import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import type { Address } from '#platform/database/connection.ts'
import { startEmbeddedPostgres } from '#platform/database/embedded-postgres.ts'
import { createTestDatabase, makeTestAuthority } from '../../test/kit.ts'
import { runCommand, runWords, startProgram } from '../../test/program.ts'
import type { Program } from '../../test/program.ts'

// The command line as an operator meets it: the real program, its exit codes, and what it leaves behind.

const parent = await mkdtemp(path.join(os.tmpdir(), 'luytre-commands-'))
// As under /srv: whoever runs PostgreSQL may pass.
await chmod(parent, 0o711)
afterAll(() => rm(parent, { recursive: true, force: true }))

let made = 0
/** A place where nothing is yet. */
const absent = (): string => path.join(parent, `data-${(made += 1)}`)

const urlOf = ({ host, port, user, database }: Address): string =>
  `postgres://${user}@localhost:${port}/${database}?host=${encodeURIComponent(host)}`

const settled = await createTestDatabase()
await makeTestAuthority(settled)
const unsettled = await createTestDatabase()
const demonstration = await createTestDatabase()
await makeTestAuthority(demonstration)
await demonstration.asOwner('update organisation set is_demo = true')
const blank = await createTestDatabase({ isMigrated: false })
const fresh = await createTestDatabase({ isMigrated: false })

const running: Program[] = []
afterEach(async () => {
  for (const program of running.splice(0)) {
    program.kill()
    await program.exited
  }
})
async function serve(...given: Parameters<typeof startProgram>): Promise<Program> {
  const program = await startProgram(...given)
  running.push(program)
  return program
}

describe('exit codes', () => {
  test.each([
    [['--help'], 0],
    [['--version'], 0],
    [['migrate', '--help'], 0],
    [[], 2],
    [['migrat'], 2],
    [['migrate', '--no-such-option'], 2],
    [['migrate', 'one-word-too-many'], 2],
    [['ledger', 'export'], 2],
  ] as const)('luytre %s ends with %i', async (words, exitCode) => {
    const data = absent()
    expect(await runWords(data, [...words])).toMatchObject({ exitCode })
    expect(existsSync(data)).toBe(false)
  })

  test('a faulty configuration ends with 2 and names every fault', async () => {
    const { exitCode, answer } = await runCommand(absent(), ['migrate'], { LUYTRE_HSOT: 'x', LUYTRE_PUBLIC_URL: 'https://a.invalid/path' })
    expect(exitCode).toBe(2)
    expect(answer['problems']).toEqual([expect.stringContaining('LUYTRE_HSOT'), expect.stringContaining('LUYTRE_PUBLIC_URL')])
  })

  test('a database that cannot be reached ends with 1, in words and without a stack', async () => {
    const { exitCode, answer, errors } = await runCommand(absent(), ['ledger', 'verify'], {
      LUYTRE_DATABASE_URL: 'postgres://luytre_app@127.0.0.1:1/luytre',
    })
    expect(exitCode).toBe(1)
    expect(answer).toMatchObject({ ok: false, code: 'ECONNREFUSED' })
    expect(errors).not.toContain('    at ')
  })
})

describe('migrate', () => {
  test('the owner’s address alone is enough, and nothing is made in the data directory', async () => {
    const data = absent()
    const settings = { LUYTRE_DATABASE_OWNER_URL: urlOf(fresh.ownerAddress) }
    const first = await runCommand(data, ['migrate'], settings)
    expect(first).toMatchObject({ exitCode: 0, answer: { ok: true } })
    expect(first.answer['applied']).not.toEqual([])
    const again = await runCommand(data, ['migrate'], settings)
    expect(again.answer).toMatchObject({ applied: [], at: first.answer['at'] })
    expect(existsSync(data)).toBe(false)
  })

  test('with the server’s address alone it is refused', async () => {
    const { exitCode, answer } = await runCommand(absent(), ['migrate'], { LUYTRE_DATABASE_URL: urlOf(settled.appAddress) })
    expect(exitCode).toBe(1)
    expect(answer).toMatchObject({ code: 'owner-missing' })
  })

  test('without an address it makes the embedded database, for root as an unprivileged user', async () => {
    const beside = absent()
    const reference = await startEmbeddedPostgres({ directory: beside })
    await reference.stop()
    const data = absent()
    expect(await runCommand(data, ['migrate'])).toMatchObject({ exitCode: 0 })
    for (const place of ['', 'postgres']) {
      const [wanted, found] = await Promise.all([stat(path.join(beside, place)), stat(path.join(data, place))])
      expect({ mode: found.mode, uid: found.uid }).toEqual({ mode: wanted.mode, uid: wanted.uid })
    }
  })
})

describe('demo reset', () => {
  test('where a real authority lives, or a server runs, nothing is changed', async () => {
    const data = absent()
    const real = await serve(data)
    expect(await runCommand(data, ['demo', 'reset'])).toMatchObject({ exitCode: 1, answer: { code: 'demo.running' } })
    const set = await fetch(`${real.url}/api/v1/setup`, {
      method: 'POST',
      headers: { origin: real.url, 'content-type': 'application/json' },
      body: JSON.stringify({
        token: real.firstLink!.split('#')[1],
        organisationName: { en: 'Real' },
        name: 'First administrator',
        email: 'first@real.invalid',
        language: 'en',
        password: 'seven herons over the delta',
      }),
    })
    expect(set.status).toBe(200)
    real.kill()
    await real.exited
    expect(await runCommand(data, ['demo', 'reset'])).toMatchObject({ exitCode: 1, answer: { code: 'demo.real-authority' } })
    expect((await runCommand(data, ['doctor'])).answer['findings']).toContainEqual({ check: 'authority', isGood: true, says: 'is set up' })
    const other = await runCommand(absent(), ['demo', 'reset'], { LUYTRE_DATABASE_URL: urlOf(settled.appAddress) })
    expect(other).toMatchObject({ exitCode: 1, answer: { code: 'demo.not-embedded' } })
  }, 200_000)

  test('makes the demonstration anew, with another password and a whole ledger', async () => {
    const data = absent()
    const first = await serve(data, {}, ['--demo'])
    const before = await readFile(path.join(data, 'demo-password.txt'), 'utf8')
    first.kill()
    await first.exited
    await writeFile(path.join(data, 'notes.txt'), 'of the trainer')
    const { exitCode, answer } = await runCommand(data, ['demo', 'reset'])
    expect(exitCode).toBe(0)
    expect(answer['password']).not.toBe(before.trim())
    expect(await readFile(path.join(data, 'notes.txt'), 'utf8')).toBe('of the trainer')
    expect(await runCommand(data, ['ledger', 'verify'])).toMatchObject({ exitCode: 0 })
  }, 400_000)
})

describe('doctor', () => {
  const says = (answer: Record<string, unknown>, check: string): unknown =>
    (answer['findings'] as { check: string }[]).find(finding => finding.check === check)

  test('on an absent directory it says so and makes nothing', async () => {
    const data = absent()
    const { exitCode, answer } = await runCommand(data, ['doctor'])
    expect(exitCode).toBe(1)
    expect(says(answer, 'data directory')).toMatchObject({ isGood: false })
    expect(says(answer, 'database')).toMatchObject({ isGood: false, says: expect.stringContaining('none yet') })
    expect(existsSync(data)).toBe(false)
  })

  test('a database without tables is told to migrate', async () => {
    const { answer } = await runCommand(absent(), ['doctor'], { LUYTRE_DATABASE_URL: urlOf(blank.appAddress) })
    expect(says(answer, 'database')).toMatchObject({ isGood: false, says: expect.stringContaining('luytre migrate') })
  })

  test('a database in order is good, its authority too', async () => {
    const { answer } = await runCommand(absent(), ['doctor'], { LUYTRE_DATABASE_URL: urlOf(settled.appAddress) })
    for (const check of ['database', 'database role', 'authority']) expect(says(answer, check)).toMatchObject({ check, isGood: true })
  })
})

describe('serve', () => {
  // Every address of 127.0.0.0/8 is this machine: who listens on 127.0.0.1 alone does not answer on the next one.
  const answersBeyondLoopback = (url: string): Promise<boolean> =>
    fetch(url.replace('localhost', '127.0.0.2') + '/health').then(
      answer => answer.ok,
      () => false,
    )

  test('an authority’s server listens where it is told to', async () => {
    const { url, holdsDemo } = await serve(absent(), { LUYTRE_DATABASE_URL: urlOf(settled.appAddress), LUYTRE_HOST: '0.0.0.0' })
    expect(holdsDemo).toBe(false)
    expect(await answersBeyondLoopback(url)).toBe(true)
  })

  test('a demonstration listens on loopback only, also without --demo', async () => {
    const { url, holdsDemo } = await serve(absent(), { LUYTRE_DATABASE_URL: urlOf(demonstration.appAddress), LUYTRE_HOST: '0.0.0.0' }, [])
    expect(holdsDemo).toBe(true)
    expect((await fetch(url.replace('localhost', '127.0.0.1') + '/health')).ok).toBe(true)
    expect(await answersBeyondLoopback(url)).toBe(false)
  })

  test('a port that is taken ends it, and it says so', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    try {
      const { port } = other.address() as AddressInfo
      const settings = { LUYTRE_DATABASE_URL: urlOf(settled.appAddress), LUYTRE_HOST: '127.0.0.1', LUYTRE_PORT: String(port) }
      const ended = await runCommand(absent(), ['serve', '--empty'], settings)
      expect(ended).toMatchObject({ exitCode: 1, answer: { ok: false, code: 'EADDRINUSE' } })
    } finally {
      other.close()
    }
  })
})

describe('ledger export', () => {
  test('what failed leaves no file, and what is there is not written over', async () => {
    const file = path.join(parent, 'ledger.jsonl')
    const failed = await runCommand(absent(), ['ledger', 'export', file], { LUYTRE_DATABASE_URL: urlOf(blank.appAddress) })
    expect(failed.exitCode).toBe(1)
    expect(existsSync(file)).toBe(false)
    const settings = { LUYTRE_DATABASE_URL: urlOf(settled.appAddress) }
    expect(await runCommand(absent(), ['ledger', 'export', file], settings)).toMatchObject({ exitCode: 0, answer: { ok: true } })
    expect((await readFile(file, 'utf8')).trimEnd().split('\n').at(-1)).toContain('"end"')
    await writeFile(file, 'kept')
    expect(await runCommand(absent(), ['ledger', 'export', file], settings)).toMatchObject({ exitCode: 1, answer: { code: 'EEXIST' } })
    expect(await readFile(file, 'utf8')).toBe('kept')
  })
})

describe('backup', () => {
  test('with another data directory than the server’s it makes nothing, and no key', async () => {
    const [data, file] = [absent(), path.join(parent, 'half.tar')]
    await settled.asOwner('insert into file_store (id) values (gen_random_uuid()) on conflict do nothing')
    const settings = { LUYTRE_DATABASE_URL: urlOf(settled.appAddress) }
    const { exitCode, answer } = await runCommand(data, ['backup', file], settings)
    expect({ exitCode, answer }).toMatchObject({ exitCode: 1, answer: { code: 'backup.incomplete' } })
    expect([existsSync(file), existsSync(path.join(data, 'ledger', 'key.pem'))]).toEqual([false, false])
  })
})

describe('user create-admin', () => {
  test('before there is an authority it points to the link of the first start', async () => {
    const { exitCode, answer } = await runCommand(absent(), ['user', 'create-admin', 'an@test.invalid'], {
      LUYTRE_DATABASE_URL: urlOf(unsettled.appAddress),
    })
    expect(exitCode).toBe(1)
    expect(answer).toMatchObject({ code: 'setup.not-done', message: expect.stringContaining('luytre serve') })
  })

  test('it prints a link that sets a password', async () => {
    const { exitCode, answer } = await runCommand(absent(), ['user', 'create-admin', 'an@test.invalid'], {
      LUYTRE_DATABASE_URL: urlOf(settled.appAddress),
      LUYTRE_PUBLIC_URL: 'https://authority.invalid/',
    })
    expect(exitCode).toBe(0)
    expect(answer['link']).toMatch(/^https:\/\/authority\.invalid\/set-password#.{43}$/)
  })
})
