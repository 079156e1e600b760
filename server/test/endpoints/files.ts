import { asBytes, makeCprtDocument } from '../cprt-document.ts'

// Files that the imports of the generated tests read.

export function frameworkFile(marker: string, version = '9.9.0') {
  const document = makeCprtDocument()
  document.response.elements.documents[0]!.version = version
  document.response.elements.elements[0]!.text = `Mends a fence ${marker}`
  return { fileName: 'framework.json', contentType: 'application/json', bytes: asBytes(document) }
}

/** One row that adds a person, one that changes a name, one that changes a title, one that starts a new post. */
export function rosterFile(marker: string) {
  const rows = [
    ['staffCode', 'name', 'unitCode', 'title', 'roleCode', 'supervisorCode', 'email', 'startsOn'],
    ['new-1', `Trần Văn Tre ${marker}`, 'U1', 'Chuyên viên', 'ANALYST', '', `tre@${marker}.invalid`, '2026-11-01'],
    ['colleague-1', `Lê Măng ${marker}`, 'U1', `Analyst ${marker}`, 'ANALYST', '', `colleague@${marker}.invalid`, '2024-01-01'],
    [
      'administrator-1',
      `Nguyễn administrator ${marker}`,
      'U1',
      'Trưởng phòng',
      'ANALYST',
      '',
      `administrator@${marker}.invalid`,
      '2024-01-01',
    ],
    ['manager-1', `Nguyễn manager ${marker}`, 'U2', `Analyst ${marker}`, 'ANALYST', '', `manager@${marker}.invalid`, '2026-11-01'],
  ]
  return { fileName: 'roster.csv', contentType: 'text/csv', bytes: asBytes(rows.map(row => row.join(',')).join('\n')) }
}

/** The least that is a PDF: a page with nothing on it. `note` is a comment in it. */
export const makePdf = (note: string): Uint8Array =>
  asBytes(
    `%PDF-1.4\n% ${note}\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n`,
  )

export const scanFile = (note: string) => ({ fileName: 'scan.pdf', contentType: 'application/pdf', bytes: makePdf(note) })
