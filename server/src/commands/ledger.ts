import { createWriteStream } from 'node:fs'
import { once } from 'node:events'
import { readFile, rm } from 'node:fs/promises'
import { finished } from 'node:stream/promises'
import type { Writable } from 'node:stream'
import { language } from '#platform/i18n/translated.ts'
import { exportLedger, verifyExport } from '#platform/ledger/export.ts'
import { describeVerification } from '#platform/ledger/findings.ts'
import { verifyDatabase } from '#platform/ledger/verify.ts'
import { CommandError, optionText } from './command.ts'
import type { Command } from './command.ts'
import { withConnection } from './stores-at-work.ts'

export const ledgerVerify: Command = {
  name: ['ledger', 'verify'],
  usage: 'ledger verify [FILE --key KEY.pem]',
  summary: 'Proves the ledger, or an exported file anywhere with a public key; names everything that was tampered with.',
  positionals: [],
  takesMore: true,
  options: {
    key: { type: 'string', help: 'Public key (PEM) to trust; needed with FILE.' },
    language: { type: 'string', help: 'vi, en or ja; en if missing.' },
  },
  async run(call) {
    const [file] = call.positionals
    const keyFile = optionText(call, 'key')
    const wanted = language.safeParse(optionText(call, 'language') ?? 'en')
    if (!wanted.success) throw new CommandError('usage', '--language takes vi, en or ja.')
    if (file && !keyFile) throw new CommandError('usage', 'An exported file is checked with the public key that you trust: --key KEY.pem')
    const { config } = call
    const result =
      file && keyFile
        ? await verifyExport(file, await readFile(keyFile, 'utf8'))
        : await withConnection(call, connection =>
            verifyDatabase(connection, {
              dataDirectory: config.dataDirectory,
              outside: config.ledgerCheckpointsFile ? [config.ledgerCheckpointsFile] : [],
            }),
          )
    for (const sentence of describeVerification(result, wanted.data)) call.say(sentence)
    const { ok: _, ...answer } = result
    return { exitCode: result.ok ? 0 : 1, answer }
  },
}

export const ledgerExport: Command = {
  name: ['ledger', 'export'],
  usage: 'ledger export FILE [--with-payload]',
  summary: 'Writes the whole ledger as JSON lines, to be kept elsewhere and proved without this installation.',
  positionals: ['FILE'],
  options: { 'with-payload': { type: 'boolean', help: 'Also writes the values before and after, which may be personal.' } },
  async run(call) {
    const [file = ''] = call.positionals
    const withPayload = call.values['with-payload'] === true
    const exported = await withConnection(call, connection =>
      writeNewFile(file, out => exportLedger(connection, out, { withPayload, dataDirectory: call.config.dataDirectory })),
    )
    call.say(`${exported.lines} lines and ${exported.signedPositions} signed positions written to ${file}.`)
    if (exported.unsealed > 0) call.say(`${exported.unsealed} lines are not sealed yet and are not in it.`)
    return { exitCode: 0, answer: { file, ...exported } }
  },
}

/** Writes a file that is not there yet: whole and flushed, or not at all. */
async function writeNewFile<T>(file: string, write: (out: Writable) => Promise<T>): Promise<T> {
  const out = createWriteStream(file, { flags: 'wx', mode: 0o600, flush: true })
  await once(out, 'open')
  const closed = finished(out)
  try {
    const [written] = await Promise.all([write(out).then(result => (out.end(), result)), closed])
    return written
  } catch (error) {
    out.destroy()
    await closed.catch(() => {})
    await rm(file, { force: true })
    throw error
  }
}
