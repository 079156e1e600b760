import { CloseButton, TextInput } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useLateChange } from '#platform/address/use-late-change.ts'

interface SearchFieldProps {
  label: string
  placeholder?: string
  value: string
  /** Called when typing pauses; the value belongs into the address. */
  onSearch: (value: string) => void
}

const pauseMs = 250

export function SearchField({ label, placeholder, value, onSearch }: SearchFieldProps) {
  const { t } = useTranslation()
  const late = useLateChange()
  const [typed, setTyped] = useState(value)
  // The address changed by itself: back, or filters cleared.
  useEffect(() => setTyped(value), [value])
  useEffect(() => {
    if (typed === value) return
    const timer = setTimeout(() => late(() => onSearch(typed)), pauseMs)
    return () => clearTimeout(timer)
  }, [typed, value, onSearch, late])

  return (
    <TextInput
      type="search"
      aria-label={label}
      placeholder={placeholder ?? label}
      value={typed}
      onChange={event => setTyped(event.currentTarget.value)}
      leftSection={<IconSearch size={16} aria-hidden />}
      rightSection={
        typed ? (
          <CloseButton
            size="sm"
            aria-label={t('actions.clear')}
            onClick={() => {
              setTyped('')
              onSearch('')
            }}
          />
        ) : null
      }
      style={{ flex: '1 1 220px', maxWidth: 360 }}
    />
  )
}
