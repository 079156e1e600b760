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
  action: TextKey | undefined
}

/** Pages that the person may open and whose address has no parameter but those named, in the order of src/router.tsx. */
function useListed(parameters: string): readonly ListedPage[] {
  const router = useRouter()
  const me = useMaybeMe()
  return useMemo(() => {
    const pages: ListedPage[] = []
    for (const route of Object.values(router.routesById) as AnyRoute[]) {
      const { title, needs, navigation, action } = route.options.staticData ?? {}
      const isInShell = route.id.startsWith('/shell')
      const isListed = (route.fullPath.match(/\$\w+/g) ?? []).join() === parameters
      if (!title || !isInShell || !isListed || (needs && !me?.permissions[needs])) continue
      pages.push({ to: route.fullPath, title, navigation, action })
    }
    return pages
  }, [router, me, parameters])
}

/** Pages that stand for themselves. */
export const usePages = (): readonly ListedPage[] => useListed('')

/** Pages about one person. */
export const usePagesOfPerson = (): readonly ListedPage[] => useListed('$personId')
