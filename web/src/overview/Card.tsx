import { useId, type ReactNode } from 'react'
import classes from '#overview/Card.module.css'

/** One matter on the overview. */
export function Card({ title, state, children }: { title: string; state?: ReactNode; children: ReactNode }) {
  const id = useId()
  return (
    <section className={classes.card} aria-labelledby={id}>
      <div className={classes.head}>
        <h2 id={id}>{title}</h2>
        {state && <p className={classes.quiet}>{state}</p>}
      </div>
      {children}
    </section>
  )
}
