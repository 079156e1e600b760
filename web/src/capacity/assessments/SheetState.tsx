import type { AssessmentSheet, Rater } from 'luytre/capacity/assessments/assessments.api.ts'
import { useTranslation } from 'react-i18next'
import { raters } from '#capacity/assessments/ratings.ts'
import { useFormat } from '#platform/i18n/use-language.ts'

/** One line that says how things stand on each side. */
export function SheetState({ sheet }: { sheet: AssessmentSheet }) {
  const { t } = useTranslation('assessments')
  const format = useFormat()
  const stateOf = (rater: Rater): string | undefined => {
    const assessment = sheet[rater]
    if (rater === 'supervisor' && !sheet.person.supervisorId && !assessment) return t('state.noSupervisor')
    if (rater !== 'agreed' && sheet.hidden[rater]) return t('state.hidden', { rater: t(`raters.${rater}`) })
    if (rater === 'agreed' && !assessment) return undefined
    if (!assessment) return t('state.none', { rater: t(`raters.${rater}`) })
    if (assessment.submittedAt && assessment.status === 'submitted') {
      return t(rater === 'agreed' ? 'state.set' : 'state.submitted', {
        rater: t(`raters.${rater}`),
        when: format.instant(assessment.submittedAt),
      })
    }
    return t('state.draft', { rater: t(`raters.${rater}`), rated: format.number(assessment.ratings.length), count: sheet.items.length })
  }
  // The point stays with what it ends: no line begins with it.
  return <>{raters.flatMap(rater => stateOf(rater) ?? []).join('\u00a0· ')}</>
}
