import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { link, mkdir, open, readFile, readdir, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { flushDirectory } from '#platform/database/data-directory.ts'

// The key that signs checkpoints. It never leaves its file; the public keys lie beside it, also those of former keys,
// because what they signed stays to be checked.

/** Where the ledger keeps its files in a data directory. */
export const ledgerDirectory = (dataDirectory: string): string => path.join(dataDirectory, 'ledger')

export interface Keyring {
  keyId: string
  privateKey: KeyObject
  publicKeyPem: string
}

/** Ids of keys and the keys, to check signatures with. */
export type PublicKeys = ReadonlyMap<string, KeyObject>

export class KeyError extends Error {
  readonly code: 'ledger.key-unreadable' | 'ledger.key-exposed' | 'ledger.key-kind'

  constructor(code: KeyError['code'], message: string) {
    super(message)
    this.name = 'KeyError'
    this.code = code
  }
}

/** First 16 digits of the SHA-256 of the public key (SPKI, DER). */
export const keyIdOf = (publicKey: KeyObject): string =>
  createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex')
    .slice(0, 16)

const publicKeySuffix = '.public.pem'

/**
 * Opens the signing key: the given file, or `ledger/key.pem` of the data directory, which the first start makes. Writes
 * its public key beside that as `ledger/<key id>.public.pem`.
 */
export async function openKeyring(options: { dataDirectory: string; keyFile?: string | undefined }): Promise<Keyring> {
  const directory = ledgerDirectory(options.dataDirectory)
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const file = options.keyFile ?? path.join(directory, 'key.pem')
  if (options.keyFile === undefined) {
    await placeFile(file, () => generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }), 0o600)
    // Whoever can read the key can sign a rewritten chain. A given key may be mounted readable to a group of its own.
    if (((await stat(file)).mode & 0o077) !== 0)
      throw new KeyError('ledger.key-exposed', `${file} can be read by other users: chmod 600 ${file}`)
  }
  const privateKey = await readPrivateKey(file)
  const publicKey = createPublicKey(privateKey)
  const keyId = keyIdOf(publicKey)
  const publicKeyPem = publicKey.export({ type: 'spki', format: 'pem' }) as string
  await placeFile(path.join(directory, `${keyId}${publicKeySuffix}`), () => publicKeyPem, 0o644)
  return { keyId, privateKey, publicKeyPem }
}

async function readPrivateKey(file: string): Promise<KeyObject> {
  let key: KeyObject
  try {
    key = createPrivateKey(await readFile(file))
  } catch (error) {
    throw new KeyError('ledger.key-unreadable', `${file} holds no readable private key: ${(error as Error).message}`)
  }
  if (key.asymmetricKeyType !== 'ed25519')
    throw new KeyError('ledger.key-kind', `${file} holds a key of kind ${key.asymmetricKeyType}, not ed25519`)
  return key
}

/** Makes a file unless it is there, whole or not at all: two processes that start at once agree on one content. */
async function placeFile(file: string, content: () => string | Buffer, mode: number): Promise<void> {
  if (await stat(file).catch(() => undefined)) return
  const draft = `${file}.${process.pid}.tmp`
  const handle = await open(draft, 'w', mode)
  try {
    await handle.writeFile(content())
    await handle.sync()
  } finally {
    await handle.close()
  }
  try {
    await link(draft, file)
    await flushDirectory(path.dirname(file))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    await rm(draft, { force: true })
  }
}

/** The keys in PEM text, of which there may be several one after the other. */
export function readPublicKeys(pem: string): PublicKeys {
  const keys = new Map<string, KeyObject>()
  for (const [one] of pem.matchAll(/-----BEGIN PUBLIC KEY-----[^-]+-----END PUBLIC KEY-----/g)) {
    const key = createPublicKey(one)
    if (key.asymmetricKeyType === 'ed25519') keys.set(keyIdOf(key), key)
  }
  if (keys.size === 0) throw new KeyError('ledger.key-unreadable', 'no Ed25519 public key (PEM) in what was given')
  return keys
}

/** The public keys that lie in a data directory; none when there is no such directory. */
export async function loadPublicKeys(dataDirectory: string): Promise<PublicKeys> {
  const directory = ledgerDirectory(dataDirectory)
  const names = await readdir(directory).catch(() => [])
  const keys = new Map<string, KeyObject>()
  for (const name of names.filter(one => one.endsWith(publicKeySuffix)).slice(0, 1000)) {
    for (const [id, key] of readPublicKeys(await readFile(path.join(directory, name), 'utf8'))) keys.set(id, key)
  }
  return keys
}
