import { Link, useMatches, useRouter, type AnyRoute } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { textOf } from '#platform/i18n/text-key.ts'
import classes from '#shell/Shell.module.css'

/** Where I am: the titled routes from the top down to this one. */
export function Breadcrumb() {
  const { t } = useTranslation()
  const router = useRouter()
  const matches = useMatches()
  const here = matches.at(-1)?.pathname ?? '/'
  // A page that stands alone still lies below another by its address: /roster-import/… below /roster-import.
  const above = (Object.values(router.routesById) as AnyRoute[]).filter(
    ({ fullPath, id }) => fullPath.length > 1 && here.startsWith(`${fullPath}/`) && !matches.some(match => match.routeId === id),
  )
  const crumbs = [
    ...above.map(({ id, fullPath, options }) => ({ id, pathname: fullPath, staticData: options.staticData ?? {} })),
    ...matches.map(({ id, pathname, staticData }) => ({ id, pathname, staticData })),
  ].flatMap(({ id, pathname, staticData: { title, navigation } }) => (title ? [{ id, pathname, title, navigation }] : []))
  const area = crumbs.find(crumb => crumb.navigation && crumb.navigation.area !== 'top')?.navigation?.area
  return (
    <nav className={classes.where} aria-label={t('shell.whereIAm')}>
      <ol>
        {area && area !== 'top' && <li>{t(`areas.${area}`)}</li>}
        {crumbs.map((crumb, index) => (
          <li key={crumb.id}>
            {index === crumbs.length - 1 ? (
              <span aria-current="page">{textOf(crumb.title)}</span>
            ) : (
              <Link to={crumb.pathname}>{textOf(crumb.title)}</Link>
            )}
          </li>
        ))}
      </ol>
    </nav>
  )
}
