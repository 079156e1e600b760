import { Button } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { CallProblem } from '#platform/call/call-problem.ts'
import { problemText } from '#platform/call/problem-text.ts'
import { ForbiddenState } from '#ui/ForbiddenState.tsx'
import classes from '#ui/State.module.css'

interface ErrorStateProps {
  error: unknown
  /** Asks again for what could not be loaded. */
  onRetry?: () => void
  isInline?: boolean
}

/** What happened, what was kept, what to do. A refusal shows the forbidden state. */
export function ErrorState({ error, onRetry, isInline }: ErrorStateProps) {
  const { t } = useTranslation()
  if (error instanceof CallProblem && error.status === 403) return <ForbiddenState />
  return (
    <div className={isInline ? `${classes.state} ${classes.inline}` : classes.state} role="alert">
      <span className={classes.icon} data-kind="error" aria-hidden>
        <IconAlertTriangle size={22} />
      </span>
      <h2>{t(isInline ? 'states.partTitle' : 'states.errorTitle')}</h2>
      <p className={classes.text}>
        {problemText(error)} {t('states.errorKept')}
      </p>
      {onRetry && (
        <div className={classes.action}>
          <Button variant="default" onClick={onRetry}>
            {t('actions.tryAgain')}
          </Button>
        </div>
      )}
    </div>
  )
}
