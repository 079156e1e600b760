import { mendLegacyText } from '#platform/imports/imports.ts'
import type { TableRow } from '#platform/imports/imports.ts'
import type { Language } from '#platform/i18n/languages.ts'
import { foldForSearch } from './names.ts'
import { rosterColumns } from './people.api.ts'
import type { RosterColumn } from './people.api.ts'

// Which column of the file is what. Headings are compared without accents, case, marks and what stands in brackets.

/** The first of each list is the template's heading. */
const headings: Record<RosterColumn, Record<Language, readonly string[]>> = {
  staffCode: {
    vi: [
      'Mã cán bộ',
      'Mã CB',
      'Mã nhân viên',
      'Mã NV',
      'MSNV',
      'Mã CBCC',
      'Mã CBCCVC',
      'Mã công chức',
      'Mã số',
      'Mã số cán bộ',
      'Số hiệu cán bộ',
      'Số hiệu công chức',
    ],
    en: [
      'Staff code',
      'Staff ID',
      'Staff No',
      'Staff number',
      'Employee code',
      'Employee ID',
      'Employee No',
      'Employee number',
      'Personnel number',
    ],
    ja: ['職員番号', '職員コード', '社員番号', '社員コード', '従業員番号'],
  },
  name: {
    vi: ['Họ và tên', 'Họ tên', 'Tên', 'Tên nhân viên', 'Họ và tên cán bộ', 'Họ, chữ đệm và tên'],
    en: ['Name', 'Full name', 'Staff name', 'Employee name'],
    ja: ['氏名', '名前', '姓名', '職員名'],
  },
  reading: {
    vi: ['Cách đọc tên', 'Cách đọc', 'Phiên âm'],
    en: ['Reading', 'Name reading', 'Kana', 'Phonetic name'],
    ja: ['ふりがな', 'よみがな', '読み', '氏名カナ', 'カナ'],
  },
  unitCode: {
    vi: ['Mã đơn vị', 'Đơn vị', 'Mã ĐV', 'Đơn vị công tác', 'Mã phòng', 'Phòng', 'Phòng ban'],
    en: ['Unit code', 'Unit', 'Department code', 'Department', 'Division'],
    ja: ['部署コード', '部署', '所属コード', '所属', '部門'],
  },
  title: {
    vi: ['Chức danh', 'Chức vụ', 'Vị trí', 'Vị trí việc làm'],
    en: ['Title', 'Job title', 'Position'],
    ja: ['役職', '職名', '職位'],
  },
  roleCode: {
    vi: ['Mã vai trò', 'Vai trò', 'Mã vai trò công việc'],
    en: ['Role code', 'Role', 'Work role', 'Work role code'],
    ja: ['役割コード', '役割', 'ロール'],
  },
  supervisorCode: {
    vi: [
      'Mã người quản lý',
      'Mã quản lý',
      'Người quản lý',
      'Mã người quản lý trực tiếp',
      'Quản lý trực tiếp',
      'Mã cấp trên',
      'Cấp trên',
      'Mã lãnh đạo trực tiếp',
    ],
    en: ['Supervisor code', 'Supervisor', 'Supervisor ID', 'Manager code', 'Manager ID', 'Manager', 'Line manager', 'Reports to'],
    ja: ['上司の職員番号', '上司番号', '上司コード', '上司', '上長コード', '上長'],
  },
  email: {
    vi: ['Thư điện tử', 'Địa chỉ thư điện tử', 'Địa chỉ email', 'Hộp thư'],
    en: ['E-mail', 'Email', 'Mail', 'E-mail address', 'Email address'],
    ja: ['メールアドレス', 'メール', '電子メール'],
  },
  startsOn: {
    vi: ['Ngày bắt đầu', 'Từ ngày', 'Ngày nhận việc', 'Ngày nhận công tác', 'Ngày giữ chức vụ'],
    en: ['Start date', 'Starts on', 'Start', 'From', 'Since'],
    ja: ['開始日', '着任日', '就任日', '発令日'],
  },
}

/** Titles above the headings are few; further down a row of data could look like headings. */
export const searchedRows = 30

const fold = (text: string): string => {
  const mended = mendLegacyText(text)?.text ?? text
  return foldForSearch(mended.replace(/[(（[][^)）\]]*[)）\]]/gu, ' ').replace(/[*:：]/gu, ' ')).replace(/[^\p{L}\p{N}]+/gu, '')
}

/** `rank` 0 is the template's own heading: it wins over a synonym in the same file. */
const meaningOf = new Map<string, { column: RosterColumn; language: Language; rank: number }>()
for (const column of rosterColumns)
  for (const [language, names] of Object.entries(headings[column]) as [Language, readonly string[]][])
    for (const [rank, name] of names.entries()) meaningOf.set(fold(name), { column, language, rank })

export interface Headings {
  /** Place among the rows that were searched. */
  index: number
  columns: ReadonlyMap<RosterColumn, number>
  unknown: string[]
  /** The language that most headings are in. */
  language: Language
}

function readHeadings(row: TableRow, index: number): Headings | undefined {
  const found = row.cells.flatMap((cell, position) => {
    const text = cell?.text.trim() ?? ''
    return text === '' ? [] : [{ position, text: text.slice(0, 100), meaning: meaningOf.get(fold(text)) }]
  })
  const columns = new Map<RosterColumn, number>()
  const inLanguage = { vi: 0, en: 0, ja: 0 }
  for (const { position, meaning } of found.toSorted((a, b) => (a.meaning?.rank ?? 0) - (b.meaning?.rank ?? 0))) {
    if (!meaning || columns.has(meaning.column)) continue
    columns.set(meaning.column, position)
    inLanguage[meaning.language]++
  }
  if (columns.size < 2 || !columns.has('name')) return undefined
  const [language] = (Object.entries(inLanguage) as [Language, number][]).toSorted(([, a], [, b]) => b - a)[0]!
  // A second column of one meaning is not read either, and is named with the unknown ones.
  const read = new Set(columns.values())
  return { index, columns, unknown: found.filter(({ position }) => !read.has(position)).map(({ text }) => text), language }
}

/** The first of these rows that names at least the person and one thing more; undefined when none does. */
export function findHeadings(rows: readonly TableRow[]): Headings | undefined {
  for (const [index, row] of rows.entries()) {
    const found = readHeadings(row, index)
    if (found) return found
  }
  return undefined
}

export const templateHeadings = (language: Language): string[] => rosterColumns.map(column => headings[column][language][0]!)
