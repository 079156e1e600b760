/** Puts the focus on what has come, unless somebody is in a dialogue by then: they would lose the letters that they type. */
export function focusQuietly(element: HTMLElement | null): void {
  if (!document.activeElement?.closest('[aria-modal="true"]')) element?.focus({ preventScroll: true })
}
