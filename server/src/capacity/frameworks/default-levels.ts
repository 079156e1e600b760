import type { FrameworkLevel } from './frameworks.api.ts'

// The scale of a framework that brings none of its own, such as NICE. The built-in packs use the same one, so that a
// level means the same to a supervisor whichever framework a role comes from.

export const defaultLevels: readonly FrameworkLevel[] = [
  {
    level: 0,
    name: { vi: 'Chưa có', en: 'None', ja: '未習得' },
    description: {
      vi: 'Chưa có minh chứng cho thấy có thể thực hiện công việc này.',
      en: 'There is no evidence yet that the person can do this work.',
      ja: 'この業務を行えることを示す根拠がまだありません。',
    },
  },
  {
    level: 1,
    name: { vi: 'Thực hiện có hướng dẫn', en: 'With guidance', ja: '指導を受けて実施' },
    description: {
      vi: 'Thực hiện công việc theo quy trình có sẵn hoặc có người hỗ trợ; xin ý kiến khi gặp trường hợp ngoài quy trình.',
      en: 'Does the work by a given procedure or with help, and asks when a case does not fit.',
      ja: '定められた手順や助言に沿って業務を行い、手順に当てはまらない場合は指示を仰ぎます。',
    },
  },
  {
    level: 2,
    name: { vi: 'Thực hiện độc lập', en: 'Independent', ja: '単独で実施' },
    description: {
      vi: 'Tự thực hiện công việc trong các trường hợp thông thường, lựa chọn phương pháp và chịu trách nhiệm về kết quả.',
      en: 'Does the work alone in ordinary cases, chooses the method and answers for the result.',
      ja: '通常の事案では一人で業務を行い、方法を選び、結果に責任を負います。',
    },
  },
  {
    level: 3,
    name: { vi: 'Chủ trì và hướng dẫn', en: 'Leads others', ja: '主導・指導' },
    description: {
      vi: 'Chủ trì công việc trong các trường hợp khó, xác lập phương pháp chung và hướng dẫn người khác thực hiện.',
      en: 'Leads the work in difficult cases, sets the methods for others and guides them.',
      ja: '困難な事案を主導し、他の職員が用いる方法を定め、指導します。',
    },
  },
]

/** What a role is taken to need where its framework states no level: the work done alone in ordinary cases. */
export const assumedNeedLevel = 2
