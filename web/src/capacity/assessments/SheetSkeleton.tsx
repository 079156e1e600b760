import { Skeleton } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import classes from '#capacity/assessments/Sheet.module.css'

/** The frame stays, the lines fill in. */
export function SheetSkeleton() {
  const { t } = useTranslation()
  return (
    <div className={classes.skeleton} role="status" aria-label={t('shell.loading')}>
      {[0, 1, 2, 3].map(line => (
        <Skeleton key={line} height={132} radius="md" />
      ))}
    </div>
  )
}
