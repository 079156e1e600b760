// A small document in the layout of NIST's CPRT, with invented content: two categories, three roles (one without a `sort`),
// two tasks, two knowledge and one skill statement of which one belongs to no role, and an old code beside.

const documentId = 'SP_800_181_9_9_0'

export interface CprtElement {
  element_type: string
  element_identifier: string
  title: string
  text: string
  doc_identifier: string
}

export interface CprtRelationship {
  source_element_identifier: string
  source_doc_identifier: string
  dest_element_identifier: string
  dest_doc_identifier: string
  relationship_identifier: string
  provenance_doc_identifier: string
}

export interface CprtDocument {
  response: {
    requestType: number
    elements: {
      documents: { doc_identifier: string; name: string; version: string; website: string }[]
      relationship_types: { relationship_identifier: string; description: string }[]
      elements: CprtElement[]
      relationships: CprtRelationship[]
    }
  }
}

export const cprtElement = (type: string, id: string, title: string, text: string): CprtElement => ({
  element_type: type,
  element_identifier: id,
  title,
  text,
  doc_identifier: documentId,
})

export const cprtRelationship = (from: string, to: string): CprtRelationship => ({
  source_element_identifier: from,
  source_doc_identifier: documentId,
  dest_element_identifier: to,
  dest_doc_identifier: documentId,
  relationship_identifier: 'projection',
  provenance_doc_identifier: documentId,
})

export function makeCprtDocument(): CprtDocument {
  return {
    response: {
      requestType: 4,
      elements: {
        documents: [{ doc_identifier: documentId, name: 'An invented framework', version: '9.9.0', website: 'https://framework.invalid/' }],
        relationship_types: [{ relationship_identifier: 'projection', description: 'invented' }],
        elements: [
          cprtElement('skill', 'S1', '', 'Mends a fence of bamboo'),
          cprtElement('knowledge', 'K2', '', 'Knows the seasons of planting'),
          cprtElement('knowledge', 'K1', '', 'Knows the kinds of bamboo'),
          cprtElement('task', 'T1', '', 'Plants a stem'),
          cprtElement('task', 'T2', '', 'Ties a hedge'),
          cprtElement('work_role', 'AA-WRL-001', 'Planter', 'Plants what guards the village.'),
          cprtElement('work_role', 'BB-WRL-002', 'Warden', 'Watches the gate.'),
          cprtElement('work_role', 'BB-WRL-001', 'Apprentice', 'Learns from the others.'),
          cprtElement('category', 'AA', 'PLANTING', 'Everything that grows.'),
          cprtElement('category', 'BB', 'WATCHING', 'Everything that is seen.'),
          cprtElement('sort', 'S-BB', '00001', ''),
          cprtElement('sort', 'S-AA', '00002', ''),
          cprtElement('sort', 'S-BB-WRL-002', '00001.00001', ''),
          cprtElement('sort', 'S-AA-WRL-001', '00002.00001', ''),
          cprtElement('opm_code', '999', '', ''),
        ],
        relationships: [
          cprtRelationship('AA', 'AA-WRL-001'),
          cprtRelationship('BB', 'BB-WRL-001'),
          cprtRelationship('BB', 'BB-WRL-002'),
          cprtRelationship('AA', 'S-AA'),
          cprtRelationship('BB', 'S-BB'),
          cprtRelationship('AA-WRL-001', 'S-AA-WRL-001'),
          cprtRelationship('BB-WRL-002', 'S-BB-WRL-002'),
          cprtRelationship('AA-WRL-001', '999'),
          cprtRelationship('AA-WRL-001', 'T1'),
          cprtRelationship('AA-WRL-001', 'K1'),
          cprtRelationship('AA-WRL-001', 'S1'),
          cprtRelationship('BB-WRL-002', 'T2'),
          cprtRelationship('BB-WRL-002', 'K1'),
        ],
      },
    },
  }
}

export const asBytes = (value: unknown): Uint8Array => new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value))
