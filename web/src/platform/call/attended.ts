// Whether somebody is at the page. What it asks for by itself meanwhile (a live update, a return of the connection) is
// marked, so that a screen that nobody looks at keeps no session alive.

const attendedForMs = 60_000
let lastTouchedAt = Date.now()

/** Once, when the page begins. */
export function noticeAttendance(): void {
  for (const event of ['pointerdown', 'keydown', 'wheel', 'touchstart'])
    window.addEventListener(event, () => (lastTouchedAt = Date.now()), { capture: true, passive: true })
}

export const isAttended = (): boolean => Date.now() - lastTouchedAt < attendedForMs
