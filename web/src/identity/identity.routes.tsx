import { IconUserCog } from '@tabler/icons-react'
import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { z } from 'zod'
import { publicRoute, shellRoute } from '#shell/shell.routes.tsx'

/** Only an address of this site: a link in a mail cannot send somebody elsewhere after signing in. */
const ownAddress = z
  .string()
  .regex(/^\/(?![/\\])/)
  .optional()
  .catch(undefined)

const signInRoute = createRoute({
  getParentRoute: () => publicRoute,
  path: '/sign-in',
  validateSearch: z.object({ back: ownAddress, ended: z.boolean().optional().catch(undefined) }),
  staticData: { title: 'identity:signIn.title' },
  component: lazyRouteComponent(() => import('#identity/SignInPage.tsx'), 'SignInPage'),
})

const setUpRoute = createRoute({
  getParentRoute: () => publicRoute,
  path: '/setup',
  staticData: { title: 'identity:setUp.title' },
  component: lazyRouteComponent(() => import('#identity/SetUpPage.tsx'), 'SetUpPage'),
})

const setPasswordRoute = createRoute({
  getParentRoute: () => publicRoute,
  path: '/set-password',
  staticData: { title: 'identity:setPassword.title' },
  component: lazyRouteComponent(() => import('#identity/SetPasswordPage.tsx'), 'SetPasswordPage'),
})

const resetPasswordRoute = createRoute({
  getParentRoute: () => publicRoute,
  path: '/reset-password',
  staticData: { title: 'identity:reset.title' },
  component: lazyRouteComponent(() => import('#identity/ResetPasswordPage.tsx'), 'ResetPasswordPage'),
})

const accountsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/accounts',
  validateSearch: z.object({ search: z.string().optional().catch(undefined) }),
  staticData: { title: 'identity:accounts.title', needs: 'account.read', navigation: { area: 'administration', icon: IconUserCog } },
  component: lazyRouteComponent(() => import('#identity/AccountsPage.tsx'), 'AccountsPage'),
})

const newAccountRoute = createRoute({
  getParentRoute: () => accountsRoute,
  path: '/new',
  validateSearch: z.object({ personId: z.uuid().optional().catch(undefined) }),
  staticData: { title: 'identity:newAccount.title', needs: 'account.write' },
  component: lazyRouteComponent(() => import('#identity/NewAccountPanel.tsx'), 'NewAccountPanel'),
})

const accountRoute = createRoute({
  getParentRoute: () => accountsRoute,
  path: '/$accountId',
  component: lazyRouteComponent(() => import('#identity/AccountPanel.tsx'), 'AccountPanel'),
})

const profileRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/profile',
  staticData: { title: 'identity:profile.title' },
  component: lazyRouteComponent(() => import('#identity/ProfilePage.tsx'), 'ProfilePage'),
})

export const publicIdentityRoutes = [signInRoute, setUpRoute, setPasswordRoute, resetPasswordRoute] as const
export const accountRoutes = [accountsRoute.addChildren([newAccountRoute, accountRoute]), profileRoute] as const
