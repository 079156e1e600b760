import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Card } from '#overview/Card.tsx'
import classes from '#overview/Card.module.css'
import { ErrorState } from '#ui/ErrorState.tsx'

interface BlockProps<Answer> {
  title: string
  query: UseQueryResult<Answer, unknown>
  state?: (answer: Answer) => ReactNode
  children: (answer: Answer) => ReactNode
}

/** One matter, asked for by one call: its place is there at once, and a failure stays within it. */
export function Block<Answer extends object>({ title, query, state, children }: BlockProps<Answer>) {
  const { t } = useTranslation()
  const { data, error } = query
  return (
    <Card title={title} state={data ? state?.(data) : undefined}>
      {data ? (
        children(data)
      ) : error ? (
        <ErrorState error={error} onRetry={() => void query.refetch()} isInline />
      ) : (
        <div className={classes.loading} aria-busy>
          <span className="visually-hidden">{t('shell.loading')}</span>
        </div>
      )}
    </Card>
  )
}
