/**
 * What a loop waits at: it rings by itself after the quiet time, soon after somebody asked for it, or at once. However
 * often it is rung, it wakes the loop once.
 */
export interface Bell {
  soon(): void
  now(): void
  wait(times: { quietMs: number; soonMs: number }): Promise<void>
}

export function createBell(): Bell {
  let asked: 'not' | 'soon' | 'now' = 'not'
  let reschedule: (() => void) | undefined
  return {
    soon() {
      if (asked !== 'not') return
      asked = 'soon'
      reschedule?.()
    },
    now() {
      if (asked === 'now') return
      asked = 'now'
      reschedule?.()
    },
    wait: ({ quietMs, soonMs }) =>
      new Promise(resolve => {
        let timer: NodeJS.Timeout | undefined
        reschedule = () => {
          clearTimeout(timer)
          timer = setTimeout(
            () => {
              asked = 'not'
              reschedule = undefined
              resolve()
            },
            asked === 'now' ? 0 : asked === 'soon' ? soonMs : quietMs,
          )
        }
        reschedule()
      }),
  }
}
