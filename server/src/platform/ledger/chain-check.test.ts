import fc from 'fast-check'
import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { bodyDigest, chainHash, genesis, payloadDigest } from './chain.ts'
import { checkChain } from './chain-check.ts'
import { canonicalText } from './ledger.ts'
import type { Statement, StoredLine } from './ledger-source.ts'

function makeChain(count: number): StoredLine[] {
  let hash = genesis
  return Array.from({ length: count }, (_, index) => {
    const body = `{"line":${index + 1}}`
    hash = chainHash(hash, index + 1, bodyDigest(body))
    return { position: index + 1, lineId: `line-${index + 1}`, hash, body, columns: null, payload: null }
  })
}

const say = (position: number, hash: string): Statement => ({
  place: 'outside',
  signed: { format: 1, kind: 'checkpoint', position, hash, at: '2026-11-22T00:00:00.000Z', key: '0'.repeat(16), signature: '' },
})

function check(rows: StoredLine[], statements: Statement[] = []) {
  const trusted: string[] = []
  const chain = checkChain({ passedOver: [], statements, onTrusted: line => trusted.push(line.lineId), findingsMax: 100 })
  for (const row of rows.toSorted((one, other) => one.position - other.position)) chain.take(row)
  const result = chain.finish()
  return { ...result, trusted, brief: result.findings.map(one => `${one.kind} ${one.position}`) }
}

test('a link is the SHA-256 of version, hash before, position and digest of the body', () => {
  const position = 2 ** 40 + 7
  const before = createHash('sha256').update('before').digest('hex')
  const eight = Buffer.alloc(8)
  eight.writeBigUInt64BE(BigInt(position))
  const expected = createHash('sha256')
    .update(Buffer.concat([Buffer.from([1]), Buffer.from(before, 'hex'), eight, createHash('sha256').update('thân tre').digest()]))
    .digest('hex')
  expect(chainHash(before, position, bodyDigest('thân tre'))).toBe(expected)
  expect(payloadDigest('salt', 'nội dung')).toBe(createHash('sha256').update('salt\nnội dung').digest('hex'))
})

test('an untouched chain has no finding and every line is trusted', () => {
  const rows = makeChain(1000)
  expect(check(rows, [say(500, rows[499]!.hash), say(1000, rows[999]!.hash)])).toMatchObject({
    brief: [],
    lines: 1000,
    confirmed: 2,
    position: 1000,
  })
  expect(check([])).toMatchObject({ brief: [], lines: 0, position: 0, hash: genesis })
})

type Change = (rows: StoredLine[], at: number) => { expected: string[]; rows: StoredLine[] }

/** Every manipulation that can be told from the chain alone; `at` leaves room on both sides. */
const changes: Record<string, Change> = {
  'an altered text': (rows, at) => {
    rows[at - 1]!.body += ' '
    return { rows, expected: [`altered-line ${at}`] }
  },
  'an altered hash': (rows, at) => {
    rows[at - 1]!.hash = bodyDigest('forged')
    return { rows, expected: [`altered-seal ${at}`] }
  },
  'a deleted line whose seal stayed': (rows, at) => {
    rows[at - 1]!.body = null
    return { rows, expected: [`deleted-line ${at}`] }
  },
  'a deleted line with its seal': (rows, at) => ({ rows: rows.toSpliced(at - 1, 1), expected: [`gap ${at}`] }),
  'three lines removed and the rest renumbered': (rows, at) => ({
    rows: rows.toSpliced(at - 1, 3).map((row, index) => ({ ...row, position: index + 1 })),
    expected: [`removed-lines ${at}`],
  }),
  'a line put in with a seal that fits': (rows, at) => {
    const hash = chainHash(at === 1 ? genesis : rows[at - 2]!.hash, at, bodyDigest('{}'))
    const put = { ...rows[0]!, lineId: 'put', body: '{}', hash }
    return {
      rows: rows.toSpliced(at - 1, 0, put).map((row, index) => ({ ...row, position: index + 1 })),
      expected: [`inserted-line ${at}`],
    }
  },
  'two lines put in with any seal': (rows, at) => {
    const put = ['a', 'b'].map(lineId => ({ ...rows[0]!, lineId, body: `{"${lineId}":1}`, hash: bodyDigest(lineId) }))
    return {
      rows: rows.toSpliced(at - 1, 0, ...put).map((row, index) => ({ ...row, position: index + 1 })),
      expected: [`inserted-line ${at}`, `inserted-line ${at + 1}`],
    }
  },
  'two neighbours swapped': (rows, at) => swap(rows, at, at + 1),
  'two distant lines swapped': (rows, at) => swap(rows, at, at + 5),
  'two neighbouring seals swapped': (rows, at) => swapSeals(rows, at, at + 1),
  'two distant seals swapped': (rows, at) => swapSeals(rows, at, at + 5),
}

function swap(rows: StoredLine[], at: number, other: number) {
  const [one, two] = [rows[at - 1]!, rows[other - 1]!]
  const expected = [`swapped-lines ${at}`]
  return {
    expected,
    rows: rows.map(row =>
      row === one ? { ...row, body: two.body, lineId: two.lineId } : row === two ? { ...row, body: one.body, lineId: one.lineId } : row,
    ),
  }
}

function swapSeals(rows: StoredLine[], at: number, other: number) {
  const [one, two] = [rows[at - 1]!, rows[other - 1]!]
  return {
    expected: [`swapped-lines ${at}`],
    rows: rows.map(row => (row === one ? { ...two, position: at } : row === two ? { ...one, position: other } : row)),
  }
}

test.each(Object.keys(changes))('%s is named, wherever it was done', name => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 50 }), at => {
      const chain = makeChain(60)
      const head = chain.at(-1)!.hash
      const { rows, expected } = changes[name]!(chain, at)
      expect(check(rows, [say(60, head)]).brief).toEqual(expected)
    }),
  )
})

test('several manipulations in one chain are each named', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...Object.keys(changes)), { minLength: 2, maxLength: 6 }),
      fc.integer({ min: 0, max: 3 }),
      (names, offset) => {
        let rows = makeChain(40 * names.length)
        const head = say(rows.length, rows.at(-1)!.hash)
        const expected: string[] = []
        // From the end to the beginning, so that renumbering does not move what is still to come.
        names.forEach((name, index) => {
          const at = 40 * (names.length - 1 - index) + 10 + offset
          const before = rows.length
          const changed = changes[name]!(rows.slice(0, at + 20), at)
          const moved = changed.rows.length === at + 20 || name.startsWith('a deleted') ? 0 : changed.rows.length - (at + 20)
          const rest = rows.slice(at + 20).map(row => ({ ...row, position: row.position + moved }))
          for (let i = 0; i < expected.length; i++) expected[i] = expected[i]!.replace(/\d+$/, digits => String(Number(digits) + moved))
          rows = [...changed.rows, ...rest]
          expected.unshift(...changed.expected)
          expect(rows.length - before).toBe(name === 'a deleted line with its seal' ? -1 : moved)
        })
        expect(check(rows, [head]).brief).toEqual(expected)
      },
    ),
  )
})

test('the last line: a signature tells whether text, hash or an earlier line was manipulated', () => {
  const rows = makeChain(20)
  const head = [say(20, rows.at(-1)!.hash)]
  expect(check(rows.with(19, { ...rows[19]!, body: '{}' }), head).brief).toEqual(['altered-line 20'])
  expect(check(rows.with(19, { ...rows[19]!, hash: bodyDigest('x') }), head).brief).toEqual(['altered-seal 20'])
  expect(check([...rows.slice(0, 18), { ...rows[19]!, position: 19 }], head).brief).toEqual(['removed-lines 19'])
})

test('a cut end is named by the furthest signature', () => {
  const rows = makeChain(30)
  const result = check(rows.slice(0, 25), [say(10, rows[9]!.hash), say(30, rows[29]!.hash)])
  expect(result.findings).toMatchObject([{ kind: 'cut-tail', position: 26, params: { to: 30, missing: 5, place: 'outside' } }])
})

test('a rewritten chain is intact in itself and named by the first signature behind the change', () => {
  const rows = makeChain(30)
  const statements = [10, 20, 30].map(at => say(at, rows[at - 1]!.hash))
  let { hash } = rows[13]!
  for (const row of rows.slice(14)) {
    if (row.position === 15) row.body = '{"line":"forged"}'
    hash = row.hash = chainHash(hash, row.position, bodyDigest(row.body!))
  }
  expect(check(rows).brief).toEqual([])
  expect(check(rows, statements).findings).toMatchObject([{ kind: 'rewritten-chain', position: 20, params: { after: 10 } }])
})

test('a chain of which nothing fits ends in a count, not in hours of search', () => {
  const rows = makeChain(5000).map(row => ({ ...row, hash: bodyDigest(row.lineId) }))
  expect(check(rows).findingCount).toBe(5000)
})

// RFC 8785: numbers as ECMAScript writes them, keys in the order of their UTF-16 units, nothing escaped that needs none.
test.each([
  [{ b: 2, a: 1 }, '{"a":1,"b":2}'],
  [[1e21, 1e-7, 0.000001, -0, 1.0, 333333333.33333329, 9007199254740991], '[1e+21,1e-7,0.000001,0,1,333333333.3333333,9007199254740991]'],
  [{ '\u{1F600}': 1, '\uFB33': 2, ö: 3, '€': 4, '\r': 5, 1: 6 }, '{"\\r":5,"1":6,"ö":3,"€":4,"\u{1F600}":1,"\uFB33":2}'],
  [{ text: 'Lũy Tre "竹" \\ / \u0007\u000b\n\t\u2028' }, '{"text":"Lũy Tre \\"竹\\" \\\\ / \\u0007\\u000b\\n\\t\u2028"}'],
  [{ nested: { z: null, y: [true, false, {}] }, empty: '' }, '{"empty":"","nested":{"y":[true,false,{}],"z":null}}'],
  // Composed and decomposed letters stay different texts: names are normalised on entry, not here.
  [['\u00e9', 'e\u0301'], '["\u00e9","e\u0301"]'],
])('canonical text of %j', (value, expected) => {
  expect(canonicalText(value)).toBe(expected)
})

test('what JSON cannot hold has no canonical text', () => {
  for (const value of [NaN, Infinity, undefined, 'half a pair: \ud800']) expect(() => canonicalText(value)).toThrow()
})
