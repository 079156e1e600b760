import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fastnetmonPackage, startFastnetmon } from './fastnetmon.ts'
import { samplingRateOf } from './load-flows.ts'
import type { LoadProtocol } from './load-flows.ts'
import { startOnCore } from './measured-process.ts'
import type { MeasuredProcess } from './measured-process.ts'

// The engine and its peers, as Debian packages them, each as a process that receives on a port and can be asked afterwards
// how many records came out at its end.

const receiveBufferBytes = 4 * 1024 * 1024

export interface Collector {
  name: string
  protocols: readonly LoadProtocol[]
  /** Debian's package, and a file of it; none for the engine. */
  package?: string
  program?: string
  start(core: number, port: number, directory: string, protocol: LoadProtocol): MeasuredProcess
  /** What is sent in one piece comes to its socket in one, and is dropped as one (UDP_GRO). */
  joinsDatagrams?: boolean
  signal: NodeJS.Signals
  /** Seconds that a trial has at least: what it does once a second or in five must fall into it. */
  leastSeconds?: number
  /** Records that were stored or told, once it has ended; undefined where it cannot be asked: then the kernel's drops count. */
  countRecords?(directory: string, output: string): number
}

const here = import.meta.dirname

/** The engine, as it is or with the kernel handing over each datagram by itself. */
export const engine = ({ isApart = false } = {}): Collector => ({
  name: 'luytre-engine',
  protocols: ['netflow5', 'netflow9', 'ipfix', 'sflow'],
  joinsDatagrams: !isApart,
  start(core, port, _directory, protocol) {
    const words = { port, buffer: receiveBufferBytes, sampling: samplingRateOf[protocol] }
    const args = Object.entries(words).flatMap(([name, value]) => [`--${name}`, String(value)])
    if (isApart) args.push('--apart')
    return startOnCore(core, [process.execPath, path.join(here, 'collect.ts'), ...args])
  },
  signal: 'SIGTERM',
  countRecords: (_directory, output) => (JSON.parse(output.trim().split('\n').at(-1)!) as { flows: number }).flows,
})

/** nfcapd and sfcapd write files; nfdump tells how many flows are in them. */
const storing = (name: string, packaged: string, protocols: readonly LoadProtocol[]): Collector => ({
  name,
  protocols,
  package: packaged,
  program: `/usr/bin/${name}`,
  start: (core, port, directory) =>
    startOnCore(core, [name, '-w', directory, '-p', String(port), '-b', '127.0.0.1', '-B', String(receiveBufferBytes)]),
  signal: 'SIGTERM',
  countRecords(directory) {
    const { stdout } = spawnSync('nfdump', ['-I', '-R', directory], { encoding: 'utf8' })
    return Number(/^Flows: (\d+)/m.exec(stdout)?.[1] ?? 0)
  },
})

const nfacctd: Collector = {
  name: 'nfacctd',
  protocols: ['netflow5', 'netflow9', 'ipfix'],
  package: 'pmacct',
  program: '/usr/sbin/nfacctd',
  start(core, port, directory) {
    // The lightest that it can do with flows: sums of two protocols, by the print plugin, through a large pipe.
    const lines = {
      daemonize: 'false',
      nfacctd_ip: '127.0.0.1',
      nfacctd_port: port,
      nfacctd_pipe_size: receiveBufferBytes,
      plugins: 'print[p]',
      'aggregate[p]': 'proto, flows',
      'print_output[p]': 'csv',
      'print_output_file[p]': path.join(directory, 'out.csv'),
      'print_output_file_append[p]': 'true',
      'print_refresh_time[p]': 600,
      'print_cache_entries[p]': 1031,
      'plugin_pipe_size[p]': 100 * 1024 * 1024,
      'plugin_buffer_size[p]': 100 * 1024,
    }
    const file = path.join(directory, 'nfacctd.conf')
    writeFileSync(
      file,
      Object.entries(lines)
        .map(([key, value]) => `${key}: ${value}\n`)
        .join(''),
    )
    return startOnCore(core, ['nfacctd', '-f', file])
  },
  signal: 'SIGINT',
  countRecords(directory) {
    const file = path.join(directory, 'out.csv')
    if (!existsSync(file)) return 0
    const [head = '', ...rows] = readFileSync(file, 'utf8').trim().split('\n')
    const column = head.split(',').indexOf('FLOWS')
    return rows.reduce((sum, row) => sum + (Number(row.split(',')[column]) || 0), 0)
  },
}

const fastnetmon = (isEnlarged: boolean): Collector => ({
  name: isEnlarged ? 'fastnetmon-4MB' : 'fastnetmon',
  protocols: ['netflow9'],
  package: fastnetmonPackage.package,
  program: fastnetmonPackage.program,
  start(core, port, directory) {
    const start = (): MeasuredProcess => startFastnetmon(core, port, directory, { enable_ban: 'off' })
    return isEnlarged ? withLargeBuffers(start) : start()
  },
  signal: 'SIGTERM',
  // It sums up once a second, over five seconds.
  leastSeconds: 5,
})

const defaultBuffer = '/proc/sys/net/core/rmem_default'

/** It asks for no buffer size: what the kernel gives by default is enlarged until it has opened its socket. */
function withLargeBuffers(start: () => MeasuredProcess): MeasuredProcess {
  const before = readFileSync(defaultBuffer, 'utf8').trim()
  writeFileSync(defaultBuffer, String(receiveBufferBytes * 2))
  const restore = (): void => writeFileSync(defaultBuffer, before)
  process.once('exit', restore)
  const receiver = start()
  setTimeout(() => {
    restore()
    process.off('exit', restore)
  }, 3000)
  return receiver
}

const peers: readonly Collector[] = [
  storing('nfcapd', 'nfdump', ['netflow5', 'netflow9', 'ipfix']),
  nfacctd,
  storing('sfcapd', 'nfdump-sflow', ['sflow']),
  fastnetmon(false),
  fastnetmon(true),
]

/** Peers of these names (all without) that are here, installed when we are root; which are left out is said. */
export function installPeers(names?: readonly string[]): { found: readonly Collector[]; missing: string[] } {
  const wanted = peers.filter(({ name }) => names === undefined || names.includes(name))
  const missing = (): Collector[] => wanted.filter(({ program }) => !existsSync(program!))
  const packages = [...new Set(missing().map(one => one.package!))]
  if (packages.length > 0 && process.getuid?.() === 0) {
    console.log(`  installing ${packages.join(', ')} from Debian`)
    spawnSync('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...packages], { stdio: 'ignore' })
  }
  const gone = missing()
  return {
    found: wanted.filter(one => !gone.includes(one)),
    missing: gone.map(({ name, package: from }) => `${name} (apt-get install ${from})`),
  }
}
