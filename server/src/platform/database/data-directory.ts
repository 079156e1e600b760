import { mkdir, open, realpath } from 'node:fs/promises'

/**
 * Makes the product's data directory unless it is there; returns its real path. Below root's own directory the user who
 * runs PostgreSQL must be able to pass; what is secret in it has its own mode.
 */
export async function makeDataDirectory(directory: string): Promise<string> {
  await mkdir(directory, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 })
  return realpath(directory)
}

/** Flushes names of files, as `fsync` of a file flushes its bytes. */
export async function flushDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
