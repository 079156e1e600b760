import { useTranslation } from 'react-i18next'
import { Card } from '#overview/Card.tsx'
import classes from '#overview/Card.module.css'
import { useCurrentHalfYear } from '#overview/current-half-year.ts'
import { ButtonLink } from '#ui/ButtonLink.tsx'

export function MyAssessment({ personId }: { personId: string }) {
  const { t } = useTranslation('overview')
  const halfYear = useCurrentHalfYear()
  if (!halfYear) return null
  return (
    <Card title={t('assessmentTitle')}>
      <div className={classes.row}>
        <p className={classes.quiet}>{t('assessmentText', { halfYear: halfYear.code })}</p>
        <span className={classes.actions}>
          <ButtonLink to="/people/$personId/gaps" params={{ personId }} variant="default">
            {t('seeGaps')}
          </ButtonLink>
          <ButtonLink to="/people/$personId/assessment" params={{ personId }} variant="default">
            {t('openAssessment')}
          </ButtonLink>
        </span>
      </div>
    </Card>
  )
}
