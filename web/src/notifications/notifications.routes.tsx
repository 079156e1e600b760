import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { shellRoute } from '#shell/shell.routes.tsx'

const notificationsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/notifications',
  staticData: { title: 'notifications:title' },
  component: lazyRouteComponent(() => import('#notifications/NotificationsPage.tsx'), 'NotificationsPage'),
})

const settingsRoute = createRoute({
  getParentRoute: () => notificationsRoute,
  path: '/settings',
  staticData: { title: 'notifications:settings.title' },
  component: lazyRouteComponent(() => import('#notifications/SettingsPanel.tsx'), 'SettingsPanel'),
})

export const notificationRoutes = [notificationsRoute.addChildren([settingsRoute])] as const
