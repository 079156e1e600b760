import { setTimeout as delay } from 'node:timers/promises'
import type { Kysely } from 'kysely'
import { connect, inSystemWork } from '#platform/database/connection.ts'
import type { DatabaseAddress } from '#platform/database/connection.ts'
import type { Database } from '#platform/database/tables.gen.ts'
import type { Db } from '#platform/database/work.ts'
import { createBell } from './bell.ts'
import { bodyDigest, chainHash, genesis } from './chain.ts'
import { appendPositions, bringUpToDate, checkpointsFile, lostHeadsFile, readHead, writeHead } from './checkpoint-files.ts'
import type { CheckpointSink } from './checkpoint-files.ts'
import type { Keyring } from './keyring.ts'
import * as store from './sealer.store.ts'
import { signPosition } from './signed-position.ts'
import { onLines } from './wake-up.ts'

// The one that chains. Writers insert lines without knowing of each other; this loop gives every line its position and
// its hash, behind them, so that nobody waits for the chain.
//
// Why no line is ever passed over. A line carries the number of its transaction (txid). A round takes the lines with
// txid < xmin of a snapshot, in the order (txid, id), after the last one taken.
//   - Every transaction below xmin has ended, and the same snapshot reads the lines: what such a transaction wrote is
//     either all visible or, rolled back, never will be. Horizon and lines come from one statement, hence one snapshot.
//   - Numbers are given out in ascending order, when a transaction first writes. Whoever has none yet, however long ago
//     it began, gets one that is not below xmin.
//   - Whoever took a number early and commits late keeps xmin at or below that number until the end: everything with a
//     higher number waits for it. A transaction that hangs therefore delays sealing (the server ends idle ones), and it
//     does so from every database of the cluster; it never makes a gap.
// So the set below the horizon is complete and final, and a cursor that only moves forward misses nothing.
//
// Numbers start again in a new cluster. Restored lines therefore carry txid 0: they are older than every new line. As
// the order among them is then not the order of sealing, the first round at the transaction where the chain stands
// asks for each line whether it is sealed. A last line from the future of this cluster (restored without that care)
// stops the sealer with an error, because everything new would sort before it.

// Bounds the work and the memory of one transaction, and how long hashing keeps the process from answering.
const batchLines = 5000
const roundMs = 1000
// After the first line of a burst: long enough to seal the burst in one transaction. While lines keep coming the rounds
// are fewer and larger: a round costs a commit, whatever is in it.
const soonMs = 200
const soonWhileBusyMs = 500
const headEveryMs = 1000
// A transaction of another program may hold the horizon when we want to stop.
const stopWaitMs = 1500
const lastId = 'ffffffff-ffff-ffff-ffff-ffffffffffff'

export interface SealerLog {
  debug(details: object, message: string): void
  warn(details: object, message: string): void
  error(details: object, message: string): void
}

export interface SealerMetrics {
  ledgerSealed: { inc(lines: number): void }
  ledgerPosition: { set(position: number): void }
}

export interface SealerOptions {
  /** As `luytre_app`. The sealer opens one connection of its own. */
  address: DatabaseAddress
  keyring: Keyring
  dataDirectory: string
  /** Files beyond the data directory that also receive every checkpoint. */
  outside?: readonly string[]
  /** Called after each commit with the first and the last position of what was sealed. */
  onSealed?: (sealed: { first: number; last: number }) => void
  log: SealerLog
  metrics?: SealerMetrics
  now?: () => Date
}

export interface Sealer {
  /** Seals what can be sealed now; resolves with the number of lines, 0 also when another sealer is at work. */
  sealNow(): Promise<number>
  /** Seals the tail, signs a checkpoint, closes. */
  stop(): Promise<void>
}

/** Where the chain stands; changed only after a commit. */
interface Chain {
  head: store.SealedHead
  cursor: store.Cursor
  /** Whether lines after the cursor may be sealed already: true until the first round is through. */
  mayBeSealed: boolean
  checkpointed: number
  /** UTC day of the last round: when it turns, the position reached is signed. */
  day: string
}

const utcDay = (at: Date): string => at.toISOString().slice(0, 10)

export function startSealer(options: SealerOptions): Sealer {
  const { keyring, dataDirectory, log, metrics } = options
  const now = options.now ?? (() => new Date())
  const bell = createBell()
  const connection = connect(options.address, {
    size: 1,
    onError: error => log.warn({ err: error }, 'ledger: the sealer lost its connection'),
  })
  const sinks: CheckpointSink[] = [checkpointsFile(dataDirectory), ...(options.outside ?? [])].map(file => ({ file, written: undefined }))
  let asked: { resolve: (lines: number) => void; reject: (error: unknown) => void }[] = []
  let isStopping = false
  let head = { written: 0, atMs: -Infinity }
  const faults = new Set<string>()

  // One message when a fault begins and none while it lasts: an error line wakes somebody.
  async function reportFault(name: string, attempt: () => Promise<unknown>): Promise<boolean> {
    try {
      await attempt()
      faults.delete(name)
      return true
    } catch (error) {
      if (!faults.has(name)) log.error({ err: error, fault: name }, 'ledger: sealing is disturbed')
      faults.add(name)
      return false
    }
  }

  async function sealBatch(db: Db, chain: Chain): Promise<Chain & { lines: number }> {
    const lines = await store.listSealable(db, chain.cursor, { limit: batchLines, mayBeSealed: chain.mayBeSealed })
    let { position, hash } = chain.head
    const seals = lines.map(line => {
      position += 1
      hash = chainHash(hash, position, bodyDigest(line.body))
      return { position, lineId: line.id, hash }
    })
    if (seals.length > 0) await store.insertSeals(db, seals)
    const last = lines.at(-1)
    const isThrough = lines.length < batchLines
    let cursor = last ? { txid: last.txid, lineId: last.id } : chain.cursor
    // All lines of the transaction where the chain stood have been looked at.
    if (isThrough && cursor.lineId === store.firstId) cursor = { ...cursor, lineId: lastId }
    return { ...chain, head: { position, hash }, cursor, mayBeSealed: chain.mayBeSealed && !isThrough, lines: lines.length }
  }

  async function signHead(db: Kysely<Database>, chain: Chain): Promise<Chain> {
    if (chain.head.position <= chain.checkpointed) return chain
    const checkpoint = signPosition(keyring, { kind: 'checkpoint', ...chain.head, at: now() })
    await inSystemWork(db, system => store.insertCheckpoint(system, checkpoint))
    return { ...chain, checkpointed: chain.head.position }
  }

  async function sealRound(db: Kysely<Database>, before: Chain): Promise<{ chain: Chain; lines: number }> {
    let chain = before
    const today = utcDay(now())
    if (today !== chain.day) chain = { ...(await signHead(db, chain)), day: today }
    let total = 0
    for (;;) {
      const { lines, ...after } = await inSystemWork(db, system => sealBatch(system, chain))
      const first = chain.head.position + 1
      chain = after
      if (lines > 0) {
        total += lines
        metrics?.ledgerSealed.inc(lines)
        metrics?.ledgerPosition.set(chain.head.position)
        options.onSealed?.({ first, last: chain.head.position })
      }
      if (lines < batchLines) return { chain, lines: total }
    }
  }

  /** Files follow what is committed, and a place that is away does not stop the chain. */
  async function keepFiles(db: Kysely<Database>, chain: Chain, isLast: boolean): Promise<void> {
    for (const sink of sinks) {
      if (sink.written !== undefined && sink.written >= chain.checkpointed) continue
      await reportFault(sink.file, () =>
        bringUpToDate(sink, after => inSystemWork(db, system => store.listCheckpoints(system, after, 1000))),
      )
    }
    const { position } = chain.head
    if (position === 0 || position === head.written || (!isLast && performance.now() - head.atMs < headEveryMs)) return
    const signed = signPosition(keyring, { kind: 'head', ...chain.head, at: now() })
    if (await reportFault('head', () => writeHead(dataDirectory, signed))) head = { written: position, atMs: performance.now() }
  }

  async function takeUp(db: Kysely<Database>): Promise<Chain> {
    const [found, line, checkpoint] = await inSystemWork(db, async system => [
      await store.findHead(system),
      await store.findLastSealedLine(system),
      await store.findLastCheckpoint(system),
    ])
    if (line?.isAhead)
      throw new Error(
        `the last sealed line has transaction number ${line.txid}, which this database has not reached: restored lines need txid 0`,
      )
    await keepLostHead(db)
    return {
      head: found ?? { position: 0, hash: genesis },
      cursor: { txid: line?.txid ?? '0', lineId: store.firstId },
      mayBeSealed: true,
      checkpointed: checkpoint?.position ?? 0,
      day: utcDay(line?.at ?? now()),
    }
  }

  // The head file is about to be replaced. If the database cannot account for it, it is evidence of a cut or rewritten
  // chain (or of an older backup), and is kept where `verify` finds it.
  async function keepLostHead(db: Kysely<Database>): Promise<void> {
    const last = await readHead(dataDirectory)
    if (last === undefined || last === 'unreadable') return
    const hash = await inSystemWork(db, system => store.findSealHash(system, last.position))
    if (hash === last.hash) return
    log.error(
      { position: last.position, signed: last.hash, found: hash ?? null },
      'ledger: the signed head is not in the chain; run "luytre ledger verify"',
    )
    await appendPositions(lostHeadsFile(dataDirectory), [last], { afterTornLine: false })
  }

  /** Everything that a sealer does while the lock is its own. */
  async function lead(db: Kysely<Database>): Promise<void> {
    let chain = await takeUp(db)
    metrics?.ledgerPosition.set(chain.head.position)
    for (;;) {
      const waiting = asked
      asked = []
      let lines
      try {
        ;({ chain, lines } = await sealRound(db, chain))
      } catch (error) {
        for (const one of waiting) one.reject(error)
        throw error
      }
      faults.delete('database')
      await keepFiles(db, chain, isStopping)
      for (const one of waiting) one.resolve(lines)
      if (isStopping) break
      await bell.wait({ quietMs: roundMs, soonMs: lines > 0 ? soonWhileBusyMs : soonMs })
    }
    const deadline = performance.now() + stopWaitMs
    while (performance.now() < deadline && (await inSystemWork(db, system => store.hasUnsealed(system, chain.cursor)))) {
      await delay(20)
      ;({ chain } = await sealRound(db, chain))
    }
    chain = await signHead(db, chain)
    await keepFiles(db, chain, true)
  }

  async function tryToLead(db: Kysely<Database>): Promise<void> {
    if (!(await store.tryLock(db))) {
      for (const one of asked.splice(0)) one.resolve(0)
      return
    }
    log.debug({}, 'ledger: this process seals')
    try {
      await lead(db)
    } finally {
      // The lock belongs to the session: one that is lost has lost it too.
      await store.unlock(db).catch(() => {})
    }
  }

  async function run(): Promise<void> {
    do {
      // Lock and chain on one connection: whoever loses it loses both, and nobody seals beside the next sealer.
      const isWell = await reportFault('database', () => connection.db.connection().execute(tryToLead))
      if (!isWell) for (const one of asked.splice(0)) one.reject(new Error('ledger: sealing failed'))
      if (!isStopping) await bell.wait({ quietMs: roundMs, soonMs: roundMs })
    } while (!isStopping)
    for (const one of asked.splice(0)) one.resolve(0)
    await connection.close()
  }

  const stopListening = onLines(() => bell.soon())
  const running = run()
  return {
    sealNow: () =>
      new Promise((resolve, reject) => {
        if (isStopping) return resolve(0)
        asked.push({ resolve, reject })
        bell.now()
      }),
    stop: async () => {
      isStopping = true
      stopListening()
      bell.now()
      await running
    },
  }
}
