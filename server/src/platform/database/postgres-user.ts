// PostgreSQL refuses to run as root. This page decides as whom it runs, and keeps the cluster's files in that one hand.

import { chmod, lchown, lstat, opendir, stat } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { EmbeddedPostgresError } from './embedded-postgres-error.ts'
import { runBriefly } from './leash.ts'
import type { RunsAs } from './leash.ts'

export interface PostgresUser extends RunsAs {
  /** Who owns the files, as seen from here. */
  ownerUid: number
  ownerGid: number
}

// "nobody" and "nogroup" or "nobody" wherever there is a passwd file, and the kernel's overflow id.
const nobody = 65534

const mappedPrefix = ['unshare', '--user', `--map-user=${nobody}`, `--map-group=${nobody}`, '--']

/** Whether a file of this owner may be one that we have made: as ourselves, or as root for the unprivileged user. */
export function isOurs(ownerUid: number): boolean {
  const uid = process.getuid?.() ?? 0
  return ownerUid === uid || (uid === 0 && ownerUid === nobody)
}

/** Throws `owned-by-another-user` for a cluster that this process did not make and should not take over. */
export async function refuseOtherOwner(cluster: string): Promise<void> {
  const found = await lstat(cluster).catch(() => undefined)
  if (!found || isOurs(found.uid)) return
  throw new EmbeddedPostgresError(
    'owned-by-another-user',
    `The database in ${cluster} belongs to user ${found.uid}${found.uid === nobody ? ' (it was first started as root)' : ''}, ` +
      `but this process runs as user ${process.getuid?.()}. Start it as the user who started it first.`,
  )
}

/**
 * Who may run PostgreSQL on these directories: ourselves if we are not root. Root has two ways, and takes the one that
 * fits the cluster's present owner if it works: the unprivileged user 65534; or, where that user may not pass
 * (a checkout below a home of mode 0700, say), ourselves in a user namespace in which we are no longer root.
 *
 * @param paths directories that the server must reach
 * @param presentOwnerUid owner of an existing cluster
 */
export async function choosePostgresUser(options: {
  postgres: string
  env: Record<string, string>
  paths: string[]
  presentOwnerUid: number | undefined
}): Promise<PostgresUser> {
  const { presentOwnerUid } = options
  const uid = process.getuid?.() ?? 0
  const gid = process.getgid?.() ?? 0
  const self: PostgresUser = { prefix: [], ownerUid: uid, ownerGid: gid }
  if (uid !== 0) return self

  const dropped: PostgresUser = { uid: nobody, gid: nobody, prefix: [], ownerUid: nobody, ownerGid: nobody }
  const mapped: PostgresUser = { ...self, prefix: mappedPrefix }
  const failures: string[] = []
  for (const user of presentOwnerUid === 0 ? [mapped, dropped] : [dropped, mapped]) {
    const failure = await tryUser(user, options)
    if (failure === undefined) return user
    failures.push(failure)
  }
  throw new EmbeddedPostgresError(
    'cannot-drop-privileges',
    `PostgreSQL does not run as root, and neither user ${nobody} nor a user namespace can reach ${options.paths.join(' and ')} ` +
      `and run ${options.postgres}: ${failures.join('; ')}. Start as an ordinary user, or open the directories above for passing (mode 0711).`,
  )
}

/**
 * As whom to run initdb, which insists on a user with a name. Where ours has none (a container started with a bare
 * number), a user namespace lends us that of "nobody"; the files are still ours.
 */
export function chooseInitdbUser(user: PostgresUser): PostgresUser {
  if (user.uid !== undefined || user.prefix.length > 0) return user
  try {
    os.userInfo()
    return user
  } catch {
    return { ...user, prefix: mappedPrefix }
  }
}

async function tryUser(
  user: PostgresUser,
  { postgres, env, paths }: { postgres: string; env: Record<string, string>; paths: string[] },
): Promise<string | undefined> {
  // "cd" asks for the right to pass; whether the user may write is settled by handing over the files afterwards.
  const script = 'program=$1; shift; for place in "$@"; do cd "$place" || exit 1; done; exec "$program" --version'
  const result = await runBriefly({ program: 'sh', args: ['-c', script, 'sh', postgres, ...paths], runsAs: user, env })
  return result.succeeded ? undefined : result.output
}

/**
 * Gives a directory of ours, with all that is in it, to the user who runs PostgreSQL. The directory itself comes last:
 * after an interruption its owner still tells that there is work left.
 */
export async function handOver(directory: string, user: PostgresUser): Promise<void> {
  const { uid } = await stat(directory)
  if (uid === user.ownerUid) return
  for await (const entry of await opendir(directory, { recursive: true })) {
    await lchown(path.join(entry.parentPath, entry.name), user.ownerUid, user.ownerGid)
  }
  await chmod(directory, 0o700)
  await lchown(directory, user.ownerUid, user.ownerGid)
}
