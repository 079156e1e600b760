import { IconUserCog } from '@tabler/icons-react'
import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { aFlag, anId, anyText, ownAddress, searchOf } from '#platform/address/search-params.ts'
import { publicRoute, shellRoute } from '#shell/shell.routes.tsx'

const signInRoute = createRoute({
  getParentRoute: () => publicRoute,
  path: '/sign-in',
  validateSearch: searchOf({ back: ownAddress, ended: aFlag }),
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
  validateSearch: searchOf({ search: anyText }),
  staticData: { title: 'identity:accounts.title', needs: 'account.read', navigation: { area: 'administration', icon: IconUserCog } },
  component: lazyRouteComponent(() => import('#identity/AccountsPage.tsx'), 'AccountsPage'),
})

const newAccountRoute = createRoute({
  getParentRoute: () => accountsRoute,
  path: '/new',
  validateSearch: searchOf({ personId: anId }),
  staticData: { title: 'identity:newAccount.title', action: 'people:makeAccount', needs: 'account.write' },
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
