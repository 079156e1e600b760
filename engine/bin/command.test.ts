import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { expect, test } from 'vitest'
import { encodeEthernet, encodeIp, encodeUdp } from '#generate/encode-packet.ts'
import { encodePcap } from '#generate/encode-pcap.ts'

// How a command ends that goes on until it is told to: alone, and behind the launcher where the machine's Node is an older one.

const module = path.resolve(import.meta.dirname, 'command.ts')
const launcher = path.resolve(import.meta.dirname, 'luytre-engine.mjs')

/** A process of which somebody asks to end, and again so many milliseconds later. */
function askTwice(laterMs: number, [first, second]: readonly [string, string]) {
  const code = `
    import { whenAskedToEnd } from ${JSON.stringify(module)}
    import { once } from 'node:events'
    const alive = setInterval(() => {}, 1000)
    let now = 1000
    performance.now = () => now
    const asked = whenAskedToEnd()
    // Signals come in their order: after this one both were heard.
    const heard = once(process, 'SIGUSR2')
    process.kill(process.pid, '${first}')
    await asked
    now += ${laterMs}
    process.kill(process.pid, '${second}')
    process.kill(process.pid, 'SIGUSR2')
    await heard
    clearInterval(alive)
    console.log('summary')`
  return spawnSync(process.execPath, ['--input-type=module', '--eval', code], { encoding: 'utf8' })
}

test.each([
  ['SIGINT', 'SIGINT'],
  ['SIGTERM', 'SIGTERM'],
  ['SIGHUP', 'SIGTERM'],
] as const)('%s and %s right after it are one wish: what was begun is told', (first, second) => {
  expect(askTwice(499, [first, second])).toMatchObject({ status: 0, signal: null, stdout: 'summary\n' })
})

test('who asks again later ends it at once', () => {
  expect(askTwice(500, ['SIGINT', 'SIGINT'])).toMatchObject({ status: null, signal: 'SIGINT', stdout: '' })
})

// The launcher hands over to the Node that npm installs, where that is to be had: on Linux.
const ownNode = path.resolve(import.meta.dirname, '../../node_modules/.bin/node')
const asOldNode = `data:text/javascript,${encodeURIComponent(
  "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.0.0' } })",
)}`

async function launchDetect() {
  const words = ['--import', asOldNode, launcher, 'detect', '--listen', '0']
  // A group of its own, as a shell gives it one: a terminal signals all of it.
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'pipe'], detached: true })
  const told: string[] = []
  const closed = once(
    createInterface({ input: child.stdout }).on('line', line => told.push(line)),
    'close',
  )
  await once(createInterface({ input: child.stderr }), 'line')
  return { child, told, closed }
}

test.runIf(existsSync(ownNode))('behind the launcher Ctrl+C ends a command with its summary, and with 0', async () => {
  const { child, told, closed } = await launchDetect()
  const ended = once(child, 'exit')
  process.kill(-child.pid!, 'SIGINT')
  expect(await ended).toEqual([0, null])
  await closed
  expect(told.map(line => (JSON.parse(line) as { type: string }).type)).toEqual(['summary'])
})

test.runIf(existsSync(ownNode))('a command ends with its summary when its launcher is killed outright', async () => {
  const { child, told, closed } = await launchDetect()
  child.kill('SIGKILL')
  // Its output closes when it has ended.
  await closed
  expect(told.map(line => (JSON.parse(line) as { type: string }).type)).toEqual(['summary'])
})

test.runIf(existsSync(ownNode))('the launcher ends as the command did: by a signal, if it was one', async () => {
  const child = spawn(process.execPath, ['--import', asOldNode, launcher, 'decode', '-'], { stdio: ['pipe', 'pipe', 'inherit'] })
  const unknown = encodeIp({ source: '192.0.2.1', destination: '192.0.2.2', protocol: 17 }, encodeUdp(4000, 2055, new Uint8Array(20)))
  child.stdin.write(encodePcap([{ timeMs: 1_700_000_000_000, bytes: encodeEthernet(0x0800, unknown) }]))
  // It runs, and waits for more.
  await once(createInterface({ input: child.stdout }), 'line')
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  expect(await ended).toEqual([null, 'SIGTERM'])
})
