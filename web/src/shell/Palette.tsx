import { IconSearch } from '@tabler/icons-react'
import { lazy, Suspense, useLayoutEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { loadPageTexts } from '#platform/i18n/texts.ts'
import shellClasses from '#shell/Shell.module.css'

/** With the texts of all pages: it names what can be done on them, also from the first page, which has its own texts only. */
const load = async () => {
  await loadPageTexts()
  return { default: (await import('#shell/PaletteDialog.tsx')).PaletteDialog }
}
const PaletteDialog = lazy(load)

/** Ctrl-K: to any page, record or thing to do by a few letters, accents or not. */
export function Palette() {
  const { t } = useTranslation()
  const [isOpen, setIsOpen] = useState(false)
  // Fetched when it is first opened, and kept from then on.
  const [wasOpen, setWasOpen] = useState(false)
  const open = (): void => {
    setWasOpen(true)
    setIsOpen(true)
  }
  // With the first drawing: other effects come when the machine has time, and somebody may be faster.
  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey)) return
      event.preventDefault()
      open()
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [])
  return (
    <>
      <button
        type="button"
        className={shellClasses.search}
        aria-keyshortcuts="Control+K"
        aria-label={t('shell.search')}
        onPointerEnter={() => void load()}
        onClick={open}
      >
        <IconSearch size={17} aria-hidden />
        <span>{t('shell.search')}</span>
        <kbd aria-hidden>Ctrl K</kbd>
      </button>
      {wasOpen && (
        <Suspense>
          <PaletteDialog isOpen={isOpen} onClose={() => setIsOpen(false)} />
        </Suspense>
      )}
    </>
  )
}
