import i18next from 'i18next'
import type { RosterColumn, RowFinding } from 'luytre/capacity/people/people.api.ts'
import { useTranslation } from 'react-i18next'

const anyText = i18next.t as unknown as (key: string, params?: Record<string, unknown>) => string

/** Names of a roster's columns, and its findings in words: the server's, which it writes into the template, too. */
export function useRosterTexts() {
  const { t } = useTranslation('roster')
  const columnName = (column: RosterColumn): string => t(`columns.${column}`)
  const findingText = (finding: RowFinding): string => {
    const key = `roster:findings.${finding.code}`
    const text = i18next.exists(key) ? anyText(key, finding.params) : finding.code
    return finding.column ? `${columnName(finding.column)}: ${text}` : text
  }
  const unreadableText = ({ reason, params }: { reason: string; params: Record<string, string | number> }): string =>
    anyText(`roster:unreadable.${reason}`, params)
  return { columnName, findingText, unreadableText }
}
