import { IconEyeOff, IconHourglass, IconInfoCircle } from '@tabler/icons-react'
import type { AssessmentSheet } from 'luytre/capacity/assessments/assessments.api.ts'
import { useTranslation } from 'react-i18next'
import classes from '#capacity/assessments/Sheet.module.css'
import { useMe } from '#platform/session/session.ts'

/** Why something is not shown, or whom the sheet waits for. */
export function WaitingNote({ sheet }: { sheet: AssessmentSheet }) {
  const { t } = useTranslation('assessments')
  const isOwn = useMe().personId === sheet.person.id
  const { self, supervisor, agreed, hidden, person } = sheet
  const names = { name: person.name, supervisor: person.supervisorName ?? '' }
  const isIn = (assessment: typeof self): boolean => assessment?.status === 'submitted'
  let text: string | undefined
  let Icon = IconHourglass
  if (hidden.self || hidden.supervisor) {
    Icon = IconEyeOff
    text = t(hidden.supervisor ? 'hidden.supervisor' : 'hidden.self', names)
  } else if (!person.supervisorId && !supervisor) {
    Icon = IconInfoCircle
    text = t('waiting.noSupervisor', names)
  } else if (isIn(self) && !isIn(supervisor)) {
    text = t('waiting.supervisor', names)
  } else if (isIn(supervisor) && !isIn(self)) {
    text = t('waiting.self', names)
  } else if (isIn(self) && isIn(supervisor) && !isIn(agreed)) {
    text = t('waiting.agreed', names)
  } else if (isIn(agreed) && isOwn) {
    Icon = IconInfoCircle
    text = t('waiting.done')
  }
  if (!text) return null
  return (
    <p className={classes.note}>
      <Icon size={18} aria-hidden />
      {text}
    </p>
  )
}
