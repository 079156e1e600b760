import { IconBook2 } from '@tabler/icons-react'
import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { z } from 'zod'
import { shellRoute } from '#shell/shell.routes.tsx'

const ledgerRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/ledger',
  validateSearch: z.object({
    recordType: z.string().optional().catch(undefined),
    recordId: z.uuid().optional().catch(undefined),
  }),
  staticData: { title: 'ledger:title', needs: 'ledger.read', navigation: { area: 'administration', icon: IconBook2 } },
  component: lazyRouteComponent(() => import('#ledger/LedgerPage.tsx'), 'LedgerPage'),
})

export const ledgerRoutes = [ledgerRoute] as const
