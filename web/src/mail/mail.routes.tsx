import { IconMail } from '@tabler/icons-react'
import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { z } from 'zod'
import { shellRoute } from '#shell/shell.routes.tsx'

const mailsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/mails',
  validateSearch: z.object({
    status: z.enum(['waiting', 'sending', 'sent', 'failed', 'cancelled']).optional().catch(undefined),
    userId: z.uuid().optional().catch(undefined),
  }),
  staticData: { title: 'mail:title', needs: 'mail.read', navigation: { area: 'administration', icon: IconMail } },
  component: lazyRouteComponent(() => import('#mail/MailsPage.tsx'), 'MailsPage'),
})

const mailRoute = createRoute({
  getParentRoute: () => mailsRoute,
  path: '/$mailId',
  component: lazyRouteComponent(() => import('#mail/MailPanel.tsx'), 'MailPanel'),
})

export const mailRoutes = [mailsRoute.addChildren([mailRoute])] as const
