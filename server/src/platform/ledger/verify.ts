import type pg from 'pg'
import type { Connection } from '#platform/database/connection.ts'
import { inSnapshot } from '#platform/database/snapshot.ts'
import { checkChain } from './chain-check.ts'
import { proveChain } from './chain-proof.ts'
import { checkpointsFile, headFile, lostHeadsFile, readCheckpointFile, readHead } from './checkpoint-files.ts'
import type { Finding, Note, Verification } from './findings.ts'
import { loadPublicKeys } from './keyring.ts'
import type { PublicKeys } from './keyring.ts'
import type { LedgerSource, Statement, StoredLine } from './ledger-source.ts'
import { checkLine, checkPayload } from './line-check.ts'
import { isSignedBy } from './signed-position.ts'
import { countTail, findUnsealed, listImpossible, readCheckpoints, readLines, readLinesAt } from './verify.store.ts'

// `luytre ledger verify`: reads every line in constant memory and trusts nothing but the public keys it is given. An intact
// ledger is proved in one quick reading; else a second one, in the order of the chain, names what was done to it.

export interface VerifyOptions {
  /** How many findings, and how many notes, are listed; all are counted. */
  findingsMax?: number
  /** Called now and then with the number of lines read. */
  onProgress?: (lines: number) => void
}

const findingsMaxDefault = 1000

/** Checks the ledger of a database against its own chain, the files of the data directory and those kept outside. */
export async function verifyDatabase(
  connection: Connection,
  options: VerifyOptions & {
    /** Its `ledger` folder holds public keys, checkpoints and the head. */
    dataDirectory?: string
    /** Files that received every checkpoint. */
    outside?: readonly string[]
    /** Keys to trust instead of those in the data directory. */
    publicKeys?: PublicKeys
  } = {},
): Promise<Verification> {
  const keys = options.publicKeys ?? (options.dataDirectory === undefined ? new Map() : await loadPublicKeys(options.dataDirectory))
  // Files first: the snapshot that is taken after them has all that they speak of.
  const files = await readStatementFiles(options.dataDirectory, options.outside ?? [])
  return inSnapshot(connection.pool, async client => {
    const checkpoints = await readCheckpoints(client)
    const known = new Set(checkpoints.map(one => one.signature))
    const missing = files.statements.filter(
      ({ signed }) => signed.kind === 'checkpoint' && !known.has(signed.signature) && isTrusted(keys, signed),
    )
    const statements = [...checkpoints.map(signed => ({ signed, place: 'database' })), ...files.statements]
    const faults = [
      ...files.faults,
      ...missing.map(({ signed, place }) => finding('missing-checkpoint', signed.position, null, { place })),
      ...(await listImpossible(client)).map(({ position, lineId }) =>
        finding('inserted-line', position === null ? null : Number(position), lineId),
      ),
    ]
    if (faults.length === 0) {
      const proved = await proveWhole(client, connection.pool, { statements, notes: files.notes, keys, ...options })
      if (proved) return proved
    }
    const { tail, passedOver, passedOverCount } = await findUnsealed(client)
    return verifySource(
      {
        statements,
        faults,
        notes: files.notes,
        passedOver: { lines: passedOver, count: passedOverCount },
        tail,
        lines: () => readLines(client),
      },
      keys,
      options,
    )
  })
}

const finding = (kind: Finding['kind'], position: number | null, lineId: string | null, params: Finding['params'] = {}): Finding => ({
  kind,
  position,
  lineId,
  params,
})

const isTrusted = (keys: PublicKeys, signed: Statement['signed']): boolean => {
  const key = keys.get(signed.key)
  return key !== undefined && isSignedBy(key, signed)
}

/** What the data directory and the places outside say about the chain. */
export async function readStatementFiles(
  dataDirectory: string | undefined,
  outside: readonly string[],
): Promise<{ statements: Statement[]; faults: Finding[]; notes: Note[] }> {
  const statements: Statement[] = []
  const faults: Finding[] = []
  const notes: Note[] = []
  const own = dataDirectory === undefined ? [] : [checkpointsFile(dataDirectory), lostHeadsFile(dataDirectory)]
  for (const place of [...own, ...outside]) {
    const file = await readCheckpointFile(place)
    if (!file && outside.includes(place)) notes.push({ kind: 'no-place', position: null, lineId: null, params: { place } })
    for (const signed of file?.positions ?? []) statements.push({ signed, place })
    for (const line of file?.unreadableLines ?? []) faults.push(finding('unreadable-checkpoint', null, null, { place, number: line }))
  }
  if (dataDirectory !== undefined) {
    const place = headFile(dataDirectory)
    const head = await readHead(dataDirectory)
    if (head === undefined) notes.push({ kind: 'no-head', position: null, lineId: null, params: { place } })
    else if (head === 'unreadable') faults.push(finding('unreadable-checkpoint', null, null, { place, number: 1 }))
    else statements.push({ signed: head, place })
  }
  return { statements, faults, notes }
}

/** The verification of an intact ledger, or nothing when something is not as it should be. */
async function proveWhole(
  client: pg.PoolClient,
  pool: pg.Pool,
  given: VerifyOptions & { statements: readonly Statement[]; notes: readonly Note[]; keys: PublicKeys },
): Promise<Verification | undefined> {
  const { statements, keys } = given
  if (!statements.every(({ signed }) => isTrusted(keys, signed))) return undefined
  const said = Map.groupBy(statements, ({ signed }) => signed.position)
  const proof = await proveChain(client, pool, {
    said: new Map([...said].map(([position, same]) => [position, same.map(({ signed }) => signed.hash)])),
    onProgress: given.onProgress,
  })
  if (!proof) return undefined
  // Others were passed over, which the sealer does not do.
  if ((await countTail(client)) !== proof.unsealed) return undefined
  let isIntact = true
  const notes = [...given.notes, ...noteNoStatement(statements)]
  const content = checkContents({ notes, notesMax: given.findingsMax ?? findingsMaxDefault, report: () => (isIntact = false) })
  for await (const batch of readLinesAt(client, proof.unusual)) for (const line of batch) content.take(line)
  content.finish()
  if (!isIntact) return undefined
  const { payloads, ...counts } = content.counts
  return {
    ok: true,
    position: proof.position,
    hash: proof.hash,
    counts: {
      lines: proof.position,
      unsealed: proof.unsealed,
      payloads: payloads + proof.payloads,
      ...counts,
      signedPositions: proof.confirmed,
      findings: 0,
    },
    findings: [],
    notes,
  }
}

/** Checks what a source gives, against the keys that are trusted. */
export async function verifySource(source: LedgerSource, keys: PublicKeys, options: VerifyOptions = {}): Promise<Verification> {
  const findingsMax = options.findingsMax ?? findingsMaxDefault
  const found: Finding[] = []
  const notes: Note[] = [...source.notes]
  let foundCount = 0
  const report: Report = (...args) => {
    foundCount += 1
    if (found.length < findingsMax) found.push(finding(...args))
  }
  const statements = source.statements.filter(({ signed, place }) => {
    const key = keys.get(signed.key)
    if (key !== undefined && isSignedBy(key, signed)) return true
    report(key === undefined ? 'unknown-key' : 'bad-signature', signed.position, null, { place, key: signed.key })
    return false
  })
  notes.push(...noteNoStatement(statements))
  const content = checkContents({ notes, notesMax: findingsMax, report })
  const chain = checkChain({ passedOver: source.passedOver.lines, statements, onTrusted: content.take, findingsMax })
  let read = 0
  for await (const batch of source.lines()) {
    for (const line of batch) chain.take(line)
    read += batch.length
    options.onProgress?.(read)
  }
  for (const { kind, position, lineId, params } of source.faults) report(kind, position, lineId, params)
  const result = chain.finish()
  content.finish()
  const findings = result.findingCount + foundCount + Math.max(0, source.passedOver.count - source.passedOver.lines.length)
  return {
    ok: findings === 0,
    position: result.position,
    hash: result.hash,
    counts: { lines: result.lines, unsealed: source.tail, ...content.counts, signedPositions: result.confirmed, findings },
    findings: [...result.findings, ...found]
      .sort((one, other) => (one.position ?? Infinity) - (other.position ?? Infinity))
      .slice(0, findingsMax),
    notes,
  }
}

type Report = (...args: Parameters<typeof finding>) => void

const noteNoStatement = (statements: readonly Statement[]): Note[] =>
  statements.length === 0 ? [{ kind: 'no-checkpoint', position: null, lineId: null, params: {} }] : []

/** Checks columns and payload of lines whose body is what was sealed; what it meets goes to `report`, `notes` and `counts`. */
function checkContents({ notes, notesMax, report }: { notes: Note[]; notesMax: number; report: Report }) {
  const counts = { payloads: 0, erasedPayloads: 0, withheldPayloads: 0 }
  const erasures = trackErasures({
    onExplained: (line, rule) => {
      counts.erasedPayloads += 1
      if (notes.length < notesMax) notes.push({ kind: 'erased-payload', ...line, params: { rule } })
    },
    onUnexplained: (line, erasedBy) => report('unexplained-erasure', line.position, line.lineId, { erasedBy: erasedBy ?? '–' }),
  })
  function take(line: StoredLine): void {
    if (line.body === null) return
    const { position, lineId } = line
    const checked = checkLine(line, line.body)
    if (!checked.isReadable) return report('unreadable-line', position, lineId)
    for (const column of checked.differing) report('altered-column', position, lineId, { column })
    if (checked.erases !== undefined) erasures.erasing(lineId, checked.erases)
    const { payload } = line
    if (
      payload !== null &&
      payload !== 'withheld' &&
      payload.organisationId !== undefined &&
      payload.organisationId !== line.columns?.organisationId
    ) {
      report('altered-column', position, lineId, { column: 'ledger_payload.organisation_id' })
    }
    const state = checkPayload(checked.payload, payload)
    if (state === 'none') return
    counts.payloads += 1
    if (state === 'withheld') counts.withheldPayloads += 1
    else if (state === 'altered') report('altered-payload', position, lineId)
    else if (state === 'missing') report('missing-payload', position, lineId)
    else if (state === 'added') report('added-payload', position, lineId)
    else if (state === 'unexplained') report('unexplained-erasure', position, lineId, { erasedBy: '–' })
    else if (typeof state === 'object') erasures.erased({ position, lineId }, state.erasedBy)
  }
  return { take, finish: erasures.finish, counts }
}

type Place = Pick<Finding, 'position' | 'lineId'>

/**
 * Matches emptied payloads with the lines that emptied them. Those may lie on either side in the chain: a transaction
 * that took its number earlier can erase what a later one wrote. What is kept grows with the number of erasing lines.
 */
function trackErasures(told: {
  onExplained: (line: Place, rule: string) => void
  onUnexplained: (line: Place, erasedBy: string | null) => void
}) {
  const rules = new Map<string, string>()
  const waiting = new Map<string, Place[]>()
  return {
    erasing(lineId: string, rule: string): void {
      rules.set(lineId, rule)
      for (const line of waiting.get(lineId) ?? []) told.onExplained(line, rule)
      waiting.delete(lineId)
    },
    erased(line: Place, erasedBy: string): void {
      const rule = rules.get(erasedBy)
      if (rule !== undefined) return told.onExplained(line, rule)
      const lines = waiting.get(erasedBy)
      if (lines) lines.push(line)
      else waiting.set(erasedBy, [line])
    },
    finish(): void {
      for (const [erasedBy, lines] of waiting) for (const line of lines) told.onUnexplained(line, erasedBy)
    },
  }
}
