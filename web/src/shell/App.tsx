import { MantineProvider } from '@mantine/core'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { createQueries } from '#platform/call/queries.ts'
import { sessionQuery } from '#platform/session/session.ts'
import { colorSchemeManager, cssVariables, theme } from '#platform/theme/theme.ts'
import { createAppRouter } from '#router.tsx'
import { NotificationCorner } from '#shell/NotificationCorner.tsx'

/** The content policy lets the component library's one style element in by the nonce that the server puts into the page. */
const styleNonce = (): string => document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? ''

const queries = createQueries(onSessionLost)
const router = createAppRouter(queries)

/** Leads to sign-in and back to the same address; drafts of forms are kept on the device meanwhile. */
function onSessionLost(): void {
  const { href, pathname } = router.state.location
  if (pathname === '/sign-in') return
  queries.setQueryData(sessionQuery.queryKey, known => known && { ...known, me: null })
  void router.navigate({ to: '/sign-in', search: { back: href, ended: true } })
}

export function App() {
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      colorSchemeManager={colorSchemeManager}
      defaultColorScheme="auto"
      getStyleNonce={styleNonce}
    >
      <QueryClientProvider client={queries}>
        <NotificationCorner />
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  )
}
