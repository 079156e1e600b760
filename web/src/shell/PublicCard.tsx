import type { ReactNode } from 'react'
import classes from '#shell/PublicFrame.module.css'

interface PublicCardProps {
  title: string
  lead?: ReactNode
  note?: ReactNode
  children: ReactNode
}

/** One task on one card: sign in, set up, set a password. */
export function PublicCard({ title, lead, note, children }: PublicCardProps) {
  return (
    <div className={classes.card}>
      <title>{`${title} · Lũy Tre`}</title>
      <div>
        <h1>{title}</h1>
        {lead && <p className={classes.lead}>{lead}</p>}
      </div>
      {children}
      {note && <p className={classes.note}>{note}</p>}
    </div>
  )
}
