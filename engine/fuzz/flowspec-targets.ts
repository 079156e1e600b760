import { decodeNlri, decodeNlris } from '#mitigate/decode-nlri.ts'
import { encodeNlri } from '#mitigate/encode-nlri.ts'
import { decodeActions, encodeActions } from '#mitigate/extended-communities.ts'
import type { FlowSpecMatch } from '#mitigate/flowspec-rule.ts'
import { hold, magnitude } from './fuzz-target.ts'
import type { FuzzTarget } from './fuzz-target.ts'

// What BGP speakers send: FlowSpec NLRI, and actions as extended communities. What was read can be written, and means the same
// when it is read again; and nothing beyond the end is looked at.

const reasons = [
  'truncated',
  'no-components',
  'unknown-component',
  'component-out-of-order',
  'component-twice',
  'component-truncated',
  'prefix-too-long',
  'offset-not-below-length',
  'value-length-wrong',
  'value-too-large',
]
const fieldNames = [
  'destination',
  'source',
  'protocols',
  'ports',
  'destinationPorts',
  'sourcePorts',
  'icmpTypes',
  'icmpCodes',
  'tcpFlags',
  'packetLengths',
  'dscp',
  'fragment',
  'flowLabels',
] as const satisfies readonly (keyof FlowSpecMatch)[]

const kind = { reason: 0, matches: 1, fields: 2, rejections: 3, actions: 4, lastAction: 5, reasonAt: 16, terms: 32, operators: 48 } as const

export const createNlriTarget = (family: 4 | 6, seeds: () => Uint8Array[]): FuzzTarget => ({
  name: `nlri${family}`,
  maxInputBytes: 512,
  seeds,
  open(note) {
    const room = new Uint8Array(1024)
    return {
      take(input) {
        const { matches, rejection } = decodeNlris(input, 0, input.length, family)
        // For one in eight: comparing costs more than decoding.
        if (((input.at(-1) ?? 0) & 7) === 0) {
          room.fill(0xff)
          room.set(input, 3)
          const amid = decodeNlris(room, 3, 3 + input.length, family)
          hold(JSON.stringify(amid.matches) === JSON.stringify(matches), 'what lies around is not looked at')
          hold(amid.rejection?.reason === rejection?.reason, 'what lies around is not looked at')
          hold(amid.rejection?.offset === (rejection && rejection.offset + 3), 'a place is counted from the start of the input')
        }
        if (rejection) {
          hold(rejection.offset >= 0 && rejection.offset <= input.length, 'a rejection has its place in the input')
          note(kind.reason, 1 + reasons.indexOf(rejection.reason))
          note(kind.reasonAt + reasons.indexOf(rejection.reason), magnitude(rejection.offset))
        } else note(kind.reason, 0)
        note(kind.matches, magnitude(matches.length))
        for (const match of matches) {
          hold(match.family === family, 'a match has its family')
          const again = encodeNlri(match)
          const decoded = decodeNlri(again, 0, again.length, family)
          hold(!('reason' in decoded) && decoded.next === again.length, 'what was written is read')
          if ((again.length & 3) === 0) {
            const once = encodeNlri(decoded.match)
            hold(once.length === again.length && once.every((byte, at) => byte === again[at]), 'a match has one form')
          }
          let fields = 0
          for (const [index, name] of fieldNames.entries()) {
            const field = match[name]
            if (field === undefined) continue
            fields++
            if ('words' in field) note(kind.terms + index, magnitude(field.length) * 16 + magnitude(field.offset))
            else {
              hold(field.length > 0, 'a component has a value')
              note(kind.terms + index, magnitude(field.length))
              for (const term of field) {
                const value = 'value' in term ? term.value : term.bits
                hold(Number.isInteger(value) && value >= 0 && value <= 0xffff_ffff, 'a value has 32 bits at most')
                note(kind.operators + index, magnitude(value) * 2 + (term.and ? 1 : 0))
              }
            }
          }
          note(kind.fields, fields)
        }
      },
      settle: () => {},
    }
  },
})

/** An input is a byte with the number of communities of eight bytes, these, and the attribute of communities of twenty. */
export const createCommunitiesTarget = (seeds: () => Uint8Array[]): FuzzTarget => ({
  name: 'communities',
  maxInputBytes: 513,
  seeds,
  open: note => ({
    take(input) {
      const short = Math.min(input.length, 1 + (input[0] ?? 0))
      const { actions, rejections } = decodeActions(input.subarray(1, short), input.subarray(short))
      hold(actions.length + rejections.length <= input.length / 8, 'an action has eight bytes')
      for (const { offset } of rejections) hold(offset % 8 === 0 && offset < short, 'a rejection has its place')
      const { communities, communitiesIPv6 } = encodeActions(actions)
      const again = decodeActions(communities, communitiesIPv6)
      hold(JSON.stringify(again.actions) === JSON.stringify(actions) && again.rejections.length === 0, 'what was written is read')
      note(kind.rejections, magnitude(rejections.length))
      note(kind.actions, magnitude(actions.length))
      let before = 0
      for (const action of actions) {
        const number = action.kind.length + (action.kind === 'redirect-vrf' ? action.target.form.length : 0)
        note(kind.lastAction, before)
        note(kind.terms + number, before)
        before = number
      }
    },
    settle: () => {},
  }),
})
