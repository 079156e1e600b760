import {
  IconAlertOctagonFilled,
  IconAlertTriangleFilled,
  IconCircleCheckFilled,
  IconCircleDashed,
  IconSquareRotatedFilled,
} from '@tabler/icons-react'
import type { ReactNode } from 'react'
import classes from '#ui/StatusMark.module.css'

export type StatusKind = 'good' | 'attention' | 'serious' | 'critical' | 'none'

const shapes = {
  good: IconCircleCheckFilled,
  attention: IconSquareRotatedFilled,
  serious: IconAlertTriangleFilled,
  critical: IconAlertOctagonFilled,
  none: IconCircleDashed,
}

/** A status by colour, shape and word; the word is the child. */
export function StatusMark({ kind, children }: { kind: StatusKind; children: ReactNode }) {
  const Shape = shapes[kind]
  return (
    <span className={classes.mark} data-kind={kind}>
      <Shape size={14} aria-hidden />
      {children}
    </span>
  )
}
