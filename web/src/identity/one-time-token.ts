/**
 * The token of a one-time link, from the fragment (`#token`, `#token=…`) or the query (`?token=…`). It is taken out of
 * the address at once, so that it stays in no history, bookmark or screenshot. It is never logged.
 */
export function takeOneTimeToken(): string | undefined {
  const { hash, search, pathname } = window.location
  const fragment = hash.slice(1)
  const token = new URLSearchParams(search).get('token') ?? new URLSearchParams(fragment).get('token') ?? fragment
  if (!/^[A-Za-z0-9_-]{43}$/.test(token)) return undefined
  window.history.replaceState(window.history.state, '', pathname)
  return token
}
