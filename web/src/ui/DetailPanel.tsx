import { ActionIcon } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { Link, useNavigate, type LinkProps } from '@tanstack/react-router'
import { useEffect, useId, useRef, type KeyboardEvent, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import classes from '#ui/DetailPanel.module.css'
import { focusQuietly } from '#ui/focus-quietly.ts'

interface DetailPanelProps {
  title: ReactNode
  subtitle?: ReactNode
  /** Actions on the opened thing, beside its name. */
  actions?: ReactNode
  /** Where Esc and the cross lead: the list, its filters kept. */
  closeTo: LinkProps
  children: ReactNode
}

/** An open menu, calendar or dialogue takes Esc for itself. */
const isSomethingOpen = (): boolean =>
  [...document.querySelectorAll('[role="listbox"], [role="menu"], [role="dialog"]')].some(element => element.checkVisibility())

/** Detail beside the list, with an address of its own. */
export function DetailPanel({ title, subtitle, actions, closeTo, children }: DetailPanelProps) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const titleId = useId()
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => focusQuietly(heading.current), [])

  const closeOnEscape = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || event.defaultPrevented || isSomethingOpen()) return
    void navigate({ ...closeTo, resetScroll: false })
  }

  return (
    <section className={classes.panel} data-panel aria-labelledby={titleId} onKeyDown={closeOnEscape}>
      <header className={classes.head}>
        <div className={classes.title}>
          <h2 id={titleId} ref={heading} tabIndex={-1} data-quiet-focus>
            {title}
          </h2>
          {subtitle && <p className={classes.subtitle}>{subtitle}</p>}
        </div>
        {actions}
        <ActionIcon
          variant="subtle"
          color="gray"
          size={32}
          aria-label={t('actions.close')}
          renderRoot={props => <Link {...closeTo} resetScroll={false} {...props} />}
        >
          <IconX size={18} aria-hidden />
        </ActionIcon>
      </header>
      <div className={classes.body}>{children}</div>
    </section>
  )
}
