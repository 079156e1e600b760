import type { ComboboxItem, ComboboxParsedItem, OptionsFilter } from '@mantine/core'
import { withoutAccents } from '#ui/without-accents.ts'

/** Choices in which every word that was typed is found, with and without accents; of groups those that have any. */
export const filterWithoutAccents: OptionsFilter = ({ options, search, limit }) => {
  const words = withoutAccents(search).split(/\s+/)
  const isFound = ({ label }: ComboboxItem): boolean => words.every(word => withoutAccents(label).includes(word))
  const found = options.flatMap((option): ComboboxParsedItem[] => {
    if (!('group' in option)) return isFound(option) ? [option] : []
    const items = option.items.filter(isFound)
    return items.length > 0 ? [{ ...option, items }] : []
  })
  return found.slice(0, limit)
}
