import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import writeExcelFile from 'write-excel-file/node'
import { rounded } from '../calibration.ts'
import type { BenchRow } from '../calibration.ts'
import type { Ask } from './program.ts'

// A roster goes through the program as a person would send it: uploaded, looked at page by page, applied. README.md has the method.

const families = ['Nguyễn', 'Trần', 'Lê', 'Phạm', 'Hoàng', 'Phan', 'Vũ', 'Đặng']
const middles = ['Văn', 'Thị', 'Minh', 'Đức', 'Thanh', 'Ngọc', 'Quang']
const given = ['An', 'Bình', 'Cường', 'Dũng', 'Giang', 'Hà', 'Hùng', 'Hương', 'Linh', 'Phương', 'Thảo', 'Tuấn', 'Yến']

/** Rows of an invented authority: ten people under each supervisor. */
export function* rosterRows(count: number, unitCodes: readonly string[], prefix: string): Generator<string[], void, undefined> {
  yield ['Mã nhân viên', 'Họ và tên', 'Mã đơn vị', 'Chức vụ', 'Mã người quản lý', 'Thư điện tử', 'Ngày bắt đầu']
  const code = (index: number): string => `${prefix}${String(index).padStart(6, '0')}`
  for (let index = 0; index < count; index++)
    yield [
      code(index),
      `${families[index % 8]!} ${middles[(index >> 3) % 7]!} ${given[(index * 5) % 13]!}`,
      unitCodes[index % unitCodes.length]!,
      'Chuyên viên',
      index === 0 ? '' : code(Math.floor((index - 1) / 10)),
      `${code(index).toLowerCase()}@bench.invalid`,
      `20${String(10 + (index % 15))}-0${1 + (index % 9)}-1${index % 10}`,
    ]
}

export const asCsv = (rows: Iterable<string[]>): Uint8Array => Buffer.from([...rows].map(cells => cells.join(';')).join('\r\n'))

export const asWorkbook = (rows: Iterable<string[]>): Promise<Uint8Array> =>
  writeExcelFile(
    [...rows].map(cells => cells.map(value => ({ value, type: String }))),
    { sheet: 'Nhân sự' },
  ).toBuffer()

interface Preview {
  previewId: string
  version: number
  status: string
  counts: Record<string, number>
  failure: unknown
}

const fieldOf = (pid: number, name: string): number =>
  Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024

/** Watches the memory that a process holds. */
function watchMemory(pid: number) {
  const beforeMb = fieldOf(pid, 'VmRSS')
  let mostMb = beforeMb
  const timer = setInterval(() => (mostMb = Math.max(mostMb, fieldOf(pid, 'VmRSS'))), 100)
  return () => {
    clearInterval(timer)
    return { beforeMb: rounded(beforeMb), mostMb: rounded(mostMb) }
  }
}

/** From the upload to the answer that it is applied; then the first, a middle and the last page of its preview. */
export async function measureImport(ask: Ask, pid: number, name: string, fileName: string, bytes: Uint8Array): Promise<BenchRow[]> {
  const stop = watchMemory(pid)
  const start = performance.now()
  let preview = await ask<Preview>('POST', `/roster-imports?fileName=${fileName}`, {
    body: bytes as Uint8Array<ArrayBuffer>,
    headers: { 'content-type': 'application/octet-stream' },
  })
  const address = `/roster-imports/${preview.previewId}`
  while (preview.status === 'reading') {
    await delay(200)
    preview = await ask<Preview>('GET', address)
  }
  if (preview.status !== 'open') throw new Error(`the roster could not be read: ${JSON.stringify(preview)}`)
  const readMs = performance.now() - start
  const pages = await measurePages(ask, address)
  const from = performance.now()
  const applied = await ask<Preview>('POST', `${address}/apply`, {
    body: JSON.stringify({ leaveOut: preview.counts['refused'] }),
    headers: { 'content-type': 'application/json', 'if-match': String(preview.version) },
  })
  if (applied.status !== 'applied') throw new Error(`the roster was not applied: ${JSON.stringify(applied)}`)
  const appliedMs = performance.now() - from
  const rows = Object.values(preview.counts).reduce((sum, count) => sum + count, 0)
  return [
    {
      case: name,
      rows,
      seconds: rounded((readMs + appliedMs) / 1000, 1),
      readSeconds: rounded(readMs / 1000, 1),
      applySeconds: rounded(appliedMs / 1000, 1),
      ...stop(),
    },
    { case: `${name}-preview-page`, ...pages },
  ]
}

async function measurePages(ask: Ask, address: string): Promise<{ p50_ms: number; p95_ms: number }> {
  const times: number[] = []
  let after = 0
  for (let page = 0; page < 60; page++) {
    const start = performance.now()
    const { next } = await ask<{ next: number | null }>(
      'GET',
      `${address}/rows?limit=100&after=${after}${page % 3 === 0 ? '&fate=create' : ''}`,
    )
    times.push(performance.now() - start)
    after = page === 30 ? 90_000 : (next ?? 0)
  }
  times.sort((a, b) => a - b)
  return { p50_ms: rounded(times[30]!, 1), p95_ms: rounded(times[57]!, 1) }
}
