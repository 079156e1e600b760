import { Link, type LinkProps } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import classes from '#ui/HeatMap.module.css'

export interface HeatColumn {
  id: string
  label: string
  /** A second, quieter line. */
  detail?: string
}

export interface HeatCell {
  /** Printed in the cell. */
  text: string
  /** From 0 to 1: how much there is. Below 0: how much is short of what is needed. Null: nothing is known. */
  strength: number | null
  /** The cell in a sentence: for a screen reader and on pointing. */
  title: string
  link?: LinkProps
}

export interface HeatRow {
  id: string
  label: ReactNode
  /** Steps of indentation, of a tree. */
  depth?: number
  /** Stands apart: a sum over the other rows. */
  isTotal?: boolean
  cells: readonly HeatCell[]
}

interface HeatMapProps {
  /** Says what is seen, as the heading of the picture. */
  title: string
  /** Heading of the first column. */
  rowHeading: string
  columns: readonly HeatColumn[]
  rows: readonly HeatRow[]
  /** Unit, source and day under the picture. */
  note: ReactNode
  legend: readonly { strength: number | null; text: string }[]
}

/** One hue by strength; what is short of a need has another one. Neutral in between. */
function heatStep(strength: number | null): string {
  if (strength === null) return 'none'
  if (strength < 0) return `short-${Math.min(3, Math.max(1, Math.ceil(-strength * 3)))}`
  return `has-${strength >= 1 ? 5 : Math.min(4, Math.ceil(strength * 4.999))}`
}

/** A matrix that is read by colour and by figures: a real table, so that it is also read aloud in order. */
export function HeatMap({ title, rowHeading, columns, rows, note, legend }: HeatMapProps) {
  return (
    <figure className={classes.figure} aria-label={title}>
      <h2 className={classes.title}>{title}</h2>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reached by keyboard, also without links */}
      <div className={classes.scroll} tabIndex={0} role="group" aria-label={title}>
        <table className={classes.map}>
          <thead>
            <tr>
              <th scope="col" className={classes.corner}>
                {rowHeading}
              </th>
              {columns.map(column => (
                <th key={column.id} scope="col" className={classes.column}>
                  <span className={classes.upright}>
                    {column.label}
                    {column.detail && <span className={classes.detail}>{column.detail}</span>}
                  </span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(row => (
              <tr key={row.id} data-total={row.isTotal || undefined}>
                <th scope="row" className={classes.row} style={{ paddingInlineStart: 12 + (row.depth ?? 0) * 14 }}>
                  {row.label}
                </th>
                {row.cells.map((cell, index) => (
                  <td key={columns[index]?.id} data-step={heatStep(cell.strength)}>
                    {cell.link ? (
                      <Link {...cell.link} className={classes.cell} title={cell.title} aria-label={cell.title}>
                        {cell.text}
                      </Link>
                    ) : (
                      <span className={classes.cell} title={cell.title}>
                        <span aria-hidden>{cell.text}</span>
                        <span className="visually-hidden">{cell.title}</span>
                      </span>
                    )}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <figcaption className={classes.caption}>
        <ul className={classes.legend}>
          {legend.map(({ strength, text }) => (
            <li key={text}>
              <span className={classes.swatch} data-step={heatStep(strength)} aria-hidden />
              {text}
            </li>
          ))}
        </ul>
        <p>{note}</p>
      </figcaption>
    </figure>
  )
}
