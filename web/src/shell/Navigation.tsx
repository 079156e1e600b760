import { IconLayoutSidebarLeftCollapse, IconLayoutSidebarLeftExpand } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { textOf } from '#platform/i18n/text-key.ts'
import { useMe } from '#platform/session/session.ts'
import mark from '#shell/mark.svg'
import classes from '#shell/Navigation.module.css'
import { usePages, type ListedPage } from '#shell/pages.ts'
import { TranslatedText } from '#ui/TranslatedText.tsx'

interface NavigationProps {
  isCollapsed?: boolean
  /** Absent in the drawer of narrow screens. */
  onCollapse?: () => void
}

const areas = ['top', 'capacity', 'administration'] as const

/** The areas and their pages, as far as the person may open them. */
export function Navigation({ isCollapsed = false, onCollapse }: NavigationProps) {
  const { t } = useTranslation()
  const me = useMe()
  const pages = usePages()
  return (
    <nav className={classes.nav} aria-label={t('shell.navigation')} data-collapsed={isCollapsed || undefined}>
      {onCollapse && (
        <Link to="/" className={classes.brand} aria-label={t('product')}>
          <img src={mark} alt="" />
          {!isCollapsed && t('product')}
        </Link>
      )}
      {!isCollapsed && (
        <p className={classes.organisation}>
          <TranslatedText text={me.organisation.name} />
        </p>
      )}
      {areas.map(area => {
        const inArea = pages.filter(page => page.navigation?.area === area)
        if (inArea.length === 0) return null
        const list = (
          <ul>
            {inArea.map(page => (
              <NavigationLink key={page.to} page={page} isCollapsed={isCollapsed} />
            ))}
          </ul>
        )
        if (area === 'top') return <div key={area}>{list}</div>
        return (
          <div key={area} role="group" aria-labelledby={`area-${area}`}>
            <p id={`area-${area}`} className={classes.area}>
              {t(`areas.${area}`)}
            </p>
            {list}
          </div>
        )
      })}
      {onCollapse && (
        <button
          type="button"
          className={classes.fold}
          onClick={onCollapse}
          aria-label={t(isCollapsed ? 'shell.expandNavigation' : 'shell.collapseNavigation')}
        >
          {isCollapsed ? <IconLayoutSidebarLeftExpand size={18} aria-hidden /> : <IconLayoutSidebarLeftCollapse size={18} aria-hidden />}
          {!isCollapsed && t('shell.collapseNavigation')}
        </button>
      )}
    </nav>
  )
}

function NavigationLink({ page, isCollapsed }: { page: ListedPage; isCollapsed: boolean }) {
  const text = textOf(page.title)
  const Icon = page.navigation?.icon
  return (
    <li>
      <Link to={page.to} className={classes.link} activeOptions={{ exact: page.to === '/', includeSearch: false }}>
        {Icon && <Icon size={19} stroke={1.7} aria-hidden />}
        <span className={isCollapsed ? classes.name : undefined}>{text}</span>
      </Link>
    </li>
  )
}
