import { bodyDigest, chainHash, genesis } from './chain.ts'
import type { Finding } from './findings.ts'
import type { Statement, StoredLine, UnsealedLine } from './ledger-source.ts'
import { pairSwapped } from './swapped-lines.ts'

// Follows the chain and says what was done to it. After a link that does not hold it goes on from the hash that is
// stored there, so that each manipulation is named and not only the first. What was done is found by trial: a hash that
// fits under one assumption ("this seal was altered", "these lines were put in") cannot fit by chance.

// How far lines can have been moved by insertions or removals and still be recognised.
const window = 256
// Beyond so many broken links each further one is named without a search for its cause: the search costs hashes.
const searchedBreaksMax = 250

/** A link that does not hold. */
export interface Break {
  line: StoredLine
  digest: string
  /** The stored hash before it. */
  before: string
  /** The position that the line had when it was sealed. */
  original: number
  /** What the hash would have to be. */
  computed: string
  finding: Finding
}

export interface ChainCheck {
  /** Takes the next line by position. */
  take(line: StoredLine): void
  finish(): { position: number; hash: string; lines: number; findings: Finding[]; findingCount: number; confirmed: number }
}

export function checkChain(options: {
  /** Lines that lie before the last sealed one and have no seal. */
  passedOver: readonly UnsealedLine[]
  /** Statements whose signature is right. */
  statements: readonly Statement[]
  /** Called for each line whose body is what was sealed, as far as the chain can tell. */
  onTrusted: (line: StoredLine) => void
  findingsMax: number
}): ChainCheck {
  const said = new Map<number, Statement[]>()
  for (const statement of options.statements) {
    const same = said.get(statement.signed.position)
    if (same) same.push(statement)
    else said.set(statement.signed.position, [statement])
  }

  let findings: Finding[] = []
  let uncounted = 0
  const breaks: Break[] = []
  let lines = 0
  let confirmed = 0
  let lastConfirmed = 0
  let isRewritten = false
  // The next line to examine waits for the one after it, which may explain it.
  let held: StoredLine | undefined
  let heldDigest: string | null = null

  let position = 0
  let hash = genesis
  /** Whether `hash` can be what the next line was chained to. */
  let isLinked = true
  /** Positions by which lines were moved: put-in lines move the rest up, removed and renumbered ones down. */
  let shift = 0
  let pending: Break | undefined
  const passedOver = new Map(options.passedOver.map(one => [one.lineId, { ...one, digest: bodyDigest(one.body) }]))

  // The last lines with what the next one could have been chained to; in it, the beginning of the chain.
  const recent = Array.from({ length: window }, () => ({ hash: '', original: -1, position: -1, lineId: '' }))
  let recentCount = 0
  function remember(line: StoredLine, original: number): void {
    const slot = recent[recentCount++ % window]!
    slot.hash = line.hash
    slot.original = original
    slot.position = line.position
    slot.lineId = line.lineId
  }
  recent[recentCount++ % window] = { hash: genesis, original: 0, position: 0, lineId: '' }

  function report(kind: Finding['kind'], at: number | null, lineId: string | null, params: Finding['params'] = {}): Finding {
    const finding = { kind, position: at, lineId, params }
    // Twice as many are kept while the chain is followed: some are explained away in the end.
    if (findings.length < options.findingsMax * 2 + searchedBreaksMax) findings.push(finding)
    else uncounted += 1
    return finding
  }
  const withdraw = (finding: Finding): void => void (findings = findings.filter(one => one !== finding))

  /** Compares with what was signed for the position that the line had. */
  function compareSigned(line: StoredLine, original: number, right: string): void {
    const statements = said.get(original)
    if (!statements) return
    const wrong = statements.filter(one => one.signed.hash !== right)
    confirmed += statements.length > wrong.length ? 1 : 0
    if (wrong.length === 0) {
      lastConfirmed = original
      isRewritten = false
    } else if (!isRewritten) {
      isRewritten = true
      report('rewritten-chain', line.position, line.lineId, { after: lastConfirmed, place: wrong[0]!.place, signed: wrong[0]!.signed.hash })
    }
  }

  function accept(line: StoredLine, original: number): void {
    compareSigned(line, original, line.hash)
    options.onTrusted(line)
    advance(line, original)
  }

  function advance(line: StoredLine, original: number): void {
    remember(line, original)
    position = line.position
    hash = line.hash
    isLinked = true
  }

  /** Positions are missing before `next`: lines without a seal that fit are named, else the positions. */
  function bridge(next: StoredLine, nextDigest: string | null): void {
    const first = position + 1
    const missing = next.position - first
    const candidates = [...passedOver.values()]
    const search = missing <= window && isLinked && nextDigest !== null
    for (let start = 0; search && start + missing <= candidates.length && start < window; start++) {
      let fold = hash
      const chosen = candidates.slice(start, start + missing)
      chosen.forEach((one, index) => (fold = chainHash(fold, first + index - shift, one.digest)))
      if (chainHash(fold, next.position - shift, nextDigest) !== next.hash) continue
      chosen.forEach((one, index) => {
        report('missing-seal', first + index, one.lineId)
        passedOver.delete(one.lineId)
      })
      hash = fold
      return
    }
    report('gap', first, null, { to: next.position - 1, missing })
    isLinked = false
  }

  /** The rows that were put in directly before `line`, if that explains why its link does not hold. */
  function findPutIn(
    line: StoredLine,
    digest: string,
    next: StoredLine | undefined,
    nextDigest: string | null,
  ): (typeof recent)[number] | undefined {
    for (let back = 2; back <= Math.min(window, recentCount); back++) {
      const row = recent[(recentCount - back) % window]!
      if (chainHash(row.hash, row.original + 1, digest) !== line.hash) continue
      // Exchanged seals look the same from here; behind lines that were put in, the chain goes on.
      const goesOn =
        !next ||
        nextDigest === null ||
        next.position !== line.position + 1 ||
        chainHash(line.hash, row.original + 2, nextDigest) === next.hash
      return goesOn ? row : undefined
    }
    return undefined
  }

  function explain(line: StoredLine, digest: string, next: StoredLine | undefined, nextDigest: string | null): void {
    const original = line.position - shift
    if (pending && chainHash(pending.computed, original, digest) === line.hash) {
      pending.finding.kind = 'altered-seal'
      breaks.pop()
      options.onTrusted(pending.line)
      pending = undefined
      return accept(line, original)
    }
    if (breaks.length < searchedBreaksMax) {
      const anchor = findPutIn(line, digest, next, nextDigest)
      if (anchor) {
        for (let back = recentCount - 1; back >= 0 && recent[back % window]!.position > anchor.position; back--) {
          const row = recent[back % window]!
          // What was thought of these rows one by one no longer holds.
          for (const finding of findings.filter(one => one.position === row.position)) withdraw(finding)
          if (breaks.at(-1)?.line.position === row.position) breaks.pop()
          report('inserted-line', row.position, row.lineId)
        }
        shift = line.position - (anchor.original + 1)
        pending = undefined
        isRewritten = false
        return accept(line, anchor.original + 1)
      }
      for (let removed = 1; pending && removed <= window; removed++) {
        if (chainHash(hash, original + removed, digest) !== line.hash) continue
        pending.finding.kind = 'removed-lines'
        pending.finding.params = { removed }
        breaks.pop()
        options.onTrusted(pending.line)
        pending = undefined
        shift -= removed
        return accept(line, original + removed)
      }
    }
    const computed = chainHash(hash, original, digest)
    const signed = said.get(original)
    const isSealAltered = signed !== undefined && signed.every(one => one.signed.hash === computed)
    compareSigned(line, original, isSealAltered ? computed : line.hash)
    const finding = report(isSealAltered ? 'altered-seal' : 'altered-line', line.position, line.lineId)
    pending = undefined
    if (breaks.length < searchedBreaksMax) {
      pending = { line, digest, before: hash, original, computed, finding }
      breaks.push(pending)
    }
    advance(line, original)
  }

  function examine(line: StoredLine, digest: string | null, next: StoredLine | undefined, nextDigest: string | null): void {
    lines += 1
    // One position, one seal: whoever comes second was put in, and nothing is chained to it.
    if (line.position === position) return void report('inserted-line', line.position, line.lineId)
    if (line.position !== position + 1) {
      pending = undefined
      bridge(line, digest)
    }
    const original = line.position - shift
    if (digest === null) {
      pending = undefined
      report('deleted-line', line.position, line.lineId)
      compareSigned(line, original, line.hash)
      advance(line, original)
    } else if (!isLinked || chainHash(hash, original, digest) === line.hash) {
      pending = undefined
      accept(line, original)
    } else {
      explain(line, digest, next, nextDigest)
    }
  }

  return {
    take(line) {
      const digest = line.body === null ? null : bodyDigest(line.body)
      if (held) examine(held, heldDigest, line, digest)
      held = line
      heldDigest = digest
    },
    finish() {
      if (held) examine(held, heldDigest, undefined, null)
      const explained = pairSwapped(breaks)
      for (const { finding } of explained) withdraw(finding)
      // A signature at an exchanged seal does not match, and that says nothing beyond the exchange.
      const exchanged = new Set(
        breaks.filter(one => one.finding.kind === 'swapped-lines' || explained.includes(one)).map(one => one.line.position),
      )
      findings = findings.filter(one => one.kind !== 'rewritten-chain' || !exchanged.has(one.position ?? 0))
      // The last line has no successor that could tell that lines before it were removed; a signature can.
      const furthest = [...said.keys()].reduce((max, one) => Math.max(max, one), 0)
      if (pending && pending.finding.kind === 'altered-line') {
        const { line, original } = pending
        const removed = [...said].find(([at, statements]) => at > original && statements.some(one => one.signed.hash === line.hash))
        if (removed) {
          pending.finding.kind = 'removed-lines'
          pending.finding.params = { removed: removed[0] - original }
          options.onTrusted(line)
          shift -= removed[0] - original
        }
      }
      if (furthest > position - shift) {
        report('cut-tail', position + 1, null, {
          to: furthest + shift,
          missing: furthest - (position - shift),
          place: said.get(furthest)![0]!.place,
        })
      }
      for (const [lineId] of passedOver) report('missing-seal', null, lineId)
      findings.sort((one, other) => (one.position ?? Infinity) - (other.position ?? Infinity))
      return {
        position,
        hash,
        lines,
        findings: findings.slice(0, options.findingsMax),
        findingCount: findings.length + uncounted,
        confirmed,
      }
    },
  }
}
