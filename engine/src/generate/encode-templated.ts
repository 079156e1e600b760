import { ByteWriter } from './byte-writer.ts'

// NetFlow v9 and IPFIX, set by set, so that a test can write any message, also one that no exporter should send.

export interface FieldSpecifier {
  id: number
  /** 65535: each record says it (IPFIX only). */
  length: number
  enterprise?: number
}

/** A value of a record: a number, an address in text, or bytes as they are. */
export type FieldValue = number | bigint | string | Uint8Array

export type EncodedSet =
  | { kind: 'templates'; templates: readonly { id: number; fields: readonly FieldSpecifier[] }[] }
  | { kind: 'options-templates'; templates: readonly { id: number; scope: readonly FieldSpecifier[]; fields: readonly FieldSpecifier[] }[] }
  | { kind: 'withdrawal'; set: number; id: number }
  | { kind: 'data'; id: number; fields: readonly FieldSpecifier[]; records: readonly (readonly FieldValue[])[] }

export interface MessageHeader {
  exportSeconds: number
  sequence: number
  domain: number
  /** NetFlow v9 only. */
  uptimeMs?: number
}

export function encodeNetflow9(header: MessageHeader, sets: readonly EncodedSet[]): Uint8Array<ArrayBuffer> {
  const count = sets.reduce(
    (sum, set) => sum + (set.kind === 'data' ? set.records.length : set.kind === 'withdrawal' ? 1 : set.templates.length),
    0,
  )
  const writer = new ByteWriter().u16(9, count).u32(header.uptimeMs ?? 0, header.exportSeconds, header.sequence, header.domain)
  for (const set of sets) writeSet(writer, set, { templateSet: 0, isIpfix: false })
  return writer.done()
}

export function encodeIpfix(header: MessageHeader, sets: readonly EncodedSet[]): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter().u16(10, 0).u32(header.exportSeconds, header.sequence, header.domain)
  for (const set of sets) writeSet(writer, set, { templateSet: 2, isIpfix: true })
  return writer.setU16(2, writer.length).done()
}

function writeSet(writer: ByteWriter, set: EncodedSet, { templateSet, isIpfix }: { templateSet: number; isIpfix: boolean }): void {
  const start = writer.length
  switch (set.kind) {
    case 'templates':
      writer.u16(templateSet, 0)
      for (const { id, fields } of set.templates) {
        writer.u16(id, fields.length)
        for (const field of fields) writeSpecifier(writer, field)
      }
      break
    case 'options-templates':
      writer.u16(templateSet + 1, 0)
      for (const { id, scope, fields } of set.templates) {
        if (isIpfix) writer.u16(id, scope.length + fields.length, scope.length)
        else writer.u16(id, scope.length * 4, fields.length * 4)
        for (const field of [...scope, ...fields]) writeSpecifier(writer, field)
      }
      break
    case 'withdrawal':
      writer.u16(set.set, 0, set.id, 0)
      break
    case 'data':
      writer.u16(set.id, 0)
      for (const record of set.records) for (const [index, value] of record.entries()) writeValue(writer, value, set.fields[index]!.length)
      break
  }
  writer.pad(4).setU16(start + 2, writer.length - start)
}

function writeSpecifier(writer: ByteWriter, { id, length, enterprise }: FieldSpecifier): void {
  writer.u16(enterprise === undefined ? id : id | 0x8000, length)
  if (enterprise !== undefined) writer.u32(enterprise)
}

function writeValue(writer: ByteWriter, value: FieldValue, length: number): void {
  if (typeof value === 'string') writer.address(value)
  else if (value instanceof Uint8Array) {
    // RFC 7011 §7: up to 254 bytes in one byte of length, more in three.
    if (length === 0xffff && value.length < 255) writer.u8(value.length)
    else if (length === 0xffff) writer.u8(255).u16(value.length)
    writer.raw(value)
  } else writer.number(value, length)
}
