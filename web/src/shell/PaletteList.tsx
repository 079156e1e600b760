import { Loader, TextInput } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { useEffect, useId, useRef, useState, type KeyboardEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { ErrorState } from '#ui/ErrorState.tsx'
import type { ListedPage } from '#shell/pages.ts'
import classes from '#shell/Palette.module.css'
import { usePaletteSections, type Entry } from '#shell/palette-sections.ts'
import { TranslatedText } from '#ui/TranslatedText.tsx'

interface PaletteListProps {
  /** Its person is being chosen. */
  action: ListedPage | undefined
  onAction: (action: ListedPage | undefined) => void
  onDone: () => void
}

/** A field and what is found, moved through by the arrow keys while the typing goes on. */
export function PaletteList({ action, onAction, onDone }: PaletteListProps) {
  const { t } = useTranslation(['search', 'common'])
  const id = useId()
  const field = useRef<HTMLInputElement>(null)
  const list = useRef<HTMLDivElement>(null)
  const [typed, setTyped] = useState('')
  /** Key of the entry that is marked; else the first is. */
  const [at, setAt] = useState<string>()
  const { sections, isSearching, error, retry } = usePaletteSections(typed, { action, onAction, onDone })
  const entries = sections.flatMap(section => section.entries)
  // Results come after the typing: the mark stays with its entry, wherever that goes.
  const marked = Math.max(
    0,
    entries.findIndex(entry => entry.key === at),
  )
  // At once, also when a person is to be chosen next: who types on loses no letter.
  useEffect(() => field.current?.focus(), [])
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' })
  }, [marked])

  const onKey = (event: KeyboardEvent): void => {
    // Enter belongs to the input method while it composes Japanese.
    if (event.nativeEvent.isComposing) return
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step !== 0 && entries.length > 0) {
      event.preventDefault()
      setAt(entries[(marked + step + entries.length) % entries.length]?.key)
    } else if (event.key === 'Enter') entries[marked]?.open()
    else if (event.key === 'Backspace' && typed === '' && action) onAction(undefined)
  }

  const optionOf = (entry: Entry) => {
    const index = entries.indexOf(entry)
    return (
      // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the keys are the field's, which keeps the focus
      <li
        key={entry.key}
        id={`${id}-${index}`}
        role="option"
        aria-selected={index === marked}
        className={classes.option}
        data-one-line={entry.isOneLine || undefined}
        onMouseMove={() => setAt(entry.key)}
        onClick={() => entry.open()}
      >
        <entry.icon size={18} stroke={1.7} aria-hidden />
        <span className={classes.name}>{typeof entry.name === 'string' ? entry.name : <TranslatedText text={entry.name} />}</span>
        {entry.detail && <span className={classes.detail}>{entry.detail}</span>}
      </li>
    )
  }

  return (
    <>
      <TextInput
        ref={field}
        className={classes.search}
        data-autofocus
        role="combobox"
        aria-expanded
        aria-controls={`${id}-list`}
        aria-activedescendant={entries[marked] ? `${id}-${marked}` : undefined}
        aria-label={t(action ? 'whom' : 'title')}
        placeholder={t(action ? 'whom' : 'placeholder')}
        value={typed}
        maxLength={200}
        onChange={event => {
          setTyped(event.currentTarget.value)
          setAt(undefined)
        }}
        onKeyDown={onKey}
        leftSection={<IconSearch size={16} aria-hidden />}
        rightSection={isSearching ? <Loader size={14} aria-label={t('searching')} /> : null}
      />
      <div ref={list} id={`${id}-list`} className={classes.list} role="listbox" aria-label={t('title')}>
        {sections.map(section => (
          <ul key={section.key} role="group" aria-labelledby={`${id}-${section.key}`}>
            <li role="presentation" id={`${id}-${section.key}`} className={classes.heading}>
              {section.title}
            </li>
            {section.entries.map(optionOf)}
          </ul>
        ))}
      </div>
      {error !== null && <ErrorState error={error} onRetry={retry} isInline />}
      {typed.trim() !== '' && !isSearching && error === null && entries.length === 0 && <p className={classes.nothing}>{t('nothing')}</p>}
      <p className="visually-hidden" role="status">
        {typed.trim() !== '' && !isSearching && t('count', { count: entries.length })}
      </p>
      <p className={classes.keys}>{t('keys')}</p>
    </>
  )
}
