import { utils, write } from '@e965/xlsx'
import type { CellObject } from '@e965/xlsx'

// The invented framework of cprt-document.ts in the layout of NIST's workbook of NICE components.

export type Row = (string | CellObject | null)[]
export type Sheets = Map<string, Row[]>

export const rolesSheet = 'v9.9.0 Work Roles + Categories'
export const statementsSheet = 'v9.9.0 TKS Statements'
export const areasSheet = 'Competency Area Catalog'

const roleSheet = (category: string, code: string, name: string, statements: Row[]): Row[] => [
  [category, `${name} (${code}): Does what the name says.`, 'OPM Code: 999'],
  [],
  ['v9.9.0 TKS ID', 'v9.9.0 TKS Description', 'Click to view TKS Catalog'],
  ...statements,
]

export function makeNiceSheets(): Sheets {
  return new Map<string, Row[]>([
    [
      rolesSheet,
      [
        ['Work Role', 'Work Role Description', 'Work Role ID', 'OPM Code (Fed Use)', 'Link to TKS List'],
        ['WATCHING (BB) – Everything that is seen. '],
        ['Warden', 'Watches the gate.', 'BB-WRL-002'],
        ['Apprentice ', 'Learns from  the others.', 'BB-WRL-001'],
        ['PLANTING (AA) – Everything that grows.'],
        ['Planter', 'Plants what guards the village.', 'AA-WRL-001', '999', 'Click to view AA-WRL-001 TKS List'],
      ],
    ],
    [
      statementsSheet,
      [
        ['TKS ID', 'TKS Description', 'New for v9.9.0'],
        ['K1', 'Knows the kinds of bamboo', 'false'],
        ['K2', 'Knows the seasons of planting', 'false'],
        ['S1', 'Mends a fence of bamboo', 'true'],
        ['T1', 'Plants a stem ', 'false'],
        ['T2', 'Ties a hedge', 'false'],
      ],
    ],
    [areasSheet, [['Competency Area Name', 'Competency Area Description', 'Competency Area ID']]],
    [
      'AA-WRL-001',
      roleSheet('PLANTING (AA)', 'AA-WRL-001', 'Planter', [
        ['K1', 'Knows the kinds of bamboo', 'Click to view Work Role Catalog'],
        ['S1', 'Mends a fence of bamboo'],
        ['T1', 'Plants a stem'],
      ]),
    ],
    ['BB-WRL-001', roleSheet('WATCHING (BB)', 'BB-WRL-001', 'Apprentice', [])],
    [
      'BB-WRL-002',
      roleSheet('WATCHING (BB)', 'BB-WRL-002', 'Warden', [
        ['K1', 'Knows the kinds of bamboo'],
        ['T2', 'Ties a hedge'],
      ]),
    ],
    ['NF-COM-001', [['Competency Area', 'Weaving (NF-COM-001)'], [], ['v9.9.0 TKS ID'], ['K1']]],
  ])
}

export function writeSheets(sheets: Sheets): Uint8Array {
  const workbook = utils.book_new()
  for (const [name, rows] of sheets) utils.book_append_sheet(workbook, utils.aoa_to_sheet(rows), name)
  return new Uint8Array(write(workbook, { type: 'buffer', bookType: 'xlsx' }) as Buffer)
}
