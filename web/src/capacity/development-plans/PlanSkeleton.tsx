import { Skeleton } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import classes from '#capacity/development-plans/development-plans.module.css'
import { Page } from '#ui/Page.tsx'

/** A plan that is on its way: the frame is there, the parts fill in. */
export function PlanSkeleton() {
  const { t } = useTranslation('plans')
  return (
    <Page title={t('one')} state=" ">
      <div className={classes.facts} aria-busy>
        {[70, 55, 62, 48].map(width => (
          <Skeleton key={width} height={14} width={`${width}%`} />
        ))}
      </div>
      <Skeleton height={220} />
      <Skeleton height={180} />
    </Page>
  )
}
