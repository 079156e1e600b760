import type { Translated } from 'luytre/platform/i18n/translated.ts'
import { createContext, useEffect, useRef, type ReactNode } from 'react'
import { useTranslated } from '#platform/i18n/use-translated.ts'
import { focusQuietly } from '#ui/focus-quietly.ts'
import classes from '#ui/Page.module.css'
import { TranslatedText } from '#ui/TranslatedText.tsx'

interface PageProps {
  /** The h1: a noun that a person would use; a name in another language than the page says so. */
  title: string | Translated
  /** One line that says how things stand: "87 of 90 interviews booked, ends 12 December". */
  state?: ReactNode
  /** The one main action. */
  main?: ReactNode
  /** Further actions, quieter, left of the main one. */
  more?: ReactNode
  /** Where the detail opens: `<Outlet />` of the route. Takes no room while it is empty. */
  panel?: ReactNode
  /** Text and forms read better in a narrow column. */
  isNarrow?: boolean
  children: ReactNode
}

/** Whether something stands within a page already: an error in a panel is not a page of its own. */
export const InPage = createContext(false)

let isFirstPage = true

export function Page({ title, state, main, more, panel, isNarrow, children }: PageProps) {
  const translated = useTranslated()
  const heading = useRef<HTMLHeadingElement>(null)
  // After a navigation the reader starts at the heading; on the first page at the top, with the skip link.
  useEffect(() => {
    if (!isFirstPage && !document.activeElement?.closest('[data-panel]')) focusQuietly(heading.current)
    isFirstPage = false
  }, [])

  return (
    <div className={classes.page}>
      <title>{`${typeof title === 'string' ? title : translated(title)} · Lũy Tre`}</title>
      <div className={classes.head}>
        <div>
          <h1 ref={heading} tabIndex={-1}>
            {typeof title === 'string' ? title : <TranslatedText text={title} />}
          </h1>
          {state !== undefined && <p className={classes.state}>{state}</p>}
        </div>
        {(main || more) && (
          <div className={classes.actions}>
            {more}
            {main}
          </div>
        )}
      </div>
      <div className={classes.body}>
        <div className={isNarrow ? `${classes.main} ${classes.narrow}` : classes.main}>{children}</div>
        {panel !== undefined && (
          <div className={classes.panel}>
            <InPage value={true}>{panel}</InPage>
          </div>
        )}
      </div>
    </div>
  )
}
