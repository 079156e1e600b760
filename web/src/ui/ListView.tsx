import { Button, Menu } from '@mantine/core'
import { IconAdjustmentsHorizontal, IconCheck } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

interface ViewColumn {
  id: string
  header: string
  isExtra?: boolean
}

/** Columns and row height that a reader chose for one list, kept on the device. */
export function useListView(name: string, columns: readonly ViewColumn[]) {
  const key = `luytre.list.${name}`
  const [kept, setKept] = useState<{ density?: 'compact'; columns?: Record<string, boolean> }>(
    () => JSON.parse(localStorage.getItem(key) ?? '{}') as object,
  )
  const keep = (next: typeof kept): void => {
    localStorage.setItem(key, JSON.stringify(next))
    setKept(next)
  }
  const visibility = Object.fromEntries(columns.map(column => [column.id, kept.columns?.[column.id] ?? !column.isExtra]))
  return {
    density: kept.density ?? 'comfortable',
    visibility,
    toggleColumn: (id: string) => keep({ ...kept, columns: { ...kept.columns, [id]: !visibility[id] } }),
    setDensity: (density: 'comfortable' | 'compact') =>
      keep({ ...(kept.columns && { columns: kept.columns }), ...(density === 'compact' && { density }) }),
  }
}

export function ListView({ view, columns }: { view: ReturnType<typeof useListView>; columns: readonly ViewColumn[] }) {
  const { t } = useTranslation()
  const tick = (isOn: boolean) => <IconCheck size={16} aria-hidden style={{ visibility: isOn ? 'visible' : 'hidden' }} />
  return (
    <Menu closeOnItemClick={false} position="bottom-end">
      <Menu.Target>
        <Button variant="subtle" color="gray" leftSection={<IconAdjustmentsHorizontal size={16} aria-hidden />}>
          {t('list.view')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t('list.density')}</Menu.Label>
        {(['comfortable', 'compact'] as const).map(density => (
          <Menu.Item
            key={density}
            role="menuitemradio"
            aria-checked={view.density === density}
            leftSection={tick(view.density === density)}
            onClick={() => view.setDensity(density)}
          >
            {t(`list.${density}`)}
          </Menu.Item>
        ))}
        <Menu.Label>{t('list.columns')}</Menu.Label>
        {columns.slice(1).map(column => (
          <Menu.Item
            key={column.id}
            role="menuitemcheckbox"
            aria-checked={view.visibility[column.id] ?? false}
            leftSection={tick(view.visibility[column.id] ?? false)}
            onClick={() => view.toggleColumn(column.id)}
          >
            {column.header}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
