import { IconBook2 } from '@tabler/icons-react'
import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { anId, anyText, searchOf } from '#platform/address/search-params.ts'
import { shellRoute } from '#shell/shell.routes.tsx'

const ledgerRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/ledger',
  validateSearch: searchOf({
    recordType: anyText,
    recordId: anId,
  }),
  staticData: { title: 'ledger:title', needs: 'ledger.read', navigation: { area: 'administration', icon: IconBook2 } },
  component: lazyRouteComponent(() => import('#ledger/LedgerPage.tsx'), 'LedgerPage'),
})

export const ledgerRoutes = [ledgerRoute] as const
