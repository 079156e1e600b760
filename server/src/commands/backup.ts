import { readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { checkArchive } from '#platform/backup/archive-reader.ts'
import type { CheckedArchive } from '#platform/backup/archive-reader.ts'
import { makeBackup, nameBackup } from '#platform/backup/backup.ts'
import type { BackupMade } from '#platform/backup/backup.ts'
import { assertOwnDirectory } from '#platform/backup/kept-files.ts'
import type { Manifest } from '#platform/backup/manifest.ts'
import { compareMigrations, inMarkedDirectory, restoreDatabase, restoreFiles } from '#platform/backup/restore.ts'
import { sealFirst } from '#platform/backup/seal-first.ts'
import { hasCluster } from '#platform/database/embedded-postgres.ts'
import { openFileStore } from '#platform/files/files.ts'
import { describeVerification } from '#platform/ledger/findings.ts'
import type { Verification } from '#platform/ledger/findings.ts'
import { openKeyring, readPublicKeys } from '#platform/ledger/keyring.ts'
import { startSealer } from '#platform/ledger/sealer.ts'
import { verifyDatabase } from '#platform/ledger/verify.ts'
import { createMetrics } from '#platform/telemetry/telemetry.ts'
import { connectAsServer, joinStores, openStores } from '../stores.ts'
import { version } from '../version.ts'
import { CommandError, optionText } from './command.ts'
import type { Command, CommandCall } from './command.ts'

const countRows = ({ tables }: Manifest): number => tables.reduce((sum, table) => sum + table.rows, 0)
const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`

export const backupCommand: Command = {
  name: ['backup'],
  usage: 'backup FILE|DIRECTORY',
  summary: 'Writes everything into one archive, also while the server runs, and reads it back. The ledger’s private key is not in it.',
  positionals: ['FILE|DIRECTORY'],
  options: {},
  async run(call) {
    const [target = ''] = call.positionals
    const now = new Date()
    const isDirectory = (await stat(target).catch(() => undefined))?.isDirectory() === true
    const { file, bytes, manifest } = await backUp(call, isDirectory ? path.join(target, nameBackup(now)) : target, now)
    call.say(
      `${file}: ${megabytes(bytes)}, ${countRows(manifest)} rows of ${manifest.tables.length} tables, ${manifest.files.count} files.`,
    )
    call.say(`The ledger stands at position ${manifest.ledger.position}. It was read back and is whole.`)
    call.say('It holds personal data and password hashes, not encrypted, and not the private key that signs the ledger.')
    return { exitCode: 0, answer: { file, bytes, rows: countRows(manifest), files: manifest.files.count, ledger: manifest.ledger } }
  },
}

async function backUp({ config, log }: CommandCall, file: string, now: Date): Promise<BackupMade> {
  if (!config.databaseUrl && !(await hasCluster(config.dataDirectory)))
    throw new CommandError('backup.nothing-there', `There is no database in ${config.dataDirectory}: LUYTRE_DATA names the directory.`)
  // The schema stays as it is: a backup before an upgrade is one of the older version.
  const stores = await joinStores(config, log)
  try {
    const connection = await connectAsServer(stores, { log, metrics: createMetrics() })
    const { dataDirectory } = config
    // Before a key is made where none is.
    await assertOwnDirectory(connection, dataDirectory)
    const keyring = await openKeyring({ dataDirectory, keyFile: config.ledgerKeyFile })
    const outside = config.ledgerCheckpointsFile ? [config.ledgerCheckpointsFile] : []
    const sealer = startSealer({ address: stores.app, keyring, dataDirectory, outside, log })
    try {
      return await makeBackup({ connection, file, dataDirectory, keyring, seal: () => sealFirst(connection, sealer), version, now })
    } finally {
      await sealer.stop()
      await connection.close()
    }
  } finally {
    await stores.stop()
  }
}

export const restoreCommand: Command = {
  name: ['restore'],
  usage: 'restore FILE [--key KEY.pem]',
  summary: 'Makes an installation of a backup, in an empty directory and an empty database only, and proves its ledger.',
  positionals: ['FILE'],
  options: { key: { type: 'string', help: 'Public key (PEM) that must have signed the backup; else whoever made it is not checked.' } },
  async run(call) {
    const [file = ''] = call.positionals
    const keyFile = optionText(call, 'key')
    const trusted = keyFile ? readPublicKeys(await readFile(keyFile, 'utf8')) : undefined
    if (call.config.databaseUrl && !call.config.databaseOwnerUrl)
      throw new CommandError('owner-missing', 'LUYTRE_DATABASE_OWNER_URL is needed: the server’s own role may not make tables.')
    call.say(`Reading ${file} …`)
    const archive = await checkArchive(file, trusted ? { trusted } : {})
    try {
      await compareMigrations(archive.manifest)
      const { manifest } = archive
      call.say(`Restoring ${countRows(manifest)} rows and ${manifest.files.count} files of ${manifest.createdAt} …`)
      const { proof, missing } = await restoreInto(call, archive)
      const isSame = proof.position === manifest.ledger.position && proof.hash === manifest.ledger.hash
      for (const sentence of describeVerification(proof, 'en')) call.say(sentence)
      call.say(isSame ? 'The ledger’s head is that of the backup.' : 'The ledger’s head is NOT that of the backup.')
      if (missing) call.say(`Not all is well: ${missing}.`)
      call.say(
        'Sessions, links to set a password and jobs are not restored: everybody signs in again, and an administrator sends open invitations again.',
      )
      const { createdAt, ledger } = manifest
      return {
        exitCode: isSame && proof.ok && !missing ? 0 : 1,
        answer: { createdAt, signedBy: archive.key, rows: countRows(manifest), files: manifest.files.count, ledger, verification: proof },
      }
    } finally {
      await archive.close()
    }
  },
}

async function restoreInto(
  { config, log }: CommandCall,
  archive: CheckedArchive,
): Promise<{ proof: Verification; missing: string | undefined }> {
  return inMarkedDirectory(config.dataDirectory, archive, async () => {
    await restoreFiles(config.dataDirectory, archive)
    const stores = await openStores(config, log, { isRestoring: true })
    try {
      await restoreDatabase(stores.owner!, archive)
      const connection = await connectAsServer(stores, { log, metrics: createMetrics() })
      try {
        // A ledger that had been tampered with is restored as it was: it is evidence.
        const proof = await verifyDatabase(connection, { dataDirectory: config.dataDirectory })
        // From here on the directory is this database's. What an older backup lacks is said, and the rest is kept.
        const missing = await openFileStore(connection, config).then(
          () => undefined,
          (error: Error) => error.message,
        )
        return { proof, missing }
      } finally {
        await connection.close()
      }
    } finally {
      await stores.stop()
    }
  })
}
