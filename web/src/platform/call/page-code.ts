// The code of a page comes with the page. Without a network, or after an upgrade took its files away, it does not come.

const notLoaded = new WeakSet<Error>()

/** Whether an error is that code did not come, and no fault in it. */
export const isCodeMissing = (error: unknown): boolean => error instanceof Error && notLoaded.has(error)

/** From the start on. */
export function watchPageCode(): void {
  window.addEventListener('vite:preloadError', ({ payload }) => {
    notLoaded.add(payload)
    // By its message the router would know it and load everything anew, which without a network leaves an empty window.
    payload.message = `page code: ${payload.message}`
  })
}

/** What the server has to show: the build that runs here, another one, or nothing while it cannot be reached. */
export async function findServedBuild(): Promise<'same' | 'other' | undefined> {
  const entry = document.querySelector<HTMLScriptElement>('script[type="module"][src]')
  try {
    const response = await fetch('/', { cache: 'no-store', headers: { accept: 'text/html' } })
    if (!response.ok || !entry) return undefined
    return (await response.text()).includes(new URL(entry.src).pathname) ? 'same' : 'other'
  } catch {
    return undefined
  }
}
