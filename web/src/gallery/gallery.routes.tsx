import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { shellRoute } from '#shell/shell.routes.tsx'

const galleryRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/gallery',
  staticData: { title: 'gallery:title', needs: 'account.write' },
  component: lazyRouteComponent(() => import('#gallery/GalleryPage.tsx'), 'GalleryPage'),
})

export const galleryRoutes = [galleryRoute] as const
