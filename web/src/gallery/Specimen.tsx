import type { ReactNode } from 'react'
import classes from '#gallery/Specimen.module.css'

/** One block in all its states: the name is that of its file in `web/src/ui`. */
export function Specimen({ block, children }: { block: string; children: ReactNode }) {
  return (
    <section className={classes.specimen} aria-labelledby={`block-${block}`}>
      <h2 id={`block-${block}`}>{block}</h2>
      {children}
    </section>
  )
}

/** One state, with a word on what it is. */
export function State({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className={classes.state}>
      <p className={classes.name}>{name}</p>
      <div>{children}</div>
    </div>
  )
}
