export type EmbeddedPostgresErrorCode =
  | 'binaries-missing'
  | 'binaries-unusable'
  | 'cannot-drop-privileges'
  | 'disk-full'
  | 'in-use'
  | 'initdb-failed'
  | 'not-a-cluster'
  | 'not-writable'
  | 'orphan-survives'
  | 'owned-by-another-user'
  | 'reserved-setting'
  | 'socket-directory-unsafe'
  | 'start-failed'
  | 'start-timeout'
  | 'unsupported-platform'
  | 'wrong-version'

/** Why the embedded database cannot run. The code is stable, the message is for the operator's terminal. */
export class EmbeddedPostgresError extends Error {
  readonly code: EmbeddedPostgresErrorCode

  constructor(code: EmbeddedPostgresErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'EmbeddedPostgresError'
    this.code = code
  }
}

/** Gives an error of the file system the code that an operator can act on; every other error passes unchanged. */
export function explainFileError(error: unknown, path: string): unknown {
  const errno = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined
  if (errno === 'ENOSPC' || errno === 'EDQUOT') {
    return new EmbeddedPostgresError('disk-full', `No space is left on the disk of ${path}.`, { cause: error })
  }
  if (errno === 'EACCES' || errno === 'EPERM' || errno === 'EROFS') {
    return new EmbeddedPostgresError('not-writable', `${path} cannot be written by this user.`, { cause: error })
  }
  return error
}
