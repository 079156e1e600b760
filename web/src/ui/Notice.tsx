import { IconCircleCheck, IconExclamationCircle, IconInfoCircle } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import classes from '#ui/Notice.module.css'

const shapes = { good: IconCircleCheck, attention: IconExclamationCircle, none: IconInfoCircle }

/** Something the reader should know about this page, where it stays until it no longer holds. */
export function Notice({ kind, title, children }: { kind: keyof typeof shapes; title?: string; children: ReactNode }) {
  const Shape = shapes[kind]
  return (
    <div className={classes.notice} data-kind={kind} role="status">
      <Shape size={20} stroke={1.7} aria-hidden />
      <div>
        {title && <p className={classes.title}>{title}</p>}
        {children}
      </div>
    </div>
  )
}
