import { IconMail } from '@tabler/icons-react'
import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { anId, oneOf, searchOf } from '#platform/address/search-params.ts'
import { shellRoute } from '#shell/shell.routes.tsx'

const mailsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/mails',
  validateSearch: searchOf({
    status: oneOf('waiting', 'sending', 'sent', 'failed', 'cancelled'),
    userId: anId,
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
