import type { Domain } from './domains.ts'
import { forgetSequence, noteSequence } from './sequence.ts'
import { decodeDataSet, forgetTemplate, isPadding, learnTemplate } from './sets.ts'
import type { TemplateField } from './template.ts'
import { noteFault } from './wire-state.ts'
import type { WireState } from './wire-state.ts'

// IPFIX (RFC 7011): a header of 16 bytes, then sets. Templates are set 2, options templates set 3, data the sets from 256
// on. Its sequence counts data records, those of options included.

const headerBytes = 16
const templateSet = 2
const optionsTemplateSet = 3
const lowestDataSet = 256
/** Records that a datagram can hold at most: of one byte each. */
const maxRecords = 0xffff

/** Decodes the datagram at bytes `from` to `to` of the view; `receivedMs` is when it came, milliseconds since 1970. */
export function decodeIpfix(state: WireState, view: DataView, from: number, to: number, exporter: number, receivedMs: number): void {
  if (to - from < headerBytes) return noteFault(state, 'header-truncated', to)
  const length = view.getUint16(from + 2)
  if (length < headerBytes) return noteFault(state, 'message-length-wrong', from + 2)
  const domain = state.domains.findOrAdd('ipfix', exporter, view.getUint32(from + 12), receivedMs)
  if (!domain) return noteFault(state, 'too-many-domains', from + 12)
  const { context, sequence } = domain
  context.exportMs = view.getUint32(from + 4) * 1000
  context.uptimeMs = context.exportMs - domain.systemInitMs

  // A message cut short on the way is decoded as far as it goes, and a set that the datagram holds whole although the
  // message's length does not: that is the header's fault, and is noted as such.
  const messageEnd = Math.min(to, from + length)
  let records = 0
  let isCountKnown = from + length <= to
  for (let at = from + headerBytes; at + 4 <= messageEnd;) {
    const id = view.getUint16(at)
    const setLength = view.getUint16(at + 2)
    const end = at + setLength
    if (setLength < 4 && isPadding(view, at, messageEnd)) break
    if (setLength < 4 || end > to) {
      noteFault(state, setLength < 4 ? 'set-length-wrong' : 'set-beyond-message', at + 2)
      isCountKnown = false
      break
    }
    if (id >= lowestDataSet) {
      const count = decodeDataSet(state, domain, { id, view, from: at + 4, to: end }, receivedMs)
      if (count < 0) isCountKnown = false
      else records += count
    } else if (id === templateSet || id === optionsTemplateSet)
      learnTemplates(state, domain, { id, view, from: at + 4, to: end }, receivedMs)
    else noteFault(state, 'set-id-reserved', at)
    at = end
    if (end > messageEnd) noteFault(state, 'message-length-wrong', from + 2)
  }
  if (from + length > to) noteFault(state, 'message-length-wrong', from + 2)
  noteSequence(sequence, view.getUint32(from + 8), records, maxRecords)
  if (!isCountKnown) forgetSequence(sequence)
}

function learnTemplates(
  state: WireState,
  domain: Domain,
  { id: setId, view, from, to }: { id: number; view: DataView; from: number; to: number },
  receivedMs: number,
): void {
  const isOptions = setId === optionsTemplateSet
  // What is shorter than a template's head is padding.
  for (let at = from; at + 4 <= to;) {
    const id = view.getUint16(at)
    const count = view.getUint16(at + 2)
    if (id === 0 && count === 0) return
    if (count === 0) {
      // RFC 7011 §8.1: one template is withdrawn, or by the set's own id all of its kind.
      withdraw(state, domain, id, isOptions)
      at += 4
      continue
    }
    if (id < lowestDataSet) return noteFault(state, 'template-id-reserved', at)
    if (count > state.bounds.maxFieldsPerTemplate) return noteFault(state, 'template-with-too-many-fields', at + 2)
    const fieldsFrom = at + (isOptions ? 6 : 4)
    if (fieldsFrom > to) return noteFault(state, 'template-truncated', at)
    const scopeFields = isOptions ? view.getUint16(at + 4) : 0
    if (isOptions && (scopeFields === 0 || scopeFields > count)) return noteFault(state, 'template-scope-wrong', at + 4)
    const fields: TemplateField[] = []
    const end = readFields(view, fieldsFrom, to, count, fields)
    if (end < 0) return noteFault(state, 'template-truncated', at)
    learnTemplate(state, domain, { id, fields, scopeFields, at }, receivedMs)
    at = end
  }
}

/** Reads `count` field specifiers (RFC 7011 §3.2); returns the byte after them, or -1 when they end beyond `to`. */
function readFields(view: DataView, from: number, to: number, count: number, fields: TemplateField[]): number {
  let at = from
  for (let index = 0; index < count; index++) {
    if (at + 4 > to) return -1
    const id = view.getUint16(at)
    const length = view.getUint16(at + 2)
    at += 4
    let enterprise = 0
    if ((id & 0x8000) !== 0) {
      if (at + 4 > to) return -1
      enterprise = view.getUint32(at)
      at += 4
    }
    fields.push({ enterprise, id: id & 0x7fff, length })
  }
  return at
}

function withdraw(state: WireState, domain: Domain, id: number, isOptions: boolean): void {
  state.counters.withdrawals++
  const isAll = id === (isOptions ? optionsTemplateSet : templateSet)
  if (!isAll) return forgetTemplate(state, domain, id)
  // Four bytes ask for this, so it costs nothing where there are none of the kind, however many of the other.
  if ((isOptions ? domain.optionsTemplates : domain.templates.size - domain.optionsTemplates) === 0) return
  for (const template of domain.templates.values()) if (template.scopeFields > 0 === isOptions) forgetTemplate(state, domain, template.id)
}
