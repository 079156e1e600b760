import { IconSeedling } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import classes from '#ui/State.module.css'

interface EmptyStateProps {
  /** What this is; not needed where the page's heading says it. */
  title?: string
  /** Why it is empty. */
  text: ReactNode
  /** The one action that fills it. */
  action?: ReactNode
}

export function EmptyState({ title, text, action }: EmptyStateProps) {
  return (
    <div className={classes.state}>
      <span className={classes.icon} aria-hidden>
        <IconSeedling size={22} />
      </span>
      {title && <h2>{title}</h2>}
      <p className={classes.text}>{text}</p>
      {action && <div className={classes.action}>{action}</div>}
    </div>
  )
}
