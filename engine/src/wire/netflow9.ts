import { noteSequence } from './sequence.ts'
import { netflow9Scope } from './information-elements.ts'
import { decodeDataSet, isPadding, learnTemplate } from './sets.ts'
import type { Domain } from './domains.ts'
import type { TemplateField } from './template.ts'
import { noteFault } from './wire-state.ts'
import type { WireState } from './wire-state.ts'

// NetFlow v9 (RFC 3954): a header of 20 bytes, then flow sets. Templates are flow set 0, options templates flow set 1,
// data the sets from 256 on. Its sequence counts datagrams.

const headerBytes = 20
const lowestDataSet = 256

/** Decodes the datagram at bytes `from` to `to` of the view; `receivedMs` is when it came, milliseconds since 1970. */
export function decodeNetflow9(state: WireState, view: DataView, from: number, to: number, exporter: number, receivedMs: number): void {
  if (to - from < headerBytes) return noteFault(state, 'header-truncated', to)
  const domain = state.domains.findOrAdd('netflow9', exporter, view.getUint32(from + 16), receivedMs)
  if (!domain) return noteFault(state, 'too-many-domains', from + 16)
  domain.context.uptimeMs = view.getUint32(from + 4)
  domain.context.exportMs = view.getUint32(from + 8) * 1000
  noteSequence(domain.sequence, view.getUint32(from + 12), 1)

  let at = from + headerBytes
  while (at + 4 <= to) {
    const id = view.getUint16(at)
    const length = view.getUint16(at + 2)
    if (length < 4) return isPadding(view, at, to) ? undefined : noteFault(state, 'set-length-wrong', at + 2)
    const end = at + length
    if (end > to) return noteFault(state, 'set-beyond-message', at + 2)
    if (id >= lowestDataSet) decodeDataSet(state, domain, { id, view, from: at + 4, to: end }, receivedMs)
    else if (id === 0) learnTemplates(state, domain, view, at + 4, end, receivedMs)
    else if (id === 1) learnOptionsTemplates(state, domain, view, at + 4, end, receivedMs)
    else noteFault(state, 'set-id-reserved', at)
    at = end
  }
}

function learnTemplates(state: WireState, domain: Domain, view: DataView, from: number, to: number, receivedMs: number): void {
  let at = from
  while (at + 4 <= to && !isPadding(view, at, to)) {
    const id = view.getUint16(at)
    const count = view.getUint16(at + 2)
    if (id < lowestDataSet) return noteFault(state, 'template-id-reserved', at)
    if (count === 0) return noteFault(state, 'template-without-fields', at + 2)
    if (count > state.bounds.maxFieldsPerTemplate) return noteFault(state, 'template-with-too-many-fields', at + 2)
    const end = at + 4 + count * 4
    if (end > to) return noteFault(state, 'template-truncated', at)
    learnTemplate(state, domain, { id, fields: readFields(view, at + 4, end, 0), scopeFields: 0, at }, receivedMs)
    at = end
  }
}

function learnOptionsTemplates(state: WireState, domain: Domain, view: DataView, from: number, to: number, receivedMs: number): void {
  let at = from
  while (at + 6 <= to && !isPadding(view, at, to)) {
    const id = view.getUint16(at)
    // Both lengths are in bytes here, not in fields.
    const scopeBytes = view.getUint16(at + 2)
    const optionBytes = view.getUint16(at + 4)
    if (id < lowestDataSet) return noteFault(state, 'template-id-reserved', at)
    if (scopeBytes % 4 !== 0 || optionBytes % 4 !== 0) return noteFault(state, 'template-scope-wrong', at + 2)
    const count = (scopeBytes + optionBytes) / 4
    if (count === 0) return noteFault(state, 'template-without-fields', at + 2)
    if (count > state.bounds.maxFieldsPerTemplate) return noteFault(state, 'template-with-too-many-fields', at + 2)
    const end = at + 6 + count * 4
    if (end > to) return noteFault(state, 'template-truncated', at)
    const fields = [...readFields(view, at + 6, at + 6 + scopeBytes, netflow9Scope), ...readFields(view, at + 6 + scopeBytes, end, 0)]
    // An exporter may leave the scope away; the record is about the whole of it then, and still no flow.
    learnTemplate(state, domain, { id, fields, scopeFields: Math.max(1, scopeBytes / 4), at }, receivedMs)
    at = end
  }
}

function readFields(view: DataView, from: number, to: number, enterprise: number): TemplateField[] {
  const fields: TemplateField[] = []
  for (let at = from; at < to; at += 4) fields.push({ enterprise, id: view.getUint16(at), length: view.getUint16(at + 2) })
  return fields
}
