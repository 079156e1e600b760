import type { ReactNode } from 'react'
import classes from '#ui/form/Form.module.css'

/** Fields that belong together, under one name. */
export function FieldGroup({ label, help, children }: { label: string; help?: string; children: ReactNode }) {
  return (
    <fieldset className={classes.group}>
      <legend>{label}</legend>
      {help && <p className={classes.groupHelp}>{help}</p>}
      {children}
    </fieldset>
  )
}
