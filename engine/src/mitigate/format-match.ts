import type { BitmaskTerm, FlowSpecMatch, MatchPrefix, NumericTerm } from './flowspec-rule.ts'
import { formatPrefix } from './prefix.ts'

/**
 * A match as one line for logs and terminals, in the order of its components: `destination 192.0.2.10/32 protocol =17
 * source-port =53 packet-length >=512&<=1415`. A comma is OR, `&` AND; of bits `all(2)` asks for all, `any(6)` for one, `!` for
 * neither. Not meant to be read back.
 */
export function formatMatch(match: FlowSpecMatch): string {
  const words: [string, string | undefined][] = [
    ['destination', prefix(match.destination)],
    ['source', prefix(match.source)],
    ['protocol', numbers(match.protocols)],
    ['port', numbers(match.ports)],
    ['destination-port', numbers(match.destinationPorts)],
    ['source-port', numbers(match.sourcePorts)],
    ['icmp-type', numbers(match.icmpTypes)],
    ['icmp-code', numbers(match.icmpCodes)],
    ['tcp-flags', bits(match.tcpFlags)],
    ['packet-length', numbers(match.packetLengths)],
    ['dscp', numbers(match.dscp)],
    ['fragment', bits(match.fragment)],
    ['flow-label', numbers(match.flowLabels)],
  ]
  return words.flatMap(([word, value]) => (value === undefined ? [] : [`${word} ${value}`])).join(' ')
}

const prefix = (value: MatchPrefix | undefined): string | undefined =>
  value && `${formatPrefix(value)}${value.offset > 0 ? ` offset ${value.offset}` : ''}`

const joined = <Term extends { and: boolean }>(terms: readonly Term[] | undefined, format: (term: Term) => string): string | undefined =>
  terms?.map((term, index) => `${index === 0 ? '' : term.and ? '&' : ','}${format(term)}`).join('')

const numbers = (terms: readonly NumericTerm[] | undefined): string | undefined =>
  joined(terms, ({ compare, value }) => (compare === 'always' || compare === 'never' ? compare : `${compare}${value}`))

const bits = (terms: readonly BitmaskTerm[] | undefined): string | undefined =>
  joined(terms, ({ not, test, bits: value }) => `${not ? '!' : ''}${test}(${value})`)
