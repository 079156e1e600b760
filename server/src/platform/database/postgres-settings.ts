import { totalmem } from 'node:os'
import { EmbeddedPostgresError } from './embedded-postgres-error.ts'
import { port } from './postgres-socket.ts'

const mebibyte = 1024 * 1024
/** Of the machine, or of the control group that we run in. */
const memoryMiB = Math.min(totalmem(), process.constrainedMemory() || Infinity) / mebibyte
/** 128 MB on a machine of 4 GB that also runs the rest of the product; more would be taken from the system's own cache. */
const sharedBuffersMiB = Math.round(Math.min(1024, Math.max(128, memoryMiB / 32)))

const settingsByDefault: Record<string, string> = {
  max_connections: '60',
  shared_buffers: `${sharedBuffersMiB}MB`,
  effective_cache_size: `${sharedBuffersMiB * 8}MB`,
  work_mem: '8MB',
  maintenance_work_mem: '64MB',
  max_wal_size: '1GB',
  wal_compression: 'on',
  // Compiling costs more than it saves on queries that a screen waits for.
  jit: 'off',
  fsync: 'on',
  full_page_writes: 'on',
  synchronous_commit: 'on',
  timezone: 'UTC',
  log_timezone: 'UTC',
  lc_messages: 'C',
  log_checkpoints: 'off',
  log_line_prefix: '%m [%p] %q%u@%d ',
}

const settingsReserved: Record<string, string> = {
  listen_addresses: '',
  port: String(port),
  unix_socket_permissions: '0700',
  log_destination: 'stderr',
  logging_collector: 'off',
}

const settingsForbidden = new Set([
  ...Object.keys(settingsReserved),
  'config_file',
  'data_directory',
  'external_pid_file',
  'hba_file',
  'ident_file',
  'unix_socket_directories',
  'unix_socket_group',
])

/** Ours, then those given, then those that nobody changes. */
export function mergeSettings(given: Record<string, string>): Record<string, string> {
  for (const name of Object.keys(given)) {
    if (settingsForbidden.has(name.toLowerCase()) || !/^[a-z_][a-z0-9_.]*$/i.test(name)) {
      throw new EmbeddedPostgresError('reserved-setting', `The setting "${name}" cannot be changed for the embedded database.`)
    }
  }
  return { ...settingsByDefault, ...given, ...settingsReserved }
}
