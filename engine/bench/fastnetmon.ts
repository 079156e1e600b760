import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { startOnCore } from './measured-process.ts'
import type { MeasuredProcess } from './measured-process.ts'

// FastNetMon as Debian packages it, with its own configuration but for what a case sets.

export const fastnetmonPackage = { package: 'fastnetmon', program: '/usr/sbin/fastnetmon' }

/** Receives NetFlow on the port, and protects 10.10.0.0/16. */
export function startFastnetmon(core: number, port: number, directory: string, more: Record<string, string>): MeasuredProcess {
  const networks = path.join(directory, 'networks')
  const none = path.join(directory, 'none')
  writeFileSync(networks, '10.10.0.0/16\n')
  writeFileSync(none, '')
  const set: Record<string, string> = {
    netflow: 'on',
    netflow_host: '127.0.0.1',
    netflow_port: String(port),
    enable_api: 'off',
    enable_ban_ipv6: 'off',
    networks_list_path: networks,
    white_list_path: none,
    ...more,
  }
  const file = path.join(directory, 'fastnetmon.conf')
  const packaged = readFileSync('/etc/fastnetmon.conf', 'utf8')
  writeFileSync(
    file,
    packaged.replace(/^(\w+)( *= *).*$/gm, (line, key: string, is: string) => (key in set ? key + is + set[key]! : line)),
  )
  return startOnCore(core, ['fastnetmon', '--configuration_file', file, '--log_file', path.join(directory, 'log'), '--disable_pid_logic'])
}
