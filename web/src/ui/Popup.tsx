import { useId, useRef, type ReactNode, type ToggleEvent } from 'react'
import classes from '#ui/Popup.module.css'

interface PopupProps {
  /** The button; it gets what connects it with what it opens. */
  button: (opens: { popoverTarget: string }) => ReactNode
  /** What it holds; each choice calls `close`. */
  children: (close: () => void) => ReactNode
}

const distance = 4

/**
 * A few links or buttons under a button. Esc, a click elsewhere and the way back of the focus are the browser's own
 * (`popover`), so it weighs nothing: for the frame, which every page loads.
 */
export function Popup({ button, children }: PopupProps) {
  const id = useId()
  const anchor = useRef<HTMLSpanElement>(null)
  const panel = useRef<HTMLDivElement>(null)
  const place = (event: ToggleEvent): void => {
    if (event.newState !== 'open' || !anchor.current || !panel.current) return
    const { bottom, right } = anchor.current.getBoundingClientRect()
    panel.current.style.top = `${bottom + distance}px`
    panel.current.style.right = `${document.documentElement.clientWidth - right}px`
  }
  return (
    <span ref={anchor} className={classes.anchor}>
      {button({ popoverTarget: id })}
      <div ref={panel} id={id} popover="auto" className={classes.panel} onBeforeToggle={place}>
        {children(() => panel.current?.hidePopover())}
      </div>
    </span>
  )
}
