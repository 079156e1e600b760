import type { Translated } from '#platform/i18n/translated.ts'

// The invented authority of the first start. No person, figure or event here is real.

export const demoAuthority: Translated = {
  vi: 'Cục An ninh mạng Minh họa (số liệu hư cấu)',
  en: 'Demonstration Cyber Security Authority (invented)',
  ja: 'デモ用サイバーセキュリティ庁（架空）',
}

export const demoUnits: { code: string; parent: string | null; name: Translated }[] = [
  { code: 'LD', parent: null, name: { vi: 'Lãnh đạo Cục', en: 'Directorate', ja: '局長室' } },
  { code: 'UCSC', parent: 'LD', name: { vi: 'Phòng Ứng cứu sự cố', en: 'Incident Response Division', ja: 'インシデント対応課' } },
  { code: 'GS', parent: 'LD', name: { vi: 'Phòng Giám sát và Phân tích', en: 'Monitoring and Analysis Division', ja: '監視・分析課' } },
  { code: 'KT', parent: 'LD', name: { vi: 'Phòng Kiểm tra, Đánh giá', en: 'Audit and Diagnosis Division', ja: '監査・診断課' } },
]

export interface DemoPerson {
  code: string
  name: string
  unit: string
  title: string
  role: string
  supervisor: string | null
}

export const demoPeople: DemoPerson[] = [
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

export const demoReasons = {
  self: 'Đối chiếu với công việc đã làm trong sáu tháng qua; có biên bản và hồ sơ vụ việc kèm theo.',
  supervisor: 'Quan sát trong các ca trực và qua kết quả xử lý vụ việc của phòng.',
  agreed: 'Hai bên đã trao đổi và thống nhất.',
} as const

export const demoDuties = 'Trực tiếp nhận và xử lý sự cố theo phân công; lập hồ sơ vụ việc; tham gia diễn tập hằng quý.'
