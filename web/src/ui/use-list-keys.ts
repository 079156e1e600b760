import { useEffect, useRef, type RefObject } from 'react'

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable ||
    Boolean(target.closest('input:not([type="checkbox"]), textarea, select, [role="dialog"], [role="menu"], [role="listbox"]')))

/** j and k move through the rows of a list from wherever the focus is, x selects; Enter is the link's own. */
export function useListKeys(
  body: RefObject<HTMLElement | null>,
  openId: string | undefined,
  onToggle: ((id: string) => void) | undefined,
): void {
  const opened = useRef(openId)
  // A panel that closes gives the focus back to its row.
  useEffect(() => {
    const before = opened.current
    opened.current = openId
    if (!before || openId || document.activeElement?.closest('main :is(a, button, input)')) return
    body.current?.querySelector<HTMLElement>(`[data-row="${CSS.escape(before)}"] [data-row-link]`)?.focus({ preventScroll: true })
  }, [body, openId])
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || !body.current?.offsetParent) return
      const rows = [...body.current.querySelectorAll<HTMLElement>('[data-row]')]
      const at = rows.findIndex(row => row.contains(document.activeElement))
      if (event.key === 'j' || event.key === 'k') {
        const open = rows.findIndex(row => row.dataset['open'] !== undefined)
        const from = at >= 0 ? at : open
        const next = rows[event.key === 'j' ? Math.min(from + 1, rows.length - 1) : Math.max(from - 1, 0)]
        const target = next?.querySelector<HTMLElement>('[data-row-link]') ?? next?.querySelector<HTMLElement>('input, a, button')
        target?.focus()
        target?.scrollIntoView({ block: 'nearest' })
        event.preventDefault()
      } else if (event.key === 'x' && at >= 0 && onToggle) {
        const id = rows[at]?.dataset['row']
        if (id) onToggle(id)
        event.preventDefault()
      }
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  })
}
