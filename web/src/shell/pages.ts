import type { TablerIcon } from '@tabler/icons-react'
import { useRouter, type AnyRoute } from '@tanstack/react-router'
import { useMemo } from 'react'
import type { TextKey } from '#platform/i18n/text-key.ts'
import { useMaybeMe } from '#platform/session/session.ts'
import type { Area } from '#shell/shell.routes.tsx'

export interface ListedPage {
  to: string
  title: TextKey
  navigation: { area: Area | 'top'; icon: TablerIcon } | undefined
}

/** Pages that the person may open and that stand for themselves (no parameters), in the order of src/router.tsx. */
export function usePages(): readonly ListedPage[] {
  const router = useRouter()
  const me = useMaybeMe()
  return useMemo(() => {
    const pages: ListedPage[] = []
    for (const route of Object.values(router.routesById) as AnyRoute[]) {
      const { title, needs, navigation } = route.options.staticData ?? {}
      const isInShell = route.id.startsWith('/shell')
      if (!title || !isInShell || route.fullPath.includes('$') || (needs && !me?.permissions[needs])) continue
      pages.push({ to: route.fullPath, title, navigation })
    }
    return pages
  }, [router, me])
}
