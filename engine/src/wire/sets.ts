import { compileTemplate, isCompilable } from './compile-template.ts'
import { decodeRecord, readRate } from './decode-rows.ts'
import type { Domain } from './domains.ts'
import { readNumber } from './read-field.ts'
import { learnRate } from './sampling.ts'
import { createTemplate, hasSameFields, locateFields } from './template.ts'
import type { Template, TemplateField } from './template.ts'
import { makeRoom, noteFault } from './wire-state.ts'
import type { WireState } from './wire-state.ts'

// What NetFlow v9 and IPFIX have in common: templates that are learnt, and sets of records that follow them.

/** Whether nothing but zeros follows: sets are padded to 32 bits (RFC 3954 §5.2), by some exporters as far as the datagram goes. */
export function isPadding(view: DataView, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (view.getUint8(at) !== 0) return false
  return true
}

/** Records after which a template is worth compiling: a forged one, seen once, never costs that. */
const usesUntilCompiled = 256

/**
 * Learns a template, or notes that it was repeated. Data that waited for it is decoded at the end of the datagram. Fields and scope are those of the
 * message; `at` is where the template starts, for faults.
 */
export function learnTemplate(
  state: WireState,
  domain: Domain,
  { id, fields, scopeFields, at }: { id: number; fields: TemplateField[]; scopeFields: number; at: number },
  receivedMs: number,
): void {
  const { bounds } = state
  const known = domain.templates.get(id)
  if (known && hasSameFields(known, fields, scopeFields)) {
    known.learntMs = receivedMs
    return
  }
  if (fields.every(field => field.length === 0)) return noteFault(state, 'template-of-no-bytes', at)
  const total = state.templateFields + fields.length - (known?.fields.length ?? 0)
  if (total > bounds.maxTemplateFields || (!known && domain.templates.size >= bounds.maxTemplatesPerDomain))
    return noteFault(state, 'too-many-templates', at)
  state.templateFields = total
  state.counters.templates++
  const template = createTemplate(id, fields, scopeFields, receivedMs)
  if (known && known.scopeFields > 0) domain.optionsTemplates--
  if (scopeFields > 0) domain.optionsTemplates++
  domain.templates.set(id, template)
  if (domain.missingTemplates.has(id)) state.awaited.push({ domain, template })
}

export function forgetTemplate(state: WireState, domain: Domain, id: number): void {
  const known = domain.templates.get(id)
  if (!known) return
  state.templateFields -= known.fields.length
  if (known.scopeFields > 0) domain.optionsTemplates--
  domain.templates.delete(id)
}

/**
 * Decodes sets that came before the templates of the datagram at hand: when it was read to its end, as a sampling rate may stand
 * behind the template. Faults of theirs are not those of this datagram.
 */
export function decodeAwaited(state: WireState, nowMs: number): void {
  const { fault, faultAt } = state
  // At most as many as there are templates in a datagram.
  for (const { domain, template } of state.awaited) decodeWaiting(state, domain, template, nowMs)
  state.awaited.length = 0
  state.fault = fault
  state.faultAt = faultAt
}

/** Sets that came before their template, under the times of their own message. */
function decodeWaiting(state: WireState, domain: Domain, template: Template, nowMs: number): void {
  const { context } = domain
  const { exportMs, uptimeMs } = context
  for (const set of state.waiting.take(domain, template.id, nowMs)) {
    context.exportMs = set.exportMs
    context.uptimeMs = set.uptimeMs
    state.fault = undefined
    const records = decodeRecords(state, domain, template, new DataView(set.bytes.buffer), 0, set.bytes.length)
    // An assignment in a callee is not seen by the compiler.
    if (records > 0 && (state.fault as WireState['fault']) === undefined) state.counters.setsDecodedLate++
    else state.counters.setsBrokenLate++
  }
  context.exportMs = exportMs
  context.uptimeMs = uptimeMs
}

/**
 * Decodes the records of a set, bytes `from` to `to` of the view. Returns how many there were; -1 when its template is not
 * known and a copy waits for it.
 */
export function decodeDataSet(
  state: WireState,
  domain: Domain,
  { id, view, from, to }: { id: number; view: DataView; from: number; to: number },
  receivedMs: number,
): number {
  // A set of nothing is no fault, and there is nothing to wait for.
  if (to <= from) return 0
  let template = domain.templates.get(id)
  if (template && receivedMs - template.learntMs > state.bounds.templateLifeMs) {
    forgetTemplate(state, domain, id)
    template = undefined
  }
  if (!template) {
    const { exportMs, uptimeMs } = domain.context
    const bytes = new Uint8Array(view.buffer, view.byteOffset + from, to - from).slice()
    state.waiting.keep(domain, id, { bytes, exportMs, uptimeMs, receivedMs })
    state.hasWaiting = true
    return -1
  }
  if (to - from < template.size) {
    noteFault(state, 'set-without-record', from)
    return 0
  }
  const start = template.isVariable ? locateFields(template, view, from, to) : from
  if (start < 0) {
    noteFault(state, 'record-beyond-set', from)
    return 0
  }
  return decodeRecords(state, domain, template, view, from, to)
}

/** Decodes records as long as one fits; what is left is padding (RFC 7011 §3.3.1: shorter than a record). */
function decodeRecords(state: WireState, domain: Domain, template: Template, view: DataView, from: number, to: number): number {
  if (template.scopeFields === 0 && template.isFlow && !domain.hasFlows) {
    domain.hasFlows = true
    state.domains.shareRates(domain.protocol, domain.exporter)
  }
  if (template.scopeFields > 0 || !template.isFlow || template.isVariable) return decodeOneByOne(state, domain, template, view, from, to)
  const { batch } = state
  const { size } = template
  const records = Math.floor((to - from) / size)
  if (!template.loop && template.uses >= usesUntilCompiled && isCompilable(template)) template.loop = compileTemplate(template)
  // The loop knows of uptimes only against the exporter's own.
  const loop = template.hasUptimesOnly && Number.isNaN(domain.context.uptimeMs) ? undefined : template.loop
  let at = from
  if (loop) {
    for (let left = records; left > 0;) {
      makeRoom(state, 1)
      const count = Math.min(left, batch.capacity - batch.length)
      loop(batch, view, at, count, domain.context)
      at += count * size
      left -= count
    }
    state.counters.flows += records
    return records
  }
  template.uses = Math.min(template.uses + records, usesUntilCompiled)
  for (let left = records; left > 0; left--, at += size) decodeFlow(state, domain, template, view, at)
  return records
}

function decodeFlow(state: WireState, domain: Domain, template: Template, view: DataView, at: number): void {
  makeRoom(state, 2)
  const before = state.batch.length
  decodeRecord(state.batch, view, at, template, domain.context)
  if (state.batch.length === before) state.counters.otherRecords++
  state.counters.flows += state.batch.length - before
}

function decodeOneByOne(state: WireState, domain: Domain, template: Template, view: DataView, from: number, to: number): number {
  let records = 0
  for (let at = from; at + template.size <= to; records++) {
    const next = template.isVariable ? locateFields(template, view, at, to) : at + template.size
    if (next < 0) {
      noteFault(state, 'record-beyond-set', at)
      break
    }
    if (template.scopeFields > 0) {
      learnFromOptions(state, domain, template, view, at)
      state.counters.optionsRecords++
    } else if (template.isFlow) decodeFlow(state, domain, template, view, at)
    else state.counters.otherRecords++
    at = next
  }
  return records
}

/** Takes from an options record what decoding hangs on: sampling rates, and when the exporter started. */
function learnFromOptions(state: WireState, domain: Domain, template: Template, view: DataView, at: number): void {
  const { plan, offsets, lengths, scopeInterface } = template
  const number = (index: number): number => readNumber(view, at + offsets[index]!, lengths[index]!)
  if (plan.systemInit >= 0) {
    domain.systemInitMs = number(plan.systemInit)
    // NetFlow v9 tells the uptime in each header; here it holds from now on, also for flows in the same message.
    if (domain.protocol === 'ipfix') domain.context.uptimeMs = domain.context.exportMs - domain.systemInitMs
  }
  const rate = readRate(template, view, at)
  if (rate === undefined) return
  const selector = plan.selector < 0 ? undefined : number(plan.selector)
  const input = scopeInterface < 0 ? undefined : number(scopeInterface)
  if (!domain.tellsRates) {
    domain.tellsRates = true
    domain.context.sampling = domain.ownSampling
    if (!domain.hasFlows) state.domains.shareRates(domain.protocol, domain.exporter)
  }
  if (!learnRate(domain.ownSampling, rate, selector, input)) state.counters.ratesRefused++
}
