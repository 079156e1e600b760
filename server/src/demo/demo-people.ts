import type { Translated } from '#platform/i18n/translated.ts'

// The invented authority of the first start. No person, figure or event here is real.

export const demoAuthority: Translated = {
  vi: 'Cục An ninh mạng Minh họa (số liệu hư cấu)',
  en: 'Demonstration Cyber Security Authority (invented)',
  ja: 'デモ用サイバーセキュリティ庁（架空）',
}

export const demoUnits: { code: string; parent: string | null; name: Translated }[] = [
  { code: 'LD', parent: null, name: { vi: 'Lãnh đạo Cục', en: 'Directorate', ja: '局長室' } },
  { code: 'VP', parent: 'LD', name: { vi: 'Văn phòng Cục', en: 'Office of the Directorate', ja: '総務課' } },
  {
    code: 'CS',
    parent: 'LD',
    name: { vi: 'Phòng Chính sách và Quản lý chất lượng', en: 'Policy and Quality Division', ja: '政策・品質管理課' },
  },
  { code: 'DT', parent: 'LD', name: { vi: 'Phòng Đào tạo và Tuyên truyền', en: 'Training and Awareness Division', ja: '研修・啓発課' } },
  { code: 'UCSC', parent: 'LD', name: { vi: 'Phòng Ứng cứu sự cố', en: 'Incident Response Division', ja: 'インシデント対応課' } },
  { code: 'UCSC-T', parent: 'UCSC', name: { vi: 'Tổ Trực và Phân loại 24/7', en: '24/7 Triage Desk', ja: '24時間トリアージ班' } },
  { code: 'UCSC-X', parent: 'UCSC', name: { vi: 'Tổ Xử lý sự cố', en: 'Incident Handling Team', ja: 'インシデント処理班' } },
  { code: 'GS', parent: 'LD', name: { vi: 'Phòng Giám sát và Phân tích', en: 'Monitoring and Analysis Division', ja: '監視・分析課' } },
  { code: 'GS-M', parent: 'GS', name: { vi: 'Tổ Phân tích mã độc', en: 'Malware Analysis Team', ja: 'マルウェア解析班' } },
  { code: 'KT', parent: 'LD', name: { vi: 'Phòng Kiểm tra, Đánh giá', en: 'Audit and Diagnosis Division', ja: '監査・診断課' } },
  { code: 'MT', parent: 'LD', name: { vi: 'Chi nhánh miền Trung', en: 'Central Region Branch', ja: '中部支所' } },
  { code: 'MN', parent: 'LD', name: { vi: 'Chi nhánh miền Nam', en: 'Southern Region Branch', ja: '南部支所' } },
]

export interface DemoPerson {
  code: string
  name: string
  unit: string
  title: string
  role: string
  supervisor: string | null
}

/** Those that the first steps of the documents meet by name. */
const named: DemoPerson[] = [
  { code: 'A001', name: 'Trịnh Quang Vũ', unit: 'LD', title: 'Cục trưởng', role: 'CISO', supervisor: null },
  { code: 'A002', name: 'Lương Thị Hồng Ánh', unit: 'LD', title: 'Phó Cục trưởng', role: 'COMMANDER', supervisor: 'A001' },
  { code: 'A003', name: 'Đoàn Minh Triết', unit: 'UCSC', title: 'Trưởng phòng', role: 'INCIDENT-MANAGER', supervisor: 'A002' },
  { code: 'A004', name: 'Nguyễn Thị Bích Ngọc', unit: 'UCSC', title: 'Chuyên viên chính', role: 'INCIDENT-HANDLER', supervisor: 'A003' },
  { code: 'A005', name: 'Phạm Đức Ễnh', unit: 'UCSC', title: 'Chuyên viên', role: 'INCIDENT-HANDLER', supervisor: 'A003' },
  { code: 'A006', name: 'Vũ Hoàng Ân', unit: 'UCSC', title: 'Chuyên viên', role: 'TRIAGE', supervisor: 'A003' },
  { code: 'A007', name: 'Hồ Ngọc Yến Nhi', unit: 'UCSC', title: 'Chuyên viên', role: 'TRIAGE', supervisor: 'A003' },
  { code: 'A008', name: 'Bùi Xuân Đạt', unit: 'GS', title: 'Trưởng phòng', role: 'SOLUTION-ANALYST', supervisor: 'A002' },
  { code: 'A009', name: 'Tạ Thu Ấm', unit: 'GS', title: 'Chuyên viên', role: 'RESEARCHER', supervisor: 'A008' },
  { code: 'A010', name: 'Cao Việt Ẩn', unit: 'GS', title: 'Chuyên viên', role: 'RESEARCHER', supervisor: 'A008' },
  { code: 'A011', name: 'Mai Khánh Ửng', unit: 'GS', title: 'Chuyên viên', role: 'CURATOR', supervisor: 'A008' },
  { code: 'A012', name: 'Đinh Trọng Phúc', unit: 'KT', title: 'Trưởng phòng', role: 'AUDITOR', supervisor: 'A002' },
  { code: 'A013', name: 'Lê Thị Ước', unit: 'KT', title: 'Chuyên viên', role: 'VULNERABILITY-DIAGNOSTIC-CONSULTANT', supervisor: 'A012' },
  { code: 'A014', name: 'Võ Thành Ý', unit: 'KT', title: 'Chuyên viên', role: 'VULNERABILITY-DIAGNOSTIC-CONSULTANT', supervisor: 'A012' },
]

interface Team {
  unit: string
  /** Staff code of whom the head answers to. */
  under: string
  /** Title and role of the head, who is the first; absent where a named person leads already. */
  head?: { title: string; role: string }
  /** How many others in each role. */
  others: Record<string, number>
}

const teams: Team[] = [
  { unit: 'LD', under: 'A001', others: { CISO: 1 } },
  {
    unit: 'VP',
    under: 'A002',
    head: { title: 'Chánh Văn phòng', role: 'IT-PLANNING' },
    others: { POC: 2, NOTIFICATION: 2, 'IT-SYSTEM': 3, 'LEGAL-ADVISOR': 1 },
  },
  {
    unit: 'CS',
    under: 'A001',
    head: { title: 'Trưởng phòng', role: 'CISO' },
    others: { 'SELF-ASSESSMENT': 3, 'LEGAL-ADVISOR': 2, 'IT-PLANNING': 2, AUDITOR: 1 },
  },
  { unit: 'DT', under: 'A001', head: { title: 'Trưởng phòng', role: 'EDUCATION' }, others: { EDUCATION: 5, NOTIFICATION: 1 } },
  { unit: 'UCSC', under: 'A003', others: { COMMANDER: 1, 'INCIDENT-MANAGER': 2 } },
  { unit: 'UCSC-T', under: 'A003', head: { title: 'Tổ trưởng', role: 'INCIDENT-MANAGER' }, others: { TRIAGE: 13, POC: 2 } },
  {
    unit: 'UCSC-X',
    under: 'A003',
    head: { title: 'Tổ trưởng', role: 'INCIDENT-MANAGER' },
    others: { 'FORENSIC-ENGINEER': 1, 'INCIDENT-HANDLER': 11, INVESTIGATOR: 1 },
  },
  { unit: 'GS', under: 'A008', others: { 'SOLUTION-ANALYST': 4, CURATOR: 2, RESEARCHER: 2 } },
  {
    unit: 'GS-M',
    under: 'A008',
    head: { title: 'Tổ trưởng', role: 'RESEARCHER' },
    others: { RESEARCHER: 4, 'FORENSIC-ENGINEER': 2, INVESTIGATOR: 2 },
  },
  { unit: 'KT', under: 'A012', others: { AUDITOR: 4, 'VULNERABILITY-DIAGNOSTIC-CONSULTANT': 6 } },
  {
    unit: 'MT',
    under: 'A002',
    head: { title: 'Giám đốc Chi nhánh', role: 'COMMANDER' },
    others: { 'INCIDENT-HANDLER': 4, TRIAGE: 2, 'IT-SYSTEM': 1, EDUCATION: 1 },
  },
  {
    unit: 'MN',
    under: 'A002',
    head: { title: 'Giám đốc Chi nhánh', role: 'COMMANDER' },
    others: { 'INCIDENT-HANDLER': 5, TRIAGE: 3, 'SOLUTION-ANALYST': 1, EDUCATION: 1 },
  },
]

const families = [
  'Nguyễn',
  'Trần',
  'Lê',
  'Phạm',
  'Hoàng',
  'Phan',
  'Vũ',
  'Đặng',
  'Bùi',
  'Đỗ',
  'Hồ',
  'Ngô',
  'Dương',
  'Lý',
  'Lương',
  'Trịnh',
  'Đinh',
]
const words = (text: string): string[] => text.split(', ')
const women = {
  middles: words('Thị Minh, Thu, Ngọc, Thị Thanh, Phương, Thị Kim, Diệu'),
  givens: words('An, Ánh, Chi, Diệp, Duyên, Giang, Hà, Hạnh, Hoa, Hương, Lan, Linh, Mai, Nga, Nhung, Oanh, Thảo, Trang, Yến'),
}
const men = {
  middles: words('Văn, Đức, Quang, Hữu, Xuân, Anh, Bảo'),
  givens: words('Bình, Cường, Dũng, Đạt, Hải, Hiếu, Huy, Khánh, Khoa, Long, Nam, Phong, Phúc, Quân, Sơn, Thịnh, Tuấn, Việt, Ý'),
}

/** Two of them bear one name, as it happens in any house of this size: staff codes tell them apart. */
function nameAt(index: number): string {
  const { middles, givens } = index % 2 === 0 ? women : men
  return `${families[(index * 5) % families.length]} ${middles[index % middles.length]} ${givens[(index * 3) % givens.length]}`
}

function fillTeams(): DemoPerson[] {
  const people: DemoPerson[] = []
  const add = (unit: string, title: string, role: string, supervisor: string): string => {
    const code = `B${String(people.length + 1).padStart(3, '0')}`
    people.push({ code, name: nameAt(people.length), unit, title, role, supervisor })
    return code
  }
  for (const { unit, under, head, others } of teams) {
    const lead = head ? add(unit, head.title, head.role, under) : under
    Object.entries(others).forEach(([role, count], kind) => {
      for (let n = 0; n < count; n++) add(unit, n === 0 && kind < 2 ? 'Chuyên viên chính' : 'Chuyên viên', role, lead)
    })
  }
  return people
}

/** Supervisors before the people they supervise. */
export const demoPeople: readonly DemoPerson[] = [...named, ...fillTeams()]

/** Who took up another post after the first round; `supervisor` is the head there. */
export const demoMoves = [
  { code: 'B076', to: 'UCSC-X', supervisor: 'B046' },
  { code: 'B036', to: 'MN', supervisor: 'B096' },
] as const

/** The supervisor in a round, 0 being the first. */
export const leadOf = ({ code, supervisor }: DemoPerson, round: number): string | null =>
  (round > 0 ? demoMoves.find(move => move.code === code)?.supervisor : undefined) ?? supervisor

/** Who alone is ready in forensics, and whom everybody has as mentor. */
export const demoPillar = 'B047'

export const demoNeedReason = 'Theo phương án trực 24/7 và kế hoạch năm (số liệu hư cấu).'

/** One sentence of each list is taken in turn. */
export const demoReasons = {
  self: [
    'Đối chiếu với công việc đã làm trong sáu tháng qua; có biên bản và hồ sơ vụ việc kèm theo.',
    'Đã tự làm việc này nhiều lần, chỉ cần hỗ trợ khi gặp tình huống mới.',
    'Mới làm cùng đồng nghiệp, chưa tự chủ trì lần nào.',
  ],
  supervisor: [
    'Quan sát trong các ca trực và qua kết quả xử lý vụ việc của phòng.',
    'Qua báo cáo tháng và hai buổi trao đổi trực tiếp.',
    'Kết quả diễn tập cho thấy làm tốt phần cơ bản, còn lúng túng khi phải phối hợp.',
  ],
  agreed: ['Hai bên đã trao đổi và thống nhất.', 'Thống nhất sau khi xem lại hồ sơ vụ việc.'],
} as const

export const demoDuties = 'Trực tiếp nhận và xử lý sự cố theo phân công; lập hồ sơ vụ việc; tham gia diễn tập hằng quý.'
