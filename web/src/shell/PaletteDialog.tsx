import { Modal, TextInput } from '@mantine/core'
import { IconFile, IconSearch } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { useState, type KeyboardEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { textOf } from '#platform/i18n/text-key.ts'
import { usePages } from '#shell/pages.ts'
import classes from '#shell/Palette.module.css'
import { useOpensAfterMount } from '#ui/use-opens-after-mount.ts'
import { withoutAccents } from '#ui/without-accents.ts'

export function PaletteDialog({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const { t } = useTranslation()
  return (
    <Modal
      opened={useOpensAfterMount(isOpen)}
      onClose={onClose}
      title={t('shell.searchPages')}
      centered={false}
      yOffset="12vh"
      lockScroll={false}
      transitionProps={{ duration: 0 }}
      closeButtonProps={{ 'aria-label': t('actions.close') }}
    >
      <PaletteList onDone={onClose} />
    </Modal>
  )
}

function PaletteList({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const pages = usePages()
  const [typed, setTyped] = useState('')
  const [at, setAt] = useState(0)
  const wanted = withoutAccents(typed)
  const found = pages.filter(page => withoutAccents(textOf(page.title)).includes(wanted) || page.to.includes(wanted))

  const open = (index: number): void => {
    const page = found[index]
    if (!page) return
    onDone()
    void navigate({ to: page.to })
  }
  const onKey = (event: KeyboardEvent): void => {
    // Enter belongs to the input method while it composes Japanese.
    if (event.nativeEvent.isComposing) return
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step !== 0) {
      event.preventDefault()
      setAt(Math.min(Math.max(at + step, 0), found.length - 1))
    } else if (event.key === 'Enter') open(at)
  }

  return (
    <>
      <TextInput
        className={classes.search}
        data-autofocus
        role="combobox"
        aria-expanded
        aria-controls="palette-list"
        aria-activedescendant={found[at] ? `palette-${at}` : undefined}
        aria-label={t('shell.searchPages')}
        placeholder={t('shell.searchPlaceholder')}
        value={typed}
        onChange={event => {
          setTyped(event.currentTarget.value)
          setAt(0)
        }}
        onKeyDown={onKey}
        leftSection={<IconSearch size={16} aria-hidden />}
      />
      <ul id="palette-list" className={classes.list} role="listbox" aria-label={t('shell.searchPages')}>
        {found.map((page, index) => {
          const Icon = page.navigation?.icon ?? IconFile
          const area = page.navigation?.area
          return (
            <li
              key={page.to}
              id={`palette-${index}`}
              role="option"
              aria-selected={index === at}
              className={classes.option}
              onMouseMove={() => setAt(index)}
              onClick={() => open(index)}
            >
              <Icon size={18} stroke={1.7} aria-hidden />
              {textOf(page.title)}
              {area && area !== 'top' && <span className={classes.area}>{t(`areas.${area}`)}</span>}
            </li>
          )
        })}
      </ul>
      {found.length === 0 && <p className={classes.nothing}>{t('shell.searchNothing')}</p>}
    </>
  )
}
