/** Why a backup or a restore cannot go on, in words for the operator. */
export class BackupError extends Error {
  readonly code: `backup.${string}` | `restore.${string}`
  constructor(code: BackupError['code'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'BackupError'
    this.code = code
  }
}

/** The same for faults of a file system that an operator can do something about; anything else is passed on as it is. */
export function explainWriting(error: unknown, place: string): unknown {
  const { code } = error as NodeJS.ErrnoException
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG')
    return new BackupError('backup.disk-full', `The disk of ${place} is full; nothing is left of the unfinished file.`, { cause: error })
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
    return new BackupError('backup.place-unwritable', `${place} cannot be written: ${(error as Error).message}`, { cause: error })
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return new BackupError('backup.place-missing', `There is no directory for ${place}.`, { cause: error })
  if (code === 'EEXIST')
    return new BackupError('backup.exists', `${place} exists already; a backup never replaces a file.`, { cause: error })
  return error
}
