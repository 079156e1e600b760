import type { Translated } from '#platform/i18n/translated.ts'
import { assumedNeedLevel, defaultLevels } from './default-levels.ts'
import type { DraftBuilder, DraftHead } from './framework-draft.ts'
import type { NoteCounts } from './note-counts.ts'

// What the NICE Framework is in whichever of its forms it comes: NIST's CPRT JSON (cprt.ts) or the workbook (nice-workbook.ts).

export type NiceKind = 'task' | 'knowledge' | 'skill'

/** Entries that are no longer part of the framework say so in their text. */
export const withdrawn = /^\W*withdrawn\b/i

export interface NiceLink {
  role: string
  to: string
  kind: NiceKind
  place: string
}

/** Links of roles, and what no role links to. NICE states no levels: what a role needs, it needs at the assumed one. */
export function addLinks(builder: DraftBuilder, notes: NoteCounts, links: readonly NiceLink[], statements: Iterable<string>): void {
  const linked = new Set<string>()
  for (const { role, to, kind, place } of links) {
    const isTask = kind === 'task'
    const isNew = builder.addRelation(place, {
      kind: isTask ? 'performs' : 'needs',
      roleCode: role,
      elementCode: to,
      importance: 'required',
      level: isTask ? null : assumedNeedLevel,
    })
    linked.add(to)
    if (!isNew) notes.add('duplicate-relation')
    else if (!isTask) notes.add('need-level-assumed', { level: assumedNeedLevel })
  }
  for (const code of statements) if (!linked.has(code)) notes.add('without-role')
}

/** Parts of the head that are this product's words. */
export const addedToNice: readonly (keyof DraftHead)[] = ['description', 'licence', 'source', 'levels']

/** Of NICE in whichever form it comes. `source` is where it was taken from. */
export function niceHead(name: string, version: string, source: Translated): DraftHead {
  return {
    publisher: 'NIST',
    key: 'nice',
    version,
    title: { en: name.trim() },
    description: {
      vi: 'Khung nhân lực an toàn thông tin mạng NICE của Hoa Kỳ: vai trò công việc cùng nhiệm vụ, kiến thức và kỹ năng. Nội dung giữ nguyên bằng tiếng Anh.',
      en: 'The NICE workforce framework of the United States: work roles with their tasks, knowledge and skills. Its content is kept in English as published.',
      ja: '米国のサイバーセキュリティ人材フレームワークNICEです。業務上の役割と、それぞれの業務、知識、技能を収めています。内容は公表されたとおり英語です。',
    },
    sourceLanguage: 'en',
    licence: 'US Government work (public domain in the USA)',
    source,
    levels: defaultLevels,
  }
}
