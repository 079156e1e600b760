// Which PostgreSQL programs serve which cluster. An existing cluster decides by its major version; a new one takes the
// programs that come with the npm package, unless the operator names a directory.

import { constants } from 'node:fs'
import { access, mkdir, readFile, rm, stat, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import path from 'node:path'
import { EmbeddedPostgresError } from './embedded-postgres-error.ts'
import { runBriefly } from './leash.ts'

export interface PostgresBinaries {
  /** The directory of initdb and postgres. */
  directory: string
  /** Major version. */
  version: number
  /** What the programs need to find their own libraries. */
  env: Record<string, string>
}

const oldestVersion = 15

/**
 * @param clusterVersion major version of the existing cluster, undefined for a new one
 * @param given the operator's directory (LUYTRE_PG_BIN)
 * @param linkDirectory where links to libraries may be made if the package's own directory is read-only
 */
export async function findPostgresBinaries(options: {
  clusterVersion: number | undefined
  given: string | undefined
  linkDirectory: string
}): Promise<PostgresBinaries> {
  const { clusterVersion, given, linkDirectory } = options
  if (clusterVersion === undefined) {
    const found = given === undefined ? await findPackagedBinaries(linkDirectory) : await findBinariesAt(given)
    if (!found) throw missing(given, 'a new database')
    if (found.version < oldestVersion) {
      throw new EmbeddedPostgresError(
        'wrong-version',
        `${found.directory} holds PostgreSQL ${found.version}; at least ${oldestVersion} is needed.`,
      )
    }
    return found
  }

  const candidates = [
    () => (given === undefined ? Promise.resolve(undefined) : findBinariesAt(given)),
    () => findPackagedBinaries(linkDirectory),
    () => findBinariesAt(`/usr/lib/postgresql/${clusterVersion}/bin`),
  ]
  const others: PostgresBinaries[] = []
  for (const candidate of candidates) {
    const found = await candidate()
    if (found?.version === clusterVersion) return found
    if (found) others.push(found)
  }
  if (others.length === 0) throw missing(given, `the database of PostgreSQL ${clusterVersion}`)
  throw new EmbeddedPostgresError(
    'wrong-version',
    `The database was made by PostgreSQL ${clusterVersion}, but only ` +
      `${others.map(one => `${one.version} (${one.directory})`).join(' and ')} is here. ` +
      `Install PostgreSQL ${clusterVersion} and name its bin directory in LUYTRE_PG_BIN, or restore a backup into a new directory.`,
  )
}

function missing(given: string | undefined, what: string): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    'binaries-missing',
    given === undefined
      ? `No PostgreSQL programs for ${what}: the npm package for ${process.platform} ${process.arch} is not installed and LUYTRE_PG_BIN is not set.`
      : `No PostgreSQL programs for ${what}: ${given} holds no initdb and postgres.`,
  )
}

async function findBinariesAt(directory: string, env: Record<string, string> = {}): Promise<PostgresBinaries | undefined> {
  for (const program of ['initdb', 'postgres']) {
    try {
      await access(path.join(directory, program), constants.X_OK)
    } catch {
      return undefined
    }
  }
  const postgres = path.join(directory, 'postgres')
  const { succeeded, output } = await runBriefly({ program: postgres, args: ['--version'], runsAs: { prefix: [] }, env })
  const version = /PostgreSQL\) (\d+)/.exec(output)?.[1]
  if (!succeeded || version === undefined) {
    throw new EmbeddedPostgresError('binaries-unusable', `${postgres} does not run on this machine: ${output}`)
  }
  return { directory: path.resolve(directory), version: Number(version), env }
}

async function findPackagedBinaries(linkDirectory: string): Promise<PostgresBinaries | undefined> {
  let entry: string
  try {
    entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${process.platform}-${process.arch}`)
  } catch {
    return undefined
  }
  const root = path.dirname(path.dirname(entry))
  return findBinariesAt(path.join(root, 'native', 'bin'), await linkLibraries(root, linkDirectory))
}

interface LibraryLink {
  source: string
  target: string
}

// An npm tarball cannot hold symbolic links: the package lists those between its libraries, and makes them in an
// install script, which we do not allow.
async function linkLibraries(root: string, linkDirectory: string): Promise<Record<string, string>> {
  const links = JSON.parse(await readFile(path.join(root, 'native', 'pg-symlinks.json'), 'utf8')) as LibraryLink[]
  const absent: LibraryLink[] = []
  for (const link of links) {
    if (!(await exists(path.join(root, link.target)))) absent.push(link)
  }
  if (absent.length === 0) return {}
  try {
    for (const { source, target } of absent) {
      const place = path.join(root, target)
      await makeLink(path.relative(path.dirname(place), path.join(root, source)), place)
    }
    return {}
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'EACCES' && code !== 'EPERM' && code !== 'EROFS') throw error
  }
  // A read-only or somebody else's installation: links beside the data. Readable for all, they say nothing secret.
  await mkdir(linkDirectory, { recursive: true, mode: 0o755 })
  for (const { source, target } of absent) {
    const place = path.join(linkDirectory, path.basename(target))
    // A link of an earlier installation would mix the libraries of two versions.
    await rm(place, { force: true })
    await makeLink(path.join(root, source), place)
  }
  // A library found through a link looks for its neighbours beside the link, so the package's directory is named too.
  return { LD_LIBRARY_PATH: `${linkDirectory}:${path.join(root, 'native', 'lib')}` }
}

async function makeLink(to: string, place: string): Promise<void> {
  try {
    await symlink(to, place)
  } catch (error) {
    // Another process of ours was here at the same moment.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}

async function exists(place: string): Promise<boolean> {
  return stat(place).then(
    () => true,
    () => false,
  )
}
